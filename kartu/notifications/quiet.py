"""Quiet hours and digests as moments: until when something is held back. Nothing here asks who it is for."""

from datetime import date, datetime, timedelta, tzinfo

from django.utils import timezone

from kartu.firm.clock import local, minute_of, moment
from kartu.firm.middleware import zone_of
from kartu.firm.models import User
from kartu.firm.working import NoWorkingTime, add_working_minutes
from kartu.notifications.models import Preference, QuietHours

ONE = timedelta(days=1)


def hours_of(person: User) -> QuietHours:
    """What the person has chosen; where he has not, none."""
    return QuietHours.objects.filter(person=person).first() or QuietHours(person=person)


def peace_until(hours: QuietHours, at: datetime) -> datetime:
    """The first moment from `at` on at which the person may be reached outside."""
    zone, person = zone_of(hours.person.time_zone), hours.person
    for _round in range(20):  # one kind of quiet may end in the other
        until = night_until(hours, at, zone)
        if hours.outside_work:
            until = working_from(person, until)
        if until == at:
            break
        at = until
    return at


def night_until(hours: QuietHours, at: datetime, zone: tzinfo) -> datetime:
    """The end of the night in which `at` lies; `at` itself where it lies in none."""
    if hours.from_at is None:
        return at
    today = local(zone, at).date()
    for day in (today - ONE, today):
        begin, end = night(hours, day, zone)
        if day.weekday() in hours.days and begin <= at < end:
            return end
    return at


def night(hours: QuietHours, day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """The quiet hours that begin on `day`."""
    last = day + ONE if hours.until_at <= hours.from_at else day
    return moment(zone, day, minute_of(hours.from_at)), moment(zone, last, minute_of(hours.until_at))


def working_from(person: User, at: datetime) -> datetime:
    try:
        return max(at, add_working_minutes(person, at, 0))
    except NoWorkingTime:
        return at


def digest_at(digest: str, hours: QuietHours, at: datetime) -> datetime:
    """When what comes at `at` goes out together with the others: always behind `at`."""
    if digest == Preference.Digest.HOURLY:
        return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    zone = zone_of(hours.person.time_zone)
    today = local(zone, at).date()
    moments = (moment(zone, today + number * ONE, minute_of(hours.digest_at)) for number in range(3))
    return next(found for found in moments if found > at)


def next_morning(person: User, at: datetime | None = None) -> datetime:
    """Tomorrow at nine, by the person's clock."""
    zone = zone_of(person.time_zone)
    return moment(zone, local(zone, at or timezone.now()).date() + ONE, 9 * 60)
