"""When several people are free at the same time: they all work, and none has anything with a beginning and an end."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from kartu.firm.models import User
from kartu.firm.working import Book
from kartu.planner.busy import busy
from kartu.planner.minutes import moment_of

STEP = timedelta(minutes=15)
A_DAY = 4
Span = tuple[datetime, datetime]


def free_slots(people: list[User], *, start: datetime, until: datetime, minutes: int, most: int = 16) -> list[Span]:
    """Up to `most` stretches of `minutes` between two moments, at most four a day, each at a quarter of an hour."""
    book = Book.of(people, start.date(), until.date())
    common: list[Span] = [(start, until)]
    for person in people:
        common = list(both(common, book.working(person, start, until)))
    around = Q(start_at__lt=until, end_at__gt=start)
    taken = sorted((moment_of(each.start), moment_of(each.end)) for each in busy(people, around))
    found: list[Span] = []
    for day in by_day(within(common, taken, timedelta(minutes=minutes))):
        found += day[:A_DAY]
        if len(found) >= most:
            break
    return found[:most]


def both(one: Iterable[Span], other: Iterable[Span]) -> Iterator[Span]:
    """What lies in both."""
    other = list(other)
    for start, end in one:
        for begins, ends in other:
            if max(start, begins) < min(end, ends):
                yield max(start, begins), min(end, ends)


def within(common: Iterable[Span], taken: list[Span], length: timedelta) -> Iterator[Span]:
    for start, end in common:
        at = rounded(start)
        while at + length <= end:
            clash = next((ends for begins, ends in taken if begins < at + length and ends > at), None)
            if clash is None:
                yield at, at + length
                at += max(length, STEP)
            else:
                at = rounded(clash)


def rounded(moment: datetime) -> datetime:
    """The next quarter of an hour."""
    over = timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return moment if not over else moment - over + STEP


def by_day(slots: Iterable[Span]) -> Iterator[list[Span]]:
    day: list[Span] = []
    for slot in slots:
        if day and slot[0].date() != day[0][0].date():
            yield day
            day = []
        day.append(slot)
    if day:
        yield day
