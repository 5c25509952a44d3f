from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kartu.core.jobs import is_background
from kartu.security.leaving.notice import check_allowed


class ChangeSet(models.Model):
    """Changes that belong together: a bulk act, an import, a single edit, or the undoing of one of these.

    What changed stands in the audit rows that name this set; nothing is written twice.
    While `is_hidden`, nobody sees the rows that came with it (an import that still runs).
    """

    class Kind(models.TextChoices):
        EDIT = "edit", _("Edit")
        LIST = "list", _("Edit in a list")
        BULK = "bulk", _("Change of many")
        IMPORT = "import", _("Import")
        UNDO = "undo", _("Undo")

    # One record on its card: whoever is leaving goes on with these as before.
    FREE = frozenset({Kind.EDIT})

    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=200)
    by = models.ForeignKey("firm.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    is_hidden = models.BooleanField(default=False)
    # Of an undoing: what it left alone, [{"type", "id", "column", "theirs", "ours"}, ...]
    conflicts = models.JSONField(default=list, blank=True)
    # Of a bulk act: the rows that refused, {"list": key, "count": all, "rows": [[id, why], ...] the first of them}.
    left = models.JSONField(default=dict, blank=True)
    undoes = models.ForeignKey("self", models.PROTECT, null=True, related_name="undoings")

    class Meta:
        indexes = [models.Index(fields=["id"], name="change_set_hidden", condition=models.Q(is_hidden=True))]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises Held: changes of many by whoever is leaving wait for a second person, whichever act makes them.

        A job was asked when it was begun, and goes on though the hour that it was allowed for is over.
        """
        if self._state.adding and self.origin.kind not in self.FREE and not is_background():
            check_allowed(self.by_id)
        super().save(*args, **kwargs)

    @property
    def origin(self) -> "ChangeSet":
        """What this takes back or brings back in the end; itself, if it is no undoing."""
        changes = self
        while changes.undoes_id:
            changes = changes.undoes
        return changes

    @property
    def is_undone(self) -> bool:
        """Whether the last word on this set is an undoing that has not been undone itself."""
        return any(not undoing.is_undone for undoing in self.undoings.all())

    @property
    def is_of_import(self) -> bool:
        """Whether it is an import, or the taking back of one (or of that, and so on)."""
        return self.origin.kind == self.Kind.IMPORT

    @property
    def undo_url(self) -> str:
        return reverse("records:undo", args=[self.pk])
