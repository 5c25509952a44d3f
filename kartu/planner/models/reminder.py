from datetime import datetime, time, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from kartu.firm.middleware import zone_of
from kartu.planner.models.task import LIVE, Task
from kartu.planner.rights import TASK_PARTS
from kartu.security.rows import GuardedModel

MORNING = time(9)


class Reminder(GuardedModel):
    """A moment at which one person is told of a task.

    Exactly one of three: `before`, so many minutes before the task stands, and moved with it; `on_the_day`, in the
    morning of the day on which it stands; `typed_at`, a moment of its own. `at` follows from these and from the task
    and is empty where the task has no date. `told_at`: when its moment was there.
    """

    row_rule = TASK_PARTS
    derived_fields = frozenset({"at", "told_at"})

    task = models.ForeignKey("planner.Task", models.CASCADE, related_name="reminders")
    person = models.ForeignKey("firm.User", models.PROTECT, related_name="+", db_index=False)
    before = models.PositiveIntegerField(_("Minutes before"), null=True, blank=True)
    on_the_day = models.BooleanField(_("In the morning of the day"), default=False)
    typed_at = models.DateTimeField(_("When"), null=True, blank=True)
    at = models.DateTimeField(null=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                name="reminder_is_one_thing",
                condition=models.Q(before__isnull=False, on_the_day=False, typed_at__isnull=True)
                | models.Q(before__isnull=True, on_the_day=True, typed_at__isnull=True)
                | models.Q(before__isnull=True, on_the_day=False, typed_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["task", "person", "before"],
                condition=LIVE & models.Q(before__isnull=False),
                name="reminder_before_once",
            ),
            models.UniqueConstraint(
                fields=["task", "person"], condition=LIVE & models.Q(on_the_day=True), name="reminder_on_the_day_once"
            ),
            models.UniqueConstraint(
                fields=["task", "person", "typed_at"],
                condition=LIVE & models.Q(typed_at__isnull=False),
                name="reminder_at_once",
            ),
        ]
        indexes = [models.Index(fields=["at"], name="reminder_due", condition=LIVE & models.Q(told_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}" if self.at else str(self._meta.verbose_name)

    def derive(self) -> None:
        self.at = self.moment(self.task)

    def moment(self, task: Task) -> datetime | None:
        """When it is, `task` standing where it stands."""
        if self.typed_at or task.at is None:
            return self.typed_at
        if self.before is not None:
            return task.at - timedelta(minutes=self.before)
        zone = zone_of(self.person.time_zone)
        day = task.due_on or task.at.astimezone(zone).date()
        return datetime.combine(day, MORNING, zone)
