import secrets
from hashlib import sha256

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.planner.models.task import LIVE
from kartu.planner.rights import SERIES_PARTS, TASK_PARTS
from kartu.security.rows import GuardedModel


class CalendarFeed(models.Model):
    """A secret address under which a person's calendar program reads his tasks. Only its digest is kept."""

    person = models.ForeignKey("firm.User", models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("address of a calendar")
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=models.Q(ended_at=None), name="calendar_feed_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id}, {self.made_at:%Y-%m-%d}"

    @staticmethod
    def new_secret() -> str:
        return secrets.token_urlsafe(32)

    @staticmethod
    def digest_of(secret: str) -> str:
        return sha256(secret.encode()).hexdigest()


class FromCalendar(GuardedModel):
    """What a task was in the calendar file that it came from: known again by `uid`, and written out again as it was
    wherever Kartu has no field for it."""

    row_rule = TASK_PARTS

    task = models.ForeignKey("planner.Task", models.CASCADE, related_name="+")
    uid = models.CharField(max_length=255, db_index=True)
    recurrence = models.CharField(max_length=64, blank=True)
    source = models.TextField()
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("entry of a calendar file")
        verbose_name_plural = _("entries of calendar files")
        constraints = [models.UniqueConstraint(fields=["task"], condition=LIVE, name="from_calendar_once")]

    def __str__(self) -> str:
        return self.uid


class SeriesFromCalendar(GuardedModel):
    """What a series was in the calendar file that it came from, by which a second file knows it again."""

    row_rule = SERIES_PARTS

    series = models.ForeignKey("planner.Series", models.CASCADE, related_name="+")
    uid = models.CharField(max_length=255, db_index=True)
    source = models.TextField()
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("recurring entry of a calendar file")
        verbose_name_plural = _("recurring entries of calendar files")
        constraints = [models.UniqueConstraint(fields=["series"], condition=LIVE, name="series_from_calendar_once")]

    def __str__(self) -> str:
        return self.uid
