"""What the scheduler shows: whose rows, what stands in them, when nobody works, what has no time yet.

Times are whole minutes of the epoch. Of a task that its reader may not see only its time is told, as "busy".
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.about import abouts
from kartu.core.components.basics import initials
from kartu.firm.clock import borders, day_of
from kartu.firm.models import User
from kartu.firm.working import Book, Off, days_between
from kartu.planner.models import Booking, Participant, Resource, Task
from kartu.planner.models.task import LIVE
from kartu.planner.rights import CHANGE, VIEW

WHY_BUSY = "when colleagues are busy, and nothing else of it"
WIDEST = timedelta(days=120)
MOST_UNDATED = 60
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
        when = Q(pk__in=list(tasks)) if tasks is not None else self.between()
        mine = Task.objects.visible_to(self.by).filter(when).exclude(start_at=None, due_at=None)
        shown = {values["pk"]: values for values in mine.values("pk", *COLUMNS)}
        whose = dict.fromkeys(person.pk for person in self.people)
        may_change = self.changeable(shown)
        found = [
            item_of(values, may_change=pk in may_change) for pk, values in shown.items() if values["person_id"] in whose
        ]
        for pk, person in self.attending(shown):
            if person in whose and person != shown[pk]["person_id"]:
                found.append(item_of(shown[pk], may_change=False, attendee=person))
        return [*found, *self.busy(when, shown), *self.booked(when, shown, may_change)]

    def between(self) -> Q:
        around = Q(at__lt=self.end, at__gte=self.start - Task.LONGEST)
        return around & (Q(end_at__gt=self.start) | Q(end_at=None, due_at__gte=self.start - timedelta(days=1)))

    def changeable(self, shown: Iterable[int]) -> set[int]:
        if not self.by.may(CHANGE):
            return set()
        rows = Task.objects.visible_to(self.by, CHANGE).filter(pk__in=list(shown))
        return set(rows.filter(state=Task.State.OPEN).values_list("pk", flat=True))

    def attending(self, shown: Iterable[int]) -> list[tuple[int, int]]:
        rows = Participant.objects.visible_to(self.by).filter(kind=Participant.Kind.ATTENDEE, task__in=list(shown))
        return list(rows.filter(trashed_at=None).values_list("task_id", "person_id"))

    def busy(self, when: Q, shown: Iterable[int]) -> Iterator[Place]:
        """Times at which these people have something that `by` does not see."""
        for pk, person, start, end in unseen(self.people, when, list(shown)):
            yield taken(f"b{pk}", pk, f"p{person}", start, end)

    def booked(self, when: Q, shown: dict[int, dict[str, Any]], may_change: set[int]) -> Iterator[Place]:
        """What has rooms, cars and equipment; of what `by` does not see only that they are taken."""
        tasks = Task.objects.as_system(WHY_BUSY).filter(when, LIVE, state=Task.State.OPEN).exclude(start_at=None)
        rows = Booking.objects.as_system(WHY_BUSY).filter(trashed_at=None, task__in=tasks.values("pk"))
        for pk, resource, start, end in rows.values_list("task_id", "resource_id", "task__start_at", "task__end_at"):
            if pk in shown:
                item = item_of(shown[pk], may_change=pk in may_change)
                yield item | {"id": f"t{pk}r{resource}", "row": f"r{resource}", "soft": False}
            else:
                yield taken(f"b{pk}r{resource}", pk, f"r{resource}", start, end)

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
        return [undated(values) for values in rows.values("pk", *COLUMNS)]


COLUMNS = (
    *("title", "kind", "state", "person_id", "start_at", "end_at", "due_at", "due_on", "late_at", "version"),
    *("client_id", "client__name", "estimate_minutes", "is_private"),
)


def unseen(people: list[User], when: Q, shown: list[int] | QuerySet) -> QuerySet:
    """(task, person, start, end) of what `people` have to do beside what is shown; nothing else of it is ever read."""
    rows = Task.objects.as_system(WHY_BUSY).filter(when, LIVE, person__in=people, state=Task.State.OPEN)
    rows = rows.exclude(start_at=None).exclude(pk__in=shown).exclude(client__trashed_at__isnull=False)
    return rows.values_list("pk", "person_id", "start_at", "end_at")


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


def taken(key: str, task: int, row: str, start: datetime, end: datetime) -> Place:
    """That somebody or something is busy, and nothing else."""
    return {
        **{"id": key, "task": task, "row": row, "start": minute(start), "end": minute(end)},
        **{"title": _("Busy"), "kind": "", "hidden": True, "can_move": False, "soft": False},
    }


def item_of(values: dict[str, Any], *, may_change: bool, attendee: int | None = None) -> Place:
    start, end = span_of(values)
    item = {
        **{"id": f"t{values['pk']}", "task": values["pk"], "row": f"p{values['person_id']}"},
        **{"start": minute(start), "end": minute(end), "url": url_of(values), **told(values)},
        **{"can_move": may_change, "soft": values["kind"] in SOFT or values["start_at"] is None},
    }
    if attendee is not None:
        item |= {"id": f"t{values['pk']}a{attendee}", "row": f"p{attendee}", "can_move": False}
    return item


def told(values: dict[str, Any]) -> Place:
    """What is written on it."""
    late = values["late_at"]
    return {
        **{"title": values["title"], "kind": values["kind"], "version": values["version"]},
        **{"client": values["client__name"] or "", "client_id": values["client_id"]},
        "state": "waiting" if values["state"] == Task.State.REVIEW else "" if is_open(values) else "done",
        "late": bool(is_open(values) and late and late < timezone.now()),
    }


def is_open(values: dict[str, Any]) -> bool:
    return values["state"] == Task.State.OPEN


def undated(values: dict[str, Any]) -> Place:
    hints = [values["client__name"] or "", f"{values['due_on']:%d.%m}" if values["due_on"] else ""]
    length = values["estimate_minutes"] or Task.LENGTHS[values["kind"]]
    return {
        **{"id": f"t{values['pk']}", "task": values["pk"], "url": url_of(values), "can_move": True, **told(values)},
        **{"minutes": length, "hint": " · ".join(hint for hint in hints if hint)},
    }


def span_of(values: dict[str, Any]) -> tuple[datetime, datetime]:
    """Where it stands: what has only a moment by which it is due stands there for as long as it is thought to take."""
    if values["start_at"]:
        return values["start_at"], values["end_at"]
    minutes = values["estimate_minutes"] or Task.LENGTHS[values["kind"]]
    return values["due_at"], values["due_at"] + timedelta(minutes=minutes)


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


def minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def moment_of(minutes: int) -> datetime:
    """Raises ValueError or OverflowError for what is no moment."""
    return datetime.fromtimestamp(minutes * 60, UTC)


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


def ahead(zone: tzinfo, at: datetime) -> int:
    return round(at.astimezone(zone).utcoffset().total_seconds() / 60)


def people_of(by: User, team: int | None) -> list[User]:
    """Whose rows are shown: a team's, or everybody's who has to do with tasks."""
    people = User.objects.active().select_related("role", "team")
    if team is not None:
        people = people.filter(team_id=team)
    return [person for person in people if person.may(VIEW)]
