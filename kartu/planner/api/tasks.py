"""Tasks themselves: the list, one, set, changed, put in the trash."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Status

from kartu.clients.api.resource import pointed
from kartu.clients.models import Channel
from kartu.core.access import access
from kartu.core.actors import Actor
from kartu.planner import actions
from kartu.planner.api.resource import (
    TASKS,
    client_of,
    colleagues,
    contact_of,
    doer,
    in_full,
    in_our_words,
    other_task,
    task_or_404,
)
from kartu.planner.api.shapes import (
    TaskChange,
    TaskIn,
    TaskOut,
    TaskWholeOut,
    client_message_told,
    client_reminder_told,
    item_told,
    participant_told,
    reminder_told,
    told,
)
from kartu.planner.lists import TASKS as LIST
from kartu.planner.models import Reminder, Task
from kartu.planner.page import TaskPage
from kartu.planner.rights import CHANGE, CREATE, TRASH, VIEW
from kartu.records.api.doing import base_sent, doing, show_version
from kartu.records.api.lists import After, Before, Filters, Limit, Page, Sort, Words, items_of
from kartu.security.views_log import saw


class TasksPage(Page):
    items: list[TaskOut]


@TASKS.get("/tasks", TasksPage)
@access(VIEW)
def read_tasks(
    request: HttpRequest,
    f: list[str] = Filters,
    q: str = Words,
    s: str = Sort,
    after: str = After,
    before: str = Before,
    limit: int = Limit,
) -> dict[str, Any]:
    """Tasks, filtered and sorted by the columns of their list (`GET /lists/tasks`), page by page."""
    return items_of(request.GET, LIST, request.user, limit, rows=in_full(), told=told)


@TASKS.post("/tasks", TaskOut)
@access(CREATE)
def set_task(request: HttpRequest, data: TaskIn) -> Status:
    with doing(request, _("Task set")), in_our_words():
        task = add(data, request.user)
    return Status(201, answered(request, task.pk))


def add(data: TaskIn, by: Actor) -> Task:
    pointing = ("client_id", "contact_id", "person_id", "parent_id", "watcher_ids", "attendee_ids")
    values = data.given(*pointing, "reminders", "client_reminders")
    task = actions.set_task(
        **values,
        client=client_of(data.client_id, by),
        contact=contact_of(data.contact_id, by),
        person=doer(data.person_id, by),
        parent=other_task(data.parent_id, by, "parent_id"),
        watchers=colleagues(data.watcher_ids, "watcher_ids"),
        attendees=colleagues(data.attendee_ids, "attendee_ids"),
        reminders=None if data.reminders is None else [each.as_wanted() for each in data.reminders],
        by=by,
    )
    for each in data.client_reminders:
        channel = pointed(Channel.objects.visible_to(by), each.channel_id, "channel_id")
        actions.remind_client(task=task, channel=channel, before=each.before, by=by)
    return task


def answered(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The task as it stands after an act."""
    task = in_full().visible_to(request.user).get(pk=pk)
    show_version(request, task)
    return told(task)


@TASKS.get("/tasks/{int:pk}", TaskWholeOut)
@access(VIEW)
def read_task(request: HttpRequest, pk: int) -> dict[str, Any]:
    """With its checklist, who is named on it, what it waits for, and when the token's person is told of it."""
    task = task_or_404(request, pk, VIEW)
    saw("page", by=request.user, row=task)
    show_version(request, task)
    return {**told(task), **parts_of(task, request.user)}


def parts_of(task: Task, by: Actor) -> dict[str, Any]:
    reminders = Reminder.objects.visible_to(by).filter(task=task, person_id=by.pk)
    return {
        "items": [item_told(row) for row in task.items.all()],
        "participants": [participant_told(row) for row in task.participants.select_related("person").order_by("pk")],
        "reminders": [reminder_told(row) for row in reminders],
        "waits_for": [{"id": row.pk, "first_id": row.first_id} for row in task.waits_for.order_by("pk")],
        "client_reminders": [client_reminder_told(row) for row in task.client_reminders.filter(trashed_at=None)],
        "client_messages": [client_message_told(each) for each in TaskPage(task, by).messages],
    }


@TASKS.patch("/tasks/{int:pk}", TaskOut)
@access(CHANGE)
def change_task(request: HttpRequest, pk: int, data: TaskChange) -> dict[str, Any]:
    """What others changed since your `version` stays, unless it is the same field: then 409, and nothing is written."""
    task = task_or_404(request, pk)
    values = data.sent("version")
    base = base_sent(request, task, data, values)
    with doing(request, task.title), in_our_words():
        actions.change_task(task=task, values=values, base=base, by=request.user)
    return answered(request, pk)


@TASKS.delete("/tasks/{int:pk}")
@access(TRASH)
def trash_task(request: HttpRequest, pk: int) -> Status:
    """Into the trash; `POST /trash/planner.task/{pk}/restore` takes it out again."""
    task = task_or_404(request, pk, TRASH)
    with doing(request, _("Put in the trash")):
        actions.trash_task(task=task, by=request.user)
    return Status(204, None)
