"""When people work: by their working time, the calendar of the country, the firm's own days, and their absences.

Whatever is asked, `Book.of` fetches all that it needs in a handful of queries, however many people and days there are;
whoever asks often keeps the book. `who` is a person, a team, or None for the firm as a whole.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kartu.firm.calendars import Special, special_day
from kartu.firm.clock import borders, day_of, moment
from kartu.firm.middleware import zone_of
from kartu.firm.models import Absence, CalendarDay, DayKind, Firm, Team, TemporaryRight, User, WorkingTime
from kartu.firm.models.working import Spans

Who = User | Team | None
Moments = tuple[tuple[datetime, datetime], ...]

SHORTER = 60
# Behind this nobody looks for working time any further.
FARTHEST = timedelta(days=800)
ONE = timedelta(days=1)


class HolidayRule(models.TextChoices):
    """What becomes of a day that turns out to be off."""

    KEEP = "keep", _("leave it on that day")
    NEXT = "next_working", _("the next working day")
    PREVIOUS = "previous_working", _("the working day before")
    SKIP = "skip", _("leave it out")


class Off(models.TextChoices):
    """Why somebody does not work on a day."""

    WEEKEND = "weekend", _("day off")
    HOLIDAY = "holiday", _("holiday")
    ABSENCE = "absence", _("away")


class NoWorkingTime(LookupError):
    """There is no working time as far as anybody looks."""


@dataclass(frozen=True)
class Plan:
    """A day by its rules, absences left aside: minutes since its midnight; `name` of what is special about it."""

    spans: Spans
    off: str = ""
    name: str | Promise = ""
    is_short: bool = False


@dataclass(frozen=True)
class DayHours:
    """A day of a person in his own zone. `spans` are moments in UTC, without absences; `off` is an `Off`, "" where he
    works; `name` says the holiday or the kind of the absence."""

    day: date
    spans: Moments
    off: str = ""
    name: str | Promise = ""
    absence: Absence | None = None

    @property
    def minutes(self) -> int:
        return total(self.spans)

    @property
    def why(self) -> str:
        """In words, "" where he works."""
        return in_words(self.off, self.name)


def in_words(off: str, name: str | Promise) -> str:
    """Why somebody does not work, "" where he does."""
    return str(name or Off(off).label) if off else ""


class Book:
    """All that says when certain people work. Absences are known from `first` to `last`, everything else for ever."""

    def __init__(
        self, *, firm: Firm | None, times: Iterable[WorkingTime], days: Iterable[CalendarDay], away: Iterable[Absence]
    ) -> None:
        self.country = firm.calendar_country if firm else ""
        self.zone = zone_of(firm.time_zone if firm else "UTC")
        self.own = {each.day: each for each in days}
        self.times: dict[tuple[int | None, int | None], list[WorkingTime]] = {}
        for time in sorted(times, key=lambda time: time.from_day, reverse=True):
            self.times.setdefault((time.person_id, time.team_id), []).append(time)
        self.away: dict[int, list[Absence]] = {}
        for absence in sorted(away, key=lambda absence: absence.from_at):
            self.away.setdefault(absence.person_id, []).append(absence)
        self.usual = WorkingTime.usual()

    @classmethod
    def of(cls, people: Iterable[Who], first: date, last: date) -> "Book":
        """The book of `people`, teams among them, with their absences from `first` to `last`: four queries."""
        people = list(people)
        persons = [who.pk for who in people if isinstance(who, User)]
        teams = {who.pk if isinstance(who, Team) else who.team_id for who in people if who is not None}
        return cls(
            firm=Firm.current(),
            times=times_of(persons, teams - {None}),
            days=CalendarDay.objects.all(),
            away=away_of(persons, *moments_of(first, last)) if persons else (),
        )

    @classmethod
    def around(cls, who: Who, start: datetime, end: datetime) -> "Book":
        return cls.of([who], start.astimezone(UTC).date() - 2 * ONE, end.astimezone(UTC).date() + 2 * ONE)

    def zone_of(self, who: Who) -> tzinfo:
        return zone_of(who.time_zone) if isinstance(who, User) else self.zone

    def today(self, who: Who = None) -> date:
        return day_of(self.zone_of(who), timezone.now())

    def time_of(self, who: Who, day: date) -> WorkingTime:
        """The working time that holds for `who` on `day`; where nobody has said anything an unsaved one."""
        keys: list[tuple[int | None, int | None]] = [(None, None)]
        if isinstance(who, Team):
            keys.insert(0, (None, who.pk))
        elif who is not None:
            keys[:0] = [(who.pk, None), *([(None, who.team_id)] if who.team_id else [])]
        rows = (time for key in keys for time in self.times.get(key, ()))
        return next((time for time in rows if time.holds_on(day)), self.usual)

    def is_set(self, who: Who, day: date) -> bool:
        """Whether anybody has said when `who` works."""
        return self.time_of(who, day).pk is not None

    def special(self, day: date) -> Special | None:
        """What is special about a day: as the firm says it, else as its country does."""
        own = self.own.get(day)
        if own is None:
            return special_day(self.country, day)
        return None if own.kind == DayKind.PLAIN else Special(own.kind, own.name, own.kind == DayKind.SHORT)

    def plan(self, who: Who, day: date) -> Plan:
        """The day by the rules, whoever may be away."""
        time = self.time_of(who, day)
        spans = time.spans_on(day)
        special = self.special(day) if time.observes_holidays else None
        if special is None:
            return Plan(spans, "" if spans else Off.WEEKEND)
        if special.kind == DayKind.OFF:
            return Plan((), Off.HOLIDAY, special.name or DayKind.OFF.label)
        if special.kind == DayKind.WORKING and not spans:
            spans = next((more for ahead in range(1, 8) if (more := time.spans_on(day + ahead * ONE))), ())
        if special.is_short:
            spans = shorter(spans)
        return Plan(spans, "" if spans else Off.WEEKEND, special.name, special.is_short)

    def off(self, who: Who, day: date) -> tuple[str, str]:
        """Why `who` does not work on `day`, as an `Off` and in words; nothing where he works."""
        if isinstance(who, User) and self.away.get(who.pk):
            hours = self.hours(who, day)
            return hours.off, hours.why
        plan = self.plan(who, day)
        return plan.off, in_words(plan.off, plan.name)

    def hours(self, who: Who, day: date) -> DayHours:
        plan, zone = self.plan(who, day), self.zone_of(who)
        spans = tuple((moment(zone, day, start), moment(zone, day, end)) for start, end in plan.spans)
        spans = tuple((start, end) for start, end in spans if start < end)
        away = self.away.get(who.pk, ()) if isinstance(who, User) else ()
        if not away:
            return DayHours(day, spans, plan.off, plan.name)
        left = without(spans, away)
        first, end = borders(zone, day)
        absence = next((each for each in away if each.from_at < end and each.until_at > first), None)
        if spans and not left:
            return DayHours(day, (), Off.ABSENCE, absence.get_kind_display() if absence else "", absence)
        return DayHours(day, left, plan.off, plan.name, absence)

    def working(self, who: Who, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The stretches of working time between two moments, one after the other and apart from each other."""
        zone = self.zone_of(who)
        day, last, until = day_of(zone, start) - ONE, day_of(zone, end), start
        while day <= last:
            for begins, ends in self.hours(who, day).spans:
                begins, ends = max(begins, until), min(ends, end)
                if begins < ends:
                    yield begins, ends
                    until = ends
            day += ONE

    def is_working(self, who: Who, at: datetime) -> bool:
        return any(start <= at < end for start, end in self.working(who, at, at + timedelta(minutes=1)))

    def is_working_day(self, who: Who, day: date, *, with_absences: bool = True) -> bool:
        if with_absences:
            return not self.hours(who, day).off
        return not self.plan(who, day).off

    def shifted(self, day: date, who: Who, rule: str, *, with_absences: bool = False) -> date | None:
        """Where `rule` puts something that falls on `day`; None: it is left out."""
        if rule == HolidayRule.KEEP or self.is_working_day(who, day, with_absences=with_absences):
            return day
        if rule == HolidayRule.SKIP:
            return None
        step = ONE if rule == HolidayRule.NEXT else -ONE
        return self.walk(day + step, step, who, with_absences)

    def walk(self, day: date, step: timedelta, who: Who, with_absences: bool = False) -> date:
        """The first working day from `day` on, `step` by `step`."""
        for _each in range(FARTHEST.days):
            if self.is_working_day(who, day, with_absences=with_absences):
                return day
            day += step
        raise NoWorkingTime(f"no working day of {who or 'the firm'} near {day}")


def times_of(persons: Collection[int], teams: Collection[int]) -> QuerySet[WorkingTime]:
    """The working times that people and teams have, and those of the firm."""
    return WorkingTime.objects.filter(Q(person_id__in=persons) | Q(team_id__in=teams) | Q(person=None, team=None))


def away_of(persons: Collection[int], start: datetime, end: datetime) -> QuerySet[Absence]:
    return Absence.objects.between(start, end).filter(person_id__in=persons)


def moments_of(first: date, last: date) -> tuple[datetime, datetime]:
    """The moments between which these days lie in every zone: in some they begin half a day before those of UTC, or
    after."""
    return moment(UTC, first - ONE), moment(UTC, last + 2 * ONE)


def shorter(spans: Spans) -> Spans:
    """An hour less at the end of the day."""
    left, cut = [], SHORTER
    for start, end in reversed(spans):
        taken = min(cut, end - start)
        cut -= taken
        if end - taken > start:
            left.append((start, end - taken))
    return tuple(reversed(left))


def without(spans: Moments, away: Iterable[Absence]) -> Moments:
    for absence in away:
        spans = tuple(
            (start, end)
            for begins, ends in spans
            for start, end in ((begins, min(ends, absence.from_at)), (max(begins, absence.until_at), ends))
            if start < end
        )
    return spans


def total(spans: Iterable[tuple[datetime, datetime]]) -> int:
    return int(sum((end - start for start, end in spans), timedelta()).total_seconds()) // 60


def days_between(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE


def hours_of(people: Iterable[User], first: date, last: date) -> dict[int, list[DayHours]]:
    """Each person's days from `first` to `last`, in his own zone."""
    people = list(people)
    book = Book.of(people, first, last)
    return {who.pk: [book.hours(who, day) for day in days_between(first, last)] for who in people}


def is_working(who: Who, at: datetime | None = None) -> bool:
    at = at or timezone.now()
    return Book.around(who, at, at).is_working(who, at)


def is_working_day(who: Who, day: date, *, with_absences: bool = True) -> bool:
    return Book.of([who], day, day).is_working_day(who, day, with_absences=with_absences)


def shifted(day: date, who: Who, rule: str, *, with_absences: bool = False) -> date | None:
    """Where `rule` (a `HolidayRule`) puts something that falls on `day`; None: it is left out. Who is on leave has
    working days all the same, for his deputy, unless absences are asked for."""
    book = Book.of([who], day - FARTHEST, day + FARTHEST)
    return book.shifted(day, who, rule, with_absences=with_absences)


def last_working_day(year: int, month: int, who: Who, *, with_absences: bool = False) -> date:
    """The last working day of a month; NoWorkingTime where it has none."""
    last = date(year + month // 12, month % 12 + 1, 1) - ONE
    book = Book.of([who], last.replace(day=1), last)
    days = (last - number * ONE for number in range(last.day))
    found = next((day for day in days if book.is_working_day(who, day, with_absences=with_absences)), None)
    if found is None:
        raise NoWorkingTime(f"no working day of {who or 'the firm'} in {year}-{month:02}")
    return found


def working_minutes(who: Who, start: datetime, end: datetime) -> int:
    return total(Book.around(who, start, end).working(who, start, end)) if start < end else 0


def add_working_minutes(who: Who, start: datetime, minutes: int) -> datetime:
    """The moment at which `who` has worked `minutes` since `start`; with a negative number, from which he has until it.
    Zero is the next moment at which he works at all."""
    if minutes < 0:
        return take_working_minutes(who, start, -minutes)
    left = timedelta(minutes=minutes)
    for begins, ends in Book.around(who, start, start + FARTHEST).working(who, start, start + FARTHEST):
        if left <= ends - begins:
            return begins + left
        left -= ends - begins
    raise NoWorkingTime(f"{who or 'the firm'} does not work {minutes} minutes from {start:%Y-%m-%d} on")


def take_working_minutes(who: Who, end: datetime, minutes: int) -> datetime:
    left = timedelta(minutes=minutes)
    book = Book.around(who, end - FARTHEST, end)
    step = timedelta(days=14)
    while step <= FARTHEST:
        spans = list(book.working(who, end - step, end))
        for begins, ends in reversed(spans):
            if left <= ends - begins:
                return ends - left
            left -= ends - begins
        end, step = end - step, step * 2
    raise NoWorkingTime(f"{who or 'the firm'} does not work {minutes} minutes before {end:%Y-%m-%d}")


def absent_at(people: Iterable[User], at: datetime | None = None) -> dict[int, Absence]:
    """Who of `people` is away at that moment, by id."""
    rows = Absence.objects.at(at or timezone.now()).filter(person_id__in=[who.pk for who in people])
    return {absence.person_id: absence for absence in rows}


class Deputies:
    """Who stands in for whom at one moment: two queries, whoever is asked about."""

    def __init__(self, at: datetime | None = None) -> None:
        at = at or timezone.now()
        rows = TemporaryRight.objects.filter(absent__isnull=False, ended_at=None, from_at__lte=at, until_at__gt=at)
        self.named: dict[int, list[User]] = {}
        for given in rows.filter(person__is_active=True).select_related("person__role").order_by("from_at", "pk"):
            self.named.setdefault(given.absent_id, []).append(given.person)
        self.away = set(Absence.objects.at(at).values_list("person_id", flat=True))

    def of(self, person: User) -> list[User]:
        """Who is there to act for `person`: his deputies, and for those who are away themselves theirs."""
        found: dict[int, User] = {}
        asked, waiting = {person.pk}, list(self.named.get(person.pk, ()))
        while waiting:
            deputy = waiting.pop(0)
            if deputy.pk in asked:
                continue
            asked.add(deputy.pk)
            if deputy.pk in self.away:
                waiting += self.named.get(deputy.pk, ())
            else:
                found[deputy.pk] = deputy
        return list(found.values())


def deputies_at(person: User, at: datetime | None = None) -> list[User]:
    """Who is there to act for `person` at that moment, the deputies of absent deputies among them."""
    return Deputies(at).of(person)
