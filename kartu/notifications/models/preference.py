from datetime import time

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

EVENING = time(18)


def every_day() -> list[int]:
    return list(range(7))


class PreferenceQuerySet(models.QuerySet):
    def of(self, person_id: int | None) -> "PreferenceQuerySet":
        """What the person has chosen; None: the firm."""
        return self.filter(person_id=person_id)


class Preference(models.Model):
    """In which ways a person wants to be told of one kind of news; without a person, what the firm has chosen for all.

    Where there is no row, the defaults of the kind hold.
    """

    class Digest(models.TextChoices):
        HOURLY = "hourly", _("each hour")
        DAILY = "daily", _("once a day")

    taken_along = True

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=80)
    # The keys of the channels.
    channels = models.JSONField(default=list)
    # How often what reaches people outside is collected into one message; "": it goes out at once.
    digest = models.CharField(max_length=6, choices=Digest, blank=True)

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="preference_once"),
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(person__isnull=True), name="preference_of_firm_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {', '.join(self.channels)}"


class QuietHours(models.Model):
    """When a person is left in peace by whatever reaches him outside: what is not urgent waits for the end."""

    taken_along = True

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    # Each night from and until; None: none.
    from_at = models.TimeField(_("From"), null=True, blank=True)
    until_at = models.TimeField(_("Until"), null=True, blank=True)
    # The days on which they begin, Monday is 0.
    days = models.JSONField(_("On"), default=every_day)
    outside_work = models.BooleanField(_("Whenever I do not work, too"), default=False)
    digest_at = models.TimeField(_("Daily digest at"), default=EVENING)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="quiet_hours_have_two_ends",
                condition=models.Q(from_at__isnull=True, until_at__isnull=True)
                | models.Q(from_at__isnull=False, until_at__isnull=False) & ~models.Q(from_at=models.F("until_at")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_at} - {self.until_at}"
