from kartu.firm.models.beyond import TemporaryRight
from kartu.firm.models.device import Device
from kartu.firm.models.firm import Branch, Firm, LegalEntity, Team, Trade
from kartu.firm.models.invitation import Invitation, KeyLink, SetupLink
from kartu.firm.models.limit import EntryLimit
from kartu.firm.models.passkey import Passkey
from kartu.firm.models.role import Role
from kartu.firm.models.second import RecoveryCode, TotpSecret
from kartu.firm.models.sign_in import KnownAddress, SignInTry
from kartu.firm.models.user import User
from kartu.firm.models.working import Absence, CalendarDay, DayKind, WorkingTime

__all__ = [
    "Absence",
    "CalendarDay",
    "DayKind",
    "EntryLimit",
    "Branch",
    "Device",
    "Firm",
    "Invitation",
    "KeyLink",
    "KnownAddress",
    "LegalEntity",
    "Passkey",
    "RecoveryCode",
    "Role",
    "SetupLink",
    "SignInTry",
    "Team",
    "TemporaryRight",
    "TotpSecret",
    "Trade",
    "User",
    "WorkingTime",
]
