"""What formulas are worked out from, and what follows: who sees one, whether it is in use, what comes first."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kartu.core.expressions import ExpressionError, parse
from kartu.core.expressions.nodes import Name

if TYPE_CHECKING:
    from kartu.records.custom.definitions import FieldShape, SectionShape

NOBODY = (0,)


@lru_cache(maxsize=1000)
def names_in(text: str) -> frozenset[str]:
    """The names that a formula uses; those of fields are their keys ("f5")."""
    try:
        return frozenset(node.path for node in parse(text).walk() if isinstance(node, Name))
    except ExpressionError:
        return frozenset()


def operands_of(shape: "FieldShape") -> list[str]:
    """The keys of the fields that a formula uses; of any other field none."""
    if not shape.type.is_worked_out:
        return []
    return sorted(name for name in names_in(shape.options["text"]) if is_key(name))


def is_key(name: str) -> bool:
    return name[:1] == "f" and name[1:].isdecimal()


def both(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    """The roles that are among `one` and among `other`; none named: everybody."""
    if not one or not other:
        return one or other
    return tuple(role for role in one if role in other) or NOBODY


def settled(sections: Iterable["SectionShape"]) -> list["SectionShape"]:
    """`sections` with formulas seen by those only who see all that they are worked out from, and by nobody where a part
    of that is out of sight or gone; and still being worked out where a part of that is."""
    sections = list(sections)
    for group in groups(sections):
        shapes = {each.key: each for section in group for each in section.fields}
        if any(each.type.is_worked_out for each in shapes.values()):
            known: dict[str, FieldShape] = {}
            for shape in shapes.values():
                with_operands(shape, shapes, known, ())
            changed = [replace(section, fields=tuple(known[each.key] for each in section.fields)) for section in group]
            by_id = {section.id: section for section in changed}
            sections = [by_id.get(section.id, section) for section in sections]
    return sections


def groups(sections: list["SectionShape"]) -> list[list["SectionShape"]]:
    """The sections whose fields stand on one record: those of the card, and each table by itself."""
    return [[each for each in sections if not each.is_table], *([each] for each in sections if each.is_table)]


def with_operands(
    shape: "FieldShape", shapes: dict[str, "FieldShape"], known: dict[str, "FieldShape"], above: tuple[str, ...]
) -> "FieldShape":
    """`shape` as it follows from all below it. Each is worked out once, and kept in `known`: formulas over formulas
    share what they are made of, and the ways down to it are as many as two to the power of their number."""
    if shape.key in known:
        return known[shape.key]
    for key in operands_of(shape):
        if key not in shapes or key in (*above, shape.key):
            shape = replace(shape, is_out=True)
            continue
        operand = with_operands(shapes[key], shapes, known, (*above, shape.key))
        shape = replace(
            shape,
            see_roles=both(shape.see_roles, operand.see_roles),
            is_out=shape.is_out or operand.is_out,
            is_pending=shape.is_pending or operand.is_pending,
        )
    known[shape.key] = shape
    return shape


def in_order(shapes: Iterable["FieldShape"]) -> list["FieldShape"]:
    """The formulas among `shapes`, each behind those that it uses; one that uses itself is left out."""
    waiting = {each.key: each for each in shapes if each.type.is_worked_out}
    found: dict[str, FieldShape] = {}
    while ready := [
        each for key, each in waiting.items() if key not in found and not (waiting.keys() - found.keys()) & uses(each)
    ]:
        found |= {each.key: each for each in ready}
    return list(found.values())


def uses(shape: "FieldShape") -> set[str]:
    return set(operands_of(shape))


def users_of(key: str, shapes: Iterable["FieldShape"]) -> list["FieldShape"]:
    """The formulas among `shapes` that use the field `key` themselves."""
    return [each for each in shapes if key in operands_of(each)]
