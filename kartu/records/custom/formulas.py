"""Formulas: read and checked when they are written, worked out whenever a record is (docs/decisions/0071)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from kartu.core.expressions import Asked, Checked, ExpressionError, Field, Schema, checked, evaluate, parse, written
from kartu.core.expressions.nodes import Call, Me, Name, Node, Today, Within
from kartu.firm.models import Firm
from kartu.records.custom.definitions import FieldShape, all_sections
from kartu.records.custom.dependencies import in_order, names_in, operands_of
from kartu.records.custom.entities import BuiltIn, entities
from kartu.records.custom.types.formulas import FORMULAS, KINDS
from kartu.records.standing import standing

# A formula does not ask which day it is.
NO_DAY = date(2000, 1, 1)
CALENDAR = ("days_since", "days_until")


@dataclass(frozen=True)
class Names:
    """What formulas on one kind of record may speak of: fields of the firm's own, and columns of the record."""

    shapes: tuple[FieldShape, ...] = ()
    built_in: tuple[BuiltIn, ...] = ()

    @property
    def schema(self) -> Schema:
        own = [
            Field(shape.key, its_type, label=shape.name, options=lambda shape=shape: shape.type.options(shape))
            for shape in self.shapes
            if (its_type := shape.type.expressed(shape)) is not None
        ]
        built_in = [Field(each.key, each.type, label=str(each.label), options=each.options) for each in self.built_in]
        return Schema.of(*own, *built_in)

    def without(self, key: str) -> "Names":
        return replace(self, shapes=tuple(each for each in self.shapes if each.key != key))

    @property
    def offered(self) -> list[tuple[str, str]]:
        """(as it is written in a formula, label) of all fields in use."""
        own = [(each.key, each.name) for each in self.shapes if not each.is_out and each.type.expressed(each)]
        return [(self.spelt(key), label) for key, label in [*own, *((e.key, str(e.label)) for e in self.built_in)]]

    def spelt(self, key: str) -> str:
        """A name as people read and write it: by its label, where that is no other's."""
        field = self.schema.get(key)
        is_plain = field and not set("[]\n") & set(field.label) and len(self.schema.labelled(field.label)) == 1
        return f"[{field.label}]" if is_plain else key

    def readable(self, text: str) -> str:
        """A kept formula as people read and write it."""
        return written(_with_labels(parse(text), self)) if text else ""


def _with_labels(node: Node, names: Names) -> Node:
    if isinstance(node, Name):
        spelt = names.spelt(node.path)
        return Name(spelt[1:-1], is_label=True) if spelt.startswith("[") else node
    changed = {}
    for name in node.__dataclass_fields__:
        value = getattr(node, name)
        if isinstance(value, Node):
            changed[name] = _with_labels(value, names)
        elif isinstance(value, tuple):
            changed[name] = tuple(_with_labels(each, names) for each in value)
    return replace(node, **changed) if changed else node


def names_of(entity: str, section_id: int | None) -> Names:
    """What there is on the cards of `entity`, or in the rows of its table section `section_id`, in use or not."""
    sections = all_sections(entity)
    if section_id:
        return Names(tuple(each for section in sections if section.id == section_id for each in section.fields))
    own = tuple(each for section in sections if not section.is_table for each in section.fields)
    return Names(own, entities[entity].built_in)


# --- writing one -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Written:
    """A formula that makes sense. `options`: as its field keeps them."""

    expression: Checked
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def shape(self) -> FieldShape:
        """A field, not yet there, that holds it."""
        return FieldShape(0, "", FORMULAS[self.options["gives"]], self.options)


def understood(text: str, names: Names, *, key: str = "") -> Written:
    """The formula that `text` spells, of the field `key` ("": a new one). ExpressionError says what is wrong and where.

    It gives the same today and tomorrow, for everybody; it does not lead back to itself.
    """
    if not text.strip():
        raise ExpressionError(_("Write what it is worked out from"))
    made = checked(parse(text), names.schema, wants=None)
    for node in made.node.walk():
        if isinstance(node, Today | Me | Within) or (isinstance(node, Call) and node.name in CALENDAR):
            raise ExpressionError(_("A formula cannot ask what day it is, or who looks: it is kept"), node.at)
        if isinstance(node, Name) and key and (way := way_back(node.path, key, names)):
            raise ExpressionError(_("This leads in a circle: %(way)s") % {"way": " → ".join(way)}, node.at)
    if made.type.kind not in KINDS:
        raise ExpressionError(_("A formula gives a number, an amount, a day, a text, or yes or no"), made.node.at)
    options = {"text": written(made.node), "gives": KINDS[made.type.kind], "zone": zone_of_firm()}
    return Written(made, options | ({"currency": made.type.currency} if made.type.currency else {}))


def way_back(name: str, key: str, names: Names) -> list[str]:
    """The labels on the way from `name` to the field `key`, both included; empty: there is none."""
    return _way(name, key, {each.key: each for each in names.shapes}, set())


def _way(name: str, key: str, shapes: Mapping[str, FieldShape], seen: set[str]) -> list[str]:
    if name not in shapes or name in seen:
        return []
    seen.add(name)
    if name == key:
        return [shapes[key].name]
    for operand in operands_of(shapes[name]):
        if way := _way(operand, key, shapes, seen):
            return [shapes[name].name, *way]
    return []


def zone_of_firm() -> str:
    firm = Firm.current()
    return firm.time_zone if firm else "UTC"


def alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether what two formulas give is of one sort, so that filters and segments by it still make sense."""
    return all(one.get(name) == other.get(name) for name in ("gives", "currency"))


# --- working them out ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Working:
    shape: FieldShape
    expression: Checked
    asked: Asked


@dataclass(frozen=True)
class Formulas:
    """The formulas of one kind of record, each behind those that it uses, and what they use."""

    each: tuple[Working, ...] = ()
    shapes: tuple[FieldShape, ...] = ()
    built_in: tuple[BuiltIn, ...] = ()
    stamp: Any = None

    def of(self, custom: Mapping[str, Any], column: Callable[[str], Any]) -> dict[str, Any]:
        """What they give, as `worked_out` keeps it. `column(name)`: a value of the record's own columns."""
        if not self.each:
            return {}
        values = {
            shape.key: shape.type.operand(kept, shape)
            for shape in self.shapes
            if (kept := custom.get(str(shape.id))) is not None
        }
        values |= {each.key: column(each.column) for each in self.built_in}
        found = {}
        for working in self.each:
            shape = working.shape
            kept = shape.type.result(evaluate(working.expression, values, working.asked), shape.options)
            if kept is not None:
                found[str(shape.id)] = kept
                values[shape.key] = shape.type.operand(kept, shape)
        return found


_kept: dict[tuple[str, int | None], Formulas] = {}


def formulas_of(entity: str, section_id: int | None) -> Formulas:
    """All formulas, also those out of sight, whose values come back with them; read when a definition has changed."""
    if entity not in entities:
        return Formulas()
    stamp, kept = standing().shape, _kept.get((entity, section_id))
    if kept is None or kept.stamp != stamp:
        kept = _kept[entity, section_id] = replace(_formulas(names_of(entity, section_id)), stamp=stamp)
    return kept


def _formulas(names: Names) -> Formulas:
    each, schema = [], names.schema
    for shape in in_order(names.shapes):
        try:
            expression = checked(parse(shape.options["text"]), schema, wants=None)
        except ExpressionError:
            continue  # what it was worked out from has been removed for good: nobody sees it any more
        each.append(working_of(shape, expression))
    return formulas_with(names, each)


def working_of(shape: FieldShape, expression: Checked) -> Working:
    return Working(shape, expression, Asked(NO_DAY, ZoneInfo(shape.options["zone"])))


def formulas_with(names: Names, each: Sequence[Working]) -> Formulas:
    """`each` with what they use of `names`; of a formula that is not among them what it gave counts."""
    used = {name for working in each for name in names_in(working.shape.options["text"])}
    own = {working.shape.key for working in each}
    return Formulas(
        tuple(each),
        tuple(shape for shape in names.shapes if shape.key in used - own),
        tuple(column for column in names.built_in if column.key in used),
    )
