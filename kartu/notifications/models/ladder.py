from django.db import models
from django.utils import timezone


class Ladder(models.Model):
    """What the firm has chosen to happen where nobody looks at news of one kind; without a kind, at whatever must be
    acknowledged. Where there is no row, what the Kind says holds."""

    taken_along = True

    MOST = 5
    LONGEST = 7 * 24 * 60

    kind = models.CharField(max_length=80, unique=True, blank=True)
    is_on = models.BooleanField(default=True)
    # [[after so many minutes, a key of a channel or NEXT_WAY or HEAD], ...], in their order.
    steps = models.JSONField(default=list)
    # What would have been done before that is not made up for.
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="ladder_that_is_on_has_steps", condition=models.Q(is_on=False) | ~models.Q(steps=[])
            )
        ]

    def __str__(self) -> str:
        return self.kind or "*"
