"""What is known of the backups, how they are to be made, and when the data came from one."""

from datetime import time, timedelta
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.core.moments import latest
from kartu.core.sealing import seal, unseal

PURPOSE = "backup storage"


class BackupQuerySet(models.QuerySet):
    def newest(self, column: str = "made_at") -> Self:
        """By the moment in `column`, the newest first; those are left out whose moment a wrong clock has told."""
        return self.filter(**{f"{column}__lte": latest()}).order_by(f"-{column}", "-pk")


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
    # When it was copied to the second place, and why not yet.
    copied_at = models.DateTimeField(null=True, blank=True)
    copy_error = models.CharField(max_length=300, blank=True)

    objects = BackupQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.file


class BackupSettings(models.Model):
    """When backups are made, how long they are kept, where copies go: at most one row; without it, every night."""

    taken_along = True

    class Second(models.TextChoices):
        NONE = "none", _("nowhere")
        FOLDER = "folder", _("a folder")
        S3 = "s3", _("S3 storage")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    is_on = models.BooleanField(_("Make a backup every night"), default=True)
    at = models.TimeField(_("At"), default=time(2, 0))
    daily = models.PositiveSmallIntegerField(
        _("Days"), default=7, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    weekly = models.PositiveSmallIntegerField(_("Weeks"), default=4, validators=[MaxValueValidator(104)])
    monthly = models.PositiveSmallIntegerField(_("Months"), default=12, validators=[MaxValueValidator(120)])
    second = models.CharField(_("A copy goes to"), max_length=10, choices=Second, default=Second.NONE)
    folder = models.CharField(_("Folder"), max_length=400, blank=True)
    s3_address = models.CharField(_("Address"), max_length=200, blank=True)
    s3_bucket = models.CharField(_("Bucket"), max_length=100, blank=True)
    s3_region = models.CharField(_("Region"), max_length=50, default="us-east-1", blank=True)
    s3_key_id = models.CharField(_("Key ID"), max_length=200, blank=True)
    s3_allows_http = models.BooleanField(_("Without https, for storage in this building"), default=False)
    sealed_secret = models.TextField(blank=True)
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

    def set_secret(self, secret: str) -> None:
        self.sealed_secret = seal(secret, PURPOSE) if secret else ""

    @property
    def secret(self) -> str:
        """The secret key of the storage; raises kartu.core.sealing.Unreadable after a move without the key file."""
        return unseal(self.sealed_secret, PURPOSE) if self.sealed_secret else ""


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
