"""What is known of the backups, how they are to be made, and when the data came from one."""

from datetime import time, timedelta
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Backup(models.Model):
    """A file in the folder of backups.

    `is_good`: it was brought back into a scratch place and held what it says (True) or not (False, `finding` says why);
    None: not tried yet, or there was no place to try it.
    """

    class Kind(models.TextChoices):
        NIGHTLY = "nightly", _("by the clock")
        BY_HAND = "by_hand", _("by hand")
        UPGRADE = "upgrade", _("before a newer version")
        FOUND = "found", _("found in the folder")

    # Behind that the newest good one is too old.
    TOO_OLD = timedelta(hours=26)

    file = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    made_at = models.DateTimeField()
    size = models.BigIntegerField()
    key_name = models.CharField(max_length=9, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    is_good = models.BooleanField(null=True)
    finding = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.file


class BackupSettings(models.Model):
    """When backups are made and how long they are kept: at most one row; without it, every night."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    is_on = models.BooleanField(_("Make a backup every night"), default=True)
    at = models.TimeField(_("At"), default=time(2, 0))
    daily = models.PositiveSmallIntegerField(
        _("Days"), default=7, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    weekly = models.PositiveSmallIntegerField(_("Weeks"), default=4, validators=[MaxValueValidator(104)])
    monthly = models.PositiveSmallIntegerField(_("Months"), default=12, validators=[MaxValueValidator(120)])
    # The name of the recovery key that the owner has been shown.
    key_shown = models.CharField(max_length=9, blank=True)
    # When the clock last began one, and why the last one was not made; "" when it was.
    begun_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="backup_settings_are_one")]

    def __str__(self) -> str:
        return f"{self.at}"

    @classmethod
    def current(cls) -> Self:
        """The settings, or those that hold without any, not saved."""
        return cls.objects.first() or cls()


class Restoration(models.Model):
    """The data came from a backup. Until somebody lets them out, letters stay inside."""

    file = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    at = models.DateTimeField(default=timezone.now)
    let_out_at = models.DateTimeField(null=True, blank=True)
    let_out_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.file

    @classmethod
    def holding(cls) -> "models.QuerySet[Restoration]":
        """Those after which nobody has let the letters out yet, the newest first."""
        return cls.objects.filter(let_out_at=None).order_by("-pk")
