"""Who acts: a person (firm.User) or the system itself, with the reason why."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from django.utils.translation import gettext_lazy as _


class Scope(IntEnum):
    """Whose rows a right reaches. A wider scope includes the narrower ones; between them is room for others."""

    OWN = 10
    TEAM = 20
    BRANCH = 30
    ALL = 40

    @classmethod
    def _missing_(cls, value: object) -> "Scope | None":
        """The numbers that firms have kept from before there was a scope between team and all."""
        return {1: cls.OWN, 2: cls.TEAM, 3: cls.ALL}.get(value)

    @property
    def label(self) -> str:
        return {10: _("own"), 20: _("of the team"), 30: _("of the branch"), 40: _("all")}[self.value]


class Actor(Protocol):
    """What an action needs to know of whoever acts. `pk` is None for the system."""

    pk: int | None
    team_id: int | None
    branch_id: int | None
    is_system: bool
    # Whether rows of others may name him beside those whose they are.
    takes_part: bool

    def scope(self, right: str) -> Scope | None:
        """The reach of `right` for this actor; None: he does not have it."""

    def may(self, right: str) -> bool: ...

    def of_the_branch(self) -> "Ends":
        """The people and teams of the actor's branch, which he has."""

    def standings(self, right: str) -> "list[tuple[Actor, Scope]]":
        """In whose place the actor has `right`, and how far: his own, and of those for whom he stands in."""

    def absent_ones(self, right: str) -> "list[tuple[Actor, Scope]]":
        """Those for whom the actor stands in who have `right`, and how far."""

    def in_his_own_place(self) -> "Actor":
        """The actor without those for whom he stands in."""

    def teams_beyond(self, right: str) -> tuple[int, ...]:
        """The teams whose rows `right` reaches for a time, whatever the role says."""


# What whoever reaches rows beyond his role (by his name on them, or a team's for a time) may do with them, as far as
# the role lets him do it at all. To give away, to merge and to throw away stay with those whose the rows are.
READING = frozenset({"view", "print", "export"})
CHANGING = frozenset({"change", "bulk"})


def verb_of(right: str) -> str:
    """ "clients.view" -> "view"."""
    return right.rpartition(".")[2]


@dataclass(frozen=True)
class Ends:
    """Whose rows lie within reach: those of these people and of these teams, ids in their order."""

    people: tuple[int, ...]
    teams: tuple[int, ...] = ()

    def hold(self, owner_id: int | None, team_id: int | None) -> bool:
        """Whether a row with this responsible person and team is one of them."""
        return owner_id in self.people or team_id in self.teams


def ends_of(actor: Actor, right: str, at_least: Scope = Scope.OWN) -> Ends | None:
    """Whose rows lie within the reach of `right` for `actor`, who has it: said here only; None: everybody's.

    That of his role (no less than `at_least`), of those for whom he stands in, and what was given him for a time.
    """
    each = [ends_within(who, max(scope, at_least)) for who, scope in actor.standings(right)]
    teams = actor.teams_beyond(right)
    if None in each:
        return None
    if len(each) == 1 and not teams:
        return each[0]
    people = {pk for ends in each for pk in ends.people}
    return Ends(tuple(sorted(people)), tuple(sorted({*teams, *(pk for ends in each for pk in ends.teams)})))


def ends_within(actor: Actor, scope: Scope) -> Ends | None:
    """What `scope` means for `actor`; None: everybody's rows."""
    if scope is Scope.ALL:
        return None
    mine = Ends((actor.pk,), (actor.team_id,) if scope > Scope.OWN and actor.team_id else ())
    if scope is not Scope.BRANCH or not actor.branch_id:
        return mine
    branch = actor.of_the_branch()
    return Ends(
        *(tuple(sorted({*one, *other})) for one, other in ((mine.people, branch.people), (mine.teams, branch.teams)))
    )


class System:
    """The program itself, doing `why`. May everything; the audit row names the reason."""

    pk = None
    team_id = None
    branch_id = None
    is_system = True
    takes_part = False

    def __init__(self, why: str) -> None:
        if not why:
            raise ValueError("The system never acts without a reason")
        self.why = why

    def scope(self, right: str) -> Scope | None:
        return Scope.ALL

    def may(self, right: str) -> bool:
        return True

    def of_the_branch(self) -> Ends:
        return Ends(())

    def standings(self, right: str) -> "list[tuple[System, Scope]]":
        return [(self, Scope.ALL)]

    def absent_ones(self, right: str) -> "list[tuple[System, Scope]]":
        return []

    def teams_beyond(self, right: str) -> tuple[int, ...]:
        return ()

    def __str__(self) -> str:
        return self.why
