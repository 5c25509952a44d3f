"""A task for each of several clients: all of them or none, one transaction and one change set."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Status
from pydantic import Field

from kartu.clients.rights import BULK
from kartu.core.access import access
from kartu.core.api.schemas import Day, Id, In, Moment, Out, words
from kartu.planner.api.resource import TASKS, client_of, doer, in_our_words
from kartu.planner.api.shapes import Kind, Priority, only_times
from kartu.planner.many.for_each import task_for
from kartu.records.api.doing import at, doing
from kartu.records.lists.bulk import AT_ONCE


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
@access(BULK)
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
