"""A line of the builder, a column with a comparison, as a part of a condition, and back."""

from datetime import date
from decimal import Decimal
from typing import Any

from kartu.core.expressions import Kind
from kartu.core.expressions.nodes import And, Compare, In, IsEmpty, Literal, Me, Name, Node, Not, Ref, Within
from kartu.records.conditions.fields import Fields
from kartu.records.lists.conditions import Condition
from kartu.records.lists.drafts import Draft
from kartu.records.lists.linked import ME

SIGNS = {"is": "=", "has": "contains", "starts": "starts", "more": ">", "less": "<", "before": "<", "after": ">"}


def node_of(condition: Condition, days: int | None, fields: Fields) -> Node:
    """What the comparison of a column means in the language."""
    name = Name(condition.column.key, days)
    code, is_record = condition.operation.code, fields.schema.fields[name.path].type.is_any(Kind.ONE, Kind.MANY)
    values = condition.values
    if code in ("yes", "no"):
        return name if code == "yes" else Not(name)
    if code in ("empty", "filled"):
        return IsEmpty(name) if code == "empty" else Not(IsEmpty(name))
    if code in ("last", "next", "older"):
        return Within(name, code, values[0])
    parts = tuple(value_node(value, is_record) for value in values)
    if code == "between":
        low, high = sorted(parts, key=lambda part: part.value)
        return And((Compare(">=", name, low), Compare("<=", name, high)))
    if code in ("any", "none"):
        chosen = Compare("=", name, parts[0]) if len(parts) == 1 else In(name, parts)
        return chosen if code == "any" else Not(chosen)
    return Compare(SIGNS[code], name, parts[0])


def value_node(value: Any, is_record: bool) -> Node:
    if value == ME and is_record:
        return Me()
    return Ref(value) if is_record else Literal(value)


def draft_of(node: Node, fields: Fields) -> tuple[Draft, int | None] | None:
    """(the line, its days) that says `node`; None: it can only be written by hand."""
    turned = isinstance(node, Not)
    inner = node.part if turned else node
    if isinstance(inner, Name):
        return line(inner, ["no" if turned else "yes"], [], fields)
    match inner:
        case IsEmpty(Name() as name):
            return line(name, ["filled" if turned else "empty"], [], fields)
        case Compare("=", Name() as name, value) if text_of(value) is not None:
            return line(name, ["none"] if turned else ["any", "is"], [value], fields)
        case Compare("!=", Name() as name, value) if text_of(value) is not None and not turned:
            return line(name, ["none"], [value], fields)
        case In(Name() as name, values) if all(text_of(value) is not None for value in values):
            return line(name, ["none" if turned else "any"], list(values), fields)
    return None if turned else positive(inner, fields)


def positive(node: Node, fields: Fields) -> tuple[Draft, int | None] | None:
    match node:
        case Within(Name() as name, how, days):
            return line(name, [how], [Literal(Decimal(days))], fields)
        case And((Compare(">=", Name() as name, low), Compare("<=", Name() as other, high))) if name == other:
            return line(name, ["between"], [low, high], fields)
        case Compare(how, Name() as name, value):
            return line(name, [code for code, sign in SIGNS.items() if sign == how and code != "is"], [value], fields)
    return None


def line(name: Name, codes: list[str], values: list[Node], fields: Fields) -> tuple[Draft, int | None] | None:
    column = fields.column(name.path, name.days)
    texts = [text_of(value) for value in values]
    code = next((code for code in codes if column and code in column.kind.operations), None)
    return (Draft(column, code, texts), name.days) if code and None not in texts else None


def text_of(node: Node) -> str | None:
    """A written value as the controls of the builder spell it; None for what is worked out."""
    match node:
        case Me():
            return ME
        case Ref(value):
            return str(value)
        case Literal(date() as value):
            return value.isoformat()
        case Literal(Decimal() as value):
            return f"{value:f}"
        case Literal(str() as value):
            return value
    return None
