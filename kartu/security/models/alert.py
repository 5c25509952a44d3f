"""What the watching of the log keeps: how far it has read, what it has counted, the alerts, the owner's limits."""

from datetime import datetime, time

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Policy(models.TextChoices):
    """What happens beyond a limit. Cards are never closed: nobody is locked out in the middle of a call."""

    OFF = "off", _("Do not watch")
    TELL = "tell", _("Tell me")
    ASK = "ask", _("Tell me, and ask the person why")
    FREEZE = "freeze", _("Tell me, ask why, and stop exports and prints")


def weekdays() -> list[int]:
    return [1, 2, 3, 4, 5, 6]


class AlertSettings(models.Model):
    """The owner's limits: one row at most. `limits` and `policies` map a rule's key; what is not there is as declared.

    `work_days` are ISO numbers, 1 is Monday. Outside the working time things count as done at night or on a day off.
    """

    taken_along = True

    limits = models.JSONField(default=dict, blank=True)
    policies = models.JSONField(default=dict, blank=True)
    # Exports of more rows wait for a second person (kartu.records.lists.approval).
    approve_above = models.PositiveIntegerField(_("A second person agrees to exports of more rows than"), default=1000)
    work_from = models.TimeField(_("Work begins"), default=time(7))
    work_until = models.TimeField(_("Work ends"), default=time(21))
    work_days = models.JSONField(_("Working days"), default=weekdays)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="alert_settings_are_one")]

    def __str__(self) -> str:
        return f"{len(self.limits)} limits of the firm's own"

    @classmethod
    def current(cls) -> "AlertSettings":
        """The firm's, unsaved where the owner has set nothing."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    def limit_of(self, rule: str, declared: int) -> int:
        return self.limits.get(rule, declared)

    def policy_of(self, rule: str) -> Policy:
        return Policy(self.policies.get(rule, Policy.TELL))

    def is_off_hours(self, local: datetime) -> bool:
        is_work = self.work_from <= local.time() < self.work_until
        return not is_work or local.isoweekday() not in self.work_days


class LogPosition(models.Model):
    """How far one log ("audit", "views") has been read.

    `holes` maps numbers below `last_id` that were not there when it was read to when that was seen first: on
    PostgreSQL a lower number may commit later. `counted` rows had numbers above `counted_from`, up to `last_id`.
    """

    source = models.CharField(max_length=10, primary_key=True)
    last_id = models.BigIntegerField()
    holes = models.JSONField(default=dict)
    counted_from = models.BigIntegerField(default=0)
    counted = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.source} up to {self.last_id}"


class Tally(models.Model):
    """What one person did on one day of his, by rule (`counting` says how). `person_id` 0 is nobody known."""

    person_id = models.BigIntegerField()
    day = models.DateField(db_index=True)
    counts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "day"], name="tally_once")]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.day}"


class Alert(models.Model):
    """A person has gone beyond a limit: one alert a rule, person and day, whose `count` goes on.

    `subject` is the person's id, 0 for nobody known. `evidence` holds the first things counted ("things"), and the
    sessions and addresses that they came from.
    """

    taken_along = True

    class State(models.TextChoices):
        OPEN = "open", _("new")
        SEEN = "seen", _("being looked at")
        EXPLAINED = "explained", _("explained")

    rule = models.CharField(max_length=40)
    subject = models.BigIntegerField(default=0)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    day = models.DateField()
    count = models.PositiveIntegerField()
    limit = models.PositiveIntegerField()
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    raised_at = models.DateTimeField(default=timezone.now)
    evidence = models.JSONField(default=dict)
    policy = models.CharField(max_length=10, choices=Policy, default=Policy.TELL)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    looked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    looked_at = models.DateTimeField(null=True)
    note = models.CharField(_("What it was"), max_length=500, blank=True)
    # What the person says, where he is asked.
    reason = models.CharField(_("The reason"), max_length=500, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "subject", "day"], name="alert_once")]
        indexes = [models.Index(fields=["state", "-id"], name="alert_state")]

    def __str__(self) -> str:
        return f"{self.rule} of {self.subject} on {self.day}"

    @property
    def asks(self) -> bool:
        """Whether the person is asked for a reason."""
        return self.policy in (Policy.ASK, Policy.FREEZE)

    @property
    def is_stopping(self) -> bool:
        return self.policy == Policy.FREEZE and self.lifted_at is None

    @property
    def who(self) -> str | Promise:
        return self.person.name if self.person else _("Somebody unknown")
