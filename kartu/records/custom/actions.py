"""Sections and fields added, changed, put in order, hidden, and put in the trash and taken out of it."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.core.expressions import ExpressionError
from kartu.core.text import fold
from kartu.firm.models import Role
from kartu.records.custom import showing
from kartu.records.custom.definitions import all_sections
from kartu.records.custom.dependencies import users_of
from kartu.records.custom.formulas import alike, names_of, understood
from kartu.records.custom.related import checked_options, source_of
from kartu.records.custom.targets import targets
from kartu.records.custom.types import OPTIONS_OF, TYPES, Formula, Reference, YesNo
from kartu.records.custom.types.formulas import FORMULAS
from kartu.records.models import Field, Section
from kartu.records.models.custom import Definition
from kartu.records.rights import SHAPE
from kartu.records.standing import forget
from kartu.security.actions import action

# A list shows no more columns than these, and nobody finds his way in more.
MOST_SECTIONS, MOST_FIELDS = 60, 80
WHY = "the sections and fields beside one that is set up"


@action(SHAPE)
def add_section(*, entity: str, kind: str, name: str, see_roles: Iterable[int] = (), by: Actor) -> Section:
    """A section at the end of the cards of `entity`. Raises ValidationError by the names of the arguments."""
    if kind not in Section.Kind.values:
        raise ValidationError({"kind": _("Choose what the section holds")}, code="kind")
    beside = Section.objects.as_system(WHY).filter(entity=entity, trashed_at=None)
    if beside.count() >= MOST_SECTIONS:
        raise ValidationError({"name": _("There are very many sections already")}, code="many")
    section = Section(entity=entity, kind=kind, name=free_name(name, beside), see_roles=known_roles(see_roles))
    section.position = last_position(beside) + 1
    section.save()
    forget()
    return section


def free_name(name: str, beside: Any) -> str:
    """`name` in one line. ValidationError where it is missing, too long, or another one's."""
    name = " ".join(name.split())
    if not fold(name):
        raise ValidationError({"name": _("Give it a name")}, code="empty")
    if len(name) > 80:
        raise ValidationError({"name": _("At most 80 letters")}, code="too_long")
    if fold(name) in {fold(other) for other in beside.values_list("name", flat=True)}:
        raise ValidationError({"name": _("%(name)s is there already") % {"name": name}}, code="twice")
    return name


def known_roles(ids: Iterable[int]) -> list[int]:
    return list(Role.objects.filter(pk__in=list(ids)).order_by("pk").values_list("pk", flat=True))


def last_position(beside: Any) -> int:
    return max(beside.values_list("position", flat=True), default=0)


@action(SHAPE)
def change_section(*, section: Section, name: str, see_roles: Iterable[int], by: Actor) -> Section:
    fresh = again(section)
    beside = Section.objects.as_system(WHY).filter(entity=fresh.entity, trashed_at=None).exclude(pk=fresh.pk)
    fresh.name, fresh.see_roles = free_name(name, beside), known_roles(see_roles)
    return written(fresh)


def again(definition: Any) -> Any:
    """`definition` read anew, locked until the transaction ends."""
    rows = type(definition).objects.as_system(WHY).select_for_update(of=("self",))
    return rows.get(pk=definition.pk)


def written(definition: Definition) -> Any:
    """`definition`, saved. ValidationError where a condition asks for what is there no more, or not for everybody."""
    entity = entity_of(definition)
    held = showing.conditions_of(entity).broken
    saved(definition)
    if broken := showing.conditions_of(entity).broken - held:
        shapes = [each for section in all_sections(entity) for each in (section, *section.fields)]
        names = [each.name for each in shapes if each.key in broken]
        forget()
        text = _("A condition asks for this: %(names)s. Change what it is shown by first.")
        raise ValidationError(text % {"names": ", ".join(f"“{name}”" for name in names)}, code="asked")
    return definition


def saved(definition: Definition) -> Any:
    definition.save()
    forget()
    return definition


def entity_of(definition: Definition) -> str:
    if isinstance(definition, Section):
        return definition.entity
    return Section.objects.as_system(WHY).values_list("entity", flat=True).get(pk=definition.section_id)


@action(SHAPE)
def show_when(*, definition: Definition, text: str, by: Actor) -> Definition:
    """Show `definition` only on records for which the condition `text` holds; "": always. ValidationError, by
    "shown_when", says what is wrong with it."""
    fresh = again(definition)
    entity = entity_of(fresh)
    if isinstance(fresh, Field) and fresh.section.is_table:
        raise ValidationError({"shown_when": _("Columns of a table are always shown")}, code="table")
    fresh.shown_when = showing.kept_text(text, shape_of(fresh, entity), entity)
    return written(fresh)


def shape_of(definition: Definition, entity: str) -> Any:
    sections = all_sections(entity)
    shapes = sections if isinstance(definition, Section) else [each for one in sections for each in one.fields]
    return next(each for each in shapes if each.id == definition.pk)


@action(SHAPE)
def list_related(
    *, section: Section, source: str, columns: Iterable[str] | None = None, filter: str = "", by: Actor
) -> Section:
    """Let `section` list the rows of `source` (`custom/related.py`); `columns`: None for all it has. ValidationError by
    the names of the arguments."""
    fresh = again(section)
    found = source_of({"source": source}, fresh.entity, by)
    if found is None or not fresh.is_related:
        raise ValidationError({"source": _("Choose what is listed")}, code="source")
    keys = [column.key for column in found.columns] if columns is None else columns
    fresh.options = checked_options(found, keys, filter)
    return written(fresh)


@action(SHAPE)
def add_field(*, section: Section, type: str, name: str, by: Actor, **told: Any) -> Field:
    """A field at the end of `section`; `told` as in `change_field`. It can be filled in at once, everywhere."""
    if type not in TYPES:
        raise ValidationError({"type": _("Choose what the field holds")}, code="type")
    if not section.has_fields:
        raise ValidationError({"type": _("There are no fields in such a section")}, code="kind")
    if section.is_checklist and type != YesNo.code:
        raise ValidationError({"type": _("A checklist holds things to tick off")}, code="type")
    if section.is_table and TYPES[type].is_handed_in:
        raise ValidationError({"type": _("A table holds no files")}, code="type")
    beside = fields_beside(section.pk)
    if beside.count() >= MOST_FIELDS:
        raise ValidationError({"name": _("There are very many fields already")}, code="many")
    field = Field(section=section, type=type, name=free_name(name, beside), position=last_position(beside) + 1)
    field.options = OPTIONS_OF.get(type, dict)()
    put(field, section, **told)
    return written(field)


def fields_beside(section_id: int) -> Any:
    return Field.objects.as_system(WHY).filter(section_id=section_id, trashed_at=None)


def put(
    field: Field,
    section: Section,
    *,
    choices: Iterable[str] = (),
    formula: str = "",
    to: str = "",
    is_required: bool = False,
    see_roles: Iterable[int] = (),
    change_roles: Iterable[int] = (),
) -> None:
    if "choice" in field.type:
        field.options = {**field.options, **named_choices(field.options, choices)}
    if field.type == Formula.code:
        field.options = worded(field, section, formula)
        is_required, change_roles = False, ()
    if field.type == Reference.code and not field.options:
        field.options = {"to": target_called(to)}
    # A record that is new has no files yet.
    field.is_required = is_required and not TYPES[field.type].is_handed_in
    field.see_roles, field.change_roles = known_roles(see_roles), known_roles(change_roles)


def target_called(model: str) -> str:
    """The kind of record that a new field points at; the first there is where none is named."""
    kinds = [each.key for each in targets]
    if model and model not in kinds:
        raise ValidationError({"to": _("Choose what it points at")}, code="to")
    return model or kinds[0]


def worded(field: Field, section: Section, formula: str) -> dict[str, Any]:
    """What a formula field keeps of `formula`. What it gives never changes, as the type of a field never does."""
    key = f"f{field.pk}" if field.pk else ""
    names = names_of(section.entity, section.pk if section.is_table else None)
    try:
        options = understood(formula, names, key=key).options
    except ExpressionError as wrong:
        raise ValidationError({"formula": told_where(wrong, formula)}, code="formula") from None
    if field.options and not alike(field.options, options):
        before, now = (FORMULAS[each["gives"]].inner.label for each in (field.options, options))
        raise ValidationError(
            {"formula": _("It gave “%(before)s” and would give “%(now)s”: add another field for that")
             % {"before": before, "now": now}},
            code="gives",
        )  # fmt: skip
    # A day is one of the zone in which the formula was first written, or its values would change by themselves.
    return options | ({"zone": field.options["zone"]} if field.options else {})


def told_where(wrong: ExpressionError, text: str) -> str:
    """What is wrong, and the words at which it is."""
    rest = text[wrong.at :].strip()
    return _("%(wrong)s. Look here: %(rest)s") % {"wrong": wrong.message, "rest": rest[:40]} if rest else wrong.message


def named_choices(options: dict[str, Any], labels: Iterable[str]) -> dict[str, Any]:
    """The choices called `labels`, with the keys under which records keep them.

    A label that is known keeps its key. Where as many stand as before, a new word in a line is another name for the
    choice of that line. Those left out are offered no more ("out"), and said where they were chosen.
    """
    labels = list(dict.fromkeys(" ".join(label.split())[:80] for label in labels if label.strip()))
    if not labels:
        raise ValidationError({"choices": _("Write the choices, one in a line")}, code="empty")
    if len(labels) > 200:
        raise ValidationError({"choices": _("At most 200 choices")}, code="many")
    before, out = options.get("choices", []), options.get("out", [])
    keys = {fold(label): key for key, label in [*out, *before]}
    taken = {keys[fold(label)] for label in labels if fold(label) in keys}
    renamed = {}
    if len(labels) == len(before):
        renamed = {
            number: key for number, (key, _label) in enumerate(before)
            if key not in taken and fold(labels[number]) not in keys
        }  # fmt: skip
    number = max((int(key[1:]) for key, _label in [*before, *out]), default=0)
    found = []
    for at, label in enumerate(labels):
        key = keys.get(fold(label)) or renamed.get(at)
        if key is None:
            number += 1
            key = f"c{number}"
        found.append([key, label])
    left = {key: label for key, label in [*out, *before] if key not in {key for key, _label in found}}
    return {"choices": found, "out": [[key, label] for key, label in left.items()]}


@action(SHAPE)
def change_field(*, field: Field, name: str, by: Actor, **told: Any) -> Field:
    """Rename `field`, and say anew who sees and changes it, whether it is required, which choices there are."""
    fresh = again(field)
    fresh.name = free_name(name, fields_beside(fresh.section_id).exclude(pk=fresh.pk))
    put(fresh, fresh.section, **told)
    return written(fresh)


@action(SHAPE)
def move_field(*, field: Field, section: Section, by: Actor) -> Field:
    """Put `field` at the end of another section of fields; its values stay where they are."""
    fresh = again(field)
    is_alike = section.kind == fresh.section.kind and not section.is_table
    if not is_alike or again(section).trashed_at or entity_of(fresh) != section.entity:
        raise ValidationError(_("A field moves between sections of fields of the same card"), code="section")
    free_name(fresh.name, fields_beside(section.pk).exclude(pk=fresh.pk))
    fresh.position = last_position(fields_beside(section.pk)) + 1
    fresh.section = section
    return written(fresh)


@action(SHAPE)
def order_sections(*, entity: str, ids: list[int], by: Actor) -> None:
    """Put the sections in the order of `ids`; those not named follow as they stood."""
    put_in_order(Section.objects.as_system(WHY).filter(entity=entity, trashed_at=None), ids)
    forget()


@action(SHAPE)
def order_fields(*, section: Section, ids: list[int], by: Actor) -> None:
    put_in_order(fields_beside(section.pk), ids)
    forget()


def put_in_order(rows: Any, ids: list[int]) -> None:
    rank = {pk: number for number, pk in enumerate(ids)}
    found = sorted(rows.select_for_update(of=("self",)), key=lambda row: (rank.get(row.pk, len(ids)), row.position))
    for position, row in enumerate(found, 1):
        if row.position != position:
            row.position = position
            row.save()


@action(SHAPE)
def hide(*, definition: Definition, is_hidden: bool, by: Actor) -> Definition:
    """Take a section or field out of everybody's sight, or show it again; what was filled in stays."""
    fresh = again(definition)
    if is_hidden:
        refuse_where_used(fresh)
    fresh.is_hidden = is_hidden
    return written(fresh) if is_hidden else saved(fresh)


def refuse_where_used(definition: Definition) -> None:
    """ValidationError while formulas elsewhere are worked out from the field, or from one of the section: they would go
    out of sight with it."""
    mine = fields_beside(definition.pk) if isinstance(definition, Section) else [definition]
    keys = {f"f{field.pk}" for field in mine}
    shapes = [each for section in all_sections(entity_of(definition)) for each in section.fields if not each.is_out]
    for key in sorted(keys):
        if users := [each.name for each in users_of(key, shapes) if each.key not in keys]:
            names = {each.key: each.name for each in shapes}
            raise ValidationError(
                _("“%(formula)s” is worked out from “%(name)s”. Change that formula first, or put it away")
                % {"formula": users[0], "name": names.get(key, str(definition))},
                code="used",
            )


@action(SHAPE)
def trash(*, definition: Definition, by: Actor) -> Definition:
    """Put a section or field in the trash; what was filled in comes back with it."""
    fresh = again(definition)
    refuse_where_used(fresh)
    fresh.trashed_at = timezone.now()
    return written(fresh)


@action(SHAPE)
def restore(*, definition: Definition, by: Actor) -> Definition:
    fresh = again(definition)
    fresh.trashed_at = None
    return saved(fresh)
