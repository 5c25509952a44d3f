"""Tasks as a calendar (RFC 5545). What came from a file is written as it was there, with what Kartu knows better."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event, Todo

from kartu.planner.models import FromCalendar, Task

PRIORITIES = {Task.Priority.URGENT: 1, Task.Priority.HIGH: 3, Task.Priority.LOW: 9}
REFRESH = timedelta(hours=1)
HIDDEN = {"PRIVATE", "CONFIDENTIAL"}  # both are private with us


def calendar_of(name: str, host: str, tasks: Iterable[Task], sources: dict[int, FromCalendar], zone: ZoneInfo) -> bytes:
    """The file. `sources`: task id -> what it was in the file that it came from; times that had no zone there were
    meant in `zone`. The same tasks give the same bytes."""
    calendar = Calendar()
    calendar.add("PRODID", "-//Kartu//Kartu//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("X-WR-CALNAME", name)
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    for task in tasks:
        calendar.add_component(entry_of(task, host, sources.get(task.pk), zone))
    return calendar.to_ical()


def entry_of(task: Task, host: str, source: FromCalendar | None, zone: ZoneInfo) -> Component:
    entry = Component.from_ical(source.source) if source else blank(task, host)
    put(entry, "SUMMARY", task.title)
    if source is None:
        put(entry, "DESCRIPTION", "\n".join(filter(None, (name_of_client(task), task.text))))
    if not (task.is_private and str(entry.get("CLASS")) in HIDDEN):
        put(entry, "CLASS", "PRIVATE" if task.is_private else "")
    put(entry, "PRIORITY", PRIORITIES.get(task.priority, 0))
    put(entry, "SEQUENCE", max(int(entry.get("SEQUENCE", 0) or 0), task.version - 1))
    put_times(entry, task, zone)
    if entry.name == "VTODO" and not task.is_open:
        put(entry, "STATUS", "COMPLETED" if task.state == Task.State.DONE else "CANCELLED")
    return entry


def blank(task: Task, host: str) -> Component:
    entry = Event() if task.at else Todo()
    entry.add("UID", f"task-{task.pk}@{host}")
    entry.add("DTSTAMP", task.created_at.astimezone(UTC).replace(microsecond=0))
    return entry


def name_of_client(task: Task) -> str:
    return task.client.name if task.client_id else ""


def put(entry: Component, name: str, value: object) -> None:
    """One value instead of whatever stood there; what is the same stays as it was written."""
    if name in entry and (not value or str(entry[name]).strip() == str(value)):
        return
    if value:
        entry.pop(name, None)
        entry.add(name, value)


def put_times(entry: Component, task: Task, zone: ZoneInfo) -> None:
    """When it is, unless the file says the same already in its own way."""
    start, end = task.exact_at, task.end_at
    if start is None:
        if task.due_on and "DTSTART" not in entry and "DUE" not in entry:
            entry.add("DTSTART", task.due_on)
        return
    if entry.name == "VTODO" and task.start_at is None:
        return put_moment(entry, "DUE", start, zone)
    end = end or start + timedelta(minutes=Task.LENGTHS[task.kind])
    put_moment(entry, "DTSTART", start, zone)
    if "DURATION" in entry and entry.decoded("DURATION") == end - start:
        return None
    entry.pop("DURATION", None)
    return put_moment(entry, "DUE" if entry.name == "VTODO" else "DTEND", end, zone)


def put_moment(entry: Component, name: str, moment: datetime, zone: ZoneInfo) -> None:
    if name in entry:
        kept = entry.decoded(name)
        if isinstance(kept, datetime) and (kept if kept.tzinfo else kept.replace(tzinfo=zone)) == moment:
            return
        del entry[name]
    entry.add(name, moment.astimezone(UTC))
