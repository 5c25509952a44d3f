from django.db import models
from django.utils.translation import gettext_lazy as _

from kartu.planner.models.task import Task


class Outcome(models.Model):
    """How a call or a meeting can end, from a list of the firm's: "agreed", "no answer".

    Without a `kind` it is one of every kind. `next_kind` and `next_after` (minutes) are what is offered as the next
    step; with `needs_next` nothing ends like this without one.
    """

    kind = models.CharField(_("Of what"), max_length=10, choices=Task.Kind, blank=True)
    name = models.CharField(_("How it ended"), max_length=100)
    is_success = models.BooleanField(_("It came off"), default=True)
    next_kind = models.CharField(_("What comes next"), max_length=10, choices=Task.Kind, blank=True)
    next_after = models.PositiveIntegerField(_("After, minutes"), null=True, blank=True)
    needs_next = models.BooleanField(_("A next step must be named"), default=False)
    place = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("result of tasks")
        verbose_name_plural = _("results of tasks")
        ordering = ["place", "id"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="outcome_once")]

    def __str__(self) -> str:
        return self.name
