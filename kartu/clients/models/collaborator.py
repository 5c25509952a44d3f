from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from kartu.clients.models.client import LIVE, Client
from kartu.clients.rights import CLIENT_PARTS
from kartu.firm.models import User
from kartu.security.rows import GuardedModel


class Collaborator(GuardedModel):
    """A colleague who takes part in a client that others look after: he sees it, and changes it if he `may_change`."""

    row_rule = CLIENT_PARTS

    client = models.ForeignKey(Client, models.CASCADE, related_name="collaborators", db_index=False)
    person = models.ForeignKey("firm.User", models.PROTECT, related_name="+", db_index=False)
    may_change = models.BooleanField(_("May change the client"), default=False)
    added_by = models.ForeignKey("firm.User", models.PROTECT, null=True, related_name="+", db_index=False)
    batch_id = models.BigIntegerField(null=True, editable=False)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("colleague who takes part")
        verbose_name_plural = _("colleagues who take part")
        constraints = [
            models.UniqueConstraint(fields=["client", "person"], condition=LIVE, name="client_collaborator_once")
        ]
        indexes = [
            models.Index(fields=["person", "client", "may_change"], name="client_collaborator_of", condition=LIVE),
            models.Index(fields=["client"], name="client_collaborators"),
        ]

    def __str__(self) -> str:
        return str(self.person)

    def save(self, **kwargs: Any) -> None:
        if self._state.adding:
            User.objects.now_take_part([self.person_id])
        super().save(**kwargs)
