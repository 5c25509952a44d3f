from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.core.moments import STEP


class HeldQuerySet(models.QuerySet):
    def waiting(self) -> "HeldQuerySet":
        return self.filter(out_at=None)

    def due(self, now: datetime) -> "HeldQuerySet":
        """What may go out. A moment too far ahead was noted by a clock that was put back."""
        return self.waiting().filter(models.Q(until__lte=now) | models.Q(until__gt=now + self.model.LONGEST))


class Held(models.Model):
    """A notice that waits to reach its person outside: for the end of quiet hours, for a digest, for its turn."""

    class Why(models.TextChoices):
        QUIET = "quiet", _("quiet hours")
        DIGEST = "digest", _("goes out with others")
        TURN = "turn", _("one message a minute")

    LONGEST = timedelta(days=60)

    notification = models.ForeignKey("notifications.Notification", models.PROTECT, related_name="held")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    channel = models.CharField(max_length=20)
    until = models.DateTimeField()
    why = models.CharField(max_length=6, choices=Why)
    # When it was let out, or dropped because it was settled; with others: in which digest.
    out_at = models.DateTimeField(null=True, blank=True)
    digest = models.ForeignKey(
        "notifications.Notification", models.PROTECT, null=True, blank=True, related_name="gathered"
    )

    objects = HeldQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notification", "channel"], name="held_once")]
        indexes = [models.Index(fields=["until"], condition=models.Q(out_at=None), name="held_waiting")]

    def __str__(self) -> str:
        return f"{self.channel} {self.until:%Y-%m-%d %H:%M}"


class Pace(models.Model):
    """When something last went to a person by a channel that reaches him outside: at most once a minute."""

    SHORTEST = timedelta(minutes=1)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    channel = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "channel"], name="pace_once")]

    def __str__(self) -> str:
        return f"{self.channel} {self.at:%Y-%m-%d %H:%M:%S}"

    @classmethod
    def take(cls, person_id: int, channel: str, now: datetime | None = None) -> bool:
        """Whether the person may be reached now; whoever asks first within a minute may, of all processes."""
        now = now or timezone.now()
        row, is_new = cls.objects.get_or_create(person_id=person_id, channel=channel, defaults={"at": now})
        over = models.Q(at__lte=now - cls.SHORTEST) | models.Q(at__gt=now + STEP)
        return is_new or bool(cls.objects.filter(over, pk=row.pk).update(at=now))
