"""What of an entry of a calendar file makes it come again and again, as the rule of a series; and of which of its times
an entry tells that it is another than the others."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Component

from kartu.firm.middleware import zone_of
from kartu.planner.recurrence import Rule, from_ics
from kartu.planner.recurrence.occurring import slot_name

OF_RULE = ("RRULE", "RDATE", "EXDATE", "EXRULE")
# Of what comes on certain days only, the first is one of them.
ONCE = "RRULE:FREQ=DAILY;COUNT=1"


@dataclass(frozen=True)
class Repeat:
    """As a series takes it. `is_here`: the zone of the file is not known, its first time is taken in the reader's."""

    rule: Rule
    starts_on: date
    at: time | None
    zone: str
    minutes: int | None
    begins: bool
    is_here: bool = False

    @property
    def columns(self) -> dict[str, Any]:
        return {
            **{"starts_on": self.starts_on, "at": self.at, "zone": self.zone},
            **{"estimate_minutes": self.minutes, "begins": self.begins},
        }


def repeat_of(part: Component, values: dict[str, Any], zone: tzinfo) -> Repeat | None:
    """`values`: when its first time is, as a task has it. None: it does not come again. Raises RuleError for what no
    series can say."""
    lines = [line for line in map(str, part.content_lines()) if name_of(line) in OF_RULE]
    if not any(name_of(line) in ("RRULE", "RDATE") and line.partition(":")[2].strip() for line in lines):
        return None
    if not any(name_of(line) == "RRULE" for line in lines):
        lines.insert(0, ONCE)
    start, due = values["start_at"], values["due_at"]
    moment = start or due
    if moment is None:
        here = zone_named(zone)
        return Repeat(
            from_ics("\n".join(lines), values["due_on"], None, here), values["due_on"], None, here.key, None, False
        )
    place = zone_of_start(part)
    here = place or zone_named(zone)
    local = moment.astimezone(here)
    minutes = int((values["end_at"] - start) / timedelta(minutes=1)) if start else None
    rule = from_ics("\n".join(lines), local.date(), local.time(), here)
    return Repeat(rule, local.date(), local.time(), here.key, minutes, bool(start), place is None and is_zoned(part))


def name_of(line: str) -> str:
    return line.partition(":")[0].partition(";")[0].upper()


def zone_of_start(part: Component) -> ZoneInfo | None:
    """The zone in which it is told; None: in none, or in one that has no name of the IANA's."""
    start = start_of(part)
    name = getattr(getattr(start, "tzinfo", None), "key", "")
    if not name and isinstance(start, datetime) and start.tzinfo and str(start.tzinfo) in ("UTC", "UTC+00:00"):
        name = "UTC"
    found = zone_of(name) if name else None
    return found if found is not None and found.key == name else None


def is_zoned(part: Component) -> bool:
    return getattr(start_of(part), "tzinfo", None) is not None


def start_of(part: Component) -> date | datetime | None:
    return next((part.decoded(name) for name in ("DTSTART", "DUE") if name in part), None)


def zone_named(zone: tzinfo) -> ZoneInfo:
    return zone if isinstance(zone, ZoneInfo) else zone_of(str(zone))


def moment_told(part: Component) -> date | datetime | None:
    """Which time of those that come again the entry is about: the one that the rule would give."""
    return part.decoded("RECURRENCE-ID") if "RECURRENCE-ID" in part else None


def with_all_that_follow(part: Component) -> bool:
    """Whether it is about that one and all behind it."""
    return "RECURRENCE-ID" in part and str(part["RECURRENCE-ID"].params.get("RANGE", "")).upper() == "THISANDFUTURE"


def slot_of(told: date | datetime, zone: ZoneInfo, at: time | None) -> str:
    """The slot of a series in `zone` that comes at `at`."""
    if not isinstance(told, datetime):
        return slot_name(told, at)
    local = told.astimezone(zone) if told.tzinfo else told
    return slot_name(local.date(), at and local.time())
