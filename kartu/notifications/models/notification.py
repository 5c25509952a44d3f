from django.conf import settings
from django.db import models
from django.utils import timezone

from kartu.core import about
from kartu.security.row_rules import PersonalRows
from kartu.security.rows import GuardedModel, GuardedQuerySet


class NotificationQuerySet(GuardedQuerySet):
    def unseen(self) -> "NotificationQuerySet":
        return self.filter(seen_at=None)

    def newest_first(self) -> "NotificationQuerySet":
        return self.order_by("-id")


class Notification(GuardedModel):
    """What one person is told. Nobody else sees it, whatever his rights."""

    row_rule = PersonalRows()
    derived_fields = frozenset({"seen_at", "acted_at"})

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
            models.Index(fields=["person"], condition=models.Q(seen_at=None), name="notification_unseen"),
            models.Index(fields=["person", "dedupe"], name="notification_dedupe"),
            models.Index(fields=["about_type", "about_id"], name="notification_about"),
        ]

    @property
    def look(self) -> str:
        """The address of a look at what it is about."""
        return about.look_at(self.about_type, self.about_id)

    def __str__(self) -> str:
        return self.title
