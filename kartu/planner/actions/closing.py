"""The end of a task: done with a result, accepted or given back, not needed any more, open again."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.clients.actions.editing import check, locked
from kartu.clients.actions.touches import log_touch
from kartu.clients.models import Client, Contact, Touch
from kartu.clients.rights import CHANGE as CHANGE_CLIENT
from kartu.clients.rights import SEE_TOUCHES
from kartu.core.actors import Actor
from kartu.core.outbox import publish
from kartu.planner.actions.parts import open_ones_before
from kartu.planner.actions.tasks import set_task
from kartu.planner.events import TaskAccepted, TaskDropped, TaskFinished, TaskReopened, TaskReturned
from kartu.planner.models import Outcome, Task
from kartu.planner.rights import CHANGE
from kartu.security.actions import Refused, action

# What a finished task of this kind is in the client's history.
TOUCHES = {
    Task.Kind.CALL: Touch.Kind.CALL,
    Task.Kind.MEETING: Touch.Kind.MEETING,
    Task.Kind.VISIT: Touch.Kind.MEETING,
    Task.Kind.LETTER: Touch.Kind.MESSAGE,
}


@action(CHANGE)
def finish_task(
    *,
    task: Task,
    result: str = "",
    outcome: Outcome | None = None,
    spent_minutes: int | None = None,
    touch_kind: str | None = None,
    next_step: dict[str, Any] | None = None,
    by: Actor,
) -> list[Task | Touch]:
    """It is done, with a `result` in words, an `outcome` of the list, or both: [task, the touch, the next task].

    A call, a meeting, a letter or a visit with a client goes into his history as a touch (`touch_kind` says as what; ""
    leaves it out). `next_step` holds arguments of `set_task`; what it does not name is taken from this one. A task that
    whoever set it wants to accept waits for that. Raises ValidationError by the names of the arguments.
    """
    fresh = open_one(task, by)
    fresh.result, fresh.outcome = result.strip(), outcome
    if not fresh.result and outcome is None:
        raise ValidationError({"result": _("What came of it? A few words are enough.")}, code="required")
    check_outcome(fresh, outcome, next_step)
    if waiting := open_ones_before(fresh):
        told = _("First comes: %(titles)s") % {"titles": ", ".join(f"“{each}”" for each in waiting[:3])}
        raise ValidationError(told, code="waits")
    if spent_minutes is not None:
        fresh.spent_minutes = spent_minutes
    touch = touch_of(fresh, touch_kind, spent_minutes, by)
    fresh.touch = touch
    to_accept = fresh.needs_acceptance and by.pk != fresh.author_id
    close(fresh, Task.State.REVIEW if to_accept else Task.State.DONE, by)
    publish(TaskFinished(fresh.pk, to_accept, by.pk))
    following = set_next(fresh, next_step, by) if next_step is not None else None
    return [each for each in (fresh, touch, following) if each is not None]


def check_outcome(task: Task, outcome: Outcome | None, next_step: dict[str, Any] | None) -> None:
    """Refuse a result that tasks like this do not have, and one that needs a next step where none is named."""
    if outcome is None:
        return
    if not outcome.is_active or outcome.kind not in ("", task.kind):
        told = _("“%(result)s” is not offered for this: choose another") % {"result": outcome}
        raise ValidationError({"outcome": told}, code="not_offered")
    if outcome.needs_next and next_step is None:
        told = _("After “%(result)s” something has to follow: say when") % {"result": outcome}
        raise ValidationError({"next_step": told}, code="next")


def open_one(task: Task, by: Actor) -> Task:
    fresh = locked(task, by)
    if fresh.state != Task.State.OPEN:
        raise ValidationError(_("This is done already"), code="done")
    return fresh


def close(task: Task, state: str, by: Actor) -> None:
    task.state = state
    is_over = state in (Task.State.DONE, Task.State.DROPPED)
    task.closed_at, task.closed_by_id = (timezone.now(), by.pk) if is_over else (None, None)
    check(task)
    task.save()


def touch_of(task: Task, kind: str | None, minutes: int | None, by: Actor) -> Touch | None:
    """What finishing `task` writes into the client's history; nothing where `by` may not write there."""
    kind = TOUCHES.get(task.kind, "") if kind is None else kind
    if not kind or task.client_id is None or not by.may(SEE_TOUCHES):
        return None
    client = Client.objects.visible_to(by, CHANGE_CLIENT).filter(pk=task.client_id).first()
    if client is None:
        return None
    has_talk = kind != Touch.Kind.NOTE
    return log_touch(
        client=client,
        contact=task.contact,
        kind=kind,
        text=task.result or task.title,
        result=str(task.outcome or ""),
        direction=Touch.Direction.OUT if has_talk else "",
        minutes=minutes if has_talk else None,
        by=by,
    )


def set_next(task: Task, step: dict[str, Any], by: Actor) -> Task:
    """The next one, with what `step` does not name taken over; also its client, of those that `by` sees."""
    given = {name: getattr(task, name) for name in ("title", "kind", "person", "priority")}
    given["client"] = Client.objects.visible_to(by).filter(pk=task.client_id).first()
    given["contact"] = Contact.objects.visible_to(by).filter(pk=task.contact_id).first()
    try:
        return set_task(by=by, **(given | step))
    except ValidationError as wrong:
        raise ValidationError({"next_step": wrong.messages}) from wrong


@action(CHANGE)
def accept_task(*, task: Task, by: Actor) -> Task:
    """Whoever set it is content."""
    fresh = to_review(task, by)
    close(fresh, Task.State.DONE, by)
    publish(TaskAccepted(fresh.pk, by.pk))
    return fresh


@action(CHANGE)
def return_task(*, task: Task, why: str, due_at: datetime | None = None, by: Actor) -> Task:
    """Whoever set it is not content: it is open again."""
    fresh = to_review(task, by)
    why = why.strip()
    if not why:
        raise ValidationError({"why": _("What is missing?")}, code="required")
    if due_at is not None:
        fresh.due_at, fresh.due_on = due_at, None
    fresh.text = f"{fresh.text}\n\n{why}".strip()
    fresh.result, fresh.outcome = "", None
    close(fresh, Task.State.OPEN, by)
    publish(TaskReturned(fresh.pk, why[:300], by.pk))
    return fresh


def to_review(task: Task, by: Actor) -> Task:
    """`task`, locked, if it waits to be accepted, and `by` is not the one who did it."""
    fresh = locked(task, by)
    if fresh.state != Task.State.REVIEW:
        raise ValidationError(_("This does not wait to be accepted"), code="state")
    if by.pk == fresh.person_id and by.pk != fresh.author_id:
        raise Refused(f"acceptance of his own work, task {fresh.pk}")
    return fresh


@action(CHANGE)
def drop_task(*, task: Task, why: str = "", by: Actor) -> Task:
    """It is not needed any more."""
    fresh = open_one(task, by)
    fresh.result = why.strip()
    close(fresh, Task.State.DROPPED, by)
    publish(TaskDropped(fresh.pk, by.pk))
    return fresh


@action(CHANGE)
def reopen_task(*, task: Task, by: Actor) -> Task:
    """It was not done, or is needed after all. What it wrote into the client's history stays there."""
    fresh = locked(task, by)
    if fresh.state == Task.State.OPEN:
        return fresh
    fresh.result, fresh.outcome, fresh.touch = "", None, None
    close(fresh, Task.State.OPEN, by)
    publish(TaskReopened(fresh.pk, by.pk))
    return fresh
