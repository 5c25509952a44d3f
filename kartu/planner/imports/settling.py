"""What follows from tasks that have come in, once everybody sees them: reminders of what lies ahead, the next step of
their clients, and one notice for each colleague who has got some. What is over tells nobody anything."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from kartu.core import live
from kartu.core.actors import Actor
from kartu.core.jobs import chunk
from kartu.planner import following
from kartu.planner.actions.when import put_reminders, usual_reminders
from kartu.planner.models import Task, TaskNews
from kartu.planner.telling.said import What
from kartu.security import audit

WHY = "what follows from tasks that an import has brought"
AT_ONCE = 100


def settle(batch_id: int, by: Actor) -> set[int]:
    """Begun anew after a kill it does nothing twice. Returns the ids of those who are to hear of it."""
    rows = Task.objects.as_system(WHY).live().filter(batch_id=batch_id).select_related("person")
    told: dict[int, list[int]] = {}
    after = 0
    while some := list(rows.filter(pk__gt=after).order_by("pk")[:AT_ONCE]):
        after = some[-1].pk
        is_open = [task for task in some if task.is_open]
        for task in is_open:
            if task.person_id != by.pk:
                told.setdefault(task.person_id, []).append(task.pk)
        with chunk():
            settle_some(some, is_open, batch_id, by)
    with transaction.atomic():
        note(told, batch_id, by)
        live.send("planner.moved", {"tasks": []}, to=None)
    return set(told)


def settle_some(some: Iterable[Task], is_open: Iterable[Task], batch_id: int, by: Actor) -> None:
    now = timezone.now()
    with audit.acting_as(by, batch_id):
        for task in is_open:
            if task.at and task.at > now:
                put_reminders(task, task.person, usual_reminders(task))
    following.renew_clients([task.pk for task in some])


def note(told: dict[int, list[int]], batch_id: int, by: Actor) -> None:
    """For each colleague what he has got; his notice names the number of them."""
    here = TaskNews.objects.filter(change_set_number=batch_id)
    known = set(here.values_list("person_id", "task_number"))
    TaskNews.objects.bulk_create(
        [
            TaskNews(person_id=person, what=What.SET, task_number=pk, by_id=by.pk, change_set_number=batch_id)
            for person, ids in told.items()
            for pk in ids
            if (person, pk) not in known
        ],
        batch_size=500,
    )
