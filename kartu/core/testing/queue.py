"""The worker's work, done by the test itself."""

from kartu.core.jobs.chores import deliver_events
from kartu.core.jobs.declare import QUEUES, discover
from kartu.core.jobs.queue import claim
from kartu.core.jobs.run import run
from kartu.core.models import Job
from kartu.core.models.sequence import Position, reader_sees_its_own_transaction
from kartu.core.outbox.delivery import is_behind, subscribe


def run_jobs(limit: int = 10_000) -> list[Job]:
    """Deliver all events and run all due jobs, and those that they queue, in the order of the queue.

    Returns the jobs that ran, the delivery itself left out; `job.state` and `job.error` tell how each ended.
    Jobs whose time has not come, retries among them, stay where they are.
    """
    discover()
    subscribe(Position())
    done: list[Job] = []
    with reader_sees_its_own_transaction():
        while len(done) < limit:
            if is_behind():
                deliver_events.later(dedupe="core.deliver")
            job = claim("test", QUEUES)
            if job is None:
                return done
            run(job)
            if job.name != deliver_events.key:
                done.append(job)
    raise AssertionError(f"The queue is not empty after {limit} jobs")
