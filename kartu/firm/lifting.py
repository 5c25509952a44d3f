"""Nobody lifts himself up: what every giving of rights is held to."""

from django.db.models import Q, QuerySet

from kartu.core.actors import Actor, Scope, ends_of
from kartu.firm.acts import is_owner, must
from kartu.firm.models import Role, User
from kartu.firm.rights import ROLES

Reach = dict[str, Scope | None]


def must_have(reach: Reach, by: Actor) -> None:
    """Nobody gives a right that he has not, or further than he has it."""
    for code, scope in reach.items():
        must(is_owner(by) or (by.scope(code) or 0) >= (scope or 0), f"more of {code} than one has")


def must_be_owner_for(roles: list[Role], by: Actor) -> None:
    """Only an owner makes an owner, or somebody who may change roles, or unmakes one: nobody lifts himself up."""
    if any(role.scope(ROLES) for role in roles):
        must(is_owner(by), "the role of an owner, or one that may change roles")


def reaches(person: User, right: str, by: Actor) -> bool:
    """Whether `person` is within the reach of `right` for `by`, who has it."""
    ends = ends_of(by, right)
    return ends is None or ends.hold(person.pk, person.team_id)


def within(people: QuerySet[User], right: str, by: Actor) -> QuerySet[User]:
    """Those of `people` who are within the reach of `right` for `by`; nobody, where he does not have it."""
    if not by.may(right):
        return people.none()
    ends = ends_of(by, right)
    return people if ends is None else people.filter(Q(pk__in=ends.people) | Q(team_id__in=ends.teams))
