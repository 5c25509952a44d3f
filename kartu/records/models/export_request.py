"""An export that is larger than one person may take out alone: it waits for a second one."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ExportRequest(models.Model):
    """Who wants which rows out, and what for; who agreed. `rows` is how many there were, and never more leave.

    `opens_at` is set in a firm too small for a second person: nobody's answer is a yes then.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        APPROVED = "approved", _("agreed to")
        REFUSED = "refused", _("refused")
        OVER = "over", _("nobody answered")

    LIFETIME = timedelta(days=7)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    list_key = models.CharField(max_length=40)
    # As Question.parts gives it, in words for whoever decides, and the columns chosen.
    question = models.JSONField(default=dict)
    said = models.CharField(max_length=500, blank=True)
    columns = models.JSONField(default=list)
    kind = models.CharField(max_length=10)
    purpose = models.CharField(max_length=200)
    rows = models.PositiveIntegerField()
    asked_at = models.DateTimeField(default=timezone.now)
    opens_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("person")), name="export_decided_by_another"
            )
        ]
        indexes = [models.Index(fields=["state", "-id"], name="export_request_state")]

    def __str__(self) -> str:
        return f"{self.list_key} for {self.person_id}: {self.rows}"
