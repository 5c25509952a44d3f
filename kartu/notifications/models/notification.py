from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.core import about
from kartu.security.row_rules import PersonalRows
from kartu.security.rows import GuardedModel, GuardedQuerySet


class NotificationQuerySet(GuardedQuerySet):
    def unseen(self) -> "NotificationQuerySet":
        return self.filter(seen_at=None, in_bell=True)

    def newest_first(self) -> "NotificationQuerySet":
        return self.order_by("-id")

    def in_bell(self) -> "NotificationQuerySet":
        return self.filter(in_bell=True)

    def waiting(self) -> "NotificationQuerySet":
        """Those of which nobody knows yet what becomes of them."""
        return self.filter(state__in=self.model.WAITING)


class Notification(GuardedModel):
    """What one person is told. Nobody else sees it, whatever his rights."""

    class State(models.TextChoices):
        OPEN = "open", _("not seen yet")
        SNOOZED = "snoozed", _("put off")
        SEEN = "seen", _("seen")
        OPENED = "opened", _("opened")
        ACKED = "acked", _("acknowledged")
        IGNORED = "ignored", _("nobody looked")
        WITHDRAWN = "withdrawn", _("settled otherwise")

    WAITING = (State.OPEN, State.SNOOZED)

    taken_along = True

    row_rule = PersonalRows()
    derived_fields = frozenset({"seen_at", "acted_at", "state", "in_bell", "snoozed_until"})

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # What sort of news it is: "clients.callback_due".
    kind = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    text = models.CharField(max_length=1000, blank=True)
    # Where it leads, within the program.
    url = models.CharField(max_length=500, blank=True)
    about_type = models.CharField(max_length=80, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    dedupe = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # The moment for which it was planned, where it was, and whether it came noticeably behind that.
    at = models.DateTimeField(null=True, blank=True)
    is_late = models.BooleanField(default=False)
    # Neither quiet hours nor a digest holds it back.
    is_urgent = models.BooleanField(default=False)
    # It comes back until the person says that he knows.
    needs_ack = models.BooleanField(default=False)
    # Nobody else hears of it, however long it is not seen: it climbs no ladder.
    is_private = models.BooleanField(default=False)
    # What can be done about it at once: [{"label", "url", "posts"}].
    buttons = models.JSONField(default=list, blank=True)
    # A digest of others, and the earlier rings of one that rings again, are not in the list behind the bell.
    is_digest = models.BooleanField(default=False)
    in_bell = models.BooleanField(default=True)
    # Of which it is a further ring: a repeat of one that is not acknowledged, or its return after it was put off.
    is_repeat = models.BooleanField(default=False)
    first = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="rings")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    acted_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(NotificationQuerySet)()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "dedupe"], condition=~models.Q(dedupe=""), name="notification_once"
            )
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notification_newest"),
            models.Index(fields=["person"], condition=models.Q(seen_at=None, in_bell=True), name="notification_unseen"),
            models.Index(
                fields=["state", "id"], condition=models.Q(state__in=["open", "snoozed"]), name="notification_waiting"
            ),
            models.Index(fields=["person", "dedupe"], name="notification_dedupe"),
            models.Index(fields=["about_type", "about_id"], name="notification_about"),
        ]

    @property
    def is_waiting(self) -> bool:
        """Whether the person can still put it off, or say that he knows."""
        return self.state in (self.State.OPEN, self.State.SEEN, self.State.OPENED)

    @property
    def lead_id(self) -> int:
        """The number of the ring that this one repeats; its own, if it repeats none."""
        return self.first_id if self.is_repeat else self.pk

    @property
    def look(self) -> str:
        """The address of a look at what it is about."""
        return about.look_at(self.about_type, self.about_id)

    def __str__(self) -> str:
        return self.title
