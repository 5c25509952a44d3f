from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class JobQuerySet(models.QuerySet):
    def open(self) -> "JobQuerySet":
        return self.filter(state__in=Job.OPEN)

    def running(self) -> "JobQuerySet":
        return self.filter(state=Job.State.RUNNING)

    def waiting(self) -> "JobQuerySet":
        return self.filter(state=Job.State.READY)

    def dead(self) -> "JobQuerySet":
        return self.filter(state=Job.State.DEAD)

    def due(self, now) -> "JobQuerySet":
        """Waiting jobs whose time has come.

        A retry is never planned further ahead than Job.LONGEST_WAIT; one that seems to be was planned before
        the clock of the machine was put back, and runs now.
        """
        put_back = Q(attempts__gt=0, run_at__gt=now + Job.LONGEST_WAIT)
        return self.waiting().filter(Q(run_at=None) | Q(run_at__lte=now) | put_back)


class Job(models.Model):
    """One piece of background work: who asked for it or why it is done, and how far it has come.

    The pair (id, attempts) is the fence: each start of the job raises `attempts`, and whoever started it
    earlier can write nothing any more.
    """

    class State(models.TextChoices):
        READY = "ready", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped")
        DEAD = "dead", _("failed")

    OPEN = (State.READY, State.RUNNING)
    LONGEST_WAIT = timedelta(hours=1)

    name = models.CharField(max_length=150)
    queue = models.CharField(max_length=20, default="default")
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    # Empty: as soon as a worker is free.
    run_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(null=True)
    # How often the worker died while it ran this.
    crashes = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=32, blank=True)
    dedupe = models.CharField(max_length=200, blank=True)
    # {"args": [...], "kwargs": {...}}
    arguments = models.JSONField(default=dict)
    # Not a foreign key: people live above this app. A number that finds nobody is refused when the job runs.
    actor_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    why = models.CharField(max_length=200, blank=True)
    result = models.JSONField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    error_class = models.CharField(max_length=200, blank=True)
    traceback = models.TextField(blank=True)
    done_units = models.BigIntegerField(default=0)
    total_units = models.BigIntegerField(null=True, blank=True)
    message = models.CharField(max_length=300, blank=True)
    cancel_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dedupe"],
                condition=Q(state__in=["ready", "running"]) & ~Q(dedupe=""),
                name="job_open_once",
            ),
            models.CheckConstraint(
                condition=Q(actor_id__isnull=False) | ~Q(why=""), name="job_has_an_actor_or_a_reason"
            ),
            models.CheckConstraint(condition=~Q(state="running") | ~Q(worker=""), name="job_runs_in_a_worker"),
        ]
        indexes = [
            # Not a partial index: SQLite cannot use one for a state that comes as a parameter.
            models.Index(fields=["state", "queue", "-priority", "id"], name="job_next"),
            models.Index(fields=["dedupe"], name="job_dedupe"),
            models.Index(fields=["state", "finished_at"], name="job_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def percent(self) -> int | None:
        """How much is done, 0 to 100; None where the whole is not known."""
        if not self.total_units:
            return None
        return min(100, self.done_units * 100 // self.total_units)


class Worker(models.Model):
    """A running worker process. `beat` grows while it lives; whoever watches times it by his own clock."""

    id = models.CharField(max_length=32, primary_key=True)
    host = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    beat = models.PositiveBigIntegerField(default=0)
    beat_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"
