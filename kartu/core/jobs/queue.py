"""The moves of a job between its states. Each is one short transaction, guarded by (id, attempts, running)."""

import random
import traceback
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.events import JobDied
from kartu.core.jobs.backend import known
from kartu.core.models import Job, Worker
from kartu.core.models.job import JobQuerySet
from kartu.core.outbox import publish

FIRST_WAIT = 5
WAIT_GROWS = 3


class LeaseLost(Exception):
    """Somebody else has started this job in the meantime; whatever we did for it must not count."""


def database_now() -> datetime:
    """The one clock that all machines share: that of the database server, or of this machine under SQLite."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def next_in_line(queues: tuple[str, ...], now: datetime) -> JobQuerySet:
    return Job.objects.due(now).filter(queue__in=queues).order_by("-priority", "id")


def is_wanted(queues: tuple[str, ...]) -> bool:
    """Whether a job is due: a look that takes no lock."""
    return next_in_line(queues, database_now()).exists()


def claim(worker: str, queues: tuple[str, ...], only: Iterable[int] | None = None) -> Job | None:
    """Start the next due job for `worker`, or None. The job is running from here on, whatever happens to us.

    `only`: none but these.
    """
    with transaction.atomic():
        now = database_now()
        line = next_in_line(queues, now) if only is None else next_in_line(queues, now).filter(pk__in=list(only))
        job = line.select_for_update(skip_locked=True).first()
        if job is None:
            return None
        job.state = Job.State.RUNNING
        job.worker = worker
        job.attempts += 1
        job.started_at = now
        job.save(update_fields=["state", "worker", "attempts", "started_at"])
    return job


def guarded(job: Job, **changes: Any) -> None:
    """Write `changes` if this start of the job is still the valid one; raises LeaseLost otherwise."""
    mine = Job.objects.running().filter(pk=job.pk, attempts=job.attempts)
    if mine.update(**changes) != 1:
        raise LeaseLost(str(job))
    for name, value in changes.items():
        setattr(job, name, value)


def finish(job: Job, result: Any = None) -> None:
    clean = {"error": "", "error_class": "", "traceback": ""}
    guarded(job, state=Job.State.DONE, result=result, finished_at=timezone.now(), **clean)


def stop(job: Job) -> None:
    """A person has stopped it."""
    guarded(job, state=Job.State.STOPPED, finished_at=timezone.now(), message=_("Stopped"))


def give_back(job: Job) -> None:
    """The worker is going home: the job is taken up again at once, and this start does not count."""
    guarded(job, state=Job.State.READY, worker="", run_at=None)


def fail(job: Job, error: BaseException, *, longest_wait: int, after: float | None = None) -> None:
    """Plan the next try, or bury the job if that was the last. `after`: seconds, where the job knows better."""
    failures = job.failures + 1
    if job.max_attempts is not None and failures >= job.max_attempts:
        guarded(job, failures=failures)
        bury(job, words_of(error), error)
        return
    wait = backoff(failures, longest_wait) if after is None else min(after, Job.LONGEST_WAIT.total_seconds())
    guarded(
        job,
        state=Job.State.READY,
        failures=failures,
        worker="",
        run_at=timezone.now() + timedelta(seconds=wait),
        **described(words_of(error), error),
    )


def bury(job: Job, reason: str, error: BaseException | None = None) -> None:
    """Set the job aside for good, where the owner sees it."""
    with transaction.atomic():
        guarded(job, state=Job.State.DEAD, finished_at=timezone.now(), **described(reason, error))
        publish(JobDied(job_id=job.pk, name=job.name))


def release_lost(worker: str) -> int:
    """Take back the jobs of a worker that has died; returns how many.

    The death counts against a job that ran inside that process. One that had a child process for itself, because
    it had been there at a death before, cannot have killed the worker.
    """
    with transaction.atomic():
        lost = list(Job.objects.running().filter(worker=worker).select_for_update(skip_locked=True))
        for job in lost:
            if job.crashes:
                guarded(job, state=Job.State.READY, worker="")
            else:
                take_back(job)
    return len(lost)


def release_all() -> None:
    """Put back whatever somebody has in hand, and forget all workers: of data that were brought back, where none is.

    They have not died of a job, so that it counts against none.
    """
    with transaction.atomic():
        Job.objects.running().update(state=Job.State.READY, worker="")
        Worker.objects.all().delete()


def take_back(job: Job) -> None:
    """A process died while it ran `job`: try again soon, or bury it if that happens each time."""
    task = known(job.name)
    max_crashes = task.max_crashes if task else 1
    crashes = job.crashes + 1
    if max_crashes is not None and crashes >= max_crashes:
        guarded(job, crashes=crashes)
        bury(job, _("It stopped the program %(times)d times") % {"times": crashes})
        return
    run_at = timezone.now() + timedelta(seconds=backoff(crashes, 60)) if crashes > 1 else None
    guarded(job, state=Job.State.READY, worker="", crashes=crashes, run_at=run_at)


def retry(job: Job) -> bool:
    """A person lets a dead job try again, with a clean slate; False if it is not dead any more."""
    fresh = {"run_at": None, "failures": 0, "crashes": 0, "cancel_asked": False, "finished_at": None, "worker": ""}
    with transaction.atomic():
        return Job.objects.dead().filter(pk=job.pk).update(state=Job.State.READY, **fresh) == 1


def backoff(attempt: int, longest: int) -> float:
    """Seconds to the next try: 5, 15, 45, 135 ... up to `longest`, give or take a quarter."""
    wait = min(FIRST_WAIT * WAIT_GROWS ** min(attempt - 1, 10), longest, Job.LONGEST_WAIT.total_seconds())
    return wait * random.uniform(0.75, 1.0)  # noqa: S311 - spreads load, hides nothing


def described(reason: str, error: BaseException | None) -> dict[str, str]:
    if error is None:
        return {"error": reason[:500]}
    kind = type(error)
    return {
        "error": reason[:500],
        "error_class": f"{kind.__module__}.{kind.__qualname__}"[:200],
        "traceback": "".join(traceback.format_exception(error))[-20_000:],
    }


def words_of(error: BaseException) -> str:
    return str(error) or type(error).__name__
