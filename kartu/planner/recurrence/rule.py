"""A rule: how often something comes back, as a value that cannot be wrong in itself."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from kartu.planner.recurrence.errors import RuleError

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
# Beyond these it is no longer a duty that comes back, and a page would wait for the answer.
LONGEST = {"DAILY": 1000, "WEEKLY": 200, "MONTHLY": 120, "YEARLY": 20}
MOST_TIMES_A_DAY = 96
MOST_OCCURRENCES = 1000
MOST_DATES = 1000
FARTHEST_BEFORE = 366


class Holiday(StrEnum):
    """What becomes of a day that falls on a holiday."""

    KEEP = "KEEP"
    NEXT = "NEXT"
    PREVIOUS = "PREVIOUS"
    SKIP = "SKIP"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How often: the parts of RFC 5545, and what a firm's duties need beside them.

    by_day: (n, weekday) with Monday as 0; n is 0 for every one, 2 for the second, -1 for the last. times: several
    times of a day; empty: the one of the start. until: the last day, counted as the rule gives it, before any shift;
    with a count, whichever comes first.
    working_day: the nth working day of the period, -1 the last. field, before: so many days before a date of the
    client, once or with YEARLY each year. after_done: so long after the last one was done. omits: shorter months
    have no 31st at all; else it is their last day. exceptions: slots, or whole days, that are left out. extra: further
    slots. pauses: first and last day; None: until it is gone on with.
    """

    freq: str = ""
    interval: int = 1
    by_day: tuple[tuple[int, int], ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_week_no: tuple[int, ...] = ()
    by_set_pos: tuple[int, ...] = ()
    times: tuple[time, ...] = ()
    week_start: int = 0
    count: int = 0
    until: date | None = None
    working_day: int = 0
    field: str = ""
    before: int = 0
    in_working_days: bool = False
    after_done: bool = False
    holiday: Holiday = Holiday.KEEP
    omits: bool = False
    exceptions: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    pauses: tuple[tuple[date, date | None], ...] = ()

    def __post_init__(self) -> None:
        for name in ("by_month_day", "by_month", "by_week_no", "by_set_pos", "times", "exceptions", "extra"):
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))
        object.__setattr__(self, "by_day", tuple(sorted(set(self.by_day))))
        object.__setattr__(
            self, "pauses", tuple(sorted(set(self.pauses), key=lambda span: (span[0], span[1] or date.max)))
        )
        _check_parts(self)
        _check_together(self)

    # --- made from another -------------------------------------------------------------------------

    def ended(self, last: date) -> "Rule":
        """The rule that gives nothing after the day `last`."""
        until = min(self.until, last) if self.until else last
        return replace(self, until=until, extra=tuple(slot for slot in self.extra if slot[:10] <= last.isoformat()))

    def without(self, slots: Iterable[str]) -> "Rule":
        return replace(self, exceptions=(*self.exceptions, *slots), extra=tuple(set(self.extra) - set(slots)))

    def with_back(self, slots: Collection[str]) -> "Rule":
        return replace(self, exceptions=tuple(slot for slot in self.exceptions if slot not in slots))

    def paused(self, first: date, last: date | None = None) -> "Rule":
        return replace(self, pauses=(*self.pauses, (first, last)))

    def resumed(self, on: date) -> "Rule":
        """The rule of which a pause that is still going on ends before `on`."""
        kept = [span for span in self.pauses if span[1] and span[1] < on]
        cut = [
            (first, on - timedelta(days=1)) for first, last in self.pauses if (not last or last >= on) and first < on
        ]
        return replace(self, pauses=(*kept, *cut))

    def is_paused(self, on: date) -> bool:
        return any(first <= on and (last is None or on <= last) for first, last in self.pauses)


def _check_parts(rule: Rule) -> None:
    if rule.freq and rule.freq not in FREQUENCIES:
        raise RuleError(
            "FREQ", _("A duty comes back daily, weekly, monthly or yearly; for more, give several times of a day")
        )
    if not rule.freq and not rule.field:
        raise RuleError("FREQ", _("Say how often it comes back"))
    if not 1 <= rule.interval <= LONGEST.get(rule.freq, 1):
        raise RuleError("INTERVAL", _("From 1 to %(most)s") % {"most": LONGEST.get(rule.freq, 1)})
    if not 0 <= rule.count <= MOST_OCCURRENCES:
        raise RuleError("COUNT", _("From 1 to %(most)s") % {"most": MOST_OCCURRENCES})
    _check_numbers("BYMONTHDAY", rule.by_month_day, 31, signed=True)
    _check_numbers("BYMONTH", rule.by_month, 12, signed=False)
    _check_numbers("BYWEEKNO", rule.by_week_no, 53, signed=True)
    _check_numbers("BYSETPOS", rule.by_set_pos, 366, signed=True)
    if any(not (-53 <= nth <= 53 and 0 <= weekday <= 6) for nth, weekday in rule.by_day):
        raise RuleError("BYDAY", _("There is no such weekday"))
    if rule.week_start not in range(7):
        raise RuleError("WKST", _("There is no such weekday"))
    if abs(rule.working_day) > 23 * (12 if rule.freq == "YEARLY" else 1):
        raise RuleError("X-WORKDAY", _("No month has so many working days"))
    if abs(rule.before) > FARTHEST_BEFORE:
        raise RuleError("X-BEFORE", _("At most %(most)s days") % {"most": FARTHEST_BEFORE})
    if len(rule.times) > MOST_TIMES_A_DAY:
        raise RuleError("BYMINUTE", _("At most %(most)s times a day") % {"most": MOST_TIMES_A_DAY})
    for part, dates in (("EXDATE", rule.exceptions), ("RDATE", rule.extra), ("X-PAUSE", rule.pauses)):
        if len(dates) > MOST_DATES:
            raise RuleError(part, _("At most %(most)s dates") % {"most": MOST_DATES})
    if any(last and last < first for first, last in rule.pauses):
        raise RuleError("X-PAUSE", _("The pause ends before it begins"))


def _check_numbers(part: str, numbers: tuple[int, ...], most: int, *, signed: bool) -> None:
    for number in numbers:
        if not 1 <= (abs(number) if signed else number) <= most:
            raise RuleError(part, _("%(number)s is not possible here") % {"number": number})


def _check_together(rule: Rule) -> None:
    if any(nth for nth, _weekday in rule.by_day) and (rule.freq not in ("MONTHLY", "YEARLY") or rule.by_week_no):
        raise RuleError("BYDAY", _("A first or last weekday needs a month or a year"))
    if rule.by_month_day and rule.freq == "WEEKLY":
        raise RuleError("BYMONTHDAY", _("A week has no days of the month"))
    if rule.by_week_no and rule.freq != "YEARLY":
        raise RuleError("BYWEEKNO", _("Numbers of weeks need a year"))
    chosen = bool(rule.by_day or rule.by_month_day or rule.by_week_no or rule.by_month)
    if rule.by_set_pos and not chosen:
        raise RuleError("BYSETPOS", _("Say of which days it is the first or the last"))
    if rule.by_set_pos and len(rule.times) > 1:
        raise RuleError("BYSETPOS", _("Not together with several times of a day"))
    if rule.working_day and (rule.by_day or rule.by_month_day or rule.by_week_no or rule.by_set_pos or rule.field):
        raise RuleError("X-WORKDAY", _("A working day of the month stands for itself, without other days"))
    if rule.working_day and rule.freq == "DAILY":
        raise RuleError("X-WORKDAY", _("The first or last working day needs a week, a month or a year"))
    if rule.field and (rule.freq not in ("", "YEARLY") or chosen or rule.by_set_pos):
        raise RuleError("X-FIELD", _("A date of the client comes once or every year"))
    if rule.before and not rule.field:
        raise RuleError("X-BEFORE", _("Say before which date of the client"))
    if rule.after_done and (chosen or rule.by_set_pos or rule.field or rule.working_day or len(rule.times) > 1):
        raise RuleError("X-AFTER", _("After completion only the time in between counts, not certain days"))
    if rule.in_working_days and not (rule.field or (rule.after_done and rule.freq == "DAILY")):
        raise RuleError("X-IN", _("Working days are counted before a date or after completion"))
