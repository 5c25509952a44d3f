from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from kartu.firm.models import User
from kartu.planner.models.task import LIVE
from kartu.planner.rights import TASK_PARTS
from kartu.security.rows import GuardedModel


class Participant(GuardedModel):
    """A colleague named on a task that somebody else does: whoever set it, who watches it, who comes along."""

    class Kind(models.TextChoices):
        AUTHOR = "author", _("Set it")
        WATCHER = "watcher", _("Watches")
        ATTENDEE = "attendee", _("Comes along")

    row_rule = TASK_PARTS

    task = models.ForeignKey("planner.Task", models.CASCADE, related_name="participants", db_index=False)
    person = models.ForeignKey("firm.User", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.WATCHER)
    may_change = models.BooleanField(_("May change the task"), default=False)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("person on a task")
        verbose_name_plural = _("people on tasks")
        constraints = [
            models.UniqueConstraint(fields=["task", "person", "kind"], condition=LIVE, name="task_participant_once")
        ]
        indexes = [
            models.Index(fields=["person", "task", "may_change"], name="task_participant_of", condition=LIVE),
            models.Index(fields=["task"], name="task_participants"),
        ]

    def __str__(self) -> str:
        return str(self.person)

    def save(self, **kwargs: Any) -> None:
        if self._state.adding:
            User.objects.now_take_part([self.person_id])
            self.person.takes_part = True
        super().save(**kwargs)


class TaskItem(GuardedModel):
    """A line of a task's checklist."""

    row_rule = TASK_PARTS

    task = models.ForeignKey("planner.Task", models.CASCADE, related_name="items")
    text = models.CharField(_("What"), max_length=300)
    place = models.PositiveIntegerField(default=0)
    is_done = models.BooleanField(default=False)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("line of a checklist")
        verbose_name_plural = _("lines of checklists")
        ordering = ["place", "id"]

    def __str__(self) -> str:
        return self.text


class TaskAfter(GuardedModel):
    """`task` can only be done when `first` is."""

    row_rule = TASK_PARTS

    task = models.ForeignKey("planner.Task", models.CASCADE, related_name="waits_for")
    first = models.ForeignKey("planner.Task", models.CASCADE, related_name="awaited_by")
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("order of two tasks")
        verbose_name_plural = _("orders of tasks")
        constraints = [
            models.UniqueConstraint(fields=["task", "first"], condition=LIVE, name="task_after_once"),
            models.CheckConstraint(condition=~models.Q(task=models.F("first")), name="task_not_after_itself"),
        ]

    def __str__(self) -> str:
        return str(self.first_id)
