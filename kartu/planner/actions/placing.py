"""Tasks put somewhere in the scheduler: to another time, to another person, several together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kartu.clients.actions.editing import locked
from kartu.core.actors import Actor
from kartu.core.outbox import publish
from kartu.firm.models import User
from kartu.planner.actions.resources import book, release
from kartu.planner.actions.tasks import assign_task, change_task
from kartu.planner.events import TaskPlaced
from kartu.planner.models import Resource, Task
from kartu.planner.models.task import TIMES
from kartu.planner.rights import CHANGE
from kartu.security.actions import action


class Moved(Exception):
    """Somebody else was faster: the task is not as whoever moved it saw it. Nothing was written."""

    def __init__(self, task: Task) -> None:
        super().__init__(str(task.pk))
        self.task = task


@dataclass(frozen=True)
class Place:
    """Where a task is to stand; what is None stays as it is. `version` is that which was seen.

    From `start` to `end` (as long as it may take, without one), or on a `day` as a whole, or due at another moment and
    nothing else. `resource` is booked for it, `instead_of` is given back.
    """

    task: Task
    version: int
    start: datetime | None = None
    end: datetime | None = None
    day: date | None = None
    due: datetime | None = None
    person: User | None = None
    resource: Resource | None = None
    instead_of: Resource | None = None


@action(CHANGE, hands_over=True)
def place_tasks(*, places: Iterable[Place], by: Actor) -> list[Task]:
    """Put tasks where `places` say, all or none. Raises Moved, ValidationError, Refused."""
    return [place_task(place, by) for place in places]


def place_task(place: Place, by: Actor) -> Task:
    task = locked(place.task, by)
    if task.version != place.version:
        raise Moved(task)
    if not task.is_open:
        raise ValidationError(_("“%(title)s” is done already") % {"title": task.title}, code="closed")
    before = task.person
    if place.instead_of is not None:
        release(task=task, resource=place.instead_of, by=by)
    times = times_at(place, task)
    if moved := any(getattr(task, name) != value for name, value in times.items()):
        task = change_task(task=task, values=times, by=by)
    if place.resource is not None:
        book(task=task, resource=place.resource, by=by)
    if place.person is not None and place.person.pk != before.pk:
        task = assign_task(task=task, to=place.person, by=by)
    if moved or task.person_id != before.pk:
        publish(TaskPlaced(task.pk, before.pk, task.person_id, by.pk, is_moved=moved))
    return task


def times_at(place: Place, task: Task) -> dict[str, Any]:
    """What says when `task` is to be done, standing there."""
    if place.day is not None:
        return dict.fromkeys(TIMES) | {"due_on": place.day}
    if place.due is not None:
        return {"due_at": place.due}
    if place.start is None:
        return {}
    # What is pulled to a time of day has that instead of a day; a moment by which it is due stays.
    return ({"due_on": None} if task.due_on else {}) | {"start_at": place.start, "end_at": place.end}
