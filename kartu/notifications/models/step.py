from django.db import models
from django.utils import timezone


class Step(models.Model):
    """That something was done about a notice nobody reacted to: a rung of its ladder, a repeat. Each is done once."""

    notification = models.ForeignKey("notifications.Notification", models.PROTECT, related_name="steps")
    # "ladder:next:2", "repeat:3"
    key = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notification", "key"], name="step_once")]

    def __str__(self) -> str:
        return self.key

    @classmethod
    def take(cls, notification_id: int, key: str) -> bool:
        """Whether this step is ours to do: it was never taken before."""
        return cls.objects.get_or_create(notification_id=notification_id, key=key)[1]
