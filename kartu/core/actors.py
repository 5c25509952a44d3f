"""Who acts: a person (firm.User) or the system itself, with the reason why."""

from enum import IntEnum
from typing import Protocol

from django.utils.translation import gettext_lazy as _


class Scope(IntEnum):
    """Whose rows a right reaches. A wider scope includes the narrower ones."""

    OWN = 1
    TEAM = 2
    ALL = 3

    @property
    def label(self) -> str:
        return {1: _("own"), 2: _("of the team"), 3: _("all")}[self.value]


class Actor(Protocol):
    """What an action needs to know of whoever acts. `pk` is None for the system."""

    pk: int | None
    team_id: int | None
    is_system: bool

    def scope(self, right: str) -> Scope | None:
        """The reach of `right` for this actor; None: he does not have it."""

    def may(self, right: str) -> bool: ...


class System:
    """The program itself, doing `why`. May everything; the audit row names the reason."""

    pk = None
    team_id = None
    is_system = True

    def __init__(self, why: str) -> None:
        if not why:
            raise ValueError("The system never acts without a reason")
        self.why = why

    def scope(self, right: str) -> Scope | None:
        return Scope.ALL

    def may(self, right: str) -> bool:
        return True

    def __str__(self) -> str:
        return self.why
