from kartu.firm.models.firm import Branch, Firm, LegalEntity, Team, Trade
from kartu.firm.models.invitation import Invitation, KeyLink, SetupLink
from kartu.firm.models.role import Role
from kartu.firm.models.sign_in import SignInTry
from kartu.firm.models.user import User

__all__ = [
    "Branch",
    "Firm",
    "Invitation",
    "KeyLink",
    "LegalEntity",
    "Role",
    "SetupLink",
    "SignInTry",
    "Team",
    "Trade",
    "User",
]
