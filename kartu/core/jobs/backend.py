"""The django-tasks backend over our own queue: `.enqueue()` and `.later()` write a row, a worker runs it."""

import inspect
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist
from django_tasks.signals import task_enqueued
from django_tasks.utils import normalize_json

from kartu.core import wake
from kartu.core.actors import Actor
from kartu.core.jobs.declare import JobTask, discover, jobs
from kartu.core.models import Job
from kartu.core.rights import rights

STATUS = {
    Job.State.READY: TaskResultStatus.READY,
    Job.State.RUNNING: TaskResultStatus.RUNNING,
    Job.State.DONE: TaskResultStatus.SUCCESSFUL,
    Job.State.STOPPED: TaskResultStatus.FAILED,
    Job.State.DEAD: TaskResultStatus.FAILED,
}


class QueueBackend(BaseTaskBackend):
    task_class = JobTask
    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def validate_task(self, task: JobTask) -> None:
        super().validate_task(task)
        if bool(task.right) == bool(task.system):
            raise InvalidTaskError(f"{task.module_path} must say either its right or why the system does it")

    def enqueue(self, task: JobTask, args: tuple, kwargs: dict) -> TaskResult:
        """The django-tasks way in. `by=` among `kwargs` is the actor, as in `later()`."""
        kwargs = dict(kwargs)
        by = kwargs.pop("by", None)
        row = self.put(task, args=args, kwargs=kwargs, by=by, run_at=task.run_after, priority=task.priority)
        return self.result_of(row, task)

    def put(
        self,
        task: JobTask,
        *,
        args: tuple = (),
        kwargs: dict[str, Any],
        by: Actor | None,
        dedupe: str = "",
        run_at: datetime | None = None,
        priority: int = 0,
    ) -> Job:
        actor_id, why = asked_by(task, by)
        fits(task, args, kwargs)
        row = Job(
            name=task.key,
            queue=task.queue_name,
            priority=priority or task.priority,
            run_at=run_at,
            max_attempts=task.max_attempts,
            dedupe=dedupe,
            arguments=normalize_json({"args": args, "kwargs": kwargs}),
            actor_id=actor_id,
            why=why,
        )
        row = save_once(row) if dedupe else save(row)
        wake.after_commit(wake.JOBS)
        task_enqueued.send(type(self), task_result=self.result_of(row, task))
        return row

    def get_result(self, result_id: str) -> TaskResult:
        row = Job.objects.filter(pk=result_id).first() if str(result_id).isdigit() else None
        task = row and known(row.name)
        if task is None:
            raise TaskResultDoesNotExist(result_id)
        return self.result_of(row, task)

    def result_of(self, row: Job, task: JobTask) -> TaskResult:
        result = TaskResult(
            task=task,
            id=str(row.pk),
            status=STATUS[row.state],
            enqueued_at=row.created_at,
            started_at=row.started_at,
            last_attempted_at=row.started_at,
            finished_at=row.finished_at,
            args=row.arguments.get("args", []),
            kwargs=row.arguments.get("kwargs", {}),
            backend=self.alias,
            errors=errors_of(row),
            worker_ids=[row.worker] * row.attempts,
        )
        object.__setattr__(result, "_return_value", row.result)  # frozen, as in django-tasks' own backends
        return result


def errors_of(row: Job) -> list[TaskError]:
    return [TaskError(exception_class_path=row.error_class, traceback=row.traceback)] if row.error_class else []


def known(name: str) -> JobTask | None:
    """The job called `name`, or None for one that this version does not know."""
    if name not in jobs:
        discover()
    return jobs.get(name)


def asked_by(task: JobTask, by: Actor | None) -> tuple[int | None, str]:
    """(person's id, reason) as they stand on the row; exactly one of them decides whose rights hold."""
    if task.system:
        return (by.pk if by else None), task.system
    if task.right not in rights:
        raise LookupError(f"{task.key}: no right {task.right} is declared")
    if by is None:
        raise TypeError(f"{task.key} needs by=, whoever asks for it")
    if not by.may(task.right):
        raise PermissionDenied(task.right)
    return (by.pk, "") if by.pk else (None, by.why)


def fits(task: JobTask, args: tuple, kwargs: dict) -> None:
    """Raise TypeError here and now for arguments that the function does not take, not at night in the worker."""
    given = {**kwargs, "by": None} if task.takes_actor else kwargs
    context = (None,) if task.takes_context else ()
    inspect.signature(task.func).bind(*context, *args, **given)


def save(row: Job) -> Job:
    row.save(force_insert=True)
    return row


def save_once(row: Job) -> Job:
    """Save unless an open job has the same dedupe key; that one is returned then."""
    for _attempt in range(5):
        open_already = Job.objects.open().filter(dedupe=row.dedupe).first()
        if open_already:
            return open_already
        Job.objects.bulk_create([row], ignore_conflicts=True)
        mine = Job.objects.open().filter(dedupe=row.dedupe).first()
        if mine:
            return mine
    raise RuntimeError(f"The job {row.dedupe} is finished faster than it can be queued")
