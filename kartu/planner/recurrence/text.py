"""A rule as text: the lines of RFC 5545, with parts of Kartu's own that begin with X-.

    RRULE:FREQ=MONTHLY;X-WORKDAY=-1;UNTIL=20261231;X-HOLIDAY=PREVIOUS
    EXDATE:20261130T100000
    X-PAUSE:20260701/20260815

SKIP is that of RFC 7529, but for its default: without it the 31st is the last day of a shorter month.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from kartu.planner.recurrence.errors import RuleError
from kartu.planner.recurrence.rule import Holiday, Rule

LONGEST_TEXT = 40_000
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_FIELD = re.compile(r"[a-z][a-z0-9_.]{0,99}", re.IGNORECASE)


# --- written -----------------------------------------------------------------------------------------


def to_text(rule: Rule) -> str:
    lines = ["RRULE:" + ";".join(f"{name}={value}" for name, value in _parts(rule) if value)]
    lines += [f"{name}:{','.join(map(_packed, slots))}" for name, slots in _dates(rule) if slots]
    if rule.pauses:
        lines.append(
            "X-PAUSE:"
            + ",".join(f"{first:%Y%m%d}/{last:%Y%m%d}" if last else f"{first:%Y%m%d}/" for first, last in rule.pauses)
        )
    return "\n".join(lines)


def _parts(rule: Rule) -> Iterable[tuple[str, str]]:
    yield "FREQ", rule.freq
    yield "INTERVAL", str(rule.interval) if rule.interval != 1 else ""
    yield "BYMONTH", _listed(rule.by_month)
    yield "BYWEEKNO", _listed(rule.by_week_no)
    yield "BYMONTHDAY", _listed(rule.by_month_day)
    yield "BYDAY", ",".join(f"{nth or ''}{WEEKDAYS[weekday]}" for nth, weekday in rule.by_day)
    yield "BYSETPOS", _listed(rule.by_set_pos)
    yield "WKST", WEEKDAYS[rule.week_start] if rule.week_start else ""
    yield "COUNT", str(rule.count or "")
    yield "UNTIL", f"{rule.until:%Y%m%d}" if rule.until else ""
    yield "SKIP", "OMIT" if rule.omits else ""
    yield "X-AT", ",".join(f"{at:%H%M}" for at in rule.times)
    yield "X-WORKDAY", str(rule.working_day or "")
    yield "X-FIELD", rule.field
    yield "X-BEFORE", str(rule.before or "")
    yield "X-AFTER", "DONE" if rule.after_done else ""
    yield "X-IN", "WORKDAYS" if rule.in_working_days else ""
    yield "X-HOLIDAY", rule.holiday if rule.holiday != Holiday.KEEP else ""


def _dates(rule: Rule) -> Iterable[tuple[str, tuple[str, ...]]]:
    yield "EXDATE", rule.exceptions
    yield "RDATE", rule.extra


def _listed(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))


def _packed(slot: str) -> str:
    """The slot "2026-11-30T10:00" as 20261130T100000."""
    day, sign, at = slot.partition("T")
    return day.replace("-", "") + (f"T{at.replace(':', '')}00" if sign else "")


# --- read ----------------------------------------------------------------------------------------------


def parse(text: str) -> Rule:
    """The rule that `text` says; RuleError names the part that is wrong."""
    return Rule(**_read(text, lambda value: _day("UNTIL", value)))


def from_ics(text: str, on: date, at: time | None, zone: ZoneInfo) -> Rule:
    """The rule of an event of another program, which begins `on` `at` in `zone`: its RRULE, EXDATE and RDATE lines.

    What other programs skip stays skipped: a month without a 31st.
    """
    rule = Rule(**_read(text, lambda value: _last_day(value, zone, at), zone))
    is_late = on.day > 28 and rule.freq in ("MONTHLY", "YEARLY") and not (rule.by_day or rule.by_week_no)
    return replace(rule, omits=True) if max(rule.by_month_day or (on.day if is_late else 0,)) > 28 else rule


def _read(text: str, last_day: Callable[[str], date], zone: ZoneInfo | None = None) -> dict:
    if len(text) > LONGEST_TEXT:
        raise RuleError("RRULE", _("The rule is too long"))
    values: dict = {}
    rules = 0
    for line in filter(None, (line.strip() for line in text.replace("\r", "").split("\n"))):
        head, _sign, content = line.partition(":") if ":" in line else ("RRULE", "", line)
        name = head.partition(";")[0].upper()
        if name == "RRULE":
            rules += 1
            if rules > 1:
                raise RuleError("RRULE", _("Two rules at once: make two series of them"))
            values.update(_rule_values(content, last_day))
        elif name in ("EXDATE", "RDATE"):
            key = "exceptions" if name == "EXDATE" else "extra"
            told_in = _zone_of(head) if zone else None
            slots = (_slot(name, value, zone, told_in) for value in content.split(",") if value)
            values[key] = (*values.get(key, ()), *slots)
        elif name == "X-PAUSE":
            values["pauses"] = tuple(map(_span, content.split(",")))
        else:
            raise RuleError(name[:40], _("This part is not known"))
    if not rules:
        raise RuleError("RRULE", _("Say how often it comes back"))
    return values


def _rule_values(content: str, last_day: Callable[[str], date]) -> dict:
    parts: dict[str, str] = {}
    for piece in filter(None, content.strip().upper().split(";")):
        name, sign, value = piece.partition("=")
        if not sign or not value or name in parts:
            raise RuleError(name[:40], _("This part is written wrongly"))
        parts[name] = value
    values: dict = {}
    for name, value in parts.items():
        reader = READERS.get(name)
        if reader is None and name not in ("UNTIL", "RSCALE", "BYHOUR", "BYMINUTE", "BYSECOND"):
            raise RuleError(name[:40], _("This part is not known"))
        if reader:
            key, read = reader
            values[key] = read(name, value)
    if "UNTIL" in parts:
        values["until"] = last_day(parts["UNTIL"])
    if parts.get("RSCALE", "GREGORIAN") != "GREGORIAN":
        raise RuleError("RSCALE", _("Only the usual calendar is known"))
    if times := _times_of_hours(parts):
        values["times"] = times
    return values


def _times_of_hours(parts: dict[str, str]) -> tuple[time, ...]:
    if parts.get("BYSECOND", "0") not in ("0", "00"):
        raise RuleError("BYSECOND", _("Times are told to the minute"))
    if "BYMINUTE" in parts and "BYHOUR" not in parts:
        raise RuleError("BYMINUTE", _("Minutes need their hours"))
    if "BYHOUR" not in parts:
        return ()
    hours, minutes = _numbers("BYHOUR", parts["BYHOUR"]), _numbers("BYMINUTE", parts.get("BYMINUTE", "0"))
    _within("BYHOUR", hours, 23)
    _within("BYMINUTE", minutes, 59)
    return tuple(time(hour, minute) for hour in hours for minute in minutes)


def _within(part: str, numbers: Iterable[int], most: int) -> None:
    for number in numbers:
        if not 0 <= number <= most:
            raise RuleError(part, _("%(number)s is not possible here") % {"number": number})


def _number(part: str, value: str) -> int:
    if not re.fullmatch(r"[+-]?\d{1,6}", value, re.ASCII):
        raise RuleError(part, _("Write a number"))
    return int(value)


def _count(part: str, value: str) -> int:
    number = _number(part, value)
    if number < 1:
        raise RuleError(part, _("At least once"))
    return number


def _not_zero(part: str, value: str) -> int:
    return _number(part, value) or _refuse(part)


def _numbers(part: str, value: str) -> tuple[int, ...]:
    return tuple(_number(part, piece) for piece in value.split(","))


def _days(part: str, value: str) -> tuple[tuple[int, int], ...]:
    days = []
    for piece in value.split(","):
        match = _DAY.fullmatch(piece)
        if not match or match[1] in ("0", "00", "+0", "-0"):
            raise RuleError(part, _("There is no such weekday"))
        days.append((int(match[1] or 0), WEEKDAYS.index(match[2])))
    return tuple(days)


def _weekday(part: str, value: str) -> int:
    return WEEKDAYS.index(value) if value in WEEKDAYS else _refuse(part)


def _at_times(part: str, value: str) -> tuple[time, ...]:
    try:
        return tuple(datetime.strptime(piece, "%H%M").time() for piece in value.split(","))
    except ValueError:
        _refuse(part)


def _word(*known: str) -> Callable[[str, str], bool]:
    """Reads whether a part says the last of its `known` words, of which it must say one."""
    return lambda part, value: value == known[-1] if value in known else _refuse(part)


def _holiday(part: str, value: str) -> Holiday:
    return Holiday(value) if value in set(Holiday) else _refuse(part)


def _field(part: str, value: str) -> str:
    return value.lower() if _FIELD.fullmatch(value) else _refuse(part)


def _refuse(part: str):
    raise RuleError(part, _("This part is written wrongly"))


READERS: dict[str, tuple[str, Callable]] = {
    "FREQ": ("freq", lambda _part, value: value),
    "INTERVAL": ("interval", _count),
    "COUNT": ("count", _count),
    "BYMONTH": ("by_month", _numbers),
    "BYWEEKNO": ("by_week_no", _numbers),
    "BYMONTHDAY": ("by_month_day", _numbers),
    "BYDAY": ("by_day", _days),
    "BYSETPOS": ("by_set_pos", _numbers),
    "WKST": ("week_start", _weekday),
    "SKIP": ("omits", _word("BACKWARD", "OMIT")),
    "X-AT": ("times", _at_times),
    "X-WORKDAY": ("working_day", _not_zero),
    "X-FIELD": ("field", _field),
    "X-BEFORE": ("before", _number),
    "X-AFTER": ("after_done", _word("DONE")),
    "X-IN": ("in_working_days", _word("DAYS", "WORKDAYS")),
    "X-HOLIDAY": ("holiday", _holiday),
}


def _day(part: str, value: str) -> date:
    try:
        return datetime.strptime(value[:8], "%Y%m%d").date() if len(value) in (8, 15) else _refuse(part)
    except ValueError:
        _refuse(part)


def _slot(part: str, value: str, zone: ZoneInfo | None = None, told_in: ZoneInfo | None = None) -> str:
    """20261130T100000 as the slot "2026-11-30T10:00"; what is told in UTC or another zone is read in `zone`."""
    if value.endswith("Z"):
        value, told_in = value[:-1], ZoneInfo("UTC")
        if not zone:
            _refuse(part)
    try:
        if "T" not in value:
            return datetime.strptime(value, "%Y%m%d").date().isoformat()
        moment = datetime.strptime(value, "%Y%m%dT%H%M%S")
        if told_in:
            moment = moment.replace(tzinfo=told_in).astimezone(zone)
    except (ValueError, OverflowError):
        _refuse(part)
    return f"{moment:%Y-%m-%dT%H:%M}"


def _zone_of(head: str) -> ZoneInfo | None:
    """The zone named in "EXDATE;TZID=Europe/Berlin"; None: that of the event."""
    name = next((part[5:].strip('"') for part in head.split(";") if part.upper().startswith("TZID=")), "")
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError):  # not a name of the IANA's: the event's own zone has the same odd name
        return None


def _span(value: str) -> tuple[date, date | None]:
    first, _sign, last = value.partition("/")
    return _day("X-PAUSE", first), _day("X-PAUSE", last) if last else None


def _last_day(value: str, zone: ZoneInfo, at: time | None) -> date:
    """The last day on which an event at the time `at` still begins by UNTIL."""
    if "T" not in value:
        return _day("UNTIL", value)
    day, _sign, clock = _slot("UNTIL", value, zone).partition("T")
    last = date.fromisoformat(day)
    return last if at is None or at <= time.fromisoformat(clock) else last - timedelta(days=1)
