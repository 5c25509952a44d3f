from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.clients.rights import CLIENT_PARTS
from kartu.security.rows import GuardedModel


class CallBack(GuardedModel):
    """A promise to call a client at a minute; it comes back by the bell and by e-mail when the minute is there."""

    row_rule = CLIENT_PARTS
    derived_fields = frozenset({"reminded_at"})

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="call_backs")
    contact = models.ForeignKey("clients.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    person = models.ForeignKey("firm.User", models.PROTECT, related_name="+")
    due_at = models.DateTimeField(_("When"))
    what = models.CharField(_("About what"), max_length=200, blank=True)
    reminded_at = models.DateTimeField(null=True, editable=False)
    done_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("call-back")
        verbose_name_plural = _("call-backs")
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="call_back_due",
                condition=models.Q(reminded_at__isnull=True, done_at__isnull=True, trashed_at__isnull=True),
            ),
            models.Index(
                fields=["client", "due_at"],
                name="call_back_open",
                condition=models.Q(done_at__isnull=True, trashed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.what or f"{timezone.localtime(self.due_at):%Y-%m-%d %H:%M}"

    @property
    def is_late(self) -> bool:
        return self.done_at is None and self.due_at < timezone.now()
