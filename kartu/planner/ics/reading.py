"""A calendar file (RFC 5545) read: what can become a task, and what not, with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from icalendar import Calendar, Component

from kartu.planner.ics.repeating import Repeat, moment_told, repeat_of, with_all_that_follow
from kartu.planner.models import Task
from kartu.planner.models.task import TIMES
from kartu.planner.recurrence import RuleError

LARGEST = 5_000_000
MOST = 1000
# What the library raises on what is broken, each in its own place.
BROKEN = (ValueError, TypeError, AttributeError, LookupError, OverflowError)
PRIORITIES = {1: Task.Priority.URGENT, **dict.fromkeys((2, 3, 4), Task.Priority.HIGH)}
PRIORITIES |= dict.fromkeys((6, 7, 8, 9), Task.Priority.LOW)


class Unreadable(Exception):
    """The whole file cannot be read; the words are for people."""


@dataclass
class Entry:
    """One event or to-do of a file. `refused` says why it cannot be taken, `values` are those of a task.

    `repeat`: how it comes again and again, where a series can say it; where none can, `note` says what it cannot.
    `told`: of which time of the others it says that this one is another, or (`is_called_off`) is not to be.
    """

    uid: str = ""
    recurrence: str = ""
    title: str = ""
    source: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    before: tuple[int, ...] = ()
    repeat: Repeat | None = None
    told: date | datetime | None = None
    with_all_that_follow: bool = False
    is_called_off: bool = False
    note: str = ""
    refused: str = ""


def read(data: bytes, zone: tzinfo) -> list[Entry]:
    """All entries of a file; times without a zone are those of `zone`. Raises Unreadable."""
    if len(data) > LARGEST:
        raise Unreadable(_("The file is larger than 5 MB"))
    try:
        calendars = Calendar.from_ical(data.decode("utf-8-sig", errors="replace"), multiple=True)
        parts = [part for calendar in calendars for part in calendar.walk() if part.name in ("VEVENT", "VTODO")]
    except BROKEN as error:
        raise Unreadable(_("This is no calendar file: %(why)s") % {"why": str(error)[:200]}) from error
    if not parts:
        raise Unreadable(_("There are no events or tasks in this file"))
    if len(parts) > MOST:
        raise Unreadable(_("More than %(count)s entries: divide the file") % {"count": MOST})
    return [entry_of(part, zone) for part in parts]


def entry_of(part: Component, zone: tzinfo) -> Entry:
    entry = Entry()
    try:
        entry.title = text_of(part, "SUMMARY")[:200] or _("Without a title")
        entry.source = part.to_ical().decode("utf-8", errors="replace")
        entry.uid, entry.recurrence = text_of(part, "UID")[:255] or own_uid(entry), text_of(part, "RECURRENCE-ID")[:64]
        fill(entry, part, zone)
    except BROKEN as error:
        entry.refused = _("It cannot be read: %(why)s") % {"why": str(error)[:200]}
    return entry


def fill(entry: Entry, part: Component, zone: tzinfo) -> None:
    if part.name == "VEVENT" and "DTSTART" not in part:
        entry.refused = _("It does not say when it is")
    elif "\x00" in entry.source:
        entry.refused = _("It holds a character that cannot be kept")
    elif text_of(part, "STATUS").upper() == "CANCELLED":
        entry.is_called_off = entry.recurrence != ""
        entry.refused = "" if entry.is_called_off else _("It was called off")
    if entry.refused:
        return
    entry.told, entry.with_all_that_follow = moment_told(part), with_all_that_follow(part)
    place = ("\n" + text_of(part, "LOCATION")) if text_of(part, "LOCATION") else ""
    entry.values = {
        **{"title": entry.title, "text": (text_of(part, "DESCRIPTION") + place).strip()[:20_000]},
        **{"is_private": text_of(part, "CLASS").upper() in ("PRIVATE", "CONFIDENTIAL")},
        **{"kind": Task.Kind.MEETING if part.name == "VEVENT" else Task.Kind.TASK},
        **{"priority": PRIORITIES.get(int(part.get("PRIORITY", 0) or 0), Task.Priority.NORMAL)},
        **dict.fromkeys(TIMES),
        **times_of(part, zone),
    }
    entry.before = tuple(sorted(set(alarms_of(part)))) if entry.values["start_at"] else ()
    if not entry.recurrence:
        find_repeat(entry, part, zone)


def find_repeat(entry: Entry, part: Component, zone: tzinfo) -> None:
    try:
        entry.repeat = repeat_of(part, entry.values, zone)
    except RuleError as wrong:
        told = {"part": wrong.part, "why": wrong.message}
        entry.note = _("Only its first time was taken; %(part)s: %(why)s") % told
    else:
        if entry.repeat and entry.repeat.is_here:
            entry.note = _("Its time zone is not known: it comes at the hour that its first time has with you")


def own_uid(entry: Entry) -> str:
    """What has no number of its own is known again by its words."""
    return f"kartu-{sha256(entry.source.encode()).hexdigest()}"


def text_of(part: Component, name: str) -> str:
    value = part.get(name)
    if isinstance(value, list):
        value = value[0]
    if value is None:
        return ""
    written = value.to_ical().decode("utf-8", errors="replace") if name == "RECURRENCE-ID" else str(value)
    return written.replace("\x00", "").strip()


def times_of(part: Component, zone: tzinfo) -> dict[str, Any]:
    """A whole day is a day on which it is due; a to-do with an end only is due then."""
    if part.name == "VTODO" and "DTSTART" not in part:
        due = part.decoded("DUE") if "DUE" in part else None
        return {"due_at": aware(due, zone)} if isinstance(due, datetime) else {"due_on": due}
    start, end = part.start, part.end
    if not isinstance(start, datetime):
        return {"due_on": start}
    start = aware(start, zone)
    end = aware(end, zone) if isinstance(end, datetime) else start
    if end <= start:
        end = start + timedelta(minutes=15)
    return {"start_at": start, "end_at": end}


def aware(moment: datetime, zone: tzinfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def alarms_of(part: Component) -> Iterator[int]:
    """Minutes before the beginning at which it is to be told of."""
    for alarm in part.walk("VALARM"):
        trigger = alarm.decoded("TRIGGER") if "TRIGGER" in alarm else None
        if isinstance(trigger, timedelta) and timedelta(0) <= -trigger <= timedelta(days=28):
            yield int(-trigger.total_seconds() // 60)
