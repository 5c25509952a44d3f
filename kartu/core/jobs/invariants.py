"""What must hold of background work at any moment, whatever was killed: asked by `kartu check`."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from kartu.core.jobs.backend import known
from kartu.core.jobs.leases import LEASE_SECONDS
from kartu.core.jobs.queue import database_now
from kartu.core.models import ClockSpan, EventRow, Job, Subscription, Worker
from kartu.core.outbox.delivery import later_handlers

SECOND_LOOK = 1.0
# Longer than any batch, any backoff of the delivery and a restart of the worker take together.
DELIVERED_WITHIN = timedelta(minutes=10)


def jobs_are_held() -> Iterator[str]:
    """While a worker is at work, no job is running in the hands of a dead one. Without a worker they wait for it."""
    first = lost_jobs()
    if first:
        time.sleep(SECOND_LOOK)
    for pk in sorted(first & lost_jobs()):
        yield f"job {pk} is running, but its worker is dead"


def lost_jobs() -> set[int]:
    now = database_now()
    if not is_awake(now):
        return set()
    stale = now - timedelta(seconds=3 * LEASE_SECONDS)
    living = Worker.objects.filter(beat_at__gte=stale).values("id")
    return set(
        Job.objects.running().filter(started_at__lt=stale).exclude(worker__in=living).values_list("pk", flat=True)
    )


def is_awake(now: datetime) -> bool:
    """Whether a worker has been at work, long enough to have found what a dead one left."""
    settled = timedelta(seconds=4 * LEASE_SECONDS)
    return ClockSpan.objects.filter(since__lt=now - settled, until__gt=now - timedelta(minutes=3)).exists()


def jobs_are_known() -> Iterator[str]:
    """Every job that is still to be done is one that this version can do."""
    for name in Job.objects.open().order_by("name").values_list("name", flat=True).distinct():
        if known(name) is None:
            yield f"work called {name} waits, and nobody knows how to do it"


def handlers_have_places() -> Iterator[str]:
    """Every handler of events has its place in the outbox; one without would miss what is published now."""
    places = set(Subscription.objects.values_list("handler", flat=True))
    for handler in later_handlers():
        if handler.key not in places:
            yield f"the handler {handler.key} has no place in the outbox"


def events_are_delivered() -> Iterator[str]:
    """While a worker is at work, no event waits for its handlers for long."""
    now = database_now()
    if not is_awake(now):
        return
    places = {row.handler: row.position for row in Subscription.objects.all()}
    for handler in later_handlers():
        if handler.key in places:
            waiting = EventRow.objects.after(places[handler.key]).filter(name__in=handler.names)
            late = waiting.filter(at__lt=now - DELIVERED_WITHIN).first()
            if late is not None:
                yield f"event {late.pk} ({late.name}) has not come to {handler.key} for long"
