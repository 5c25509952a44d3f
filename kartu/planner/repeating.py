"""How often, as the form asks it: a few choices that make a rule, and a rule told by those choices again.

The form and the address of a page know the choices by these names: `every`, `interval`, `weekdays`, `month_on` and so
on. A rule that they cannot say (one of another program's calendar) stays as it is: `KEPT`.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kartu.planner.recurrence import Holiday, Rule, RuleError, filled

DAY, WORKDAY, WEEK, MONTH, YEAR, BEFORE, DONE = "day", "workday", "week", "month", "year", "before", "done"
KEPT = "kept"
FREQUENCY = {DAY: "DAILY", WEEK: "WEEKLY", MONTH: "MONTHLY", YEAR: "YEARLY"}
# Where in the month.
ON_DAYS, ON_LAST, ON_WEEKDAY, ON_WORKDAY = "days", "last", "weekday", "workday"
UNITS = {"days": "DAILY", "workdays": "DAILY", "weeks": "WEEKLY", "months": "MONTHLY", "years": "YEARLY"}
NEVER, ON_DATE, AFTER_COUNT = "never", "date", "count"
AHEAD, BEHIND = "before", "after"

# Part of a rule -> the choice that is wrong when it is.
CHOICE_OF_PART = {
    "INTERVAL": "interval", "BYMONTHDAY": "month_days", "BYDAY": "weekdays", "X-WORKDAY": "workday_nth",
    "X-FIELD": "date_field", "X-BEFORE": "before", "COUNT": "count", "UNTIL": "until", "DTSTART": "starts_on",
    "X-HOLIDAY": "holiday",
}  # fmt: skip


def shown(values: Mapping[str, Any]) -> set[str]:
    """The names of the choices that count for what stands in the others."""
    every, month_on, ends = values.get("every"), values.get("month_on"), values.get("ends")
    by_every = {
        DAY: ("interval", "holiday"),
        WORKDAY: (),
        WEEK: ("interval", "weekdays", "holiday"),
        MONTH: ("interval", "month_on", *(() if month_on == ON_WORKDAY else ("holiday",))),
        YEAR: ("interval", "holiday"),
        BEFORE: ("before", "side", "before_unit", "date_field", "yearly", "holiday"),
        DONE: ("interval", "done_unit", "holiday"),
        KEPT: (),
    }
    by_month = {ON_DAYS: ("month_days",), ON_WEEKDAY: ("nth", "weekday"), ON_WORKDAY: ("workday_nth",)}
    by_end = {ON_DATE: ("until",), AFTER_COUNT: ("count",)}
    return {
        *by_every.get(every, ()),
        *(by_month.get(month_on, ()) if every == MONTH else ()),
        *by_end.get(ends, ()),
    }


CHOICES = (
    *("interval", "weekdays", "month_on", "month_days", "nth", "weekday", "workday_nth", "before", "side"),
    *("before_unit", "date_field", "yearly", "done_unit", "holiday", "until", "count"),
)


def rule_of(values: Mapping[str, Any], on: date, old: Rule | None = None) -> Rule:
    """The rule that the choices make from the day `on`; RuleError names the part that is wrong.

    What the choices do not ask about (days left out, pauses, further days) stays as it was in `old`.
    """
    counts = shown(values)
    given = {name: value for name, value in values.items() if name in counts or name not in CHOICES}
    rule = replace(old, until=None, count=0) if given["every"] == KEPT and old else bare(given)
    end = {"until": given.get("until"), "count": given.get("count") or 0}
    if "until" in counts and not end["until"]:
        raise RuleError("UNTIL", _("Until which day?"))
    if "count" in counts and not end["count"]:
        raise RuleError("COUNT", _("How many times?"))
    if end["until"] and end["until"] < on:
        raise RuleError("UNTIL", _("It ends before it begins"))
    kept = {name: getattr(old, name) for name in ("exceptions", "extra", "pauses")} if old else {}
    return filled(replace(rule, **end, **kept), on)


def bare(given: Mapping[str, Any]) -> Rule:
    """The rule without its end and what is left out of it."""
    every, interval = given["every"], given.get("interval") or 1
    holiday = Holiday(given.get("holiday") or Holiday.KEEP)
    if every == WORKDAY:
        return Rule(freq="DAILY", holiday=Holiday.SKIP)
    if every == BEFORE:
        return before_date(given, holiday)
    if every == DONE:
        unit = given.get("done_unit") or "days"
        return Rule(
            freq=UNITS[unit], interval=interval, after_done=True, in_working_days=unit == "workdays", holiday=holiday
        )
    days: dict[str, Any] = {}
    if every == WEEK:
        days["by_day"] = tuple((0, int(weekday)) for weekday in given.get("weekdays") or ())
    if every == MONTH:
        days = in_month(given)
    return Rule(freq=FREQUENCY[every], interval=interval, holiday=holiday, **days)


def before_date(given: Mapping[str, Any], holiday: Holiday) -> Rule:
    if not given.get("date_field"):
        raise RuleError("X-FIELD", _("Which date of the client?"))
    days = given.get("before") or 0
    return Rule(
        freq="YEARLY" if given.get("yearly") else "",
        field=given["date_field"],
        before=-days if given.get("side") == BEHIND else days,
        in_working_days=given.get("before_unit") == "workdays",
        holiday=holiday,
    )


def in_month(given: Mapping[str, Any]) -> dict[str, Any]:
    where = given.get("month_on") or ON_DAYS
    if where == ON_LAST:
        return {"by_month_day": (-1,)}
    if where == ON_WEEKDAY:
        return {"by_day": ((int(given.get("nth") or 1), int(given.get("weekday") or 0)),)}
    if where == ON_WORKDAY:
        return {"working_day": int(given.get("workday_nth") or -1)}
    return {"by_month_day": days_typed(given.get("month_days") or "")}


def days_typed(text: str) -> tuple[int, ...]:
    """ "1, 15": the days of a month."""
    pieces = [piece for piece in re.split(r"[\s,;]+", str(text).strip()) if piece]
    if any(not re.fullmatch(r"\d{1,2}", piece, re.ASCII) or not 1 <= int(piece) <= 31 for piece in pieces):
        raise RuleError("BYMONTHDAY", _("Days of the month, from 1 to 31: 1, 15"))
    return tuple(map(int, pieces))


# --- and back ---------------------------------------------------------------------------------------------------


def choices_of(rule: Rule, on: date) -> dict[str, Any]:
    """The choices that make `rule` from the day `on`; KEPT, where none do."""
    end: dict[str, Any] = {"ends": ON_DATE if rule.until else AFTER_COUNT if rule.count else NEVER}
    end |= {"until": rule.until, "count": rule.count or None}
    found = guessed(rule) | end
    try:
        is_told = rule_of(found, on, rule) == filled(rule, on)
    except RuleError:
        is_told = False
    return found if is_told else {"every": KEPT} | end


def guessed(rule: Rule) -> dict[str, Any]:
    common = {"interval": rule.interval, "holiday": str(rule.holiday)}
    if rule.after_done:
        unit = "workdays" if rule.in_working_days else next(key for key, freq in UNITS.items() if freq == rule.freq)
        return {**common, "every": DONE, "done_unit": unit}
    if rule.field:
        return {
            **common, "every": BEFORE, "date_field": rule.field, "before": abs(rule.before),
            "side": BEHIND if rule.before < 0 else AHEAD, "yearly": bool(rule.freq),
            "before_unit": "workdays" if rule.in_working_days else "days",
        }  # fmt: skip
    if rule.freq == "DAILY" and rule.interval == 1 and rule.holiday == Holiday.SKIP:
        return {"every": WORKDAY}
    if rule.freq == "WEEKLY":
        return {**common, "every": WEEK, "weekdays": [str(weekday) for _nth, weekday in rule.by_day]}
    if rule.freq == "MONTHLY":
        return {**common, "every": MONTH, **where_in_month(rule)}
    return {**common, "every": DAY if rule.freq == "DAILY" else YEAR}


def where_in_month(rule: Rule) -> dict[str, Any]:
    if rule.working_day:
        return {"month_on": ON_WORKDAY, "workday_nth": str(rule.working_day)}
    if rule.by_day:
        return {"month_on": ON_WEEKDAY, "nth": str(rule.by_day[0][0]), "weekday": str(rule.by_day[0][1])}
    if rule.by_month_day == (-1,):
        return {"month_on": ON_LAST}
    return {"month_on": ON_DAYS, "month_days": ", ".join(map(str, rule.by_month_day))}
