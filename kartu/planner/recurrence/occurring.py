"""When it comes: the days of a rule as moments, each with the slot that names it for ever."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _

from kartu.planner.recurrence.days import DAY, LAST_YEAR, Named, WorkingDay, days, moved
from kartu.planner.recurrence.errors import RuleError
from kartu.planner.recurrence.rule import Holiday, Rule

FARTHEST_SHIFT = 31
# A moment may lie so many days from the day that names it: a shift and a month's working days.
MARGIN = timedelta(days=2 * FARTHEST_SHIFT + 5)
CHUNK = timedelta(days=400)
# What has not come within so long never comes.
NEVER = timedelta(days=366 * 40)
EARLIEST, LATEST = date(1970, 1, 1), date(2200, 1, 1)


def is_weekday(day: date) -> bool:
    """The working days of a firm that has told none: Monday to Friday."""
    return day.weekday() < 5


@dataclass(frozen=True)
class Start:
    """From which day, at which local time of day (None: any time of it), in which zone."""

    on: date
    at: time | None
    zone: ZoneInfo


@dataclass(frozen=True, order=True)
class Occurrence:
    """moment: when it comes; without a time of day the beginning of `day`. slot: its name within the rule, which no
    holiday and no change of a calendar alters. by_rule: its day before a holiday moved it."""

    moment: datetime
    slot: str
    day: date
    at: time | None
    by_rule: date

    @property
    def is_moved(self) -> bool:
        return self.day != self.by_rule


def occurrences(
    rule: Rule,
    start: Start,
    *,
    after: datetime,
    until: datetime,
    is_working_day: WorkingDay = is_weekday,
    field_date: date | None = None,
) -> Iterator[Occurrence]:
    """What comes later than `after` and by `until`, in its order: no two at one moment, each slot once.

    Where two fall on one moment (a Saturday's moved to Monday, 02:30 in the night when clocks go forward), they are
    one. `is_working_day` is asked of days within two months of them; `field_date` is the client's date of `rule.field`.
    """
    after = max(after, _beginning(start)).astimezone(UTC)
    until = min(until, datetime(LAST_YEAR, 1, 1, tzinfo=UTC)).astimezone(UTC)
    while after < until:
        closes = min(after + CHUNK, until)
        yield from _within(rule, start, after, closes, is_working_day, field_date)
        after = closes


def first_ones(
    rule: Rule, start: Start, number: int, *, after: datetime | None = None, **known: object
) -> list[Occurrence]:
    """The next `number` after a moment, or the first ones of all."""
    after = after or _beginning(start)
    return list(islice(occurrences(rule, start, after=after, until=after + NEVER, **known), number))


def next_after(rule: Rule, start: Start, after: datetime, **known: object) -> Occurrence | None:
    return next(iter(first_ones(rule, start, 1, after=after, **known)), None)


def following(
    rule: Rule, start: Start, *, done_at: datetime, number: int, is_working_day: WorkingDay = is_weekday
) -> Occurrence | None:
    """The one after completion: the `number`th of its rule, the one before it having been done at `done_at`.

    None where the rule is over or paused without end. Its slot is its number: however often the one before is closed
    and opened again, there is one next.
    """
    if rule.count and number > rule.count:
        return None
    done_on = done_at.astimezone(start.zone).date()
    if rule.in_working_days:
        day = moved(done_on, rule.interval, is_working_day)
    else:
        unit = {"DAILY": "days", "WEEKLY": "weeks", "MONTHLY": "months", "YEARLY": "years"}[rule.freq]
        day = done_on + relativedelta(**{unit: rule.interval})
    day = _after_pauses(rule, day)
    if day is None or (rule.until and day > rule.until):
        return None
    at = rule.times[0] if rule.times else start.at
    shifted = _shifted(day, rule, is_working_day) or day
    return Occurrence(_moment(shifted, at, start.zone), f"#{number}", shifted, at, day)


def _beginning(start: Start) -> datetime:
    """Before anything that a rule with this start may give."""
    return _moment(start.on, time.min, start.zone).astimezone(UTC) - MARGIN


def check(rule: Rule, start: Start, **known: object) -> None:
    """RuleError where the rule gives nothing at all from its start on."""
    if not EARLIEST <= start.on <= LATEST:
        raise RuleError("DTSTART", _("The beginning lies too far away"))
    if rule.field and known.get("field_date") is None:
        return  # each client has a date of its own, or none
    if not first_ones(rule, start, 1, **known):
        raise RuleError(_blamed(rule, start), _("By this rule it never comes"))


def _blamed(rule: Rule, start: Start) -> str:
    if rule.until and rule.until < start.on:
        return "UNTIL"
    if rule.is_paused(start.on):
        return "X-PAUSE"
    parts = {
        "EXDATE": rule.exceptions, "X-HOLIDAY": rule.holiday == Holiday.SKIP,
        "BYSETPOS": rule.by_set_pos, "BYWEEKNO": rule.by_week_no, "X-WORKDAY": rule.working_day,
        "BYMONTHDAY": rule.by_month_day, "BYDAY": rule.by_day,
    }  # fmt: skip
    return next((part for part, value in parts.items() if value), "FREQ")


# --- one stretch of time ---------------------------------------------------------------------------------------


def _within(
    rule: Rule, start: Start, after: datetime, until: datetime, is_working_day: WorkingDay, field_date: date | None
) -> Iterable[Occurrence]:
    """What comes in (after, until]. Who shares a moment lies within the margin: each stretch decides alike."""
    first, last = after.astimezone(start.zone).date() - MARGIN, until.astimezone(start.zone).date() + MARGIN
    named = days(
        rule,
        start.on,
        start.on if rule.count else max(first, start.on),
        last,
        is_working_day=is_working_day,
        field_date=field_date,
    )
    by_moment: dict[datetime, tuple[bool, Occurrence]] = {}
    left_out, seen = set(rule.exceptions), set()
    for slot, day, at, is_extra in (*_extra(rule, start, first, last), *_slots(rule, start, named)):
        if slot in seen or rule.is_paused(day) or not left_out.isdisjoint((slot, slot[:10], day.isoformat())):
            continue
        seen.add(slot)
        shifted = day if is_extra else _shifted(day, rule, is_working_day)
        if shifted is None:
            continue
        moment = _moment(shifted, at, start.zone)
        is_own = shifted == day and at in (None, moment.time())
        rival = by_moment.get(moment.astimezone(UTC))
        if rival is None or (is_own and not rival[0]):
            by_moment[moment.astimezone(UTC)] = is_own, Occurrence(moment, slot, shifted, at, day)
    return [found for moment, (_own, found) in sorted(by_moment.items()) if after < moment <= until]


def _slots(rule: Rule, start: Start, named: Iterable[Named]) -> Iterator[tuple[str, date, time | None, bool]]:
    times = rule.times or (start.at,)
    slots = ((slot_name(name, at), day, at, False) for name, day in named for at in times)
    return islice(slots, rule.count) if rule.count else slots


def _extra(rule: Rule, start: Start, first: date, last: date) -> Iterator[tuple[str, date, time | None, bool]]:
    for slot in rule.extra:
        day, _sign, clock = slot.partition("T")
        on = date.fromisoformat(day)
        if first <= on <= last:
            at = time.fromisoformat(clock) if clock else (rule.times[0] if rule.times else start.at)
            yield slot_name(on, at), on, at, True


def slot_name(day: date, at: time | None) -> str:
    """The name of an occurrence: its local date, and the time where it has one."""
    return day.isoformat() if at is None else f"{day.isoformat()}T{at:%H:%M}"


def _shifted(day: date, rule: Rule, is_working_day: WorkingDay) -> date | None:
    """The day as the holiday rule moves it; None: it is left out. A month without a working day moves nothing."""
    if rule.holiday == Holiday.KEEP or is_working_day(day):
        return day
    if rule.holiday == Holiday.SKIP:
        return None
    step = DAY if rule.holiday == Holiday.NEXT else -DAY
    near = (day + step * away for away in range(1, FARTHEST_SHIFT + 1))
    return next((other for other in near if is_working_day(other)), day)


def _after_pauses(rule: Rule, day: date) -> date | None:
    for first, last in rule.pauses:
        if first <= day and (last is None or day <= last):
            if last is None:
                return None
            day = last + DAY
    return day


def _moment(day: date, at: time | None, zone: ZoneInfo) -> datetime:
    """The local time as a moment: in the gap of a night when clocks go forward the time by which it comes, once in the
    hour that comes twice."""
    wall = datetime.combine(day, at or time.min, tzinfo=zone)
    return wall.astimezone(UTC).astimezone(zone)
