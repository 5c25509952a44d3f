from django.db import models
from django.utils.translation import gettext_lazy as _

from kartu.clients.rights import TOUCH_ROWS
from kartu.search.index import index
from kartu.security.rows import GuardedModel


class Touch(GuardedModel):
    """Something that passed between the firm and a client, written down by hand: a note, a call, a meeting."""

    class Kind(models.TextChoices):
        NOTE = "note", _("Note")
        CALL = "call", _("Call")
        MEETING = "meeting", _("Meeting")
        MESSAGE = "message", _("Message")

    class Direction(models.TextChoices):
        OUT = "out", _("from us")
        IN = "in", _("from them")

    row_rule = TOUCH_ROWS

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="touches")
    contact = models.ForeignKey("clients.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField(_("What was it"), max_length=10, choices=Kind, default=Kind.NOTE)
    direction = models.CharField(_("From whom"), max_length=3, choices=Direction, blank=True)
    at = models.DateTimeField(_("When"))
    minutes = models.PositiveIntegerField(_("How long, minutes"), null=True, blank=True)
    text = models.TextField(_("What happened"), blank=True)
    result = models.CharField(_("Result"), max_length=200, blank=True)
    by = models.ForeignKey("firm.User", models.PROTECT, null=True, related_name="+")
    # Colleagues named with @ in the text: [user id, ...]
    mentions = models.JSONField(default=list, blank=True)
    batch_id = models.BigIntegerField(null=True, editable=False)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("touch")
        verbose_name_plural = _("touches")
        indexes = [models.Index(fields=["client", "at", "id"], name="touch_timeline")]

    def __str__(self) -> str:
        return self.text[:60]

    def save(self, **kwargs: object) -> None:
        """Write it, and let it be found: a client's touches are too many to be indexed with every act on it."""
        super().save(**kwargs)
        index([self])

    @property
    def is_contact_made(self) -> bool:
        """Whether the client was spoken to; a note alone is no touch."""
        return self.kind != self.Kind.NOTE
