"""Who: governments, units, persons and their posts, how one is invited to a post; letters; jobs; codes; audit log."""

from institution.models.agency import GENERATOR, Agency, AgencyKey, KeyUse, RequestWindow, Scope
from institution.models.audit import Act, AuditEntry, AuditRemoval, AuditSeal
from institution.models.codes import District, GCMObjective, IGMDimension, SDGTarget
from institution.models.government import DayOff, Government, Unit
from institution.models.invitation import Invitation
from institution.models.job import Job
from institution.models.letter import Letter
from institution.models.person import Designation, MailFrequency, PersonsAreKept, Role, User
from institution.models.upload import KeptUpload

__all__ = [
    "GENERATOR",
    "Act",
    "Agency",
    "AgencyKey",
    "AuditEntry",
    "AuditRemoval",
    "AuditSeal",
    "DayOff",
    "Designation",
    "District",
    "GCMObjective",
    "Government",
    "IGMDimension",
    "Invitation",
    "Job",
    "KeptUpload",
    "KeyUse",
    "Letter",
    "MailFrequency",
    "PersonsAreKept",
    "RequestWindow",
    "Role",
    "SDGTarget",
    "Scope",
    "Unit",
    "User",
]
