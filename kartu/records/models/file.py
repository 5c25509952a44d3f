from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kartu.core.about import abouts
from kartu.core.actors import Actor
from kartu.records.models.custom import Field, Section
from kartu.records.rights import FILES_ATTACH, FILES_VIEW
from kartu.security.row_rules import RowRule
from kartu.security.rows import GuardedModel


class AboutRows(RowRule):
    """Rows that are about a record of another app: seen, and changed, by whoever sees or may change that record."""

    view = FILES_VIEW
    change = FILES_ATTACH

    def condition(self, actor: Actor, right: str, prefix: str = "") -> Q | None:
        if actor.scope(right) is None:
            return None
        condition = Q(pk__in=[])
        for about in abouts:
            seen = about.reach(actor, right == self.change).values("pk")
            condition |= Q(**{f"{prefix}about_type": about.model, f"{prefix}about_id__in": seen})
        return condition


class FileRows(AboutRows):
    """A file of a section or of a field is there for whoever sees the record and that section or field."""

    def condition(self, actor: Actor, right: str, prefix: str = "") -> Q | None:
        # Which sections there are is known only when the apps are loaded.
        from kartu.records.custom.definitions import file_fields, is_seen, seen_ids  # noqa: PLC0415 - it imports the models

        condition = super().condition(actor, right, prefix)
        if condition is None or actor.is_system:
            return condition
        seen = seen_ids(actor, Section.Kind.FILES)
        fields = [shape.id for shape in file_fields() if is_seen(shape, actor)]
        in_section = Q(**{f"{prefix}section": None}) | Q(**{f"{prefix}section_id__in": seen})
        return condition & in_section & (Q(**{f"{prefix}field": None}) | Q(**{f"{prefix}field_id__in": fields}))


class File(GuardedModel):
    """A file on a record, perhaps in one of the sections, or fields, that the firm has added to its card.

    Its bytes lie under `stored`, a random name; `name` is what people called it.
    `kind` is what the content is, whatever its name says. A new version points at the file it replaces.
    """

    row_rule = FileRows()
    is_in_sections = True

    about_type = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    # When the section is removed for good its files are too: without it everybody would see them.
    section = models.ForeignKey(Section, models.CASCADE, null=True, blank=True, related_name="+")
    # The field of the firm's own that it was put in; seen with that field alone, and removed with it, as above.
    field = models.ForeignKey(Field, models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(_("Name"), max_length=200)
    stored = models.CharField(max_length=40, unique=True)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=80)
    note = models.CharField(_("Note"), max_length=200, blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        indexes = [models.Index(fields=["about_type", "about_id", "id"], name="file_about")]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:
        from kartu.records.custom.held_files import follow_file  # noqa: PLC0415 - it imports the models

        was = None if self._state.adding else (self._loaded.get("name"), self._loaded.get("trashed_at"))
        super().save(**kwargs)
        if was is not None and self.field_id:
            follow_file(self, *was)

    def audit_root(self) -> tuple[str, int | None]:
        return self.about_type, self.about_id

    @property
    def has_look(self) -> bool:
        """Whether it can be shown without being downloaded."""
        return self.kind.startswith("image/") or self.kind == "text/plain"

    @property
    def url(self) -> str:
        return reverse("records:file", args=[self.pk])

    @property
    def look_url(self) -> str:
        return reverse("records:file_look", args=[self.pk])

    @property
    def trash_url(self) -> str:
        return reverse("records:file_trash", args=[self.pk])
