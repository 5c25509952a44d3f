"""The queue's own work: delivering events, and sweeping what is old."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.core.jobs.clock import every
from kartu.core.jobs.declare import job
from kartu.core.jobs.run import check_cancelled, current
from kartu.core.models import ClockSpan, Job, LiveMessage, Worker
from kartu.core.outbox.delivery import deliver_all, deliver_carefully

KEEP_DONE = timedelta(days=7)
KEEP_DEAD = timedelta(days=90)
KEEP_LIVE = timedelta(days=1)
KEEP_CLOCK = timedelta(days=400)


@job(
    system="Tell every part of the program what has happened",
    label=_("Passing on what has happened"),
    queue="events",
    atomic=False,
    max_attempts=None,
    max_crashes=None,
    longest_wait=60,
)
def deliver_events(*, by: Actor) -> int:
    deliver = deliver_carefully if current().job.crashes else deliver_all
    return deliver(check_cancelled)


@every("17 3 * * *", name="core.sweep", system="Old notes of finished work are of no use", atomic=False, by_age=True)
def sweep(*, by: Actor) -> None:
    now = timezone.now()
    Job.objects.filter(state__in=[Job.State.DONE, Job.State.STOPPED], finished_at__lt=now - KEEP_DONE).delete()
    Job.objects.dead().filter(finished_at__lt=now - KEEP_DEAD).delete()
    LiveMessage.objects.filter(at__lt=now - KEEP_LIVE).delete()
    ClockSpan.objects.filter(until__lt=now - KEEP_CLOCK).delete()
    in_use = Job.objects.running().values("worker")
    Worker.objects.filter(beat_at__lt=now - KEEP_LIVE).exclude(id__in=in_use).delete()
