"""The sections and fields of a kind of record, as a person may know of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.firm.acts import is_owner
from kartu.records.custom.dependencies import both, settled
from kartu.records.custom.entities import entities
from kartu.records.custom.types import FieldType, type_of
from kartu.records.models import Section
from kartu.records.standing import standing
from kartu.security.prepared import asked

WHY = "which sections and fields there are; each person gets those of its role"
ROLES_OF = ("see_roles", "is_hidden", "trashed_at")
COLUMNS = (
    *("id", "kind", "name", "options", "shown_when", *ROLES_OF),
    *("fields__id", "fields__type", "fields__name", "fields__options", "fields__is_required", "fields__change_roles"),
    "fields__worked_as",
    *(f"fields__{name}" for name in ("shown_when", *ROLES_OF)),
)


class Told:
    """What others may read of a section or field under Changes, who may not see it."""

    name: str
    see_roles: tuple[int, ...]

    @property
    def told(self) -> str:
        return _("A section of the card") if self.see_roles else self.name


@dataclass(frozen=True)
class FieldShape(Told):
    """A field. `options` as in `models.Field`; `change_roles` empty: whoever sees it.

    `shown_when`: its condition; `is_conditional`: whether it, or its section, has one (`custom/showing.py`).
    """

    id: int
    name: str
    type: FieldType
    options: dict[str, Any] = field(default_factory=dict, hash=False)
    is_required: bool = False
    see_roles: tuple[int, ...] = ()
    change_roles: tuple[int, ...] = ()
    is_out: bool = False
    # Values of a formula that was written or changed are still being worked out.
    is_pending: bool = False
    shown_when: str = ""
    is_conditional: bool = False

    @property
    def key(self) -> str:
        """How forms, lists, addresses and imports call it. It never changes."""
        return f"f{self.id}"

    @property
    def column(self) -> str:
        """How actions and the log call it."""
        return f"custom.{self.id}"

    @property
    def held_in(self) -> str:
        """The column of a record that keeps its value."""
        return "worked_out" if self.type.is_worked_out else "custom"

    @property
    def title(self) -> str:
        """Its name, and that its values cannot be relied upon yet."""
        return _("%(name)s (still being worked out)") % {"name": self.name} if self.is_pending else self.name

    def kept_in(self, values: dict[str, Any]) -> Any:
        """The value in a record's `own_values`; None: there is none."""
        return values.get(str(self.id))

    def said_in(self, values: dict[str, Any]) -> str:
        value = self.kept_in(values)
        return "" if value is None else self.type.said(value, self)

    @property
    def must_hold(self) -> bool:
        """Whether it can never be left empty; of one with a condition it is known when all else is."""
        return self.is_required and not self.is_conditional

    def may_change(self, person: Actor) -> bool:
        if self.type.is_worked_out or not is_among(person, self.change_roles):
            return False
        return not self.type.change_right or person.may(self.type.change_right)

    def may_type(self, person: Actor) -> bool:
        """Whether it stands in the forms of `person`, and in the files that he brings in."""
        return self.may_change(person) and not self.type.is_handed_in

    @property
    def is_open(self) -> bool:
        """Whether everybody may know its values; only then the search finds records by them."""
        return not self.see_roles


@dataclass(frozen=True)
class SectionShape(Told):
    id: int
    kind: str
    name: str
    fields: tuple[FieldShape, ...] = ()
    see_roles: tuple[int, ...] = ()
    is_out: bool = False
    shown_when: str = ""
    options: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> str:
        """How the card calls its tab."""
        return f"s{self.id}"

    @cached_property
    def is_table(self) -> bool:
        return self.kind == Section.Kind.TABLE

    @cached_property
    def is_files(self) -> bool:
        return self.kind == Section.Kind.FILES

    @cached_property
    def is_related(self) -> bool:
        return self.kind == Section.Kind.RELATED

    @cached_property
    def is_checklist(self) -> bool:
        return self.kind == Section.Kind.CHECKLIST


def is_among(person: Actor, roles: tuple[int, ...]) -> bool:
    """Whether a person's role is one of `roles`; none named: everybody's. The owner's always is."""
    return not roles or is_owner(person) or not person.role_ids.isdisjoint(roles)


def all_sections(entity: str) -> tuple[SectionShape, ...]:
    """All sections of `entity` ("clients.client"), also those out of sight; read when one of them has changed."""
    shape, kept = standing().shape, _kept.get(entity)
    if kept is None or kept[0] != shape:
        kept = _kept[entity] = (shape, tuple(_read(entity)))
    return kept[1]


_kept: dict[str, tuple[tuple, tuple[SectionShape, ...]]] = {}


def _read(entity: str) -> Iterable[SectionShape]:
    sections = Section.objects.as_system(WHY).filter(entity=entity)
    rows = asked(
        ("sections", entity),
        lambda: sections.order_by("position", "id", "fields__position", "fields__id").values_list(*COLUMNS),
    )
    found: dict[int, SectionShape] = {}
    for pk, kind, name, options, shown_when, roles, is_hidden, trashed_at, *told in rows:
        if pk not in found:
            is_out = bool(is_hidden or trashed_at)
            found[pk] = SectionShape(
                pk, kind, name, see_roles=tuple(roles), is_out=is_out, shown_when=shown_when, options=options
            )
        if told[0] is not None:
            found[pk] = replace(found[pk], fields=(*found[pk].fields, _field(found[pk], *told)))
    return settled(found.values())


def _field(section: SectionShape, *told: Any) -> FieldShape:
    pk, type_code, name, options, is_required, change_roles, worked_as, shown_when, *told = told
    see_roles, is_hidden, trashed_at = told
    # Whoever does not see a section sees none of its fields.
    roles = both(tuple(see_roles), section.see_roles)
    is_out = section.is_out or bool(is_hidden or trashed_at)
    its_type = type_of(type_code, options)
    return FieldShape(
        pk,
        name,
        its_type,
        options,
        is_required,
        roles,
        tuple(change_roles),
        is_out,
        is_pending=its_type.is_worked_out and worked_as != options["text"],
        shown_when=shown_when,
        is_conditional=bool(shown_when or section.shown_when),
    )


def sections_for(entity: str, person: Actor) -> list[SectionShape]:
    """The sections in use that `person` sees, with the fields that it sees."""
    return [
        replace(section, fields=tuple(each for each in section.fields if is_seen(each, person)))
        for section in all_sections(entity)
        if is_seen(section, person)
    ]


def section_for(entity: str, pk: int, person: Actor, kind: str = "") -> SectionShape | None:
    """The section `pk`, if `person` sees it, and it is of `kind`, if one is named."""
    found = next((section for section in sections_for(entity, person) if section.id == pk), None)
    return found if found is None or not kind or found.kind == kind else None


def seen_ids(person: Actor, kind: str) -> tuple[int, ...]:
    """Ids of the sections of `kind`, of whatever cards, that `person` sees."""
    sections = [section for entity in entities for section in all_sections(entity.key)]
    return tuple(each.id for each in sections if each.kind == kind and is_seen(each, person))


def sees_all(person: Actor, kind: str) -> bool:
    sections = [section for entity in entities for section in all_sections(entity.key)]
    return all(is_seen(each, person) for each in sections if each.kind == kind)


def file_fields() -> list[FieldShape]:
    """The fields that hold files, of whatever cards, also those out of sight."""
    sections = [section for entity in entities for section in all_sections(entity.key)]
    return [each for section in sections for each in section.fields if each.type.is_handed_in]


def is_seen(shape: SectionShape | FieldShape, person: Actor) -> bool:
    return not shape.is_out and is_told(shape, person)


def is_told(shape: SectionShape | FieldShape, person: Actor) -> bool:
    """Whether `person` may know of it, also while it is out of sight."""
    right = "" if isinstance(shape, SectionShape) else shape.type.right
    return is_among(person, shape.see_roles) and (not right or person.may(right))


def fields_for(entity: str, person: Actor) -> list[FieldShape]:
    """The fields that stand on the record itself (not in tables) and that `person` sees."""
    return [each for section in sections_for(entity, person) if not section.is_table for each in section.fields]


def is_closed(column: str, by: Actor) -> bool:
    """Whether `column` ("custom.5", of a card or of a row of a table) is a field that `by` does not see or change."""
    return is_unseen(column, by) or any(not shape.may_change(by) for shape in shapes_called(column))


def is_unseen(column: str, by: Actor) -> bool:
    return any(not is_told(shape, by) for shape in shapes_called(column))


def shapes_called(column: str) -> list[FieldShape]:
    if not column.startswith("custom."):
        return []
    shapes = (fields_of(entity.key).get(column) for entity in entities)
    return [shape for shape in shapes if shape is not None]


def fields_of(entity: str) -> dict[str, FieldShape]:
    """Column ("custom.5") -> field, of all of `entity`, also of those out of sight: for what was written before."""
    return {each.column: each for section in all_sections(entity) for each in section.fields}
