"""Which of its sections and fields a record shows: each may have a condition on the record's own values.

A condition is about tidiness, not rights (decision 0073). It may only ask for what everybody knows who sees the section
or field it stands on; one that asks for more, or for what is not there any more, hides nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.actors import System
from kartu.core.expressions import Asked, Checked, ExpressionError, Schema, checked, evaluate, parse
from kartu.core.expressions.nodes import Name, Node
from kartu.records.conditions.fields import Fields, field_of
from kartu.records.conditions.texts import spelt
from kartu.records.conditions.tree import sentence
from kartu.records.custom.definitions import FieldShape, SectionShape, all_sections, fields_of
from kartu.records.custom.kinds import Own, OwnSeveral
from kartu.records.lists.asking import Asking
from kartu.records.lists.days import Day, Moment
from kartu.records.lists.kinds import Choice, Number, Text
from kartu.records.lists.linked import Directory, Linked, Person, Tags
from kartu.records.lists.spec import Column, ListSpec, lists
from kartu.records.standing import standing

WHY = "whether a section or field is shown on a record: the condition asks for what whoever sees it may know"
# The kinds of built-in columns whose value stands on the record itself, the same for whoever looks.
ASKED = (Text, Number, Day, Moment, Choice, Linked, Tags)
# What the fields of these types hold can be compared.
COMPARABLE = frozenset(
    {
        *("text", "long", "whole", "decimal", "money", "date", "moment", "flag", "choice", "choices", "phone", "email"),
        *("link", "person", "barcode"),
    }
)


# --- what may be asked for -------------------------------------------------------------------------------------------


def list_of(entity: str) -> ListSpec:
    """The list of the records: its columns are what conditions name."""
    return next(spec for spec in lists if spec.label == entity)


def fields_known_to(roles: tuple[int, ...], entity: str, asking: Asking) -> Fields:
    """What a condition may name on a section or field that `roles` see (none: everybody)."""
    spec = list_of(entity)
    built_in = [column for column in spec.columns if can_name(column)]
    own = [spec.own.column(shape, asking.person) for shape in own_fields(entity) if covers(shape.see_roles, roles)]
    columns = {column.key: for_everybody(column) for column in (*built_in, *own)}
    known = [replace(field_of(column, asking, spec), is_person=False) for column in columns.values()]
    begins = next((column.key for column in built_in if isinstance(column.kind, Directory)), "")
    return Fields(columns, Schema.of(*known), (begins, ""))


def fields_for(shape: SectionShape | FieldShape, entity: str, asking: Asking) -> Fields:
    """What the builder offers for the condition of `shape`: not itself."""
    known = fields_known_to(shape.see_roles, entity, asking)
    own = inside(shape)
    columns = {key: column for key, column in known.columns.items() if key not in own}
    return replace(known, columns=columns, test=lambda condition: refuse_circle(condition.node, shape, entity))


def inside(shape: SectionShape | FieldShape) -> set[str]:
    return {each.key for each in shape.fields} if isinstance(shape, SectionShape) else {shape.key}


def can_name(column: Column) -> bool:
    return column.can_filter and not column.right and isinstance(column.kind, ASKED)


def own_fields(entity: str) -> list[FieldShape]:
    """The fields in use on the record itself."""
    sections = [section for section in all_sections(entity) if not section.is_table]
    return [each for section in sections for each in section.fields if not each.is_out and each.type.code in COMPARABLE]


def covers(known_to: tuple[int, ...], roles: tuple[int, ...]) -> bool:
    """Whether all of `roles` are among those that know of something."""
    return not known_to or (bool(roles) and set(roles) <= set(known_to))


def for_everybody(column: Column) -> Column:
    """The column without "me", who would be another one for each who looks."""
    if isinstance(column.kind, Person):
        return replace(column, kind=Linked(column.kind.model))
    if isinstance(column.kind, Own) and not isinstance(column.kind, OwnSeveral):
        inner = column.kind.inner
        if isinstance(inner, Person):
            return replace(column, kind=replace(column.kind, inner=Linked(inner.model)))
    return column


# --- what is kept of it ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Conditions:
    """Key ("s5", "f7") -> the conditions that must all hold; `broken`: keys of those that cannot be asked any more."""

    by_key: Mapping[str, tuple[Checked, ...]]
    broken: frozenset[str]


def conditions_of(entity: str) -> Conditions:
    """All conditions of `entity`, read when a section or field has changed."""
    shape, kept = standing().shape, _kept.get(entity)
    if kept is None or kept[0] != shape:
        kept = _kept[entity] = (shape, _read(entity))
    return kept[1]


_kept: dict[str, tuple[tuple, Conditions]] = {}


def _read(entity: str) -> Conditions:
    by_key: dict[str, tuple[Checked, ...]] = {}
    broken = set()
    for section in all_sections(entity):
        for each in (section, *section.fields):
            above = by_key.get(section.key, ()) if each is not section else ()
            try:
                own = (condition_of(each, entity),) if each.shown_when and not each.is_out else ()
            except ExpressionError:
                own = ()
                broken.add(each.key)
            if above or own:
                by_key[each.key] = (*above, *own)
    return Conditions(by_key, frozenset(broken))


def condition_of(shape: SectionShape | FieldShape, entity: str) -> Checked:
    """The condition of `shape`. ExpressionError where it makes no sense, asks for what is not there, not for everybody
    who sees `shape`, or only together with it."""
    node = parse(shape.shown_when)
    for each in own_fields(entity):
        if each.key in names_in(node) and not covers(each.see_roles, shape.see_roles):
            raise ExpressionError(_("“%(name)s” is not seen by everybody who sees this") % {"name": each.name})
    condition = checked(node, fields_known_to(shape.see_roles, entity, Asking(System(WHY))).schema)
    refuse_circle(condition.node, shape, entity)
    return condition


def names_in(node: Node) -> set[str]:
    own = {node.path} if isinstance(node, Name) else set()
    return own.union(*(names_in(part) for part in node.parts))


def refuse_circle(node: Node, shape: SectionShape | FieldShape, entity: str) -> None:
    """ExpressionError where `shape` would be shown by what is only shown together with it: nobody could fill it in."""
    hung = hanging_on(entity, except_for=shape.key)
    own = inside(shape)
    seen: set[str] = set()
    waiting = names_in(node)
    while waiting:
        name = waiting.pop()
        if name in own:
            raise ExpressionError(_("It would be shown by itself, and so never"))
        if name not in seen:
            seen.add(name)
            waiting |= hung.get(name, set())


def hanging_on(entity: str, *, except_for: str) -> dict[str, set[str]]:
    """Field -> the fields that decide whether it is shown; `except_for`: the one whose condition is looked at."""
    hung = {}
    for section in all_sections(entity):
        for each in section.fields:
            texts = [part.shown_when for part in (section, each) if part.shown_when and part.key != except_for]
            hung[each.key] = set().union(*(names_in(parse(text)) for text in texts))
    return hung


# --- what a record shows ---------------------------------------------------------------------------------------------


class Values(Mapping):
    """The values of `row` as the language has them, each worked out when it is asked for.

    `custom` and `columns` (key of a column -> value, records by their ids) stand in place of what `row` holds.
    """

    def __init__(
        self, entity: str, row: Any, custom: dict[str, Any] | None = None, columns: Mapping[str, Any] | None = None
    ) -> None:
        self.entity, self.row, self.columns = entity, row, columns or {}
        self.custom = row.custom if custom is None else custom

    def __getitem__(self, key: str) -> Any:
        if key in self.columns:
            return self.columns[key]
        column = list_of(self.entity).by_key.get(key)
        if column is None:
            shape = fields_of(self.entity)[f"custom.{key.removeprefix('f')}"]
            kept = shape.kept_in(self.custom)
            return kept if kept is None or isinstance(kept, bool | list) else shape.type.python(kept, shape)
        if isinstance(column.kind, Tags):
            return self.tags(column.kind)
        return getattr(self.row, column.field)

    def tags(self, kind: Tags) -> set[int]:
        if self.row.pk is None:
            return set()
        rows = kind.through.objects.as_system(WHY).live(deep=False).filter(**{f"{kind.owner}_id": self.row.pk})
        return set(rows.values_list(f"{kind.tag}_id", flat=True))

    def __iter__(self) -> Iterator[str]:
        yield from (column.key for column in list_of(self.entity).columns)
        yield from (shape.key for shape in own_fields(self.entity))

    def __len__(self) -> int:
        return sum(1 for _key in self)


def is_shown(shape: SectionShape | FieldShape, values: Values) -> bool:
    """Whether a record with `values` shows `shape`; a field of a section that is not shown is not either."""
    found = conditions_of(values.entity).by_key.get(shape.key, ())
    asked = Asked(timezone.localdate(), timezone.get_current_timezone())
    return all(evaluate(condition, values, asked) for condition in found)


def shown_keys(values: Values) -> frozenset[str]:
    """The keys of all sections and fields with a condition that a record with `values` shows."""
    kept = conditions_of(values.entity).by_key
    shapes = [shape for section in all_sections(values.entity) for shape in (section, *section.fields)]
    return frozenset(shape.key for shape in shapes if shape.key in kept and is_shown(shape, values))


def said(shape: SectionShape | FieldShape, entity: str, asking: Asking) -> str:
    """The own condition of `shape` in words; "" where there is none that holds."""
    if not shape.shown_when or shape.key in conditions_of(entity).broken:
        return ""
    fields = fields_known_to(shape.see_roles, entity, asking)
    return sentence(checked(parse(shape.shown_when), fields.schema).node, asking, fields)


# --- writing one -----------------------------------------------------------------------------------------------------


def kept_text(text: str, shape: SectionShape | FieldShape, entity: str) -> str:
    """`text` as it is kept with `shape`; "" for always. ValidationError, by "shown_when", for what cannot be kept."""
    if not text.strip():
        return ""
    try:
        return spelt(condition_of(replace(shape, shown_when=text), entity))
    except ExpressionError as error:
        raise ValidationError({"shown_when": error.message}, code="condition") from None
