"""A person has gone, or goes: what he looked after, and to whom it went."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Departure(models.Model):
    """One going of one person, from the closing of the access to the hand-over, or to his coming back.

    `plan` says to whom what goes: {"to": id, "kinds": {kind: id or 0: it stays}, "lists": [[key, id], ...]}. `moved`
    counts what went where: {kind: {id: rows}}; `kept` holds [[row, whom to], ...] of kinds that no change set holds;
    `left` says what stayed and why. Waiting ones are the list of what nobody looks after yet.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits to be handed over")
        RUNNING = "running", _("is being handed over")
        DONE = "done", _("handed over")
        RETURNING = "returning", _("is being taken back")
        OVER = "over", _("taken back")

    OPEN = (State.WAITING, State.RUNNING, State.RETURNING)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="departures")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    plan = models.JSONField(default=dict, blank=True)
    moved = models.JSONField(default=dict, blank=True)
    kept = models.JSONField(default=dict, blank=True)
    left = models.JSONField(default=list, blank=True)
    change_set = models.ForeignKey("records.ChangeSet", models.PROTECT, null=True, related_name="+")
    undo_set = models.ForeignKey("records.ChangeSet", models.PROTECT, null=True, related_name="+")
    # Of the taking back: the line of the log down to which it has come, and what it did.
    undone_to = models.BigIntegerField(null=True)
    restored = models.PositiveIntegerField(default=0)
    conflicts = models.PositiveIntegerField(default=0)
    job_id = models.BigIntegerField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(state__in=["waiting", "running", "returning"]),
                name="departure_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.state}"

    @property
    def is_busy(self) -> bool:
        return self.state in (self.State.RUNNING, self.State.RETURNING)
