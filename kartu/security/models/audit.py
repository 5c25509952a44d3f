from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verb(models.TextChoices):
    CREATE = "create", _("made")
    CHANGE = "change", _("changed")
    TRASH = "trash", _("put in the trash")
    RESTORE = "restore", _("took out of the trash")
    MERGE = "merge", _("took over a card")
    PART = "part", _("gave a card back")
    PURGE = "purge", _("deleted for good")
    ERASE = "erase", _("erased what the log told")
    EXPORT = "export", _("exported")
    PRINT = "print", _("printed")
    DOWNLOAD = "download", _("downloaded")
    REVEAL = "reveal", _("revealed")
    DENIED = "denied", _("was refused")
    SIGN_IN = "sign_in", _("signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("failed to sign in")
    SIGN_OUT = "sign_out", _("signed out")
    CONFIRMED = "confirmed", _("showed again that it is they")
    SECOND_ON = "second_on", _("set up a second step of signing in")
    SECOND_OFF = "second_off", _("took off a second step of signing in")
    SECOND_CODES = "second_codes", _("made new recovery codes")
    SECOND_RESET = "second_reset", _("let a colleague sign in without the second step")
    SETTING = "setting", _("changed a setting")
    START = "start", _("started")
    STOP = "stop", _("stopped")


class AuditRow(models.Model):
    """One thing done: who, what, to which row, when, from where. Nobody changes or deletes it, not even by SQL.

    `root_type`/`root_id` name the whole (a client) on whose history the row is shown. `digest` is the SHA-256 of
    the payload, so that an emptied payload (a person's lawful erasure) leaves the proof that something stood there.
    """

    taken_along = True

    append_only = True

    at = models.DateTimeField(db_index=True)
    # Not a foreign key: a ledger row outlives whatever it names.
    actor_id = models.BigIntegerField(null=True)
    why = models.CharField(max_length=200, blank=True)
    verb = models.CharField(max_length=20, choices=Verb)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True)
    root_type = models.CharField(max_length=60, blank=True)
    root_id = models.BigIntegerField(null=True)
    change_set_id = models.BigIntegerField(null=True)
    session = models.CharField(max_length=16, blank=True)
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=16, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["root_type", "root_id", "id"], name="audit_root"),
            models.Index(fields=["actor_id", "id"], name="audit_actor"),
            models.Index(fields=["verb", "id"], name="audit_verb"),
            models.Index(fields=["address", "id"], name="audit_address"),
            # Of what stands for itself: a person, a setting, an alert.
            models.Index(
                fields=["object_type", "object_id", "id"], name="audit_alone", condition=models.Q(root_id__isnull=True)
            ),
            models.Index(
                fields=["change_set_id", "id"], name="audit_change_set", condition=models.Q(change_set_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"

    @property
    def told(self) -> dict[str, Any]:
        """What its payload says; {} where there is none or it was emptied. Fetch the payload with the row."""
        values = self.payload.values if hasattr(self, "payload") else None
        return values if isinstance(values, dict) else {}


class AuditPayload(models.Model):
    """What an audit row is about: {"before": {...}, "after": {...}} of a change, or the details of an act.

    Kept apart from the row, so that a person's data can be erased and the row, with its digest, stays.
    """

    taken_along = True

    row = models.OneToOneField(AuditRow, models.PROTECT, primary_key=True, related_name="payload")
    values = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"of {self.row_id}"
