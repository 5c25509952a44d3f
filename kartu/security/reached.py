"""What a role or a person reaches, counted by the rules themselves: nothing here knows how far a right goes."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass

from kartu.core.actors import Actor, Scope
from kartu.core.registry import Registry
from kartu.core.rights import rights
from kartu.firm.models import Role, User
from kartu.security.rows import GuardedQuerySet


@dataclass(frozen=True)
class ReachedRows:
    """Rows whose number tells how far a person sees. `rows(person)` are those he sees, `right` is what shows them,
    `url_name` the page of one (with its `pk`)."""

    key: str
    label: str
    right: str
    rows: Callable[[Actor], GuardedQuerySet]
    url_name: str


reached_rows: Registry[ReachedRows] = Registry(
    "security.reached_rows", "Rows that are counted where it is shown what a person sees: a ReachedRows."
)


@dataclass(frozen=True)
class Count:
    label: str
    before: int
    after: int

    @property
    def difference(self) -> int:
        return self.after - self.before


@dataclass(frozen=True)
class Effect:
    """What a person wins and loses: `counts` are the rows that become more or fewer."""

    person: User
    counts: list[Count]


@dataclass(frozen=True)
class Change:
    label: str
    before: Scope | None
    after: Scope | None
    scoped: bool


def people_of(role: Role) -> list[User]:
    return [person for person in User.objects.with_rights() if person.role_id == role.pk]


def as_with(person: User, role: Role) -> User:
    """The person as he would be with `role`; nothing is saved."""
    other = copy(person)
    other.role = role
    return other


def changes_between(before: Role, after: Role) -> list[Change]:
    """The rights that differ."""
    pairs = ((right, before.scope(right.code), after.scope(right.code)) for right in rights)
    return [Change(right.label, old, new, right.scoped) for right, old, new in pairs if old is not new]


def effects(before: Role, after: Role) -> list[Effect]:
    """For each person who has the role: how many rows he would see instead of those he sees now."""
    return [Effect(person, counts(person, as_with(person, after))) for person in people_of(before)]


def counts(before: User, after: User) -> list[Count]:
    return [Count(str(kind.label), counted(kind, before), counted(kind, after)) for kind in reached_rows]


def counted(kind: ReachedRows, person: Actor) -> int:
    return kind.rows(person).count() if person.may(kind.right) else 0
