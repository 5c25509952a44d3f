from django.db import models
from django.utils import timezone

from kartu.core.models.sequence import SequenceRow


class LiveMessage(SequenceRow):
    """A message to the open pages of one person, or of everybody where `person_id` is empty. Kept for a day."""

    person_id = models.BigIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["tx", "id"], name="live_position"),
            models.Index(fields=["at"], name="live_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
