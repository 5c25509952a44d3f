"""Somebody is leaving: known to the owner before the last day."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.core.moments import left


class NoticePeriod(models.Model):
    """From the owner's word that a person is leaving until he is gone, or stays after all.

    Meanwhile whatever he takes out waits for a second person, and limits are tighter. `allowed_until`: up to then he
    may print, download and change in lists.
    """

    ALLOWED_FOR = timedelta(hours=1)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    note = models.CharField(_("Why, and until when"), max_length=300, blank=True)
    allowed_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(ended_at__isnull=True), name="notice_period_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} since {self.since:%Y-%m-%d}"

    @classmethod
    def open(cls) -> models.QuerySet[Self]:
        return cls.objects.filter(ended_at=None)

    @property
    def is_allowed(self) -> bool:
        return self.allowed_until is not None and bool(left(self.allowed_until, self.ALLOWED_FOR))
