"""Open tasks that go with a client: to whoever looks after it from now on."""

from typing import Any

from django.dispatch import receiver

from kartu.clients.models import Client
from kartu.clients.rights import VIEW, is_named, reaches, reaches_by_role
from kartu.clients.signals import handed_over, merging
from kartu.firm.models import User
from kartu.planner.models import Reminder, Task
from kartu.security import audit

WHY = "tasks that go with their client to whoever looks after it from now on"


def give_tasks(tasks: list[Task], *, person_id: int, to: User) -> None:
    """From now on `to` does the `tasks` of `person_id`. Inside an action.

    The reminders of whoever was to do them become his, but for tasks on which he had some of his own.
    """
    ids = [task.pk for task in tasks]
    audit.change_many(tasks, {"person_id": to.pk})
    reminders = Reminder.objects.as_system(WHY).filter(task_id__in=ids, trashed_at=None)
    known = set(reminders.filter(person=to).values_list("task_id", flat=True))
    audit.change_many(list(reminders.filter(person_id=person_id).exclude(task_id__in=known)), {"person_id": to.pk})


@receiver(handed_over, dispatch_uid="planner.giving")
def give_along(*, ids: list[int], before: int | None, to: User, **signal: Any) -> None:
    rows = Task.objects.as_system(WHY).filter(client_id__in=ids, trashed_at=None, is_private=False)
    rows = rows.filter(person_id=before, state=Task.State.OPEN).select_for_update(of=("self",)).order_by("pk")
    give_tasks(list(rows), person_id=before, to=to)


@receiver(merging, dispatch_uid="planner.giving")
def give_lost(*, client: Client, other: Client, **signal: Any) -> None:
    """Who sees the card that goes into another, and will not see that one, keeps no tasks on it: its keeper does."""
    if client.responsible_id is None:
        return
    rows = Task.objects.as_system(WHY).filter(client_id=other.pk, trashed_at=None, is_private=False)
    lost: dict[int, list[Task]] = {}
    for task in rows.filter(state=Task.State.OPEN).select_related("person__role").order_by("pk"):
        if will_lose(task.person, client, other):
            lost.setdefault(task.person_id, []).append(task)
    for person_id, tasks in lost.items():
        give_tasks(tasks, person_id=person_id, to=client.responsible)


def will_lose(person: User, client: Client, other: Client) -> bool:
    """Whoever is named on the other card will be on this one, too."""
    if reaches(person, client) or is_named(person, other.pk, VIEW):
        return False
    return reaches_by_role(person, other)
