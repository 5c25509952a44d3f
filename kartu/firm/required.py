"""Of whom a second step is required: of those who could give the firm away, as soon as there is something to give.

Owners, whoever may change people or roles, and whoever may take rows out, from the first import on; everybody, if the
owner says so. Never in the demo firm. Whoever has none is led to set it up at his next request and gets nowhere else.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from kartu.core.registry import Registry
from kartu.core.rights import rights
from kartu.firm.models import Firm, User
from kartu.firm.rights import PEOPLE, ROLES
from kartu.firm.second import second_ways, ways_of


@dataclass(frozen=True)
class Stake:
    """Something whose presence shows that the firm's own data are in Kartu by now."""

    key: str
    is_there: Callable[[], bool]


stakes: Registry[Stake] = Registry(
    "firm.stakes", "What shows that setting up is over and the firm has data to lose: a Stake."
)


def is_required_of(person: User) -> bool:
    if hasattr(person, "second_for_all"):  # who is signed in comes with it
        is_demo, for_all = person.firm_is_demo, person.second_for_all
    else:
        firm = Firm.current()
        is_demo, for_all = firm is None or firm.is_demo, bool(firm and firm.second_for_all)
    if is_demo:
        return False
    return bool(for_all) or (could_give_away(person) and any(stake.is_there() for stake in stakes))


def could_give_away(person: User) -> bool:
    codes = [PEOPLE, ROLES, *(right.code for right in rights if right.code.endswith(".export"))]
    return person.is_owner or any(person.may(code) for code in codes)


def has_data() -> bool:
    """Not in the demo firm, whose data are made up."""
    return not Firm.objects.filter(is_demo=True).exists() and any(stake.is_there() for stake in stakes)


def with_steps(people: QuerySet[User]) -> QuerySet[User]:
    """With `has_second`: whether the person has set up a second step."""
    return people.annotate(has_second=has_second())


def has_second() -> Q:
    """The same as part of a query for people."""
    has = Q(pk__in=[])
    for way in second_ways:
        has |= Q(Exists(way.rows().filter(person=OuterRef("pk"))))
    return has


def is_due(request: HttpRequest) -> bool:
    """Whether a second step is required of the person, and none is set up. Programs are not asked.

    It costs whoever has one, or needs none, no query: all that is asked came with the person.
    """
    person = request.user
    if not person.is_authenticated or getattr(request, "program", None):
        return False
    has = person.has_second if hasattr(person, "has_second") else bool(ways_of(person))
    return not has and is_required_of(person)


def open_before_second(view: Callable) -> Callable:
    """Let whoever still has to set up a second step into `view`."""
    view.kartu_before_second = True
    return view
