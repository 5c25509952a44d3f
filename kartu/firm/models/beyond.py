from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class TemporaryRight(models.Model):
    """What a person has beyond his role from one minute to another: a further role, the rows of a team, or all that an
    absent colleague reaches. The clock alone decides whether it holds."""

    person = models.ForeignKey("firm.User", models.PROTECT, related_name="+")
    role = models.ForeignKey("firm.Role", models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey("firm.Team", models.PROTECT, null=True, related_name="+")
    absent = models.ForeignKey("firm.User", models.PROTECT, null=True, related_name="+")
    # Of a deputy who was named together with an absence: it begins, changes and ends with it.
    absence = models.ForeignKey("firm.Absence", models.PROTECT, null=True, related_name="standing_in")
    # Of a team: to change its rows, too.
    may_change = models.BooleanField(default=False)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, editable=False)
    given_by = models.ForeignKey("firm.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    # Whether its beginning and its end stand in the log.
    is_begun = models.BooleanField(default=False, editable=False)
    is_over = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = gettext_lazy("right for a time")
        verbose_name_plural = gettext_lazy("rights for a time")
        constraints = [
            models.CheckConstraint(condition=models.Q(until_at__gt=models.F("from_at")), name="given_until_later"),
            models.CheckConstraint(
                condition=models.Q(role__isnull=False, team__isnull=True, absent__isnull=True)
                | models.Q(role__isnull=True, team__isnull=False, absent__isnull=True)
                | models.Q(role__isnull=True, team__isnull=True, absent__isnull=False),
                name="given_is_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "until_at"], name="given_to"),
            models.Index(fields=["until_at"], name="given_not_over", condition=models.Q(is_over=False)),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.what}"

    @classmethod
    def open(cls) -> models.QuerySet["TemporaryRight"]:
        """Those that hold now or will, with whom and what they name."""
        rows = cls.objects.filter(until_at__gt=timezone.now(), ended_at=None).order_by("from_at", "pk")
        return rows.select_related("person", "role", "team", "absent__role", "given_by")

    @classmethod
    def deputies_of(cls, absent: models.Model) -> list[models.Model]:
        """Who stands in for that person at this moment."""
        rows = cls.open().filter(absent=absent, person__is_active=True).select_related("person__role")
        return list({each.person_id: each.person for each in rows if each.holds_now}.values())

    @property
    def what(self) -> str:
        if self.role_id:
            return _("works as %(role)s too") % {"role": self.role}
        if self.absent_id:
            return _("stands in for %(name)s") % {"name": self.absent}
        told = _("sees and changes what is team %(team)s's") if self.may_change else _("sees what is team %(team)s's")
        return told % {"team": self.team}

    def holds(self, now: datetime) -> bool:
        return self.ended_at is None and self.from_at <= now < self.until_at

    @property
    def holds_now(self) -> bool:
        return self.holds(timezone.now())
