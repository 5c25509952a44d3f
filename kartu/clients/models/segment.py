from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.records.models.list_view import OwnOrShared
from kartu.security.rows import GuardedModel


class Segment(GuardedModel):
    """Clients that meet a condition, under a name: whoever they are just now, or, frozen, those of one moment.

    `text` is the condition in the language of `core.expressions`, records in it by their numbers. A frozen one keeps
    the condition that it was made by, and points at the segment that still lives (`source`).
    """

    row_rule = OwnOrShared()

    name = models.CharField(_("Name"), max_length=80)
    text = models.TextField(_("Condition"))
    person = models.ForeignKey("firm.User", models.CASCADE, related_name="+")
    is_shared = models.BooleanField(_("Colleagues see it too"), default=False)
    frozen_at = models.DateTimeField(null=True, editable=False)
    source = models.ForeignKey("self", models.SET_NULL, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    @property
    def frozen_on(self) -> object:
        return timezone.localtime(self.frozen_at).date() if self.frozen_at else None


class SegmentMember(models.Model):
    """A client that a frozen segment keeps. It follows from the act of freezing, which the log tells of.

    `merged_from`: the card for whose sake it keeps the one that this was merged into.
    """

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="members")
    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="+")
    merged_from = models.BigIntegerField(null=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "client"], name="segment_member_once")]

    def __str__(self) -> str:
        return f"{self.client_id} in {self.segment_id}"


class SegmentSize(models.Model):
    """How many clients a segment had on a day, as the one who keeps it saw them. Counted at night."""

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="sizes")
    day = models.DateField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "day"], name="segment_size_once")]

    def __str__(self) -> str:
        return f"{self.segment_id} on {self.day}: {self.count}"


class SegmentStay(models.Model):
    """That a client was in a segment from the night of `since` to that of `until`, as whoever keeps the segment sees.
    `since` empty: it was in it when the nights began to be noted; `until` empty: it still is.

    Written at night, the differences only. It has numbers and no foreign keys, so that nobody asks about clients by way
    of a table without rights.
    """

    segment_id = models.BigIntegerField()
    client_id = models.BigIntegerField(db_index=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["segment_id", "client_id"],
                condition=models.Q(until__isnull=True),
                name="segment_stay_once",
            )
        ]
        indexes = [
            models.Index(fields=["segment_id", "since"], name="segment_stay_since"),
            models.Index(fields=["segment_id", "until"], name="segment_stay_until"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} in {self.segment_id}: {self.since} to {self.until}"


class SegmentWatch(models.Model):
    """Since when, and by which condition, the nights note who comes into a segment and who leaves it.

    `is_too_large`: so many are in it that only its size is noted.
    """

    segment_id = models.BigIntegerField(primary_key=True)
    text = models.TextField()
    began = models.DateField()
    is_too_large = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.segment_id} since {self.began}"
