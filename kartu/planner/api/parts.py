"""What hangs on a task: its checklist, who is named on it, when one is told of it, what it waits for."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Status
from pydantic import Field

from kartu.clients.api.resource import pointed
from kartu.clients.models import Channel
from kartu.core.access import access
from kartu.core.api.schemas import UNSENT, Id, In, Version, words
from kartu.planner import actions
from kartu.planner.api.resource import TASKS, colleagues, in_our_words, other_task, part_or_404, task_or_404
from kartu.planner.api.shapes import (
    AfterOut,
    ClientReminderIn,
    ClientReminderOut,
    ParticipantOut,
    ReminderIn,
    ReminderOut,
    TaskItemOut,
    client_reminder_told,
    item_told,
    participant_told,
    reminder_told,
)
from kartu.planner.models import ClientReminder, Participant, Reminder, TaskAfter, TaskItem
from kartu.planner.rights import CHANGE, VIEW
from kartu.records.api.doing import doing, only_over


class TaskItemIn(In):
    text: words(300, shortest=1)


class TaskItemChange(In):
    text: words(300, shortest=1) = UNSENT
    is_done: bool = UNSENT
    version: Version = UNSENT


class TaskPeopleIn(In):
    watcher_ids: list[Id] = Field(max_length=50)
    attendee_ids: list[Id] = Field(max_length=50)


class RemindersIn(In):
    items: list[ReminderIn] = Field(max_length=10)


class TaskAfterIn(In):
    first_id: Id


@TASKS.post("/tasks/{int:pk}/items", TaskItemOut)
@access(CHANGE)
def add_task_item(request: HttpRequest, pk: int, data: TaskItemIn) -> Status:
    """A further line at the end of the checklist."""
    task = task_or_404(request, pk)
    with doing(request, _("Line added")):
        item = actions.add_item(task=task, text=data.text, by=request.user)
    return Status(201, item_told(item))


@TASKS.patch("/tasks/{int:pk}/items/{int:part}", TaskItemOut)
@access(CHANGE)
def change_task_item(request: HttpRequest, pk: int, part: int, data: TaskItemChange) -> dict[str, Any]:
    """Needs the `version` that you have read: another one is a conflict."""
    item = part_or_404(request, TaskItem, pk, part)
    only_over(request, item, data)
    with doing(request, _("Checklist")):
        item = actions.change_item(item=item, text=data.text, is_done=data.is_done, by=request.user)
    return item_told(item)


@TASKS.delete("/tasks/{int:pk}/items/{int:part}")
@access(CHANGE)
def drop_task_item(request: HttpRequest, pk: int, part: int) -> Status:
    item = part_or_404(request, TaskItem, pk, part)
    with doing(request, _("Checklist")):
        actions.drop_item(item=item, by=request.user)
    return Status(204, None)


@TASKS.put("/tasks/{int:pk}/people", list[ParticipantOut])
@access(CHANGE)
def set_task_people(request: HttpRequest, pk: int, data: TaskPeopleIn) -> list[dict[str, Any]]:
    """Exactly these watch it, and come along."""
    task = task_or_404(request, pk)
    with doing(request, _("Who takes part")), in_our_words():
        for kind, name in ((Participant.Kind.WATCHER, "watcher_ids"), (Participant.Kind.ATTENDEE, "attendee_ids")):
            people = colleagues(getattr(data, name), name)
            actions.set_participants(task=task, kind=kind, people=people, by=request.user)
    rows = Participant.objects.visible_to(request.user).filter(task=task).select_related("person")
    return [participant_told(row) for row in rows.order_by("pk")]


@TASKS.put("/tasks/{int:pk}/reminders", list[ReminderOut])
@access(VIEW)
def set_task_reminders(request: HttpRequest, pk: int, data: RemindersIn) -> list[dict[str, Any]]:
    """At exactly these the token's person is told of it."""
    task = task_or_404(request, pk, VIEW)
    with doing(request, _("Reminders saved")):
        wanted = [each.as_wanted() for each in data.items]
        actions.set_reminders(task=task, wanted=wanted, by=request.user)
    rows = Reminder.objects.visible_to(request.user).filter(task=task, person_id=request.user.pk)
    return [reminder_told(row) for row in rows]


@TASKS.post("/tasks/{int:pk}/after", AfterOut)
@access(CHANGE)
def put_task_after(request: HttpRequest, pk: int, data: TaskAfterIn) -> Status:
    """It can only be done when the task `first_id` is."""
    task = task_or_404(request, pk)
    with doing(request, _("Only after another task")), in_our_words():
        row = actions.put_after(task=task, first=other_task(data.first_id, request.user, "first_id"), by=request.user)
    return Status(201, {"id": row.pk, "first_id": row.first_id})


@TASKS.delete("/tasks/{int:pk}/after/{int:part}")
@access(CHANGE)
def drop_task_after(request: HttpRequest, pk: int, part: int) -> Status:
    row = part_or_404(request, TaskAfter, pk, part)
    with doing(request, _("It no longer waits")):
        actions.drop_after(after=row, by=request.user)
    return Status(204, None)


@TASKS.post("/tasks/{int:pk}/client-reminders", ClientReminderOut)
@access(CHANGE)
def remind_client(request: HttpRequest, pk: int, data: ClientReminderIn) -> Status:
    """Remind the client of it. An address that opted out is refused, with the reason."""
    task = task_or_404(request, pk)
    channel = pointed(Channel.objects.visible_to(request.user), data.channel_id, "channel_id")
    with doing(request, _("Remind the client")), in_our_words():
        row = actions.remind_client(task=task, channel=channel, before=data.before, by=request.user)
    return Status(201, client_reminder_told(row))


@TASKS.delete("/tasks/{int:pk}/client-reminders/{int:part}")
@access(CHANGE)
def forget_client_reminder(request: HttpRequest, pk: int, part: int) -> Status:
    row = part_or_404(request, ClientReminder, pk, part)
    with doing(request, _("The client is not reminded")):
        actions.forget_client_reminder(reminder=row, by=request.user)
    return Status(204, None)
