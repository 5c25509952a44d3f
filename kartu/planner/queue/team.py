"""The queues of those whose things a head sees, side by side."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from kartu.core.actors import Scope, ends_of
from kartu.firm.models import User
from kartu.firm.working import hours_of
from kartu.planner.models import Task
from kartu.planner.queue.charge import Charge
from kartu.planner.queue.day import currency
from kartu.planner.queue.items import WEEK, Group, Item, rank
from kartu.planner.queue.sources import dressed, gathered
from kartu.planner.rights import BULK, VIEW

SHOWN = 15


@dataclass
class Load:
    """One person's queue as the team page shows it."""

    person: User
    items: list[Item]
    away_until: datetime | None
    in_charge: User | None
    working_minutes: int
    shown: list[Item] = field(default_factory=list)

    @property
    def is_unattended(self) -> bool:
        """There is work, and nobody who does it."""
        return bool(self.items) and self.in_charge is None

    @property
    def is_covered(self) -> bool:
        return self.in_charge is not None and self.in_charge.pk != self.person.pk

    @property
    def late(self) -> int:
        return sum(item.group == Group.LATE for item in self.items)

    @property
    def today(self) -> int:
        return sum(item.group in (Group.NOW, Group.TODAY) for item in self.items)

    @property
    def planned_minutes(self) -> int:
        """What is late or stands today."""
        return sum(item.minutes for item in self.items if item.group <= Group.TODAY)

    @property
    def is_too_much(self) -> bool:
        return self.planned_minutes > self.working_minutes

    @property
    def more(self) -> int:
        return len(self.items) - len(self.shown)

    @property
    def ids(self) -> str:
        """What can be given to somebody else: open tasks."""
        return ",".join(
            str(item.pk) for item in self.items if item.kind == Task._meta.label_lower and not item.is_review
        )


def people_of(by: User) -> list[User]:
    """Those whose tasks `by` sees because of his role or for a time, himself among them; with closed access only while
    they still have open tasks."""
    ends = ends_of(by, BULK)
    people = User.objects.all()
    if ends is not None:
        people = people.filter(Q(pk__in=(*ends.people, by.pk)) | Q(team_id__in=ends.teams))
    gone = Task.objects.as_system("who has gone and left open tasks").live().filter(
        state=Task.State.OPEN, person__is_active=False
    )  # fmt: skip
    left = set(gone.order_by().values_list("person_id", flat=True).distinct())
    rows = people.filter(Q(is_active=True) | Q(pk__in=left)).select_related("role", "team").order_by("name", "pk")
    return list(rows)


def loads(by: User, *, only: set[Group] | None = None) -> list[Load]:
    """Of each person what stands up to a week from now: those whom nobody does for first, then by what is late.

    The number of queries is the same however many people and things there are.
    """
    now = timezone.now()
    people = people_of(by)
    charge = Charge(now)
    others = {pk for person in people if (pk := charge.of(person)) and pk not in {each.pk for each in people}}
    names = User.objects.in_bulk(others) if others else {}
    today = timezone.localdate()
    hours = hours_of([person for person in people if person.is_active], today, today)
    found: dict[int, list[Item]] = {person.pk: [] for person in people}
    for item in rank(gathered(by, found, now + WEEK, guarded_only=True), now, currency()):
        if only is None or item.group in only:
            found[item.person_id].append(item)
    by_number = {**names, **{person.pk: person for person in people}}
    made = [
        Load(
            person,
            found[person.pk],
            charge.until.get(person.pk),
            by_number.get(charge.of(person)),
            sum(day.minutes for day in hours.get(person.pk, ())),
            found[person.pk][:SHOWN],
        )
        for person in people
    ]
    dressed(by, [item for load in made for item in load.shown])
    return sorted(made, key=lambda load: (not load.is_unattended, -load.late, load.person.name, load.person.pk))


def sees_team(by: User) -> bool:
    scope = by.scope(VIEW)
    return by.may(BULK) and scope is not None and scope > Scope.OWN
