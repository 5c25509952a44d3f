"""What follows from where a task stands, whoever has written it and however: an act, a bulk act, an undo."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from kartu.clients import derived
from kartu.planner.actions.when import is_ahead
from kartu.planner.models import ClientReminder, Reminder, Task

WHY = "keeping reminders and clients in step with their tasks"


def renew_written(*, roots: set[tuple[str, int]], **signal: Any) -> None:
    """Handler of `audit.written`."""
    if ids := {pk for label, pk in roots if label == Task._meta.label_lower}:
        move_reminders(ids)
        move_client_reminders(ids)
        renew_clients(ids)


def renew_clients(ids: Iterable[int]) -> None:
    """Let the clients of the tasks `ids` repeat what comes next. One that a task has left is renewed by `Task.save`."""
    clients = Task.objects.as_system(WHY).filter(pk__in=ids, client__isnull=False)
    derived.renew(set(clients.values_list("client_id", flat=True)))


def move_reminders(ids: Iterable[int]) -> None:
    """Move the reminders of the tasks `ids` to where these stand now. One that lies ahead again is told again."""
    rows = Reminder.objects.as_system(WHY).filter(task_id__in=ids, trashed_at=None)
    moved = []
    for row in rows.select_related("task", "person"):
        at = row.moment(row.task)
        if at != row.at:
            row.at, row.told_at = at, None if is_ahead(at) else row.told_at or timezone.now()
            moved.append(row)
    if moved:
        Reminder.objects.as_system(WHY).bulk_update(moved, ["at", "told_at"])


def move_client_reminders(ids: Iterable[int]) -> None:
    """The same of those to clients. Whether a message was written for that moment already is seen when it is there."""
    rows = ClientReminder.objects.as_system(WHY).filter(task_id__in=ids, trashed_at=None)
    moved = []
    for row in rows.select_related("task"):
        at = row.at
        row.derive()
        if row.at != at:
            moved.append(row)
    if moved:
        ClientReminder.objects.as_system(WHY).bulk_update(moved, ["at", "set_at", "told_at"])
