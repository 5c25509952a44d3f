"""The queue of one person: what he is to do himself, and what he does for those who are away."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kartu.firm.models import Firm, User
from kartu.planner.models import PutOff
from kartu.planner.queue.charge import Charge
from kartu.planner.queue.items import Group, Item, rank
from kartu.planner.queue.sources import dressed, gathered, in_hand
from kartu.security.prepared import asked, place

# Group -> (heading, icon, tone).
GROUPS: dict[Group, tuple[Promise, str, str]] = {
    Group.LATE: (_("Late"), "alert-triangle", "bad"),
    Group.NOW: (_("Now"), "flame", "acc"),
    Group.TODAY: (_("Today"), "sun", ""),
    Group.TOMORROW: (_("Tomorrow"), "sunrise", ""),
    Group.WEEK: (_("Within a week"), "calendar-event", ""),
    Group.LATER: (_("Later"), "calendar-time", ""),
    Group.NO_DATE: (_("Without a date"), "calendar-off", ""),
    Group.PUT_OFF: (_("Put off"), "alarm-snooze", ""),
}
# How many rows of a group a page begins with.
SHOWN = {Group.LATE: 25, Group.NOW: 25, Group.TODAY: 25, Group.TOMORROW: 10, Group.WEEK: 10}


@dataclass
class Part:
    """A group of the queue as it stands on a page: its first rows, and how many there are."""

    group: Group
    items: list[Item]
    shown: list[Item] = field(default_factory=list)

    @property
    def label(self) -> str:
        return str(GROUPS[self.group][0])

    @property
    def icon(self) -> str:
        return GROUPS[self.group][1]

    @property
    def tone(self) -> str:
        return GROUPS[self.group][2]

    @property
    def count(self) -> int:
        return len(self.items)

    @property
    def more(self) -> int:
        return len(self.items) - len(self.shown)


class Queue:
    """What waits for `person`, in its order. With `everything`, also what a deputy does for him while he is away."""

    def __init__(self, person: User, *, now: datetime | None = None, everything: bool = False) -> None:
        self.person, self.now, self.everything = person, now or timezone.now(), everything

    @cached_property
    def charge(self) -> Charge:
        return Charge(self.now)

    @property
    def away_until(self) -> datetime | None:
        return self.charge.until.get(self.person.pk)

    @cached_property
    def deputy(self) -> User | None:
        """Who does it for him while he is away."""
        deputy = self.charge.deputy_of(self.person.pk) if self.away_until else None
        return User.objects.get(pk=deputy) if deputy else None

    @cached_property
    def people(self) -> list[int]:
        """Whose things are in his charge."""
        taken = self.charge.taken_over_by(self.person.pk)
        return taken if self.deputy and not self.everything else [self.person.pk, *taken]

    @cached_property
    def items(self) -> list[Item]:
        found = gathered(self.person, self.people)
        names = names_of({item.person_id for item in found} - {self.person.pk})
        put_off = put_off_by(self.person.pk)
        for item in found:
            item.instead_of = names.get(item.person_id, "")
            item.put_off_until = put_off.get(item.key)
        return rank(found, self.now, currency())

    def parts(self, wanted: Iterable[Group] = ()) -> list[Part]:
        """The groups that hold anything, with what is shown of their first rows; of those of `wanted` all rows."""
        wanted = set(wanted)
        parts = []
        for group in GROUPS:
            items = [item for item in self.items if item.group == group]
            if items:
                first = len(items) if group in wanted else SHOWN.get(group, 0)
                parts.append(Part(group, items, items[:first]))
        dressed(self.person, [item for part in parts for item in part.shown])
        return parts

    def find(self, key: str) -> Item | None:
        found = next((item for item in self.items if item.key == key), None)
        return in_hand(self.person, found) if found else None

    @property
    def pressing(self) -> int:
        """How many are late, or to be done within the hour."""
        return sum(item.group in (Group.LATE, Group.NOW) for item in self.items)

    @property
    def is_today(self) -> bool:
        """Whether anything is left for today."""
        return any(item.group <= Group.TODAY for item in self.items)

    @property
    def next_one(self) -> Item | None:
        """The nearest thing that is not for today."""
        ahead = (item for item in self.items if item.at and item.at > self.now)
        return min(ahead, key=lambda item: item.at, default=None)


def put_off_by(person_id: int) -> dict[str, datetime]:
    rows = PutOff.objects.filter(person_id=place(0))
    return dict(asked("queue.put_off", lambda: rows.values_list("key", "until"), [person_id]))


def names_of(people: set[int]) -> dict[int, str]:
    return dict(User.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}


def currency() -> str:
    found = asked("queue.currency", lambda: Firm.objects.values_list("currency")[:1])
    return found[0][0] if found else ""
