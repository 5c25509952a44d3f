"""A working time in words, and what is wrong with one."""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from kartu.core import formats
from kartu.firm.models import WorkingTime
from kartu.firm.models.limit import DAYS
from kartu.firm.models.working import Spans

DAY = 24 * 60
LONGEST_CYCLE = 60
WEEK = dict(DAYS)


def sentence(time: WorkingTime) -> str:
    """ "Mon–Fri 09:00–18:00, break 13:00–14:00; Sat–Sun off"."""
    kinds: dict[Spans, list[int]] = {}
    for number, day in enumerate(time.days):
        kinds.setdefault(tuple((start, end) for start, end in day), []).append(number)
    worked = [f"{run_words(time, numbers)} {day_words(spans)}" for spans, numbers in kinds.items() if spans]
    off = [_("%(days)s off") % {"days": run_words(time, numbers)} for spans, numbers in kinds.items() if not spans]
    told = worked + off
    if time.cycle_from:
        told.append(_("in turn from %(day)s") % {"day": formats.format_date(time.cycle_from)})
    if not time.observes_holidays:
        told.append(_("on holidays too"))
    return "; ".join(told)


def run_words(time: WorkingTime, numbers: list[int]) -> str:
    """ "Mon–Wed, Fri", or of a cycle "day 1–2"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    names = [str(number + 1) if time.cycle_from else str(WEEK[number]) for number in range(len(time.days))]
    ends = [names[run[0]] if len(run) == 1 else f"{names[run[0]]}–{names[run[-1]]}" for run in runs]
    return _("day %(numbers)s") % {"numbers": ", ".join(ends)} if time.cycle_from else ", ".join(ends)


def day_words(spans: Spans) -> str:
    """ "09:00–18:00, break 13:00–14:00"."""
    start, end = spans[0][0], spans[-1][1]
    told = span_words(start, end)
    if end > DAY:
        told = _("%(times)s the next day") % {"times": told}
    pauses = breaks(spans)
    return _("%(times)s, break %(breaks)s") % {"times": told, "breaks": ", ".join(pauses)} if pauses else told


def breaks(spans: Spans) -> list[str]:
    ends = zip(spans, spans[1:], strict=False)
    return [span_words(earlier[1], later[0]) for earlier, later in ends if earlier[1] < later[0]]


def span_words(start: int, end: int) -> str:
    return f"{clock(start)}–{clock(end)}"


@lru_cache(maxsize=2 * DAY)  # a calendar has them by the hundred
def clock(minute: int) -> str:
    """What a clock shows at `minute` of a day: "09:05"."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def weekly_words(time: WorkingTime) -> str:
    """How much that is in a week, of a cycle on average: "40 h a week"."""
    minutes = sum(end - start for day in time.days for start, end in day)
    hours = formats.format_number(round(Decimal(minutes * 7) / len(time.days) / 60, 1))
    return _("%(hours)s h a week") % {"hours": hours}


def day_label(time: WorkingTime, number: int) -> str:
    return _("Day %(number)s") % {"number": number + 1} if time.cycle_from else str(WEEK[number])


def faults(time: WorkingTime) -> Iterator[tuple[int, str]]:
    """What cannot be in the days of `time`: the number of the day, and why."""
    for number, day in enumerate(time.days):
        before = time.days[number - 1]
        if any(not start < end for start, end in day) or (day and not 0 <= day[0][0] < DAY):
            yield number, _("The end must come after the beginning.")
        elif any(later[0] < earlier[1] for earlier, later in zip(day, day[1:], strict=False)):
            yield number, _("Times of one day must not overlap.")
        elif day and day[-1][1] > day[0][0] + DAY:
            yield number, _("A time ends after it begins, within 24 hours.")
        elif day and before and before[-1][1] - DAY > day[0][0]:
            yield number, _("This begins before the work of the day before is over.")
