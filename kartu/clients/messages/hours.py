"""When clients may be written to: never at night by the clock of where they are seen."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from kartu.clients.models import MessageHours
from kartu.firm.clock import local, moment

ONE = timedelta(days=1)
# So long before the end of the day goes what would fall into the night: a server that stumbles still gets it out.
EVENING = 15


def send_at(planned: datetime, event: datetime, zone: tzinfo, hours: MessageHours) -> datetime | None:
    """When a message that is planned for `planned` goes: then, or after the night, or the evening before where that
    would be too late for `event`. None: nothing of the day is left before that."""
    if planned >= event:
        return None
    if is_day(planned, zone, hours):
        return planned
    opening = next_opening(planned, zone, hours)
    if opening < event:
        return opening
    return last_evening(planned, zone, hours)


def is_day(at: datetime, zone: tzinfo, hours: MessageHours) -> bool:
    return any(begin <= at < end for begin, end in days_around(at, zone, hours))


def next_opening(at: datetime, zone: tzinfo, hours: MessageHours) -> datetime:
    """When the first day begins that does so at `at` or later."""
    return next(begin for begin, _end in days_around(at, zone, hours) if begin >= at)


def last_evening(at: datetime, zone: tzinfo, hours: MessageHours) -> datetime:
    """Shortly before the end of the last day that is over at `at`."""
    before = [(begin, end) for begin, end in days_around(at, zone, hours) if end <= at]
    begin, end = before[-1]
    return max(begin, end - timedelta(minutes=EVENING))


def days_around(at: datetime, zone: tzinfo, hours: MessageHours) -> Iterator[tuple[datetime, datetime]]:
    today = local(zone, at).date()
    for number in (-1, 0, 1):
        day = today + number * ONE
        yield moment(zone, day, hours.opens), moment(zone, day, hours.closes)
