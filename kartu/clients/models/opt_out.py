from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OptOut(models.Model):
    """That whoever reads mail or SMS at an address wants no messages of a topic, or (not `is_out`) wants them again.

    Rows are only added; the last one of an address and a topic counts, on whichever card the address stands. They
    outlive the card, or a client who comes back would be written to against his word.
    """

    append_only = True

    class Topic(models.TextChoices):
        REMINDERS = "reminders", pgettext_lazy("messages to clients", "Reminders")

    class How(models.TextChoices):
        LINK = "link", _("by the link in the message")
        MAIL_PROGRAM = "mail_program", _("by the button of the mail program")
        STAFF = "staff", _("told us")

    topic = models.CharField(max_length=20, choices=Topic, default=Topic.REMINDERS)
    # In the one normal spelling, as `Channel.value`.
    address = models.CharField(max_length=254)
    is_out = models.BooleanField(default=True)
    how = models.CharField(max_length=20, choices=How)
    # What was said, and when, where a colleague writes it down.
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("firm.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    # The client on whose card, or by whose message, it was said; for the log alone.
    client_id: int | None = None

    class Meta:
        verbose_name = _("wish about messages")
        verbose_name_plural = _("wishes about messages")
        indexes = [models.Index(fields=["address", "topic", "-id"], name="opt_out_of_address")]

    def __str__(self) -> str:
        return self.topic

    def audit_root(self) -> tuple[str, int | None]:
        return ("clients.client", self.client_id) if self.client_id else ("", None)

    def told(self) -> dict[str, Any]:
        """As the log keeps it: without the address, which stands on the card for who may read it."""
        return {"topic": self.topic, "is_out": self.is_out, "how": self.how, "text": self.note}
