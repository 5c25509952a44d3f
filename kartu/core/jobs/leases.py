"""Who is alive: each worker beats, and watches the beats of the others.

A worker adds one to its `beat` every few seconds while it runs jobs. The others do not compare times: each
notes by its own monotonic clock when it saw a beat change last. A worker whose beat stands still for
LEASE_SECONDS is taken for dead, and its jobs are taken back. So neither a wall clock that jumps nor two
machines whose clocks differ can lose a job or start it twice; and if a worker that was only frozen wakes up,
the fence of (id, attempts) lets nothing of its old work commit.
"""

import logging
import os
import socket
import threading
import time
import uuid

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from kartu.core.jobs.queue import release_lost
from kartu.core.models import Job, Worker

log = logging.getLogger(__name__)

BEAT_SECONDS = float(os.environ.get("KARTU_BEAT_SECONDS") or 5)
LEASE_SECONDS = float(os.environ.get("KARTU_LEASE_SECONDS") or 20)


def enlist() -> Worker:
    """A row for this worker process."""
    return Worker.objects.create(id=uuid.uuid4().hex, host=socket.gethostname(), pid=os.getpid())


class Heart(threading.Thread):
    """Beats while there is something to keep alive; silent, and so free, while the worker idles."""

    def __init__(self, worker: Worker) -> None:
        super().__init__(name="heart", daemon=True)
        self.worker = worker
        self.busy = threading.Event()

    def run(self) -> None:
        while True:
            self.busy.wait()
            try:
                self.beat()
            except Exception:
                log.warning("the heartbeat could not be written", exc_info=True)
                connection.close()
            time.sleep(BEAT_SECONDS)

    def beat(self) -> None:
        alive = Worker.objects.filter(pk=self.worker.pk)
        if not alive.update(beat=F("beat") + 1, beat_at=timezone.now()):
            # Taken for dead while the machine slept. The jobs are gone to others; we go on under the same name.
            Worker.objects.bulk_create([self.worker], ignore_conflicts=True)


class Watch:
    """Finds the workers that died with jobs in their hands. Belongs to one thread."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self._seen: dict[str, tuple[int, float]] = {}

    def look(self) -> int:
        """Take back the jobs of the dead; returns how many."""
        busy = set(Job.objects.running().exclude(worker=self.worker.pk).values_list("worker", flat=True))
        beats = dict(Worker.objects.filter(pk__in=busy).values_list("pk", "beat"))
        self._seen = {name: seen for name, seen in self._seen.items() if name in busy}
        return sum(self._bury(name, beats.get(name)) for name in busy if self._is_dead(name, beats.get(name)))

    def _is_dead(self, name: str, beat: int | None) -> bool:
        if beat is None:
            return True  # it has signed off, which it does only after its last job
        known, since = self._seen.get(name, (None, 0.0))
        if known != beat:
            self._seen[name] = (beat, time.monotonic())
            return False
        return time.monotonic() - since > LEASE_SECONDS

    def _bury(self, name: str, beat: int | None) -> int:
        with transaction.atomic():
            if beat is not None and not Worker.objects.filter(pk=name, beat=beat).delete()[0]:
                return 0  # it beats after all, or another one buries it
            log.warning("worker %s is dead; its jobs go on elsewhere", name)
            return release_lost(name)
