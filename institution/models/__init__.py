"""Who: governments, their units, the persons and the posts they hold, how one is invited to a post; letters; codes."""

from institution.models.codes import District, GCMObjective, IGMDimension, SDGTarget
from institution.models.government import DayOff, Government, Unit
from institution.models.invitation import Invitation
from institution.models.letter import Letter
from institution.models.person import Designation, MailFrequency, PersonsAreKept, Role, User
from institution.models.upload import KeptUpload

__all__ = [
    "DayOff",
    "Designation",
    "District",
    "GCMObjective",
    "Government",
    "IGMDimension",
    "Invitation",
    "KeptUpload",
    "Letter",
    "MailFrequency",
    "PersonsAreKept",
    "Role",
    "SDGTarget",
    "Unit",
    "User",
]
