"""The Python back end: an expression over plain dictionaries.

Empty is None. Whatever is compared with empty is not so, whatever is reckoned with it is empty; only `is empty` tells.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation
from typing import Any

from kartu.core.expressions.checking import Checked, is_constant
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
from kartu.core.expressions.schema import Kind, Spelling, Type
from kartu.core.money import CurrencyMismatch, Money

PLACES = 6
UNIT = Decimal(1).scaleb(-PLACES)
# What is reckoned stays below nine million million; beyond it is empty, so that 64 bits hold it with its six places.
LIMIT = Decimal(9) * 10**12
EXACT = Context(prec=80, traps=[InvalidOperation, DivisionByZero])


@dataclass(frozen=True)
class Asked:
    """Who asks, and when: what `me` and `today` are, and where a moment's day ends."""

    today: date
    zone: tzinfo
    me: int | None = None


def evaluate(expression: Checked, values: Mapping[str, Any], asked: Asked) -> Any:
    """The value of `expression`: None, Decimal, str, date, datetime, bool; money as a Decimal in its currency."""
    value = Evaluation(expression, values, asked).of(expression.node)
    return bool(value) if expression.type.kind is Kind.YESNO else value


class Evaluation:
    def __init__(self, expression: Checked, values: Mapping[str, Any], asked: Asked) -> None:
        self.expression = expression
        self.values = values
        self.asked = asked

    def of(self, node: Node) -> Any:
        match node:
            case Literal(value):
                return plain_value(value, self.expression.type_of(node))
            case Ref(value):
                return value
            case Duration(days):
                return days
            case Me():
                return self.asked.me
            case Today():
                return self.asked.today
            case Name():
                return self.named(node)
            case Not(part):
                return not self.of(part)
            case And(every):
                return all(self.of(part) for part in every)
            case Or(one):
                return any(self.of(part) for part in one)
            case IsEmpty(left):
                return self.of(left) in (None, frozenset())
            case Compare(how, left, right):
                return self.compared(how, left, right)
            case In(left, values):
                return any(self.compared("=", left, value) for value in values)
            case Within(left, how, days):
                return self.within(self.of(left), how, days)
            case Negative(part):
                value = self.of(part)
                return None if value is None else settled(-value)
            case Arithmetic(how, left, right):
                return self.reckoned(how, self.of(left), self.of(right))
            case Call(name, arguments):
                return self.called(name, arguments)
        raise TypeError(f"{node!r} is no expression")

    def named(self, node: Name) -> Any:
        field = self.expression.field_of(node)
        value: Any = self.values
        for name in node.path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        if field.takes_days:
            value = value.get(node.days) if isinstance(value, Mapping) else None
        return plain_value(value, field.type)

    def compared(self, how: str, left: Node, right: Node) -> bool:
        if how == "!=":
            return not self.compared("=", left, right)
        one, other = self.of(left), self.of(right)
        if one is None or other is None:
            return False
        types = self.expression.type_of(left), self.expression.type_of(right)
        if Kind.MANY in (types[0].kind, types[1].kind):
            return one in other if isinstance(other, frozenset) else other in one
        if types[0].kind is Kind.TEXT:
            return compared_texts(how, one, other, types[0].spelling, is_written=is_constant(right))
        if {types[0].kind, types[1].kind} == {Kind.DAY, Kind.MOMENT}:
            one, other = self.day_of(one), self.day_of(other)
        return COMPARED[how](one, other)

    def day_of(self, value: date | None) -> date | None:
        return value.astimezone(self.asked.zone).date() if isinstance(value, datetime) else value

    def within(self, value: date | None, how: str, days: int) -> bool:
        if value is None:
            return False
        away = (self.day_of(value) - self.asked.today).days
        return {"last": -days <= away <= 0, "next": 0 <= away <= days, "older": away < -days}[how]

    def reckoned(self, how: str, one: Any, other: Any) -> Any:
        if one is None or other is None:
            return None
        if isinstance(one, date):
            if isinstance(other, date):
                return Decimal((one - other).days)
            return moved(one, other if how == "+" else -other)
        return settled(ARITHMETIC[how](one, other)) if how != "/" or other else None

    def called(self, name: str, arguments: tuple[Node, ...]) -> Any:
        if name == "if":
            return self.of(arguments[1] if self.of(arguments[0]) else arguments[2])
        value = self.of(arguments[0])
        if name == "first":
            return self.of(arguments[1]) if value is None else value
        if value is None:
            return None
        if name in ("abs", "round"):
            return settled(abs(value) if name == "abs" else value.quantize(Decimal(1), ROUND_HALF_UP, EXACT))
        day = self.day_of(value)
        if name in ("days_since", "days_until"):
            return Decimal((self.asked.today - day).days * (1 if name == "days_since" else -1))
        return Decimal(getattr(day, name))


def plain_value(value: Any, its_type: Type) -> Any:
    """A value of a dictionary, or one that was written, as the language knows it."""
    if value is None or value == "":
        return None
    if isinstance(value, Money):
        if value.currency != its_type.currency:
            raise CurrencyMismatch(f"{value.currency} where {its_type.currency} is expected")
        return value.amount
    if its_type.kind is Kind.TEXT:
        return value if its_type.spelling.whole(value) else None
    if its_type.kind is Kind.MANY:
        return frozenset(value)
    return Decimal(value) if its_type.is_number else value


def compared_texts(how: str, one: str, other: str, spelling: Spelling, *, is_written: bool) -> bool:
    """`is_written`: the second text stands in the expression; of a field's there is only its key."""
    if how in ("contains", "starts"):
        wanted = (
            (spelling.part if how == "contains" else spelling.start)(other) if is_written else spelling.whole(other)
        )
        key = spelling.whole(one)
        return bool(wanted) and (wanted in key if how == "contains" else key.startswith(wanted))
    one, other = spelling.whole(one), spelling.whole(other)
    return bool(one and other) and COMPARED[how](one, other)


def settled(value: Decimal) -> Decimal | None:
    """A result with its six places, half up; None where it is too large."""
    value = value.quantize(UNIT, ROUND_HALF_UP, EXACT)
    return value if abs(value) < LIMIT else None


def moved(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda one, other: one == other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}
ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": EXACT.add,
    "-": EXACT.subtract,
    "*": EXACT.multiply,
    "/": EXACT.divide,
}
