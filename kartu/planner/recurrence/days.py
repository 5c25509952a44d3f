"""The days that a rule gives by itself: before holidays move them, and before exceptions and pauses take them away."""

import calendar
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from kartu.planner.recurrence.rule import Rule

WorkingDay = Callable[[date], bool]
# The day that names an occurrence for ever, and the day it falls on: of a "last working day" the last of the month.
Named = tuple[date, date]

DAY = timedelta(days=1)
LAST_YEAR = 9000


def days(
    rule: Rule, start: date, first: date, last: date, *, is_working_day: WorkingDay, field_date: date | None
) -> Iterator[Named]:
    """The named days from `first` to `last`, in their order, none before `start`; COUNT is left to whoever asks."""
    found = _found(rule, start, first, min(last, rule.until or last), is_working_day, field_date)
    return (named for named in found if named[1] >= start)


def _found(
    rule: Rule, start: date, first: date, last: date, is_working_day: WorkingDay, field_date: date | None
) -> Iterator[Named]:
    if last < start or last < first or last.year > LAST_YEAR:
        return iter(())
    if rule.field:
        return _before_field(rule, first, last, is_working_day, field_date)
    if rule.working_day:
        return _nth_working(rule, start, first, last, is_working_day)
    if rule.after_done:
        return iter([(start, start)] if first <= start else [])
    return ((day, day) for day in _plain(rule, start, first, last))


def _plain(rule: Rule, start: date, first: date, last: date) -> Iterator[date]:
    rule = filled(rule, start)
    fits = _fitting(rule)
    for opens, closes in _periods(rule, start, first, last):
        chosen = [day for day in _each(opens, min(closes, last if not rule.by_set_pos else closes)) if fits(day)]
        if rule.by_set_pos:
            chosen = sorted(
                {chosen[at] for nth in rule.by_set_pos if -len(chosen) <= (at := nth - (nth > 0)) < len(chosen)}
            )
        yield from (day for day in chosen if first <= day <= last)


def filled(rule: Rule, start: date) -> Rule:
    """The rule with the days that it takes from its start, as RFC 5545 has it."""
    if rule.by_day or rule.by_month_day or rule.freq == "DAILY" or rule.field or rule.after_done or rule.working_day:
        return rule
    if rule.freq == "WEEKLY" or rule.by_week_no:
        return replace(rule, by_day=((0, start.weekday()),))
    by_month = rule.by_month or ((start.month,) if rule.freq == "YEARLY" else ())
    return replace(rule, by_month_day=(start.day,), by_month=by_month)


def _fitting(rule: Rule) -> Callable[[date], bool]:
    """Whether a day of a period is one of the rule's."""
    plain = {weekday for nth, weekday in rule.by_day if not nth}
    counted = {(nth, weekday) for nth, weekday in rule.by_day if nth}
    in_year = rule.freq == "YEARLY" and not rule.by_month

    def fits(day: date) -> bool:
        return (
            (not rule.by_month or day.month in rule.by_month)
            and (not rule.by_day or day.weekday() in plain or not counted.isdisjoint(_nth_weekday(day, in_year)))
            and (not rule.by_month_day or day.day in _days_of_month(rule, day))
            and (not rule.by_week_no or not set(rule.by_week_no).isdisjoint(_week(day, rule.week_start)))
        )

    return fits


def _nth_weekday(day: date, in_year: bool) -> tuple[tuple[int, int], tuple[int, int]]:
    """The second Monday, and the last but two: of its month or its year."""
    if in_year:
        before, behind = day.timetuple().tm_yday - 1, (date(day.year, 12, 31) - day).days
    else:
        before, behind = day.day - 1, (end_of_month(day) - day).days
    return (before // 7 + 1, day.weekday()), (-(behind // 7) - 1, day.weekday())


def _days_of_month(rule: Rule, day: date) -> set[int]:
    """The rule's days of the month of `day`: the 31st of a shorter one is its last, unless only some days are meant."""
    length = end_of_month(day).day
    is_certain = not (rule.omits or rule.freq == "DAILY" or rule.by_day or rule.by_week_no or rule.by_set_pos)
    return {
        min(nth, length) if is_certain and nth > 0 else nth if nth > 0 else length + 1 + nth
        for nth in rule.by_month_day
    }


def _week(day: date, week_start: int) -> tuple[int, int]:
    """The number of the week of `day`, from the beginning and from the end of the year that has most of its days."""
    middle = day + (3 - (day.weekday() - week_start) % 7) * DAY
    number = _number_of_week(middle)
    last = date(middle.year, 12, 28)
    return number, number - 1 - _number_of_week(last + (3 - (last.weekday() - week_start) % 7) * DAY)


def _number_of_week(middle: date) -> int:
    return (middle.timetuple().tm_yday - 1) // 7 + 1


def _each(first: date, last: date) -> Iterator[date]:
    return (first + DAY * number for number in range((last - first).days + 1))


def _anchor(rule: Rule, start: date, day: date) -> date:
    """The beginning of the last period of `rule` that begins by `day`: what lies before need not be gone through."""
    if rule.freq == "DAILY":
        return day - (day - start) % timedelta(days=rule.interval)
    if rule.freq == "WEEKLY":
        week = start - timedelta(days=(start.weekday() - rule.week_start) % 7)
        return day - (day - week) % timedelta(weeks=rule.interval)
    if rule.freq == "MONTHLY":
        months = (day.year - start.year) * 12 + day.month - start.month
        return _month(start.year * 12 + start.month - 1 + months - months % rule.interval)
    return date(day.year - (day.year - start.year) % rule.interval, 1, 1)


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


# --- working days -------------------------------------------------------------------------------------------


def _nth_working(rule: Rule, start: date, first: date, last: date, is_working_day: WorkingDay) -> Iterator[Named]:
    """Named by the end of the period that it is counted from: a new holiday moves it and makes no second one."""
    for opens, closes in _stretches(rule, start, first, last):
        name = closes if rule.working_day < 0 else opens
        day = _counted(opens, closes, rule.working_day, is_working_day)
        if day and first <= day <= last:
            yield name, day


def _counted(opens: date, closes: date, nth: int, is_working_day: WorkingDay) -> date | None:
    step, day = (DAY, opens) if nth > 0 else (-DAY, closes)
    left = abs(nth)
    while opens <= day <= closes:
        left -= is_working_day(day)
        if not left:
            return day
        day += step
    return None


def _stretches(rule: Rule, start: date, first: date, last: date) -> Iterator[tuple[date, date]]:
    """The periods of the rule, or the months that it names of its years."""
    for opens, closes in _periods(rule, start, first, last):
        months = [opens.replace(month=month) for month in rule.by_month] if rule.freq == "YEARLY" else []
        yield from [(month, end_of_month(month)) for month in months] or [(opens, closes)]


def _periods(rule: Rule, start: date, first: date, last: date) -> Iterator[tuple[date, date]]:
    """The first and last days of the days, weeks, months or years that the rule counts in."""
    opens = _anchor(rule, start, max(first, start))
    while opens <= last:
        if rule.freq == "DAILY":
            yield opens, opens
            opens += timedelta(days=rule.interval)
        elif rule.freq == "WEEKLY":
            yield opens, opens + 6 * DAY
            opens += timedelta(weeks=rule.interval)
        elif rule.freq == "MONTHLY":
            if not rule.by_month or opens.month in rule.by_month:
                yield opens, end_of_month(opens)
            opens = _month(opens.year * 12 + opens.month - 1 + rule.interval)
        else:
            yield opens, opens.replace(month=12, day=31)
            opens = opens.replace(year=opens.year + rule.interval)


def end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


# --- a date of the client ------------------------------------------------------------------------------------


def _before_field(
    rule: Rule, first: date, last: date, is_working_day: WorkingDay, field_date: date | None
) -> Iterator[Named]:
    """Named by the date itself: when the contract is prolonged, its new end is a new duty."""
    for base in _anniversaries(rule, first, last, field_date):
        day = moved(base, -rule.before, is_working_day if rule.in_working_days else None)
        if first <= day <= last:
            yield base, day


def _anniversaries(rule: Rule, first: date, last: date, field_date: date | None) -> Iterator[date]:
    if field_date is None:
        return
    if not rule.freq:
        yield field_date
        return
    for year in range(max(field_date.year, first.year - 2), min(last.year + 3, LAST_YEAR)):
        if (year - field_date.year) % rule.interval == 0:
            is_short = field_date.month == 2 and field_date.day == 29 and not calendar.isleap(year)
            yield field_date.replace(year=year, day=28 if is_short else field_date.day)


def moved(day: date, by: int, is_working_day: WorkingDay | None = None) -> date:
    """`day` moved by so many days, or by so many working days where those are asked."""
    if is_working_day is None:
        return day + by * DAY
    step = DAY if by > 0 else -DAY
    for _turn in range(abs(by) * 7 + 60):
        if not by:
            break
        day += step
        if is_working_day(day):
            by -= 1 if by > 0 else -1
    return day
