"""Who: governments, units, persons and the posts they hold, how one is invited to a post; letters; jobs; codes."""

from institution.models.agency import GENERATOR, Agency, AgencyKey, KeyUse, RequestWindow, Scope
from institution.models.codes import District, GCMObjective, IGMDimension, SDGTarget
from institution.models.government import DayOff, Government, Unit
from institution.models.invitation import Invitation
from institution.models.job import Job
from institution.models.letter import Letter
from institution.models.person import Designation, MailFrequency, PersonsAreKept, Role, User
from institution.models.upload import KeptUpload

__all__ = [
    "GENERATOR",
    "Agency",
    "AgencyKey",
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
