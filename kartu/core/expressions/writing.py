"""An expression as text: what `parse` reads back to the same nodes."""

from datetime import date
from decimal import Decimal

from kartu.core.expressions.nodes import (
    And,
    Arithmetic,
    Call,
    Compare,
    Duration,
    In,
    IsEmpty,
    Literal,
    Me,
    Name,
    Negative,
    Node,
    Not,
    Or,
    Ref,
    Today,
    Within,
)

# How tightly each binds: what binds looser than its place stands in brackets.
OR, AND, NOT, COMPARED, SUM, PRODUCT, UNARY = range(7)


def written(node: Node) -> str:
    return _text(node, OR)


def _text(node: Node, place: int) -> str:
    binds, text = _spelt(node)
    return f"({text})" if binds < place else text


def _spelt(node: Node) -> tuple[int, str]:
    """(how tightly it binds, its text)."""
    match node:
        case Or(parts):
            return OR, " or ".join(_text(part, AND) for part in parts)
        case And(parts):
            return AND, " and ".join(_text(part, NOT) for part in parts)
        case Not(IsEmpty(left)):
            return COMPARED, f"{_text(left, SUM)} is not empty"
        case Not(In(left, values)):
            return COMPARED, f"{_text(left, SUM)} not in ({_list(values)})"
        case Not(part):
            return NOT, f"not {_text(part, NOT)}"
        case IsEmpty(left):
            return COMPARED, f"{_text(left, SUM)} is empty"
        case In(left, values):
            return COMPARED, f"{_text(left, SUM)} in ({_list(values)})"
        case Within(left, how, days):
            words = {"last": "in last", "next": "in next", "older": "older than"}[how]
            return COMPARED, f"{_text(left, SUM)} {words} {days} days"
        case Compare(how, left, right):
            sign = "starts with" if how == "starts" else how
            return COMPARED, f"{_text(left, SUM)} {sign} {_text(right, SUM)}"
        case Arithmetic(how, left, right):
            binds = SUM if how in "+-" else PRODUCT
            return binds, f"{_text(left, binds)} {how} {_text(right, binds + 1)}"
        case Literal(Decimal() as value) if value < 0:
            return UNARY, f"{value:f}"
        case Negative(part):
            return UNARY, f"-{_text(part, UNARY + 1)}"
        case Call(name, arguments):
            return UNARY + 1, f"{name}({', '.join(_text(part, OR) for part in arguments)})"
    return UNARY + 1, _single(node)


def _list(values: tuple[Node, ...]) -> str:
    return ", ".join(_text(value, SUM) for value in values)


def _single(node: Node) -> str:
    match node:
        case Literal(bool() as value):
            return "yes" if value else "no"
        case Literal(Decimal() as value):
            return f"{value:f}"
        case Literal(date() as value):
            return value.isoformat()
        case Literal(value) | Ref(str() as value):
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case Ref(value):
            return f"#{value}"
        case Duration(days):
            return f"{days} days"
        case Name(path, _days, True):
            return f"[{path}]"
        case Name(path, days):
            return path if days is None else f"{path}({days})"
        case Me():
            return "me"
        case Today():
            return "today"
    raise TypeError(f"{node!r} is no expression")
