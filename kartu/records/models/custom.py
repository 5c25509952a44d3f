"""Sections and fields that a firm adds to its cards: their names, what they hold, who sees and changes them."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.core.fields import FoldedField
from kartu.records.custom import projecting
from kartu.records.rights import SHAPE
from kartu.records.standing import forget
from kartu.security.row_rules import RowRule
from kartu.security.rows import GuardedModel


class ShapeRows(RowRule):
    """Definitions lie open to whoever sets cards up; all others get them by their roles (`custom/definitions.py`)."""

    view = change = SHAPE

    def condition(self, actor: Actor, right: str, prefix: str = "") -> Q | None:
        return Q() if actor.may(SHAPE) else None


class Definition(GuardedModel):
    """What sections and fields have in common. `see_roles`: ids of the roles that see it; none named: everybody."""

    row_rule = ShapeRows()
    derived_fields = frozenset({"changed_at"})

    name = models.CharField(_("Name"), max_length=80)
    position = models.PositiveIntegerField(default=0)
    see_roles = models.JSONField(_("Who sees it"), default=list, blank=True)
    # A condition as `custom/showing.py` keeps it; "": always shown.
    shown_when = models.TextField(_("When it is shown"), blank=True, default="")
    is_hidden = models.BooleanField(_("Out of sight for now"), default=False)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # All processes know by it that what they have kept of the definitions is old (`kartu/records/standing.py`).
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Section(Definition):
    """A section of the cards of one kind of record (`entity`: "clients.client")."""

    class Kind(models.TextChoices):
        FIELDS = "fields", _("Fields")
        CHECKLIST = "checklist", _("Checklist")
        TABLE = "table", _("Table")
        FILES = "files", _("Files")
        RELATED = "related", _("Related list")

    entity = models.CharField(max_length=60)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    # Of a related list: what it lists (`custom/related.py`).
    options = models.JSONField(default=dict, blank=True)

    @property
    def key(self) -> str:
        return f"s{self.pk}"

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "id"]

    @property
    def is_table(self) -> bool:
        return self.kind == self.Kind.TABLE

    @property
    def is_files(self) -> bool:
        return self.kind == self.Kind.FILES

    @property
    def is_related(self) -> bool:
        return self.kind == self.Kind.RELATED

    @property
    def has_fields(self) -> bool:
        """Whether it is made of fields; others hold what is theirs by their kind."""
        return self.kind in (self.Kind.FIELDS, self.Kind.CHECKLIST, self.Kind.TABLE)

    @property
    def is_checklist(self) -> bool:
        """Whether its fields are things to be ticked off: yes or nothing."""
        return self.kind == self.Kind.CHECKLIST


class Field(Definition):
    """A field of a section. `type` names what it holds (`custom/types/`) and never changes.

    `options`: of a choice {"choices": [[key, label], ...]}, of money {"currency": "IDR"}, of a formula as in
    `custom/types/formulas.py`; `worked_as` is the text by which its values were last worked out. `change_roles`: ids
    of the roles that change it; none named: whoever sees it and may change the record.
    """

    derived_fields = Definition.derived_fields | {"worked_as"}

    section = models.ForeignKey(Section, models.CASCADE, related_name="fields")
    type = models.CharField(max_length=12)
    options = models.JSONField(default=dict, blank=True)
    is_required = models.BooleanField(_("Must be filled in"), default=False)
    change_roles = models.JSONField(_("Who changes it"), default=list, blank=True)
    worked_as = models.TextField(default="", blank=True, editable=False)

    @property
    def key(self) -> str:
        return f"f{self.pk}"

    class Meta:
        verbose_name = _("field")
        verbose_name_plural = _("fields")
        ordering = ["position", "id"]


class Customised(GuardedModel):
    """A record with fields of the firm's own.

    `custom` maps a field's id, as text, to its value; `worked_out` those of formulas, which follow from the rest.
    `shaped_as`: the entity whose sections say what stands in it; "": its own.
    """

    keyed_fields = frozenset({"custom"})
    derived_fields = late_fields = frozenset({"worked_out"})
    shaped_as = ""

    custom = models.JSONField(_("Fields of your own"), default=dict, blank=True, editable=False)
    worked_out = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def shaped_entity(cls) -> str:
        return cls.shaped_as or cls._meta.label_lower

    @property
    def own_values(self) -> dict[str, Any]:
        """All values of the firm's own fields, by the ids of the fields."""
        return {**self.custom, **self.worked_out}

    @property
    def shaped_by(self) -> tuple[str, int | None]:
        """(the kind of card, the table section or None) whose fields it holds."""
        return self.shaped_entity(), None

    def derive(self) -> None:
        super().derive()
        self.worked_out = projecting.worked_out_of(self)

    def save(self, **kwargs: Any) -> None:
        was = ({}, {}) if self._state.adding else tuple(self._loaded.get(name, {}) for name in ("custom", "worked_out"))
        # A formula that was changed since this request began counts from now on, for its job may have passed this row.
        forget()
        super().save(**kwargs)
        if was != (self.custom, self.worked_out):
            self.project()
        if was[0] != self.custom:
            projecting.follow_files(self, was[0])

    @classmethod
    def written_many(cls, rows: "list[Customised]") -> None:
        projecting.work_out_anew(rows)

    def project(self) -> None:
        self.project_many([self])

    @classmethod
    def project_many(cls, records: "list[Customised]") -> None:
        """Renew what lists look at, in the transaction of the writing."""


class ProjectedValue(GuardedModel):
    """A value as lists filter and sort by it: one of four columns, each behind an index that begins with the field.

    Derived from `custom` of the record, which a subclass points at by `record`; several choices make several rows. It
    is a part of the record, and seen with it.
    """

    is_derived = True
    derived_fields = frozenset({"field_id", "text", "number", "day", "moment", "record_id"})

    field = models.ForeignKey(Field, models.CASCADE, related_name="+", db_index=False)
    text = FoldedField(null=True)
    number = models.BigIntegerField(null=True)
    day = models.DateField(null=True)
    moment = models.DateTimeField(null=True)

    class Meta:
        abstract = True
