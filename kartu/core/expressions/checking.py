"""Whether an expression makes sense: which names it may use, and that only like is compared with like."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from kartu.core.expressions.errors import ExpressionError
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
from kartu.core.expressions.schema import (
    DAY,
    DAYS,
    NUMBER,
    TEXT,
    YESNO,
    Field,
    Kind,
    Schema,
    Type,
)
from kartu.core.text import fold

# What `me`, #17 and quoted names are before it is known of what.
SOME_ONE = Type(Kind.ONE)


@dataclass
class Checked:
    """An expression that makes sense to `schema`: what the two back ends take."""

    node: Node
    schema: Schema
    types: dict[int, Type] = field(default_factory=dict)

    def type_of(self, node: Node) -> Type:
        return self.types[id(node)]

    @property
    def type(self) -> Type:
        return self.type_of(self.node)

    def field_of(self, node: Name) -> Field:
        return self.schema.fields[node.path]


def checked(node: Node, schema: Schema, *, wants: Kind | None = Kind.YESNO) -> Checked:
    """`node` with its types; ExpressionError where it makes no sense, or is not what is wanted (a condition)."""
    result = Checked(node, schema)
    result.node = Checker(result).of(node)
    if wants is Kind.YESNO and result.type.kind is not Kind.YESNO:
        raise ExpressionError(_("This is a value, not a condition: compare it with something"), node.at)
    if wants is not None and result.type.kind is not wants:
        raise ExpressionError(_("This is a condition, not a value"), node.at)
    return result


class Checker:
    def __init__(self, result: Checked) -> None:
        self.result = result
        self.schema = result.schema

    def of(self, node: Node) -> Node:
        """`node`, quoted names of records put in place, and its type noted."""
        made, its_type = getattr(self, f"_{type(node).__name__.lower()}")(node)
        self.result.types[id(made)] = its_type
        return made

    def typed(self, node: Node) -> tuple[Node, Type]:
        made = self.of(node)
        return made, self.result.types[id(made)]

    def condition(self, node: Node) -> Node:
        made, its_type = self.typed(node)
        if its_type.kind is not Kind.YESNO:
            raise ExpressionError(_("This is a value, not a condition: compare it with something"), node.at)
        return made

    def note(self, node: Node, its_type: Type) -> Node:
        self.result.types[id(node)] = its_type
        return node

    # --- values -----------------------------------------------------------------------------------------------------

    def _literal(self, node: Literal) -> tuple[Node, Type]:
        for kind, its_type in ((bool, YESNO), (Decimal, NUMBER), (date, DAY)):
            if isinstance(node.value, kind):
                return node, its_type
        return node, TEXT

    def _duration(self, node: Duration) -> tuple[Node, Type]:
        return node, DAYS

    def _today(self, node: Today) -> tuple[Node, Type]:
        return node, DAY

    def _me(self, node: Me) -> tuple[Node, Type]:
        return node, SOME_ONE

    def _ref(self, node: Ref) -> tuple[Node, Type]:
        return node, SOME_ONE

    def _name(self, node: Name) -> tuple[Node, Type]:
        node = self.by_key(node)
        found = self.schema.get(node.path)
        if found is None:
            raise ExpressionError(_("There is no field “%(name)s”") % {"name": node.path}, node.at)
        if node.days is not None and not found.takes_days:
            told = _("“%(name)s” is not counted over days") % {"name": node.path}
            raise ExpressionError(told, node.at)
        return node, found.type

    def by_key(self, node: Name) -> Name:
        """`node`, called by its key; one of two namesakes must be."""
        if not node.is_label:
            return node
        alike = self.schema.labelled(node.path)
        if len(alike) != 1:
            told = (
                _("There are several fields “%(name)s”: write %(keys)s") if alike else _("There is no field “%(name)s”")
            )
            keys = _(" or ").join(field.name for field in alike)
            raise ExpressionError(told % {"name": node.path, "keys": keys}, node.at)
        return replace(node, path=alike[0].name, is_label=False)

    # --- conditions -------------------------------------------------------------------------------------------------

    def _not(self, node: Not) -> tuple[Node, Type]:
        return replace(node, part=self.condition(node.part)), YESNO

    def _and(self, node: And) -> tuple[Node, Type]:
        return replace(node, every=tuple(self.condition(part) for part in node.every)), YESNO

    def _or(self, node: Or) -> tuple[Node, Type]:
        return replace(node, one=tuple(self.condition(part) for part in node.one)), YESNO

    def _isempty(self, node: IsEmpty) -> tuple[Node, Type]:
        return replace(node, left=self.of(node.left)), YESNO

    def _within(self, node: Within) -> tuple[Node, Type]:
        left, its_type = self.typed(node.left)
        if not its_type.is_time:
            raise ExpressionError(_("Only a day can be near today"), node.at)
        return replace(node, left=left), YESNO

    def _in(self, node: In) -> tuple[Node, Type]:
        left, its_type = self.typed(node.left)
        values = tuple(self.beside(value, node.left, its_type, "in") for value in node.values)
        return replace(node, left=left, values=values), YESNO

    def _compare(self, node: Compare) -> tuple[Node, Type]:
        turned = isinstance(node.left, Literal | Ref | Me) and isinstance(node.right, Name)
        first, second = (node.right, node.left) if turned else (node.left, node.right)
        left, its_type = self.typed(first)
        if node.how in ("contains", "starts") and its_type.kind is not Kind.TEXT:
            raise ExpressionError(_("Only a text contains something, or starts with it"), node.at)
        if node.how in ("<", "<=", ">", ">=") and its_type.is_any(Kind.ONE, Kind.MANY, Kind.YESNO):
            raise ExpressionError(_("This has no order: ask whether it is the same"), node.at)
        right = self.beside(second, first, its_type, node.how)
        return (replace(node, left=right, right=left) if turned else replace(node, left=left, right=right)), YESNO

    def beside(self, node: Node, other: Node, wanted: Type, how: str) -> Node:
        """`node`, compared with `other` of the type `wanted`; quoted names are looked up among what it can be."""
        if wanted.is_any(Kind.ONE, Kind.MANY):
            return self.record(node, other, wanted)
        made, its_type = self.typed(node)
        if wanted.kind is Kind.MONEY and its_type.kind is Kind.NUMBER and is_constant(made):
            return self.note(made, wanted)
        if its_type.kind is Kind.MONEY and wanted.kind is Kind.NUMBER and is_constant(other):
            return made
        if its_type.is_time and wanted.is_time and how not in ("contains", "starts"):
            return made
        if its_type.kind is not wanted.kind or its_type.currency != wanted.currency:
            raise ExpressionError(self.unlike(wanted, its_type), node.at)
        if wanted.kind is Kind.TEXT and isinstance(made, Literal):
            return self.note(replace(made), wanted)
        if wanted.kind is Kind.TEXT and its_type.spelling != wanted.spelling and not isinstance(other, Literal):
            raise ExpressionError(self.unlike(wanted, its_type), node.at)
        return made

    @staticmethod
    def unlike(one: Type, other: Type) -> str:
        if one.currency and other.currency:
            told = _("Amounts in %(one)s and %(other)s cannot be taken together")
            return told % {"one": one.currency, "other": other.currency}
        told = _("%(one)s and %(other)s cannot be taken together")
        return told % {"one": called(one.kind), "other": called(other.kind)}

    def record(self, node: Node, other: Node, wanted: Type) -> Node:
        found = self.schema.fields[self.by_key(other).path] if isinstance(other, Name) else None
        if isinstance(node, Me):
            if found and not found.is_person:
                raise ExpressionError(_("This is no person, so it cannot be “me”"), node.at)
            return self.note(replace(node), wanted)
        if isinstance(node, Ref):
            return self.note(replace(node), wanted)
        if isinstance(node, Literal) and isinstance(node.value, str):
            return self.note(self.named(node, found), wanted)
        made, its_type = self.typed(node)
        if its_type.kind is not Kind.ONE or its_type.of != wanted.of:
            raise ExpressionError(_("A value in quotes is expected here"), node.at)
        return made

    @staticmethod
    def named(node: Literal, found: Field | None) -> Ref:
        """The record that is called so; one of two namesakes must be told by its number."""
        options = list(found.options()) if found else []
        for value, _label in options:
            if isinstance(value, str) and value == node.value:
                return Ref(value, at=node.at)
        alike = [value for value, label in options if fold(str(label)) == fold(node.value)]
        if len(alike) != 1:
            told = _("There are several called “%(name)s”") if alike else _("There is nothing called “%(name)s” here")
            raise ExpressionError(told % {"name": node.value}, node.at)
        return Ref(alike[0], at=node.at)

    # --- reckoning --------------------------------------------------------------------------------------------------

    def _negative(self, node: Negative) -> tuple[Node, Type]:
        part, its_type = self.typed(node.part)
        if not its_type.is_number:
            raise ExpressionError(_("Only a number can have a minus"), node.at)
        return replace(node, part=part), its_type

    def _arithmetic(self, node: Arithmetic) -> tuple[Node, Type]:
        (left, one), (right, other) = self.typed(node.left), self.typed(node.right)
        made = replace(node, left=left, right=right)
        if node.how in "+-" and one.kind is Kind.DAY and other.kind is Kind.DAYS:
            return made, DAY
        if node.how == "-" and one.kind is Kind.DAY and other.kind is Kind.DAY:
            return made, NUMBER
        if one.is_number and other.is_number:
            return made, self.reckoned(node, one, other)
        raise ExpressionError(self.unlike(one, other), node.at)

    def reckoned(self, node: Arithmetic, one: Type, other: Type) -> Type:
        currencies = {each.currency for each in (one, other) if each.kind is Kind.MONEY}
        if len(currencies) == 2:
            raise ExpressionError(self.unlike(one, other), node.at)
        if not currencies:
            return NUMBER
        both = one.kind is other.kind
        if node.how in "+-" and not both and not is_constant(node.left if one.kind is Kind.NUMBER else node.right):
            raise ExpressionError(self.unlike(one, other), node.at)
        if (node.how == "*" and both) or (node.how == "/" and one.kind is Kind.NUMBER):
            raise ExpressionError(self.unlike(one, other), node.at)
        return NUMBER if node.how == "/" and both else Type(Kind.MONEY, currency=currencies.pop())

    def _call(self, node: Call) -> tuple[Node, Type]:
        if node.name == "if":
            return self.choice(node)
        parts = [self.typed(argument) for argument in node.arguments]
        kinds, result = FUNCTIONS[node.name]
        for (_made, its_type), argument in zip(parts, node.arguments, strict=True):
            if kinds and its_type.kind not in kinds:
                told = _("%(name)s does not take this: it wants %(kinds)s")
                words = _(" or ").join(called(kind) for kind in kinds)
                raise ExpressionError(told % {"name": node.name, "kinds": words}, argument.at)
        made = replace(node, arguments=tuple(part for part, _type in parts))
        if result is not None:
            return made, result(parts[0][1])
        return made, self.alike(parts, node)

    def choice(self, node: Call) -> tuple[Node, Type]:
        condition = self.condition(node.arguments[0])
        parts = [self.typed(argument) for argument in node.arguments[1:]]
        return replace(node, arguments=(condition, *(part for part, _type in parts))), self.alike(parts, node)

    def alike(self, parts: list[tuple[Node, Type]], node: Node) -> Type:
        """The type of both; a written number beside an amount is one."""
        (one, first), (other, second) = parts
        if {first.kind, second.kind} == {Kind.MONEY, Kind.NUMBER}:
            number, amount = (one, second) if first.kind is Kind.NUMBER else (other, first)
            if is_constant(number):
                return amount
        if first != second or first.is_any(Kind.MANY, Kind.ONE, Kind.DAYS, Kind.YESNO):
            raise ExpressionError(self.unlike(first, second), node.at)
        return first


TIMES = (Kind.DAY, Kind.MOMENT)
NUMBERS = (Kind.NUMBER, Kind.MONEY)
# What a function takes, and what it gives; None: the type of its two values, which must be alike.
FUNCTIONS: dict[str, tuple[tuple[Kind, ...], Callable[[Type], Type] | None]] = {
    "days_since": (TIMES, lambda _type: NUMBER),
    "days_until": (TIMES, lambda _type: NUMBER),
    "year": (TIMES, lambda _type: NUMBER),
    "month": (TIMES, lambda _type: NUMBER),
    "day": (TIMES, lambda _type: NUMBER),
    "abs": (NUMBERS, lambda its_type: its_type),
    "round": (NUMBERS, lambda its_type: its_type),
    "first": ((), None),
}


def is_constant(node: Node) -> bool:
    """Whether it is the same whatever row is looked at."""
    return not any(isinstance(part, Name) for part in node.walk())


def called(kind: Kind) -> str:
    return {
        Kind.TEXT: _("a text"),
        Kind.NUMBER: _("a number"),
        Kind.MONEY: _("an amount"),
        Kind.DAY: _("a day"),
        Kind.MOMENT: _("a moment"),
        Kind.YESNO: _("a condition"),
        Kind.ONE: _("a value of a list"),
        Kind.MANY: _("several values of a list"),
        Kind.DAYS: _("a number of days"),
    }[kind]
