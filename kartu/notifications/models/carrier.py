"""Those outside who carry our messages, and how long one that fails is left in peace."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from kartu.core.moments import ago, left


class LeftInPeace(models.Model):
    """A server that fails is asked again ever more rarely, so that a thousand messages do not all knock."""

    LONGEST_PAUSE = timedelta(minutes=5)

    # Since when it does not take our messages, and until when we leave it in peace.
    failing_since = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def pause(self) -> timedelta:
        """How long the server is still left in peace."""
        return left(self.paused_until, self.LONGEST_PAUSE) if self.paused_until else timedelta()

    @property
    def seconds_of_pause(self) -> float:
        return self.pause.total_seconds() + 1

    def note_success(self) -> None:
        if self.failing_since or self.last_error:
            type(self).objects.filter(pk=self.pk).update(failing_since=None, paused_until=None, last_error="")

    def note_failure(self, reason: str, asked: float | None = None) -> None:
        """`asked`: the seconds for which the server itself has asked to be left in peace."""
        now = timezone.now()
        self.failing_since = min(self.failing_since or now, now)
        longer = max(timedelta(seconds=10), (now - self.failing_since) / 2, timedelta(seconds=asked or 0))
        self.paused_until = now + min(longer, self.LONGEST_PAUSE)
        self.last_error = reason[:300]
        self.save(update_fields=["failing_since", "paused_until", "last_error"])


class Carrier(LeftInPeace):
    """One who carries messages by HTTP: "sms" (the firm's gateway), "telegram", "push fcm.googleapis.com"."""

    OFTEN = timedelta(minutes=1)

    key = models.CharField(max_length=120, primary_key=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.key

    @classmethod
    def named(cls, key: str) -> "Carrier":
        return cls.objects.get_or_create(key=key)[0]

    def note_success(self) -> None:
        if self.failing_since or self.last_ok_at is None or ago(self.last_ok_at) > self.OFTEN:
            fine = {"failing_since": None, "paused_until": None, "last_error": "", "last_ok_at": timezone.now()}
            type(self).objects.filter(pk=self.pk).update(**fine)
