"""Many tasks at once, and one for each of several clients: all or none, one transaction and one change set."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from ninja import Status
from pydantic import Field

from kartu.clients.api.bulk import ManyOut
from kartu.clients.rights import BULK as BULK_OF_CLIENTS
from kartu.core.access import access
from kartu.core.api.schemas import Day, Id, In, Moment, Out, words
from kartu.planner import actions
from kartu.planner.api.resource import TASKS, client_of, doer, in_our_words, outcome_of, task_or_404
from kartu.planner.api.shapes import Kind, Priority, TaskChange, TaskIn, only_times
from kartu.planner.api.tasks import add
from kartu.planner.many import acts
from kartu.planner.many.for_each import task_for
from kartu.planner.models import Task
from kartu.planner.rights import BULK, CHANGE, TRASH
from kartu.records.api.doing import at, doing, values_at
from kartu.records.lists.bulk import AT_ONCE

Ids = Field(min_length=1, max_length=AT_ONCE)


class TasksForClientsIn(In):
    """`[client]` in the title stands for the client's name. Several `person_ids` share them in turn; without any it is
    whoever looks after each client."""

    client_ids: list[Id] = Field(min_length=1, max_length=AT_ONCE)
    title: words(200, shortest=1)
    kind: Kind = "task"
    priority: Priority = 2
    person_ids: list[Id] = Field([], max_length=50)
    start_at: Moment | None = None
    end_at: Moment | None = None
    due_at: Moment | None = None
    due_on: Day | None = None


class TasksMadeOut(Out):
    """In the order in which the clients were sent."""

    ids: list[int]


@TASKS.post("/tasks/for-clients", TasksMadeOut)
@access(BULK_OF_CLIENTS)
def set_tasks_for_clients(request: HttpRequest, data: TasksForClientsIn) -> Status:
    """Up to 100 clients. Takes the right to set tasks besides."""
    by = request.user
    values = {"kind": data.kind, "priority": data.priority, **only_times(data)}
    made = []
    with doing(request, _("A task for each: %(title)s") % {"title": data.title}), in_our_words():
        people = [doer(pk, by, "person_ids") for pk in dict.fromkeys(data.person_ids)]
        for number, pk in enumerate(dict.fromkeys(data.client_ids)):
            with at(f"client_ids.{number}."):
                client = client_of(pk, by, "id")
                task = task_for(client=client, title=data.title, people=people, number=number, by=by, **values)
            made.append(task.pk)
    return Status(201, {"ids": made})


# --- many tasks ------------------------------------------------------------------------------------------------------


class TasksIn(In):
    items: list[TaskIn] = Ids


class ManyTaskChange(TaskChange):
    """Needs the `version` that you have read."""

    id: Id
    version: int = Field(ge=1, le=2**31 - 1)


class TasksChange(In):
    items: list[ManyTaskChange] = Ids


class TasksFinish(In):
    """What came of all of them: a `result` in words, an outcome of the firm's list, or both."""

    ids: list[Id] = Ids
    result: words(20_000) = ""
    outcome_id: Id | None = None


class TasksAssign(In):
    ids: list[Id] = Ids
    to_id: Id


class TasksTrash(In):
    ids: list[Id] = Ids


@TASKS.post("/tasks/bulk", ManyOut)
@access(BULK)
def set_tasks(request: HttpRequest, data: TasksIn) -> Status:
    """Up to 100 new tasks, in the order in which they are sent. Takes the right to set tasks besides."""
    made = []
    with doing(request, title(len(data.items))):
        for number, item in enumerate(data.items):
            with at(f"items.{number}."), in_our_words():
                made.append(add(item, request.user))
    return Status(201, done(made))


@TASKS.patch("/tasks/bulk", ManyOut)
@access(BULK)
def change_tasks(request: HttpRequest, data: TasksChange) -> dict[str, Any]:
    """Up to 100 tasks. Takes the right to change them besides."""
    changed = []
    with doing(request, title(len(data.items))):
        for number, item in enumerate(data.items):
            task, values = task_or_404(request, item.id), item.sent("id", "version")
            with at(f"items.{number}."), in_our_words():
                base = values_at(task, item.version, values)
                changed.append(actions.change_task(task=task, values=values, base=base, by=request.user))
    return done(changed)


@TASKS.post("/tasks/bulk/finish", ManyOut, status=200)
@access(BULK)
def finish_tasks(request: HttpRequest, data: TasksFinish) -> dict[str, Any]:
    values = {"result": data.result, "outcome": outcome_of(data.outcome_id)}
    return each(request, data.ids, acts.finish, values, _("Task done"))


@TASKS.post("/tasks/bulk/assign", ManyOut, status=200)
@access(BULK)
def assign_tasks(request: HttpRequest, data: TasksAssign) -> dict[str, Any]:
    to = doer(data.to_id, request.user, "to_id")
    return each(request, data.ids, acts.assign, {"to": to}, _("Given to %(name)s") % {"name": to})


@TASKS.post("/tasks/bulk/trash", ManyOut, status=200)
@access(BULK)
def trash_tasks(request: HttpRequest, data: TasksTrash) -> dict[str, Any]:
    """Takes the right to put tasks in the trash besides."""
    return each(request, data.ids, acts.trash, {}, _("Put in the trash"), TRASH)


def each(
    request: HttpRequest,
    ids: Sequence[int],
    act: Callable[..., Any],
    values: dict[str, Any],
    told: str,
    right: str = CHANGE,
) -> dict[str, Any]:
    """Do to each of them what the act of the list does to one."""
    tasks = [task_or_404(request, pk, right) for pk in dict.fromkeys(ids)]
    with doing(request, told):
        for number, task in enumerate(tasks):
            with at(f"ids.{number}."), in_our_words():
                act(row=task, values=values, by=request.user)
    rows = Task.objects.as_system("the versions of tasks after an act on many of them")
    return done(rows.filter(pk__in=[task.pk for task in tasks]).order_by("pk"))


def title(count: int) -> str:
    return ngettext("%(count)s task by a program", "%(count)s tasks by a program", count) % {"count": count}


def done(rows: Any) -> dict[str, Any]:
    return {"items": [{"id": row.pk, "version": row.version} for row in rows]}
