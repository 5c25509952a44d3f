"""The tasks of a client, for programs."""

from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Status
from pydantic import Field

from kartu.clients.api.resource import CLIENTS, client_or_404, contact_of, part_or_404, person_of
from kartu.clients.models import Touch
from kartu.clients.rights import CHANGE as CHANGE_CLIENT
from kartu.core.access import access
from kartu.core.api.schemas import UNSENT, Id, In, Moment, words
from kartu.planner import actions
from kartu.planner.api.resource import FULL
from kartu.planner.api.shapes import TaskOut, told
from kartu.planner.models import Task
from kartu.planner.rights import CHANGE, CREATE, VIEW
from kartu.records.api.doing import doing


class ClientTaskIn(In):
    """Without `person_id` it is the token's person who does it; without `due_at` it has no date."""

    title: words(200)
    kind: Literal[*Task.Kind.values] = "task"
    due_at: Moment | None = None
    person_id: Id | None = None
    contact_id: Id | None = None


class ClientTaskMove(In):
    due_at: Moment
    title: words(200) = UNSENT


class ClientTaskFinish(In):
    """What came of it; of a call or a meeting it is written down as a touch too. `again_at` sets the next one."""

    result: words(20_000)
    touch_kind: Literal["", *Touch.Kind.values] | None = None
    minutes: int | None = Field(None, ge=0, le=100_000)
    again_at: Moment | None = None


@CLIENTS.get("/clients/{int:pk}/tasks", list[TaskOut])
@access(VIEW)
def read_client_tasks(
    request: HttpRequest, pk: int, closed: bool = Query(False, description="Those that are done, too.")
) -> list[dict[str, Any]]:
    """By their moment, those without one last; at most the newest 200."""
    client = client_or_404(request, pk)
    rows = Task.objects.visible_to(request.user).filter(client=client).select_related(*FULL)
    rows = rows if closed else rows.filter(state__in=(Task.State.OPEN, Task.State.REVIEW))
    return [told(row) for row in sorted(rows.order_by("-pk")[:200], key=lambda row: (row.at is None, row.at, row.pk))]


@CLIENTS.post("/clients/{int:pk}/tasks", TaskOut)
@access(CREATE)
def set_client_task(request: HttpRequest, pk: int, data: ClientTaskIn) -> Status:
    client = client_or_404(request, pk, CHANGE_CLIENT)
    people = {
        "person": person_of(data.person_id, "person_id"),
        "contact": contact_of(client, data.contact_id, request.user),
    }
    with doing(request, _("Task set")):
        task = actions.set_task(
            title=data.title, kind=data.kind, due_at=data.due_at, client=client, by=request.user, **people
        )
    return Status(201, told(task))


@CLIENTS.patch("/clients/{int:pk}/tasks/{int:part}", TaskOut)
@access(CHANGE)
def move_client_task(request: HttpRequest, pk: int, part: int, data: ClientTaskMove) -> dict[str, Any]:
    """Another time; a meeting begins then."""
    task = part_or_404(request, Task, pk, part, CHANGE)
    values = {"start_at": data.due_at} if task.start_at else {"due_at": data.due_at, "due_on": None}
    values |= {} if data.title is None else {"title": data.title}
    with doing(request, _("Task moved")):
        task = actions.change_task(task=task, values=values, by=request.user)
    return told(task)


@CLIENTS.post("/clients/{int:pk}/tasks/{int:part}/finish", TaskOut)
@access(CHANGE)
def finish_client_task(request: HttpRequest, pk: int, part: int, data: ClientTaskFinish) -> Status:
    task = part_or_404(request, Task, pk, part, CHANGE)
    with doing(request, _("Task done")):
        done = actions.finish_task(
            task=task,
            result=data.result,
            touch_kind=data.touch_kind,
            spent_minutes=data.minutes,
            next_step={"due_at": data.again_at} if data.again_at else None,
            by=request.user,
        )
    return Status(201, told(done[0]))


@CLIENTS.delete("/clients/{int:pk}/tasks/{int:part}")
@access(CHANGE)
def drop_client_task(request: HttpRequest, pk: int, part: int) -> Status:
    """It is not needed any more."""
    task = part_or_404(request, Task, pk, part, CHANGE)
    with doing(request, _("Task dropped")):
        actions.drop_task(task=task, by=request.user)
    return Status(204, None)
