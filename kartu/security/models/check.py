"""What came of checking the data."""

from django.db import models
from django.utils import timezone


class DataCheck(models.Model):
    """One run of all the checks of `kartu check`. `asked`: how many; `broken`: the first lines found, by key."""

    at = models.DateTimeField(default=timezone.now)
    seconds = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField()
    broken = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {len(self.broken)}"
