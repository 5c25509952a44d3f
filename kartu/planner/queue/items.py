"""What waits for a person, from whatever app, and what of it comes first.

What comes first is money at risk × urgency. Urgency is two small numbers multiplied: how near it is (`nearness`) and
how important somebody has called it (`WEIGHTS`). Where nobody knows the money, the middle of what is known in the same
queue is taken. All of it is whole numbers, so that the same queue is in the same order everywhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum
from statistics import median_low

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.money import Money, format_money
from kartu.planner.models import Task

SOON = timedelta(hours=1)
WEEK = timedelta(days=7)
# How much each day that something is late adds, and up to how many.
MOST_DAYS = 20
# Twice as much as each counts, so that half is a whole number.
WEIGHTS = {1: 1, 2: 2, 3: 4, 4: 8}


class Group(IntEnum):
    LATE = 1
    NOW = 2
    TODAY = 3
    TOMORROW = 4
    WEEK = 5
    LATER = 6
    NO_DATE = 7
    PUT_OFF = 8


class Way(TextChoices):
    """How an act is done: a page opened at the side, the page itself, a link out, a press."""

    DRAWER = "drawer"
    PAGE = "page"
    OUTSIDE = "outside"
    POST = "post"


@dataclass(frozen=True)
class Act:
    """Something that can be done with an item; `key` is the letter that does it."""

    label: str | Promise
    url: str
    icon: str = ""
    key: str = ""
    way: Way = Way.DRAWER


@dataclass(slots=True)
class Item:
    """One thing that `person_id` is to do. `kind` and `pk` name it: it stands in a queue once.

    `at` is when it stands, `late_at` since when it is late; both empty where it has no date. `money` is what is at risk
    in minor units of `currency`, None where nobody says so. `tells` goes into the second line.
    """

    source: str
    kind: str
    pk: int
    person_id: int
    title: str
    icon: str
    at: datetime | None = None
    late_at: datetime | None = None
    begins_at: datetime | None = None
    is_whole_day: bool = False
    priority: int = 2
    minutes: int = 0
    money: int | None = None
    currency: str = ""
    client_id: int | None = None
    tells: str = ""
    # Of a task: it is done and waits to be accepted.
    is_review: bool = False

    # What the queue itself finds out.
    put_off_until: datetime | None = None
    instead_of: str = ""
    group: Group = Group.NO_DATE
    counted: int = 1
    score: int = 0
    # What the source adds to those that are shown.
    url: str = ""
    client: str = ""
    client_url: str = ""
    acts: list[Act] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.pk}"

    @property
    def is_late(self) -> bool:
        return self.group == Group.LATE

    @property
    def told_money(self) -> str:
        return (
            ""
            if self.money is None
            else format_money(Money.from_minor(self.money, self.currency).amount, self.currency)
        )


def days_late(item: Item, now: datetime) -> int:
    return max(0, (now - item.late_at).days) if item.late_at else 0


class Clock:
    """The borders of the groups at a moment, in the active time zone."""

    def __init__(self, now: datetime) -> None:
        self.now, self.soon = now, now + SOON
        here = timezone.localtime(now)
        midnights = (
            datetime.combine(here.date() + timedelta(days), time(0), here.tzinfo) for days in (1, 2, WEEK.days)
        )
        self.today, self.tomorrow, self.week = (each.astimezone(UTC) for each in midnights)

    def group_of(self, item: Item) -> Group:
        if item.put_off_until and item.put_off_until > self.now:
            return Group.PUT_OFF
        if item.late_at and item.late_at < self.now:
            return Group.LATE
        at = item.at
        if at is None:
            return Group.NO_DATE
        if at <= self.soon and not item.is_whole_day:
            return Group.NOW
        if at < self.today:
            return Group.TODAY
        if at < self.tomorrow:
            return Group.TOMORROW
        return Group.WEEK if at < self.week else Group.LATER


NEAR = {Group.NOW: 8, Group.TODAY: 4, Group.TOMORROW: 2}


def nearness(item: Item, now: datetime) -> int:
    """10 and the days that it is late, 8 within the hour, 4 today, 2 tomorrow, else 1."""
    if item.group == Group.LATE:
        return 10 + min(days_late(item, now), MOST_DAYS)
    return NEAR.get(item.group, 1)


def rank(items: Iterable[Item], now: datetime, currency: str) -> list[Item]:
    """`items` in their order. Money in another currency than the firm's counts as not known."""
    items = list(items)
    known = [item.money for item in items if item.money and item.currency == currency]
    usual = median_low(known) if known else 1
    clock = Clock(now)
    for item in items:
        item.group = clock.group_of(item)
        item.counted = item.money if item.money and item.currency == currency else usual
        item.score = item.counted * nearness(item, now) * WEIGHTS[item.priority]
    return sorted(items, key=place_of)


# In these groups the score decides; in the others the time does.
BY_SCORE = {Group.LATE, Group.NOW, Group.NO_DATE}


def place_of(item: Item) -> tuple:
    at = item.at.timestamp() if item.at else 0.0
    order = (-item.score, at) if item.group in BY_SCORE else (at, -item.score)
    return (item.group, *order, item.kind, item.pk)


PRIORITIES = {1: gettext_lazy("of low priority ×½"), 3: gettext_lazy("important ×2"), 4: gettext_lazy("urgent ×4")}


def why(item: Item, now: datetime) -> str:
    """In words, why it stands where it stands."""
    parts = [near_words(item, now)]
    if item.priority in PRIORITIES:
        parts.append(str(PRIORITIES[item.priority]))
    if item.money:
        parts.append(_("%(money)s at risk") % {"money": item.told_money})
    elif item.counted > 1:
        parts.append(_("money not known: taken as the middle of the others"))
    return " · ".join(parts)


def near_words(item: Item, now: datetime) -> str:
    times = f"×{nearness(item, now)}"
    days = days_late(item, now) if item.group == Group.LATE else 0
    if days:
        return _("late for %(days)s d %(times)s") % {"days": days, "times": times}
    return NEAR_WORDS.get(item.group, LATER) % {"times": times}


NEAR_WORDS = {
    Group.LATE: gettext_lazy("late %(times)s"),
    Group.NOW: gettext_lazy("within the hour %(times)s"),
    Group.TODAY: gettext_lazy("today %(times)s"),
    Group.TOMORROW: gettext_lazy("tomorrow %(times)s"),
    Group.NO_DATE: gettext_lazy("without a date %(times)s"),
}
LATER = gettext_lazy("later %(times)s")


def of_task(kind: str) -> str:
    return ICONS.get(kind, "checkbox")


ICONS = {
    Task.Kind.CALL: "phone",
    Task.Kind.MEETING: "users",
    Task.Kind.LETTER: "mail",
    Task.Kind.VISIT: "map-pin",
    Task.Kind.TASK: "checkbox",
}
