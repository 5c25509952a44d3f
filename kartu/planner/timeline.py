"""What the scheduler shows: whose rows, what stands in them, when nobody works, what has no time yet.

Times are whole minutes of the epoch. Of a task that its reader may not see only its time is told, as "busy".
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cache
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.about import abouts
from kartu.core.components.basics import initials
from kartu.firm.clock import borders, day_of
from kartu.firm.models import User
from kartu.firm.working import Book, Off, days_between
from kartu.planner.busy import Busy, busy, taken
from kartu.planner.minutes import FirstOf, Mark, Minutes, ahead, minute, moment_of
from kartu.planner.models import Booking, Participant, Resource, Task
from kartu.planner.rights import CHANGE, VIEW

WIDEST = timedelta(days=120)
MOST_UNDATED = 60
A_DAY = timedelta(days=1)
SOFT = (Task.Kind.TASK, Task.Kind.LETTER)
HUES = 5
Place = dict[str, Any]


@dataclass(frozen=True)
class Look:
    """One person looking at the rows of some people, between two moments."""

    by: User
    people: list[User]
    start: datetime
    end: datetime

    def rows(self) -> list[Place]:
        return [*map(row_of, self.people), *map(row_of_resource, Resource.objects.filter(is_active=True))]

    def items(self, tasks: Iterable[int] | None = None) -> list[Place]:
        """What stands in the rows; with `tasks` only of these, wherever in time they stand."""
        wanted = None if tasks is None else list(tasks)
        when = self.when(wanted)
        along, booked = self.attending(wanted), self.booked(when)
        shown = self.shown(when, {pk for pk, *_rest in (*along, *booked)})
        may_change = self.changeable(shown)
        whose = {person.pk for person in self.people}
        found = [
            item_of(values, may_change=pk in may_change) for pk, values in shown.items() if values["person_id"] in whose
        ]
        for pk, person in along:
            if pk in shown and person != shown[pk]["person_id"]:
                found.append(item_of(shown[pk], may_change=False, attendee=person))
        for pk, resource, start, end in booked:
            found.append(booking_of(shown.get(pk), pk, resource, start, end, may_change=pk in may_change))
        return [*found, *map(busy_of, busy(self.people, when, shown))]

    def when(self, tasks: list[int] | None = None, task: str = "") -> Q:
        """What has a time between the two moments, or is one of `tasks`; `task` leads to it ("task__")."""
        if tasks is not None:
            return Q(**{f"{task}pk__in": tasks})
        return between(self.start, self.end, self.start - Task.LONGEST, self.start - A_DAY, task)

    def shown(self, when: Q, others: set[int]) -> dict[int, dict[str, Any]]:
        """What `by` sees of what these people do, and of the tasks `others`."""
        whose = Q(person__in=self.people) | Q(pk__in=others) if others else Q(person__in=self.people)
        rows = Task.objects.visible_to(self.by).filter(when, whose).exclude(start_at=None, due_at=None)
        rows = rows.values("pk", *TOLD, **SPAN, late=is_late(timezone.now()), begins=Minutes("start_at"))
        return {values["pk"]: values for values in rows}

    def changeable(self, shown: dict[int, dict[str, Any]]) -> set[int]:
        if not self.by.may(CHANGE):
            return set()
        open_ones = {pk: values for pk, values in shown.items() if values["state"] == Task.State.OPEN}
        mine = {pk for pk, values in open_ones.items() if values["person_id"] == self.by.pk}
        others = open_ones.keys() - mine
        rows = Task.objects.visible_to(self.by, CHANGE).filter(pk__in=others) if others else Task.objects.none()
        return mine | set(rows.values_list("pk", flat=True))

    def attending(self, tasks: list[int] | None) -> list[tuple[int, int]]:
        """(task, person) of those of these people who come along to what somebody does."""
        rows = Participant.objects.visible_to(self.by).filter(self.when(tasks, "task__"), trashed_at=None)
        rows = rows.filter(kind=Participant.Kind.ATTENDEE, person__in=self.people)
        return list(rows.values_list("task_id", "person_id"))

    def booked(self, when: Q) -> list[tuple[int, int, int, int]]:
        """(task, resource, start, end) of what has rooms, cars and equipment."""
        rows = Booking.objects.as_system("that a room is taken, not by what").filter(
            trashed_at=None, task__in=taken(when).values("pk")
        )
        return list(rows.values_list("task_id", "resource_id", Minutes("task__start_at"), Minutes("task__end_at")))

    def off(self) -> list[Place]:
        """When they do not work, with the name of a holiday or an absence."""
        book = Book.of(self.people, self.start.date(), self.end.date())
        return [place for person in self.people for place in off_of(book, person, self.start, self.end)]

    def tray(self) -> list[Place]:
        """Open tasks of these people, within reach to change, that have no time of day yet."""
        if not self.by.may(CHANGE):
            return []
        rows = Task.objects.visible_to(self.by, CHANGE).filter(person__in=self.people, state=Task.State.OPEN)
        rows = rows.filter(start_at=None, due_at=None).order_by("-priority", "at", "pk")[:MOST_UNDATED]
        rows = rows.values("pk", "due_on", "estimate_minutes", *TOLD, late=is_late(timezone.now()))
        return [undated(values) for values in rows]


TOLD = ("title", "kind", "state", "person_id", "version", "client_id", "client__name")
STATES = {Task.State.OPEN: "", Task.State.REVIEW: "waiting"}
# Where it stands, in minutes: what has only a moment by which it is due stands there for as long as it may take.
LENGTH = Coalesce(
    "estimate_minutes",
    Case(*(When(kind=kind, then=length) for kind, length in Task.LENGTHS.items()), output_field=IntegerField()),
)
SPAN = {
    "start": FirstOf(Minutes("start_at"), Minutes("due_at")),
    "end": FirstOf(Minutes("end_at"), Minutes("due_at") + LENGTH),
}


def is_late(now: datetime) -> Mark:
    """Whether it is late, asked of the database: moments are slow to read."""
    late = When(state=Task.State.OPEN, late_at__lt=now, then=Value(1))
    return Mark(late, default=Value(0), output_field=IntegerField())


def between(start: datetime, end: datetime, earliest: datetime, due_from: datetime, task: str = "") -> Q:
    """What has a time between two moments, having begun at `earliest`, or become due at `due_from`."""
    around = Q(**{f"{task}at__lt": end, f"{task}at__gte": earliest})
    due = Q(**{f"{task}end_at": None, f"{task}due_at__gte": due_from})
    return around & (Q(**{f"{task}end_at__gt": start}) | due)


def row_of(person: User) -> Place:
    return {
        **{"id": f"p{person.pk}", "name": person.name, "kind": "person", "zone": person.time_zone},
        **{"initials": initials(person.name), "color": f"c{person.pk % HUES + 1}"},
    }


def row_of_resource(resource: Resource) -> Place:
    return {
        **{"id": f"r{resource.pk}", "name": resource.name, "kind": "resource"},
        **{"icon": resource.icon, "what": resource.get_kind_display()},
    }


def busy_of(each: Busy) -> Place:
    return nothing_told(f"b{each.task}p{each.person}", each.task, f"p{each.person}", each.start, each.end)


def nothing_told(key: str, task: int, row: str, start: int, end: int) -> Place:
    """That somebody or something is busy, and nothing else."""
    return {
        **{"id": key, "task": task, "row": row, "start": start, "end": end},
        **{"title": _("Busy"), "kind": "", "hidden": True, "can_move": False, "soft": False},
    }


def booking_of(
    values: dict[str, Any] | None, task: int, resource: int, start: int, end: int, *, may_change: bool
) -> Place:
    """What has a room or a car; of what is not seen only that it is taken."""
    if values is None:
        return nothing_told(f"b{task}r{resource}", task, f"r{resource}", start, end)
    item = item_of(values, may_change=may_change)
    return item | {"id": f"t{task}r{resource}", "row": f"r{resource}", "soft": False}


def item_of(values: dict[str, Any], *, may_change: bool, attendee: int | None = None) -> Place:
    item = {
        **{"id": f"t{values['pk']}", "task": values["pk"], "row": f"p{values['person_id']}"},
        **{"start": values["start"], "end": values["end"], "url": url_of(values), **told(values)},
        **{"can_move": may_change, "soft": values["kind"] in SOFT or values["begins"] is None},
    }
    if attendee is not None:
        item |= {"id": f"t{values['pk']}a{attendee}", "row": f"p{attendee}", "can_move": False}
    return item


def told(values: dict[str, Any]) -> Place:
    """What is written on it."""
    return {
        **{"title": values["title"], "kind": values["kind"], "version": values["version"]},
        **{"client": values["client__name"] or "", "client_id": values["client_id"]},
        **{"state": state_of(values), "late": bool(values["late"])},
    }


def state_of(values: dict[str, Any]) -> str:
    """How it is drawn."""
    return STATES.get(values["state"], "done")


def undated(values: dict[str, Any]) -> Place:
    hints = [values["client__name"] or "", f"{values['due_on']:%d.%m}" if values["due_on"] else ""]
    length = values["estimate_minutes"] or Task.LENGTHS[values["kind"]]
    return {
        **{"id": f"t{values['pk']}", "task": values["pk"], "url": url_of(values), "can_move": True, **told(values)},
        **{"minutes": length, "hint": " · ".join(hint for hint in hints if hint)},
    }


@cache
def address() -> str:
    """Where a task is looked at, with a 0 for its number; empty as long as tasks have no page."""
    return abouts.get(Task._meta.label_lower).url(Task(pk=0))


def url_of(values: dict[str, Any]) -> str:
    if address():
        return address().replace("0", str(values["pk"]), 1)
    return reverse("clients:card", args=[values["client_id"]]) if values["client_id"] else ""


def off_of(book: Book, person: User, start: datetime, end: datetime) -> Iterator[Place]:
    zone, until = book.zone_of(person), start
    for day in days_between(day_of(zone, start), day_of(zone, end)):
        hours = book.hours(person, day)
        named = [(*borders(zone, day), hours.why)] if hours.off in (Off.HOLIDAY, Off.ABSENCE) else []
        for begins, ends, why in named or [(*span, None) for span in hours.spans]:
            if begins >= end:
                break
            if begins > until:
                yield off_place(person, until, begins, "")
            if why is not None and ends > until:
                yield off_place(person, max(begins, until), min(ends, end), why)
            until = max(until, ends)
    if until < end:
        yield off_place(person, until, end, "")


def off_place(person: User, start: datetime, end: datetime, why: str) -> Place:
    return {"row": f"p{person.pk}", "start": minute(start), "end": minute(end), **({"why": why} if why else {})}


def offsets(zone: tzinfo, start: datetime, end: datetime) -> list[tuple[int, int]]:
    """[(minute of the epoch, minutes ahead of UTC from it on)] of `zone`, to the minute at which its clocks jump."""
    found = [(minute(start), ahead(zone, start))]
    at = start
    while at < end:
        after = at + timedelta(days=7)
        if ahead(zone, after) != found[-1][1]:
            found.append((minute(jump := border(zone, at, after)), ahead(zone, jump)))
            after = max(jump, at + timedelta(minutes=1))
        at = after
    return found


def border(zone: tzinfo, before: datetime, after: datetime) -> datetime:
    """The first minute with another offset than `before`."""
    while after - before > timedelta(minutes=1):
        middle = moment_of((minute(before) + minute(after)) // 2)
        if ahead(zone, middle) == ahead(zone, before):
            before = middle
        else:
            after = middle
    return after


def people_of(by: User, team: int | None) -> list[User]:
    """Whose rows are shown: a team's, or everybody's who has to do with tasks."""
    people = User.objects.active().select_related("role", "team")
    if team is not None:
        people = people.filter(team_id=team)
    return [person for person in people if person.may(VIEW)]
