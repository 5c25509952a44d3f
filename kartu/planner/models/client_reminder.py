from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.clients.models import MessageTemplate
from kartu.planner.models.task import LIVE, Task
from kartu.planner.rights import TASK_PARTS
from kartu.security.rows import GuardedModel

Way = MessageTemplate.Way


class ClientReminder(GuardedModel):
    """That the client of a task is reminded of it, `before` minutes ahead, by a letter or an SMS.

    `channel` is where to; once it is gone, the first address of that way. `at` follows from the task, whose exact time
    it needs; `set_at`: since when it is so. `told_at`: when its message was written. One without an exact time waits.
    """

    row_rule = TASK_PARTS
    derived_fields = frozenset({"at", "set_at", "told_at"})

    task = models.ForeignKey("planner.Task", models.CASCADE, related_name="client_reminders")
    way = models.CharField(_("How"), max_length=5, choices=Way)
    channel = models.ForeignKey("clients.Channel", models.SET_NULL, null=True, blank=True, related_name="+")
    before = models.PositiveIntegerField(_("Minutes before"))
    at = models.DateTimeField(null=True, editable=False)
    set_at = models.DateTimeField(default=timezone.now, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("reminder to the client")
        verbose_name_plural = _("reminders to clients")
        ordering = ["-before", "id"]
        constraints = [
            models.UniqueConstraint(fields=["task", "way", "before"], condition=LIVE, name="client_reminder_once"),
        ]
        indexes = [
            models.Index(fields=["at"], name="client_reminder_due", condition=LIVE & models.Q(told_at__isnull=True))
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def derive(self) -> None:
        at = self.moment(self.task)
        if at != self.at or self._state.adding:
            self.at, self.set_at, self.told_at = at, timezone.now(), None

    def moment(self, task: Task) -> datetime | None:
        """When it is planned for, `task` standing where it stands."""
        return task.exact_at - timedelta(minutes=self.before) if task.exact_at else None


class ClientReminderDefault(models.Model):
    """That tasks of a kind, with a client and an exact time, get a reminder to the client by themselves."""

    kind = models.CharField(max_length=10, choices=Task.Kind, unique=True)
    way = models.CharField(max_length=5, choices=Way)
    before = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("usual reminder to clients")
        verbose_name_plural = _("usual reminders to clients")

    def __str__(self) -> str:
        return self.kind
