"""Rooms, cars and equipment: kept by the firm, booked for tasks."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.clients.actions.editing import locked
from kartu.core.actors import Actor
from kartu.core.formats import format_time, near_date
from kartu.firm.acts import act, telling
from kartu.firm.rights import SETTINGS
from kartu.planner.models import Booking, Resource, Task
from kartu.planner.rights import CHANGE
from kartu.security.actions import action
from kartu.security.rows import GuardedQuerySet

WHY = "when rooms and cars are taken, whoever has them"
TYPED = frozenset({"name", "kind", "refuses", "is_active"})


@act(SETTINGS)
def save_resource(*, resource: Resource, values: dict[str, Any], by: Actor) -> Resource:
    """Write a new room, car or tool, or what was changed of one."""
    for name in TYPED & values.keys():
        setattr(resource, name, values[name])
    resource.full_clean()
    with telling(resource, by=by):
        resource.save()
    return resource


@action(CHANGE)
def book(*, task: Task, resource: Resource, by: Actor) -> Booking:
    """Let `task` have `resource` for its time. Raises ValidationError where it is taken and refuses that."""
    task = locked(task, by)
    if task.start_at is None:
        raise ValidationError(_("First it needs a time"), code="no_time")
    if not resource.is_active:
        raise ValidationError(_("%(name)s is not in use any more") % {"name": resource}, code="retired")
    had = Booking.objects.visible_to(by).filter(task=task, resource=resource, trashed_at=None).first()
    if had is not None:
        return had
    check_free(task, resource)
    booking = Booking(task=task, resource=resource)
    booking.save()
    return booking


@action(CHANGE)
def release(*, task: Task, resource: Resource, by: Actor) -> Task:
    """`task` does without `resource`."""
    rows = Booking.objects.visible_to(by, CHANGE).filter(task=task, resource=resource, trashed_at=None)
    for booking in rows.select_for_update(of=("self",)):
        booking.trashed_at = timezone.now()
        booking.save()
    return task


def check_bookings(task: Task) -> None:
    """What `task` has is free at the time at which it stands now, too, or does not refuse."""
    if task.pk is None or task.start_at is None:
        return
    rows = Booking.objects.as_system(WHY).filter(task=task, trashed_at=None).select_related("resource")
    for booking in rows.order_by("resource_id"):
        check_free(task, booking.resource)


def check_free(task: Task, resource: Resource) -> None:
    """One after the other: whoever comes second finds what the first has written."""
    Resource.objects.select_for_update().get(pk=resource.pk)
    if not resource.refuses:
        return
    other = overlapping(task, resource).select_related("task").order_by("task__start_at").first()
    if other is not None:
        words = {"name": resource, "from": near_date(other.task.start_at), "until": format_time(other.task.end_at)}
        raise ValidationError(_("%(name)s is taken: %(from)s to %(until)s") % words, code="taken")


def overlapping(task: Task, resource: Resource) -> GuardedQuerySet:
    rows = Booking.objects.as_system(WHY).filter(resource=resource, trashed_at=None, task__trashed_at=None)
    rows = rows.filter(task__state=Task.State.OPEN, task__start_at__lt=task.end_at, task__end_at__gt=task.start_at)
    return rows.exclude(task=task)
