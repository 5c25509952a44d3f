"""What becomes of a task: done with a result, accepted or given back, not needed, open again, somebody else's."""

from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Status
from pydantic import Field

from kartu.clients.models import Touch
from kartu.core.access import access
from kartu.core.api.schemas import Day, Id, In, Moment, words
from kartu.planner import actions
from kartu.planner.api.resource import TASKS, doer, in_our_words, outcome_of, task_or_404
from kartu.planner.api.shapes import Kind, Minutes, TaskOut
from kartu.planner.api.tasks import answered
from kartu.planner.rights import CHANGE
from kartu.records.api.doing import doing


class NextStep(In):
    """What it does not say is taken over from the task that is done."""

    title: words(200, shortest=1) | None = None
    kind: Kind | None = None
    person_id: Id | None = None
    start_at: Moment | None = None
    end_at: Moment | None = None
    due_at: Moment | None = None
    due_on: Day | None = None


class TaskFinish(In):
    """What came of it: a `result` in words, an outcome of the firm's list (`GET /outcomes`), or both."""

    result: words(20_000) = ""
    outcome_id: Id | None = None
    spent_minutes: int | None = Minutes
    touch_kind: Literal["", *Touch.Kind.values] | None = Field(
        None,
        description='As what it goes into the client\'s history; "" leaves it out, null: as is usual for its kind.',
    )
    next_step: NextStep | None = None


class TaskReturn(In):
    why: words(5000, shortest=1)
    due_at: Moment | None = None


class TaskDrop(In):
    why: words(5000) = ""


class TaskAssign(In):
    to_id: Id


@TASKS.post("/tasks/{int:pk}/finish", TaskOut, status=200)
@access(CHANGE)
def finish_task(request: HttpRequest, pk: int, data: TaskFinish) -> dict[str, Any]:
    """Done; what whoever set it wants to accept waits for that."""
    task = task_or_404(request, pk)
    with doing(request, _("Task done")), in_our_words():
        actions.finish_task(
            task=task,
            outcome=outcome_of(data.outcome_id),
            next_step=None if data.next_step is None else step(data.next_step, request),
            by=request.user,
            **data.given("outcome_id", "next_step"),
        )
    return answered(request, pk)


def step(data: NextStep, request: HttpRequest) -> dict[str, Any]:
    person = doer(data.person_id, request.user, "next_step.person_id")
    told = {name: value for name, value in data.sent("person_id").items() if value is not None}
    return {**told, **({"person": person} if person else {})}


@TASKS.post("/tasks/{int:pk}/accept", TaskOut, status=200)
@access(CHANGE)
def accept_task(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Whoever set it is content."""
    return at_once(request, pk, actions.accept_task, _("Accepted"))


@TASKS.post("/tasks/{int:pk}/return", TaskOut, status=200)
@access(CHANGE)
def return_task(request: HttpRequest, pk: int, data: TaskReturn) -> dict[str, Any]:
    """Whoever set it is not content: it is open again."""
    return at_once(request, pk, actions.return_task, _("Given back"), **data.given())


@TASKS.post("/tasks/{int:pk}/reopen", TaskOut, status=200)
@access(CHANGE)
def reopen_task(request: HttpRequest, pk: int) -> dict[str, Any]:
    return at_once(request, pk, actions.reopen_task, _("Open again"))


@TASKS.post("/tasks/{int:pk}/drop", TaskOut, status=200)
@access(CHANGE)
def drop_task(request: HttpRequest, pk: int, data: TaskDrop) -> dict[str, Any]:
    """It is not needed any more."""
    return at_once(request, pk, actions.drop_task, _("Task dropped"), **data.given())


def at_once(request: HttpRequest, pk: int, act: Any, title: str, **given: Any) -> dict[str, Any]:
    task = task_or_404(request, pk)
    with doing(request, title), in_our_words():
        act(task=task, by=request.user, **given)
    return answered(request, pk)


@TASKS.post("/tasks/{int:pk}/assign", None, status=204)
@access(CHANGE)
def assign_task(request: HttpRequest, pk: int, data: TaskAssign) -> Status:
    """Somebody else does it from now on, of those whom the token's person may ask."""
    task = task_or_404(request, pk)
    with doing(request, _("Task given")), in_our_words():
        actions.assign_task(task=task, to=doer(data.to_id, request.user, "to_id"), by=request.user)
    return Status(204, None)
