"""A condition as it is kept, and as people read and write it."""

from kartu.core.expressions import Checked, written
from kartu.core.expressions.nodes import And, Compare, In, Literal, Name, Node, Not, Or, Ref
from kartu.core.text import fold


def spelt(condition: Checked) -> str:
    """As it is kept: records by their numbers, which outlive their names."""
    return written(condition.node)


def readable(condition: Checked) -> str:
    """As people read and write it: records by their names, where no other is called so."""
    return written(_with_names(condition.node, condition))


def _with_names(node: Node, condition: Checked) -> Node:
    match node:
        case Compare(how, Name() as name, value):
            return Compare(how, name, _named(value, name, condition))
        case In(Name() as name, values):
            return In(name, tuple(_named(value, name, condition) for value in values))
        case Not(part):
            return Not(_with_names(part, condition))
        case And(parts):
            return And(tuple(_with_names(part, condition) for part in parts))
        case Or(parts):
            return Or(tuple(_with_names(part, condition) for part in parts))
    return node


def _named(value: Node, name: Name, condition: Checked) -> Node:
    if not isinstance(value, Ref):
        return value
    labels = dict(condition.field_of(name).options())
    label = labels.get(value.value)
    is_alone = [fold(str(each)) for each in labels.values()].count(fold(str(label))) == 1
    return Literal(str(label)) if label and is_alone else value
