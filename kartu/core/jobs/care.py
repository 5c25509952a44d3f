"""What people do with work in the background: stop it, let it try again, drop it. Each leaves an event."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from kartu.core import wake
from kartu.core.actors import Actor
from kartu.core.events import DeliveryDropped, DeliveryRetried, JobDropped, JobRetried, JobStopped
from kartu.core.jobs import queue
from kartu.core.models import ClockSpan, FailedDelivery, Job
from kartu.core.outbox import publish
from kartu.core.outbox.delivery import try_again

WAITING_SHOWN = 50
# The clock beats each minute; a worker that renews itself is away for a few seconds.
CLOCK_STANDS_AFTER = 180


def stop(*, job: Job, by: Actor) -> bool:
    """Stop a job: one that waits at once, one that runs at its next look. False if it had ended already."""
    with transaction.atomic():
        changes = {"state": Job.State.STOPPED, "finished_at": timezone.now()}
        stopped = Job.objects.waiting().filter(pk=job.pk).update(**changes)
        stopped = stopped or Job.objects.running().filter(pk=job.pk).update(cancel_asked=True)
        if stopped:
            publish(JobStopped(job_id=job.pk, by_id=by.pk))
    return bool(stopped)


def retry(*, job: Job, by: Actor) -> bool:
    """Let a dead job try again, with a clean slate. False if it is not dead any more."""
    with transaction.atomic():
        is_back = queue.retry(job)
        if is_back:
            publish(JobRetried(job_id=job.pk, by_id=by.pk))
            wake.after_commit(wake.JOBS)
    return is_back


def drop(*, job: Job, by: Actor) -> bool:
    """Give up a dead job; its row stays a week among the finished. False if it is not dead any more."""
    with transaction.atomic():
        dropped = Job.objects.dead().filter(pk=job.pk).update(state=Job.State.STOPPED, finished_at=timezone.now())
        if dropped:
            publish(JobDropped(job_id=job.pk, by_id=by.pk))
    return bool(dropped)


def retry_delivery(*, delivery: FailedDelivery, by: Actor) -> bool:
    with transaction.atomic():
        is_back = try_again(delivery)
        if is_back:
            publish(DeliveryRetried(event_id=delivery.event_id, handler=delivery.handler, by_id=by.pk))
    return is_back


def drop_delivery(*, delivery: FailedDelivery, by: Actor) -> bool:
    dead = FailedDelivery.objects.filter(pk=delivery.pk, state=FailedDelivery.State.DEAD)
    with transaction.atomic():
        dropped = dead.delete()[0]
        if dropped:
            publish(DeliveryDropped(event_id=delivery.event_id, handler=delivery.handler, by_id=by.pk))
    return bool(dropped)


@dataclass(frozen=True)
class Overview:
    """Everything in the background, as the owner sees it."""

    running: list[Job]
    waiting: list[Job]
    waiting_count: int
    dead: list[Job]
    dead_deliveries: list[FailedDelivery]
    clock: ClockSpan | None

    @property
    def clock_runs(self) -> bool:
        return bool(self.clock) and (timezone.now() - self.clock.until).total_seconds() < CLOCK_STANDS_AFTER

    @property
    def is_calm(self) -> bool:
        return not (self.running or self.waiting or self.dead or self.dead_deliveries)


def overview() -> Overview:
    waiting = Job.objects.waiting()
    dead_deliveries = FailedDelivery.objects.filter(state=FailedDelivery.State.DEAD).select_related("event")
    return Overview(
        running=list(Job.objects.running().order_by("started_at")),
        waiting=list(waiting.order_by("-priority", "id")[:WAITING_SHOWN]),
        waiting_count=waiting.count(),
        dead=list(Job.objects.dead().order_by("-finished_at")[:200]),
        dead_deliveries=list(dead_deliveries.order_by("-created_at")[:200]),
        clock=ClockSpan.objects.up_to(timezone.now()).first(),
    )
