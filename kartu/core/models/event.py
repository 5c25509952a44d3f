from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.core.models.sequence import Position, SequenceRow


class EventRow(SequenceRow):
    """What happened, as it stands in the outbox. The class of the event reads `payload` (kartu.core.outbox)."""

    name = models.CharField(max_length=120)
    version = models.PositiveSmallIntegerField(default=1)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    by_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        db_table = "core_event"
        indexes = [
            models.Index(fields=["tx", "id"], name="event_position"),
            models.Index(fields=["name", "tx", "id"], name="event_name_position"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class Subscription(models.Model):
    """How far a handler has come in the outbox. Moved on in the transaction of the handler's effect."""

    handler = models.CharField(max_length=150, primary_key=True)
    tx = models.BigIntegerField(default=0)
    event_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.handler

    @property
    def position(self) -> Position:
        return Position(self.tx, self.event_id)


class FailedDeliveryQuerySet(models.QuerySet):
    def due(self, now: datetime) -> "FailedDeliveryQuerySet":
        """Those to be tried again now, also what was planned before the clock of the machine was put back."""
        put_back = Q(next_at__gt=now + FailedDelivery.LONGEST_WAIT)
        return self.filter(Q(next_at__lte=now) | put_back, state=FailedDelivery.State.WAITING)


class FailedDelivery(models.Model):
    """An event that a handler has passed over because it failed on it; tried again, then left to a person."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DEAD = "dead", _("failed")

    LONGEST_WAIT = timedelta(hours=1)

    event = models.ForeignKey(EventRow, models.CASCADE, related_name="failed")
    handler = models.CharField(max_length=150)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    error = models.CharField(max_length=500, blank=True)
    traceback = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = FailedDeliveryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="failed_delivery_once")]
        indexes = [models.Index(fields=["state", "next_at"], name="failed_delivery_due")]

    def __str__(self) -> str:
        return f"{self.handler} of event {self.event_id}"
