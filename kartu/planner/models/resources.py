from django.db import models
from django.utils.translation import gettext_lazy as _

from kartu.planner.models.task import LIVE
from kartu.planner.rights import TASK_PARTS
from kartu.security.rows import GuardedModel


class Resource(models.Model):
    """What only one can have at a time: a room, a car, a tool."""

    class Kind(models.TextChoices):
        ROOM = "room", _("Room")
        CAR = "car", _("Car")
        EQUIPMENT = "equipment", _("Equipment")

    ICONS = {Kind.ROOM: "door", Kind.CAR: "car", Kind.EQUIPMENT: "forklift"}

    name = models.CharField(_("Name"), max_length=80, unique=True)
    kind = models.CharField(_("What is it"), max_length=10, choices=Kind, default=Kind.ROOM)
    refuses = models.BooleanField(_("Refuse what would overlap"), default=True)
    is_active = models.BooleanField(_("In use"), default=True)

    class Meta:
        verbose_name = _("room, car or equipment")
        verbose_name_plural = _("rooms, cars and equipment")
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def icon(self) -> str:
        return self.ICONS[self.kind]


class Booking(GuardedModel):
    """A task has a room, a car or a tool for its time."""

    row_rule = TASK_PARTS

    task = models.ForeignKey("planner.Task", models.CASCADE, related_name="bookings")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="+", db_index=False)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        constraints = [models.UniqueConstraint(fields=["task", "resource"], condition=LIVE, name="booking_once")]
        indexes = [models.Index(fields=["resource", "task"], name="booking_of", condition=LIVE)]

    def __str__(self) -> str:
        return str(self.resource)
