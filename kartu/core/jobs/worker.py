"""The worker process: a few lanes that run jobs, a heart that keeps them ours, and the clock.

Lanes are threads, one for each group of queues, so that a long import keeps no reminder waiting. A job under
which a process has died before runs in a child process of its own: if it kills again, it kills nobody else.
"""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import close_old_connections, connection, connections
from django.db.models import Min

from kartu.core import stopwatch, wake
from kartu.core.jobs import clock, queue
from kartu.core.jobs.chores import deliver_events
from kartu.core.jobs.declare import discover
from kartu.core.jobs.leases import BEAT_SECONDS, Heart, Watch, enlist
from kartu.core.jobs.run import run as run_job
from kartu.core.jobs.surroundings import surrounded
from kartu.core.models import FailedDelivery, Job
from kartu.core.outbox.delivery import is_behind, subscribe

log = logging.getLogger(__name__)

LANES = (("default",), ("long",), ("events",), ("mail",), ("push",), ("sms",), ("telegram",), ("bot",))
# However silent the bell, the tables are looked into that often.
LOOK_SECONDS = 5.0
SHORTEST_REST = 0.05
STOP_SECONDS = 15.0
# Started anew by the supervisor after so much, for memory that libraries never give back.
RECYCLE_JOBS = int(os.environ.get("KARTU_WORKER_JOBS") or 5000)
RECYCLE_BYTES = int(os.environ.get("KARTU_WORKER_MB") or 350) * 1024 * 1024


class Lane(threading.Thread):
    """Runs the jobs of its queues, one after the other."""

    def __init__(self, worker: "WorkerProcess", queues: tuple[str, ...]) -> None:
        super().__init__(name=f"lane-{queues[0]}", daemon=True)
        self.worker = worker
        self.queues = queues
        self.wanted = threading.Event()

    def run(self) -> None:
        while not self.worker.stopping.is_set():
            self.wanted.wait(LOOK_SECONDS)
            self.wanted.clear()
            try:
                self._drain()
            except Exception:
                log.warning("lane %s cannot reach the queue", self.name, exc_info=True)
                time.sleep(1)
                connection.close()
        connections.close_all()

    def _drain(self) -> None:
        close_old_connections()
        if not queue.is_wanted(self.queues):
            return  # without this look SQLite would take its write lock for nothing
        with surrounded():
            while not self.worker.stopping.is_set():
                with self.worker.busy(self):
                    if not self._take_one():
                        return

    def _take_one(self) -> bool:
        job = queue.claim(self.worker.row.pk, self.queues)
        if job is None:
            return False
        if job.crashes:
            run_apart(job, self.worker.stopping)
        else:
            run_job(job, self.worker.stopping)
        self.worker.count_job()
        return True


class WorkerProcess:
    def __init__(self, stop: threading.Event) -> None:
        self.asked_to_stop = stop
        self.stopping = threading.Event()
        self.row = enlist()
        self.heart = Heart(self.row)
        self.watch = Watch(self.row)
        self.lanes = [Lane(self, queues) for queues in LANES]
        self.jobs_run = 0
        self._busy: set[Lane] = set()
        self._lock = threading.Lock()
        self._span = None
        self._read = stopwatch.read()
        self._ticked = self._watched = self._beaten = -1e9

    def run(self) -> None:
        """Until asked to stop, or until it has grown old."""
        self.heart.start()
        for lane in self.lanes:
            lane.start()
        bell = wake.Bell(wake.JOBS)
        while not self.asked_to_stop.is_set() and not self._is_old():
            try:
                wait = self._look_around()
            except Exception:
                log.warning("the worker cannot reach the database; trying again", exc_info=True)
                connection.close()
                wait = 1.0
            self._rest(bell, wait)
        self._go_home()

    def _rest(self, bell: wake.Bell, seconds: float) -> None:
        """Until something was written or `seconds` are over; never so short that a busy database keeps us busy."""
        ends = time.monotonic() + seconds
        self.asked_to_stop.wait(SHORTEST_REST)
        while not self.asked_to_stop.is_set() and (left := ends - time.monotonic()) > 0:
            if bell.wait(min(left, 0.5)):
                return

    def _look_around(self) -> float:
        """Everything that is due now; returns the seconds until something will be."""
        close_old_connections()
        self._tick()
        self._look_for_dead()
        if is_behind():
            deliver_events.later(dedupe="core.deliver")
        for lane in self.lanes:
            if queue.is_wanted(lane.queues):
                lane.wanted.set()
        return min(LOOK_SECONDS, seconds_until(next_due()))

    def _tick(self) -> None:
        now = time.monotonic()
        if now - self._ticked >= 1:
            self._ticked = now
            clock.tick()
        if now - self._beaten >= clock.BEAT.total_seconds():
            self._beaten = now
            before, self._read = self._read, stopwatch.read()
            self._span = clock.beat(self.row.pk, self._span, stopwatch.passed(before, self._read))

    def _look_for_dead(self) -> None:
        if time.monotonic() - self._watched >= BEAT_SECONDS:
            self._watched = time.monotonic()
            self.watch.look()

    @contextmanager
    def busy(self, lane: Lane) -> Iterator[None]:
        """The heart beats while any lane is inside."""
        with self._lock:
            self._busy.add(lane)
            self.heart.busy.set()
        try:
            yield
        finally:
            with self._lock:
                self._busy.discard(lane)
                if not self._busy:
                    self.heart.busy.clear()

    def count_job(self) -> None:
        self.jobs_run += 1

    def _is_old(self) -> bool:
        """Time for a fresh process, between two jobs; only much too much memory interrupts long work."""
        memory = memory_used()
        grown = self.jobs_run >= RECYCLE_JOBS or memory > RECYCLE_BYTES
        return memory > 2 * RECYCLE_BYTES or (grown and not self._busy)

    def _go_home(self) -> None:
        """Take no new jobs, let long ones stop at their next look, and sign off."""
        self.stopping.set()
        for lane in self.lanes:
            lane.wanted.set()
        ends = time.monotonic() + STOP_SECONDS
        for lane in self.lanes:
            lane.join(max(0.0, ends - time.monotonic()))
        if not any(lane.is_alive() for lane in self.lanes):
            self.row.delete()
        # A lane that did not stop in time keeps its job; another worker finds it by the silent heart.


def run(stop: threading.Event) -> None:
    """Work until `stop` is set, or until it is time for a fresh process."""
    discover()
    subscribe()
    WorkerProcess(stop).run()


def next_due() -> datetime | None:
    """When the next planned job, delivery or slot of the clock comes. What is overdue waits for a free lane."""
    now = queue.database_now()
    failed = FailedDelivery.objects.filter(state=FailedDelivery.State.WAITING)
    times = [
        Job.objects.waiting().filter(run_at__gt=now).aggregate(at=Min("run_at"))["at"],
        failed.filter(next_at__gt=now).aggregate(at=Min("next_at"))["at"],
        clock.next_slot(),
    ]
    return min((at for at in times if at is not None), default=None)


def seconds_until(moment: datetime | None) -> float:
    return LOOK_SECONDS if moment is None else (moment - queue.database_now()).total_seconds()


def run_apart(job: Job, stopping: threading.Event) -> None:
    """Run a job under which a process has died in a child of its own, which alone dies if it happens again."""
    command = [sys.executable, "-m", "kartu.core.apart", str(job.pk), str(job.attempts)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own program
    while child.poll() is None:
        if stopping.wait(0.1) and child.stdin and not child.stdin.closed:
            child.stdin.close()
    if child.returncode == 0:
        return
    log.warning("%s ended the process that it had for itself (code %s)", job, child.returncode)
    try:
        queue.take_back(job)
    except queue.LeaseLost:
        pass  # it was settled before the process fell over


def memory_used() -> int:
    """Bytes of memory this process holds; 0 where the system does not tell."""
    if sys.platform.startswith("linux"):
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0
