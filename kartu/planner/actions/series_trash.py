"""A recurring task in the trash, and out of it."""

from django.utils import timezone

from kartu.clients.actions.editing import locked, out_of_trash
from kartu.core.actors import Actor
from kartu.core.outbox import publish
from kartu.planner.actions.series import check_whole
from kartu.planner.events import SeriesChanged, TaskRestored, TaskTrashed
from kartu.planner.making import Maker, tasks_of
from kartu.planner.models import Series, Task
from kartu.planner.rights import TRASH
from kartu.security.actions import action, check_reach


@action(TRASH)
def trash_series(*, series: Series, by: Actor) -> Series:
    """It goes into the trash with its open tasks that lie ahead; what was done, and what is late, stays."""
    check_reach(by, series, TRASH)
    fresh = locked(series, by)
    check_whole(fresh)
    now = timezone.now()
    fresh.trashed_at = now
    fresh.save()
    for task in tasks_of(fresh).filter(state=Task.State.OPEN).select_for_update(of=("self",)):
        if task.at is None or task.at > now:
            task.trashed_at = now
            task.save()
            publish(TaskTrashed(task.pk, by.pk))
    publish(SeriesChanged(fresh.pk, by.pk))
    return fresh


@action(TRASH)
def restore_series(*, series: Series, by: Actor) -> Series:
    """It is back, and its tasks that lie ahead are made anew; those who heard that they were gone hear of it."""
    fresh = out_of_trash(series, by, TRASH)
    fresh.save()
    for task in Maker(timezone.now()).make(fresh):
        publish(TaskRestored(task.pk, by.pk))
    publish(SeriesChanged(fresh.pk, by.pk))
    return fresh
