"""Running one job: as whom, in which transaction, and what becomes of it."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks.base import TaskContext
from django_tasks.signals import task_finished, task_started

from kartu.core import live
from kartu.core.actors import Actor, System
from kartu.core.faults import fail_point
from kartu.core.jobs import queue
from kartu.core.jobs.backend import QueueBackend, known
from kartu.core.jobs.declare import JobTask
from kartu.core.jobs.queue import LeaseLost
from kartu.core.models import Job

log = logging.getLogger(__name__)

SECONDS_BETWEEN_NOTES = 0.5
SECONDS_BETWEEN_LOOKS = 1.0


class Refused(Exception):
    """Whoever asked for the work may not have it done (any more); str() says why."""


class GiveUp(Exception):
    """Raised by a job that knows no further try will help; str() is what the owner reads."""


class Retry(Exception):
    """Raised by a job that wants to be tried again `after` seconds (at most an hour)."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


class Cancelled(Exception):
    """A person has pressed Stop."""


class GoingHome(Exception):
    """The worker is shutting down; the job is given back and goes on after the start."""


class Run:
    """One start of one job, as the running function knows it through `current()`."""

    def __init__(self, job: Job, task: JobTask, actor: Actor, going_home: Any = None) -> None:
        self.job = job
        self.task = task
        self.actor = actor
        self._going_home = going_home
        self._noted_at = 0.0
        self._looked_at = time.monotonic()

    def look(self) -> None:
        """Raise if the job must not go on: stopped, taken over, its person dismissed, the worker going home."""
        if self._going_home is not None and self._going_home.is_set():
            raise GoingHome
        if time.monotonic() - self._looked_at < SECONDS_BETWEEN_LOOKS:
            return
        self._looked_at = time.monotonic()
        row = Job.objects.running().filter(pk=self.job.pk, attempts=self.job.attempts).first()
        if row is None:
            raise LeaseLost(str(self.job))
        if row.cancel_asked:
            raise Cancelled
        actor_of(self.job, self.task)

    def note(self, done: int, total: int | None, message: str) -> None:
        """Write how far it is, and let open pages hear of it twice a second at most, and at the end."""
        queue.guarded(self.job, done_units=done, total_units=total, message=message[:300])
        if not self.noted_lately or done == total:
            tell(self.job)
            self._noted_at = time.monotonic()

    @property
    def noted_lately(self) -> bool:
        return time.monotonic() - self._noted_at < SECONDS_BETWEEN_NOTES


_current: ContextVar[Run | None] = ContextVar("kartu_job", default=None)


def is_background() -> bool:
    """Whether this is the work of a job."""
    return _current.get() is not None


def current() -> Run:
    """The job that is being run here; raises LookupError outside of one."""
    run_here = _current.get()
    if run_here is None:
        raise LookupError("No job is running here")
    return run_here


def check_cancelled() -> None:
    """To be called now and then by long work; it raises where the work must end. Free outside of a job."""
    run_here = _current.get()
    if run_here is not None:
        run_here.look()


def progress(done: int, total: int | None = None, message: str = "") -> None:
    """Show people how far the work is; written at most twice a second, and free outside of a job."""
    run_here = _current.get()
    if run_here is None:
        return
    if run_here.task.atomic:
        raise RuntimeError(f"{run_here.task.key} is one transaction: nobody would see its progress before the end")
    run_here.look()
    if not run_here.noted_lately or done == total:
        with transaction.atomic():
            run_here.note(done, total, message)


def kept_result() -> Any:
    """What an earlier start of this job has kept, None: it has to be done. Free outside of a job."""
    run_here = _current.get()
    return run_here.job.result if run_here else None


def keep_result(result: Any) -> None:
    """Inside the transaction of the effect: a start of this job after a crash finds that it is done."""
    run_here = _current.get()
    if run_here is not None:
        queue.guarded(run_here.job, result=result)


@contextmanager
def chunk(done: int | None = None, total: int | None = None, message: str = "") -> Iterator[None]:
    """One transaction of long work (atomic=False), valid only if the job is still ours at its end.

    The progress, where given, commits with it. Keep it within 200 ms: on SQLite it holds the write lock.
    """
    run_here = _current.get()
    if run_here is not None:
        run_here.look()
    with transaction.atomic():
        yield
        if run_here is not None and done is not None:
            run_here.note(done, total, message)
        elif run_here is not None:
            queue.guarded(run_here.job, message=run_here.job.message)
    fail_point("jobs.after_chunk")


def run(job: Job, going_home: Any = None) -> Job:
    """Run a claimed job to whatever end it comes; its row tells. Raises nothing but what ends the process."""
    task = known(job.name)
    try:
        if task is None:
            raise GiveUp(_("This version does not know this work"))
        result = _execute(Run(job, task, actor_of(job, task), going_home))
        fail_point("jobs.after_done")
        log.debug("done %s: %r", job, result)
    except LeaseLost:
        log.warning("%s was taken over by another worker; what was done here does not count", job)
    except Exception as error:
        settle(job, task, error)
    if task is not None:
        task_finished.send(QueueBackend, task_result=task.get_backend().result_of(job, task))
    return job


def _execute(run_here: Run) -> Any:
    task, job = run_here.task, run_here.job
    result_row = task.get_backend().result_of(job, task)
    task_started.send(QueueBackend, task_result=result_row)
    kwargs = dict(job.arguments.get("kwargs", {}))
    if task.takes_actor:
        kwargs["by"] = run_here.actor
    args = [TaskContext(task_result=result_row)] if task.takes_context else []
    args += job.arguments.get("args", [])
    token = _current.set(run_here)
    try:
        fail_point("jobs.before_work")
        if task.atomic:
            with transaction.atomic():
                return _work_and_finish(task, job, args, kwargs)
        return _work_and_finish(task, job, args, kwargs)
    finally:
        _current.reset(token)


def _work_and_finish(task: JobTask, job: Job, args: list, kwargs: dict) -> Any:
    result = task.call(*args, **kwargs)
    fail_point("jobs.before_done")
    queue.finish(job, result)
    fail_point("jobs.after_finish")
    tell(job)
    return result


def settle(job: Job, task: JobTask | None, error: Exception) -> None:
    """Write down how a job that did not finish has ended."""
    try:
        if isinstance(error, Cancelled):
            queue.stop(job)
        elif isinstance(error, GoingHome):
            queue.give_back(job)
        elif isinstance(error, GiveUp | Refused):
            queue.bury(job, str(error), error)
        else:
            after = error.after if isinstance(error, Retry) else None
            queue.fail(job, error, longest_wait=task.longest_wait, after=after)
    except LeaseLost:
        log.warning("%s was taken over by another worker while it failed here", job)
        return
    if not isinstance(error, Cancelled | GoingHome):
        log.warning("%s failed: %s", job, job.error, exc_info=not isinstance(error, GiveUp | Refused | Retry))
    tell(job)


def actor_of(job: Job, task: JobTask) -> Actor:
    """Whoever the job acts as, asked for anew at every start; raises Refused."""
    if task.system:
        return System(task.system)
    if job.actor_id is None:
        return System(job.why)
    person = get_user_model()._default_manager.filter(pk=job.actor_id).first()
    if person is None or not person.is_active:
        raise Refused(_("Whoever asked for this works here no more"))
    if not person.may(task.right):
        raise Refused(_("%(person)s may not do this any more") % {"person": person})
    return person


def tell(job: Job) -> None:
    """Let the pages of whoever asked for the job follow it."""
    if job.actor_id is None:
        return
    with transaction.atomic():
        live.send(
            "job",
            {
                "id": job.pk,
                "name": job.name,
                "state": str(job.state),
                "done": job.done_units,
                "total": job.total_units,
                "message": job.message,
                "error": job.error,
            },
            to=[job.actor_id],
        )
