from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models.expressions import Expression, Value
from django.utils import timezone


class Schedule(models.Model):
    """When a periodic job is due next. Whoever moves `next_at` on is the one who queues the job."""

    name = models.CharField(max_length=150, primary_key=True)
    cron = models.CharField(max_length=100)
    next_at = models.DateTimeField()
    last_slot = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.cron})"


class FromNow(Expression):
    """The moment so long after now, looked up each time that its query runs: the query itself may be kept."""

    def __init__(self, after: timedelta) -> None:
        super().__init__(output_field=models.DateTimeField())
        self.after = after

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list]:
        return compiler.compile(Value(timezone.now() + self.after, self.output_field))


class ClockSpanQuerySet(models.QuerySet):
    def covering(self, moment: datetime) -> "ClockSpanQuerySet":
        """The spans that prove the clock ran at `moment`."""
        return self.filter(since__lte=moment, until__gte=moment)

    def up_to(self, now: datetime | None = None) -> "ClockSpanQuerySet":
        """Those that are believed, the last beat first: one that lies ahead is of a clock that was put back.

        Without `now` up to the moment at which the query runs.
        """
        latest = now + self.model.SKEW if now else FromNow(self.model.SKEW)
        return self.filter(until__lte=latest).order_by("-until")

    def steady(self, now: datetime) -> "ClockSpanQuerySet":
        """The spans that show that the clock was not put forward lately: it ran a week ago, or not long before that."""
        begun, broken = now - self.model.PROVEN, now - self.model.PROVEN - self.model.GAP
        return self.filter(since__lte=begun, until__gte=broken)


class ClockSpan(models.Model):
    """One uninterrupted run of the clock: the proof that at 10:00 the program was awake."""

    # After a gap of GAP nothing is deleted for its age until the clock has run for PROVEN, see `steady`.
    PROVEN, GAP = timedelta(days=7), timedelta(days=30)
    # By so much the clocks of two machines may differ.
    SKEW = timedelta(minutes=2)

    worker = models.CharField(max_length=32)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(default=timezone.now)
    # What the same worker knows of the gap before it: the seconds that the computer slept, and by how many its clock
    # was put forward. None: another worker came before.
    slept = models.BigIntegerField(null=True)
    moved = models.BigIntegerField(null=True)

    objects = ClockSpanQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["until"], name="clock_until")]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d %H:%M} - {self.until:%H:%M}"
