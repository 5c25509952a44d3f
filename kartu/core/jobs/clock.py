"""Periodic work: `@every("*/5 * * * *", name=..., system="why")`, and the tick that queues it when due.

Every worker ticks. The row of the schedule is moved on in the same transaction that queues the job, so two
clocks never queue one slot twice. A slot that passed while nothing ran is made up for once, not once a slot.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim
from django.db import transaction
from django.db.models import Min

from kartu.core.jobs.declare import JobTask, job
from kartu.core.jobs.queue import database_now
from kartu.core.models import ClockSpan, Schedule
from kartu.core.registry import Registry
from kartu.core.stopwatch import Passed

# The clock of a process may stand still that long (a suspended laptop) before its span counts as broken.
BEAT = timedelta(seconds=60)
BROKEN_AFTER = timedelta(seconds=150)


@dataclass(frozen=True)
class Periodic:
    key: str
    cron: str
    task: JobTask
    # After the minute that `cron` names.
    seconds: int = 0
    # It deletes what is old: what a clock that was put forward takes for old need not be.
    by_age: bool = False

    def after(self, moment: datetime) -> datetime:
        """The first slot behind `moment`. Cron text is read in the firm's zone; a local hour that a change to
        summer time skips fires right after, one that comes twice fires once."""
        behind = timedelta(seconds=self.seconds)
        local = (moment - behind).astimezone(zone())
        return next(CronSim(self.cron, local)).astimezone(moment.tzinfo) + behind


schedules: Registry[Periodic] = Registry("core.schedules", "Periodic work: functions under @every in an app's jobs.py.")


def every(
    cron: str, *, name: str, system: str, seconds: tuple[int, ...] = (0,), by_age: bool = False, **options: Any
) -> Callable[[Callable], JobTask]:
    """Queue `def f(*, by)` at each slot of `cron` (five fields), so many `seconds` after it. `options` as for @job.

    `by_age`: it deletes what is old. Where the clock may have been put forward (no sign of life for a month), its slots
    are let go until the clock has run for a week.
    """

    def declare(function: Callable) -> JobTask:
        task = job(system=system, **options)(function)
        for behind in seconds:
            schedules.add(Periodic(f"{name}+{behind}" if behind else name, cron, task, behind, by_age))
        return task

    return declare


_zone: Callable[[], ZoneInfo] = lambda: ZoneInfo("UTC")  # noqa: E731


def zone() -> ZoneInfo:
    return _zone()


def use_zone_of(function: Callable[[], ZoneInfo]) -> None:
    """The app that knows the firm tells in which zone "at night" is meant."""
    global _zone
    _zone = function


def tick() -> int:
    """Queue all periodic work that is due; returns how many jobs."""
    now = database_now()
    rows = Schedule.objects.in_bulk()
    return sum(_tick_one(periodic) for periodic in schedules if not _is_settled(rows.get(periodic.key), periodic, now))


def _is_settled(row: Schedule | None, periodic: Periodic, now: datetime) -> bool:
    """Whether there is nothing to do now, as far as can be seen without a lock."""
    return row is not None and row.cron == periodic.cron and now < row.next_at <= periodic.after(now)


def _tick_one(periodic: Periodic) -> int:
    with transaction.atomic():
        # The time is read under the lock: an older reading would look like a clock that was put back.
        row = Schedule.objects.select_for_update().filter(name=periodic.key).first()
        now = database_now()
        if row is None:
            Schedule.objects.bulk_create(
                [Schedule(name=periodic.key, cron=periodic.cron, next_at=periodic.after(now))], ignore_conflicts=True
            )
            return 0
        return _move_on(row, periodic, now)


def _move_on(row: Schedule, periodic: Periodic, now: datetime) -> int:
    """Queue the due slot, or set the schedule anew where its text or the machine's clock was changed."""
    due = row.cron == periodic.cron and row.next_at <= now
    slot = row.next_at
    coming = periodic.after(now)
    if not due and coming == row.last_slot:
        coming = periodic.after(coming)  # the clock was put back over a slot that has had its job
    if not due and (row.next_at, row.cron) == (coming, periodic.cron):
        return 0
    row.next_at, row.cron = coming, periodic.cron
    if due:
        row.last_slot = slot
    if due and not (periodic.by_age and not ClockSpan.objects.steady(now).exists()):
        periodic.task.later(dedupe=f"{periodic.key}@{slot.isoformat()}")
    row.save()
    return int(due)


def beat(worker: str, span: ClockSpan | None, passed: Passed | None = None) -> ClockSpan:
    """Note that the clock of `worker` runs: its span is drawn out, or a new one begun after a gap. `passed`: since the
    beat before, by clocks that nobody can set."""
    now = database_now()
    if span is not None and timedelta() <= now - span.until <= BROKEN_AFTER:
        span.until = now
        if ClockSpan.objects.filter(pk=span.pk).update(until=now):
            return span
    known = {"slept": passed.slept, "moved": passed.moved} if span is not None and passed else {}
    return ClockSpan.objects.create(worker=worker, since=now, until=now, **known)


def next_slot() -> datetime | None:
    """When the clock has to queue something next."""
    return Schedule.objects.filter(name__in=[periodic.key for periodic in schedules]).aggregate(at=Min("next_at"))["at"]
