"""What makes up the routine of a month: single times, duties, and the sums of a person, a team or a segment."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from kartu.firm.models import User
from kartu.planner.models import Series, Task

Span = tuple[datetime, datetime]


@dataclass(eq=False)
class Happening:
    """One time that a series comes. `minutes` by its estimate, None: nobody has said how long it takes. `span`: its
    place in the day, where it has one; `against`: what the same person has at the same time."""

    series: Series
    moment: datetime
    day: date
    has_hour: bool
    span: Span | None = None
    slot: str = ""
    task: Task | None = None
    against: list["Happening"] = field(default_factory=list)

    @property
    def minutes(self) -> int | None:
        return self.series.estimate_minutes

    @property
    def head(self) -> Series:
        """The series that people know it by: of those for the clients of a segment the one for all."""
        return self.series.whole or self.series

    @property
    def beside(self) -> list[Series]:
        """What the same person has at the same time, each once."""
        return list({other.head.pk: other.head for other in self.against}.values())


@dataclass
class Duty:
    """What one person has of a series, or of those for all clients of a segment (`whole`)."""

    series: Series
    person: User
    happenings: list[Happening]
    parts: int = 1
    due: int = 0

    @property
    def times(self) -> int:
        return len(self.happenings)

    @property
    def minutes(self) -> int | None:
        """None: there is no estimate, so that nobody knows."""
        each = self.series.estimate_minutes
        return None if each is None else each * self.times

    @property
    def clashes(self) -> int:
        return sum(bool(each.against) for each in self.happenings)

    @property
    def is_after_done(self) -> bool:
        return self.series.as_rule.after_done

    @property
    def segment_id(self) -> int | None:
        return self.series.segment_id


@dataclass(frozen=True)
class FullDay:
    """A day with more routine than working time, in minutes; who could take some of it, with his free minutes."""

    day: date
    minutes: int
    working: int
    free: list[tuple[User, int]]


@dataclass(frozen=True)
class Collision:
    """Two series that fall together, the earlier one first. `times`: those of the second, by their moment; `shown`:
    the one told of, with who is there and `free` then: with him the second runs beside the first."""

    first: Series
    second: Series
    times: list[Happening]
    shown: Happening
    is_ahead: bool
    free: list[User]

    @property
    def is_series_given(self) -> bool:
        """Whether all of them are to be given away, and not the one shown; those for a segment are given one by one."""
        return not self.shown.series.whole_id and (len(self.times) > 1 or self.shown.task is None)


class Lines:
    """The sums of several duties."""

    duties: list[Duty]
    # Minutes that they work in the month, where that is known.
    working: int | None = None

    @cached_property
    def happenings(self) -> list[Happening]:
        return sorted((each for duty in self.duties for each in duty.happenings), key=lambda each: each.moment)

    @property
    def times(self) -> int:
        return len(self.happenings)

    @property
    def minutes(self) -> int:
        return sum(each.minutes or 0 for each in self.happenings)

    @property
    def unestimated(self) -> int:
        """How many times something comes of which nobody has said how long it takes; they are in no sum of hours."""
        return sum(each.minutes is None for each in self.happenings)

    @property
    def clashes(self) -> int:
        return sum(duty.clashes for duty in self.duties)

    @property
    def due(self) -> int:
        return sum(duty.due for duty in self.duties)

    @property
    def share(self) -> int | None:
        """Of the working time, in percent."""
        return round(100 * self.minutes / self.working) if self.working else None


@dataclass
class Load(Lines):
    """One person's month. `working`: minutes that he works in it, None where `by` may not know that, and then nobody
    knows what else he does either."""

    person: User
    duties: list[Duty] = field(default_factory=list)
    working: int | None = None
    by_day: dict[date, int] = field(default_factory=dict)
    full_days: list[FullDay] = field(default_factory=list)
    collisions: list[Collision] = field(default_factory=list)

    @property
    def free(self) -> int | None:
        return None if self.working is None else self.working - self.minutes

    @property
    def is_too_much(self) -> bool:
        return self.working is not None and self.minutes > self.working


@dataclass
class Group(Lines):
    """Several people's: a team (None: those of no team), or a segment (None: what is for no segment)."""

    key: int | None
    name: str
    duties: list[Duty]
    working: int | None = None


def overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def clash(happenings: Iterable[Happening]) -> None:
    """Tell each what it collides with, of one person's."""
    going: list[Happening] = []
    for each in sorted((each for each in happenings if each.span), key=lambda each: each.span):
        going = [other for other in going if other.span[1] > each.span[0]]
        for other in going:
            other.against.append(each)
            each.against.append(other)
        going.append(each)


def pairs(happenings: Iterable[Happening]) -> dict[tuple[Series, Series], list[Happening]]:
    """Which series collide, the one that comes first of two in front -> those times of the other at which they do."""
    found: dict[tuple[Series, Series], list[Happening]] = {}
    for each in sorted((each for each in happenings if each.against), key=lambda each: each.moment):
        for head in each.beside:
            if head == each.head or (head, each.head) in found:
                found.setdefault((head, each.head), []).append(each)
            else:
                found.setdefault((each.head, head), [])
    return found


def duties_of(loads: Iterable[Load]) -> list[Duty]:
    return [duty for load in loads for duty in load.duties]


def series_of(loads: Iterable[Load]) -> list[int]:
    """The numbers of the series of which something comes."""
    return sorted({each.series.pk for duty in duties_of(loads) for each in duty.happenings})
