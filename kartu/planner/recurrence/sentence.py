"""A rule as a sentence: "every month on the last working day at 10:00, until 31 Dec 2026"."""

from datetime import date, time

from babel.dates import format_skeleton
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartu.core import formats
from kartu.planner.recurrence.rule import Holiday, Rule


def describe(rule: Rule, on: date, at: time | None, language: str = "", field_label: str = "") -> str:
    """What `rule` says when it begins `on` `at`, in `language` (empty: that of the reader).

    `field_label`: the words for the date of the client that the rule counts from.
    """
    with translation.override(language or translation.get_language()):
        sentence = _head(rule, on, field_label or rule.field)
        times = ", ".join(f"{clock:%H:%M}" for clock in rule.times or ((at,) if at else ()))
        if times:
            sentence = _("%(what)s at %(times)s") % {"what": sentence, "times": times}
        return ", ".join([sentence, *_tail(rule)])


def _head(rule: Rule, on: date, field_label: str) -> str:
    if rule.after_done:
        return _after_done(rule)
    if rule.field:
        return _before_field(rule, field_label)
    if _is_every_working_day(rule):
        return _("every working day")
    every = _every(rule)
    if rule.by_month and not _is_day_of_year(rule, on):
        every = _("%(every)s (%(months)s)") % {"every": every, "months": ", ".join(map(_month, rule.by_month))}
    days = _days(rule, on)
    return _("%(every)s on %(days)s") % {"every": every, "days": days} if days else every


def _is_every_working_day(rule: Rule) -> bool:
    chosen = rule.by_day or rule.by_month_day or rule.by_month or rule.by_set_pos
    is_daily = rule.freq == "DAILY" and rule.interval == 1 and not rule.after_done
    return is_daily and rule.holiday == Holiday.SKIP and not chosen


def _every(rule: Rule) -> str:
    number = {"number": rule.interval}
    if rule.interval == 1:
        return {
            "DAILY": _("every day"),
            "WEEKLY": _("every week"),
            "MONTHLY": _("every month"),
            "YEARLY": _("every year"),
        }[rule.freq]
    if rule.freq == "DAILY":
        return ngettext("every %(number)s day", "every %(number)s days", rule.interval) % number
    if rule.freq == "WEEKLY":
        return ngettext("every %(number)s week", "every %(number)s weeks", rule.interval) % number
    if rule.freq == "MONTHLY":
        return ngettext("every %(number)s month", "every %(number)s months", rule.interval) % number
    return ngettext("every %(number)s year", "every %(number)s years", rule.interval) % number


def _after_done(rule: Rule) -> str:
    number = {"number": rule.interval}
    if rule.in_working_days:
        return (
            ngettext(
                "%(number)s working day after the last one was done",
                "%(number)s working days after the last one was done",
                rule.interval,
            )
            % number
        )
    if rule.freq == "DAILY":
        return (
            ngettext(
                "%(number)s day after the last one was done",
                "%(number)s days after the last one was done",
                rule.interval,
            )
            % number
        )
    if rule.freq == "WEEKLY":
        return (
            ngettext(
                "%(number)s week after the last one was done",
                "%(number)s weeks after the last one was done",
                rule.interval,
            )
            % number
        )
    if rule.freq == "MONTHLY":
        return (
            ngettext(
                "%(number)s month after the last one was done",
                "%(number)s months after the last one was done",
                rule.interval,
            )
            % number
        )
    return (
        ngettext(
            "%(number)s year after the last one was done", "%(number)s years after the last one was done", rule.interval
        )
        % number
    )


def _before_field(rule: Rule, label: str) -> str:
    number = {"number": abs(rule.before), "date": label}
    if not rule.before:
        told = _("on the day “%(date)s”") % number
    elif rule.in_working_days and rule.before > 0:
        told = (
            ngettext(
                "%(number)s working day before “%(date)s”", "%(number)s working days before “%(date)s”", rule.before
            )
            % number
        )
    elif rule.in_working_days:
        told = (
            ngettext(
                "%(number)s working day after “%(date)s”", "%(number)s working days after “%(date)s”", -rule.before
            )
            % number
        )
    elif rule.before > 0:
        told = ngettext("%(number)s day before “%(date)s”", "%(number)s days before “%(date)s”", rule.before) % number
    else:
        told = ngettext("%(number)s day after “%(date)s”", "%(number)s days after “%(date)s”", -rule.before) % number
    return _("%(every)s, %(what)s") % {"every": _every(rule), "what": told} if rule.freq else told


# --- which days --------------------------------------------------------------------------------------------


def _days(rule: Rule, on: date) -> str:
    if rule.working_day:
        return _working_day(rule.working_day)
    told = []
    if rule.by_week_no:
        told.append(_("week %(numbers)s") % {"numbers": ", ".join(map(str, rule.by_week_no))})
    if _is_day_of_year(rule, on):
        told.append(_days_of_year(rule, on))
    elif days := rule.by_month_day or _day_of_start(rule, on):
        told.append(_days_of_month(rule, days))
    if rule.by_day:
        told.append(_weekdays(rule.by_day))
    elif rule.freq == "WEEKLY" or rule.by_week_no:
        told.append(_weekday(on.weekday()))
    days = ", ".join(told)
    return _picked(rule, days) if rule.by_set_pos else days


def _is_day_of_year(rule: Rule, on: date) -> bool:
    """Whether it comes on certain dates of the year, told with their months: "29 February"."""
    if rule.freq != "YEARLY" or rule.by_day or rule.by_week_no or rule.by_set_pos or rule.working_day or rule.field:
        return False
    days = rule.by_month_day or (on.day,)
    return (
        min(days) > 0 and (bool(rule.by_month) or not rule.by_month_day) and len(days) * len(rule.by_month or (1,)) <= 6
    )


def _days_of_year(rule: Rule, on: date) -> str:
    days = [
        format_skeleton("MMMMd", date(2024, month, day), locale=formats.word_locale(formats.current_locale()))
        for month in rule.by_month or (on.month,)
        for day in rule.by_month_day or (on.day,)
        if day <= _longest(month)
    ]
    is_leap = not rule.omits and 29 in (rule.by_month_day or (on.day,)) and 2 in (rule.by_month or (on.month,))
    return ", ".join(days) + (" " + _("(28 February in other years)") if is_leap else "")


def _longest(month: int) -> int:
    return 29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31


def _day_of_start(rule: Rule, on: date) -> tuple[int, ...]:
    is_filled = rule.freq in ("MONTHLY", "YEARLY") and not (rule.by_day or rule.by_week_no)
    return (on.day,) if is_filled else ()


def _days_of_month(rule: Rule, days: tuple[int, ...]) -> str:
    told = ", ".join(_day_of_month(day) for day in days)
    if max(days) <= 28 or rule.by_day or rule.by_set_pos or rule.freq == "DAILY":
        return told
    return told + " " + (_("(only in months that have it)") if rule.omits else _("(the last day of a shorter month)"))


def _day_of_month(day: int) -> str:
    if day == -1:
        return _("the last day")
    return (_("the %(nth)s last day") if day < 0 else _("the %(nth)s")) % _nth(day)


def _working_day(nth: int) -> str:
    if nth == -1:
        return _("the last working day")
    return (_("the %(nth)s last working day") if nth < 0 else _("the %(nth)s working day")) % _nth(nth)


def _picked(rule: Rule, days: str) -> str:
    return ", ".join(_position(nth) % {"days": days, **_nth(nth)} for nth in rule.by_set_pos)


def _position(nth: int) -> str:
    if nth == -1:
        return _("the last of %(days)s")
    return _("the %(nth)s last of %(days)s") if nth < 0 else _("the %(nth)s of %(days)s")


def _weekdays(days: tuple[tuple[int, int], ...]) -> str:
    plain = [weekday for nth, weekday in days if not nth]
    told = [_nth_weekday(nth, weekday) for nth, weekday in sorted(days, key=_by_calendar) if nth]
    if len(plain) > 2 and plain[-1] - plain[0] == len(plain) - 1:
        return ", ".join([f"{_weekday(plain[0])} – {_weekday(plain[-1])}", *told])
    return ", ".join([*map(_weekday, plain), *told])


def _by_calendar(day: tuple[int, int]) -> tuple[bool, int, int]:
    return day[0] < 0, *day


def _weekday(weekday: int) -> str:
    return formats.word_locale(formats.current_locale()).days["stand-alone"]["wide"][weekday]


def _month(month: int) -> str:
    return formats.word_locale(formats.current_locale()).months["stand-alone"]["wide"][month]


def _nth_weekday(nth: int, weekday: int) -> str:
    """Each weekday has words of its own: numbers follow its gender."""
    last = [
        _("the last Monday"), _("the last Tuesday"), _("the last Wednesday"), _("the last Thursday"),
        _("the last Friday"), _("the last Saturday"), _("the last Sunday"),
    ]  # fmt: skip
    counted = [
        _("the %(nth)s Monday"), _("the %(nth)s Tuesday"), _("the %(nth)s Wednesday"), _("the %(nth)s Thursday"),
        _("the %(nth)s Friday"), _("the %(nth)s Saturday"), _("the %(nth)s Sunday"),
    ]  # fmt: skip
    if nth == -1:
        return last[weekday]
    words = counted[weekday] % _nth(nth)
    return words if nth > 0 else _("%(what)s, counted from the end") % {"what": words}


def _nth(number: int) -> dict:
    number = abs(number)
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return {"nth": f"{number}{ending}" if (translation.get_language() or "en").startswith("en") else str(number)}


# --- what else ------------------------------------------------------------------------------------------------


def _tail(rule: Rule) -> list[str]:
    told = []
    if rule.holiday != Holiday.KEEP and not _is_every_working_day(rule):
        told.append(_holiday(rule.holiday))
    if rule.count:
        told.append(ngettext("%(number)s time in all", "%(number)s times in all", rule.count) % {"number": rule.count})
    if rule.until:
        told.append(_("until %(day)s") % {"day": formats.format_date(rule.until)})
    told += [_pause(first, last) for first, last in rule.pauses[-3:]]
    if rule.exceptions:
        number = len(rule.exceptions)
        told.append(ngettext("%(number)s left out", "%(number)s left out", number) % {"number": number})
    if rule.extra:
        number = len(rule.extra)
        told.append(ngettext("%(number)s more besides", "%(number)s more besides", number) % {"number": number})
    return told


def _holiday(rule: Holiday) -> str:
    return {
        Holiday.NEXT: _("moved to the next working day if it falls on a day off"),
        Holiday.PREVIOUS: _("moved to the working day before if it falls on a day off"),
        Holiday.SKIP: _("left out if it falls on a day off"),
    }[rule]


def _pause(first: date, last: date | None) -> str:
    if last is None:
        return _("paused from %(day)s") % {"day": formats.format_date(first)}
    return _("paused from %(first)s to %(last)s") % {
        "first": formats.format_date(first),
        "last": formats.format_date(last),
    }
