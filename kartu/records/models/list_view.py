"""What a person keeps of lists: questions under a name, columns with their widths, files waiting to be fetched."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.core.moments import ago
from kartu.security.row_rules import RowRule
from kartu.security.rows import GuardedModel


class OwnOrShared(RowRule):
    """Rows of a person, seen by others when they are shared; changed by the person, shared ones by the owner too."""

    view = ""
    change = "lists.change_own"
    is_personal = True

    def condition(self, actor: Actor, right: str, prefix: str = "") -> Q | None:
        if actor.is_system:
            return Q()
        own = Q(**{f"{prefix}person_id": actor.pk})
        shared = Q(**{f"{prefix}is_shared": True})
        if right == self.change:
            return own | shared if actor.is_owner else own
        return own | shared


class SavedView(GuardedModel):
    """A question to a list under a name. `question` holds its parts as `Question.parts` gives them."""

    row_rule = OwnOrShared()

    list_key = models.CharField(max_length=40)
    name = models.CharField(_("Name"), max_length=60)
    question = models.JSONField(default=dict)
    person = models.ForeignKey("firm.User", models.CASCADE, related_name="+")
    is_shared = models.BooleanField(_("Colleagues see it too"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["list_key", "person"], name="saved_view_list")]

    def __str__(self) -> str:
        return self.name


class ListSetting(models.Model):
    """How a person wants a list: `columns` as [[key, width in pixels or 0], ...] in order, the view to begin with.

    Its own affair, and nothing of the firm's: not audited.
    """

    person = models.ForeignKey("firm.User", models.CASCADE, related_name="+")
    list_key = models.CharField(max_length=40)
    columns = models.JSONField(default=list, blank=True)
    first_view = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "list_key"], name="list_setting_once")]

    def __str__(self) -> str:
        return f"{self.list_key} of {self.person_id}"


class ExportFile(models.Model):
    """A list written in the background, waiting to be fetched by whoever asked for it. It goes after a day.

    `stored` is the name in the folder of exports; the audit row with its hash was written when the file was.
    """

    taken_along = False  # files that wait to be fetched

    LIFETIME = timedelta(hours=24)

    person = models.ForeignKey("firm.User", models.CASCADE, related_name="+")
    list_key = models.CharField(max_length=40)
    name = models.CharField(max_length=150)
    stored = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    # Of its ExportMark.
    number = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def folder(cls) -> Path:
        return Path(settings.DATA_DIR) / "exports"

    @property
    def path(self) -> Path:
        return self.folder() / self.stored

    @property
    def is_over(self) -> bool:
        return ago(self.created_at) > self.LIFETIME
