from datetime import timedelta

from django.db import models


class SignInTry(models.Model):
    """How often signing in has failed at one place, and from when on the next try is looked at.

    `key` is a digest (kartu.firm.throttle): whoever reads the table learns neither address nor account.
    """

    key = models.CharField(max_length=64, unique=True)
    failures = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.failures} until {self.next_at}"


class KnownAddress(models.Model):
    """Somebody has signed in to one account from one address: `key` is a digest of both (kartu.firm.throttle)."""

    KEPT = timedelta(days=400)

    key = models.CharField(max_length=64, unique=True)
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}, {self.seen_at:%Y-%m-%d}"
