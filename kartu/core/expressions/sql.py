"""The SQL back end: an expression as conditions and expressions of Django. No letter of it comes from a person.

What does not look at a row is worked out by the Python back end, so that `today - 30 days` is a day here. NULL counts
as "not so" until a `not` stands before it: there the comparison is made to say yes or no.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import reduce
from operator import and_, or_

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    DateTimeField,
    Expression,
    F,
    Q,
    TextField,
    Value,
    When,
)
from django.db.models.functions import (
    Abs,
    Coalesce,
    ExtractDay,
    ExtractMonth,
    ExtractYear,
    NullIf,
    StrIndex,
    TruncDate,
)
from django.db.models.lookups import Exact, GreaterThan, IsNull
from django.utils.translation import gettext as _

from kartu.core.expressions.checking import Checked, is_constant
from kartu.core.expressions.errors import ExpressionError
from kartu.core.expressions.evaluating import PLACES, Asked, Evaluation
from kartu.core.expressions.nodes import (
    And,
    Arithmetic,
    Call,
    Compare,
    Duration,
    In,
    IsEmpty,
    Name,
    Negative,
    Node,
    Not,
    Or,
    Within,
)
from kartu.core.expressions.reckoning import DaysBetween, Moved, Reckoned
from kartu.core.expressions.schema import Kind, Type
from kartu.core.expressions.sql_values import (
    EVERYTHING,
    LOOKUPS,
    NOTHING,
    SqlValue,
    bounds,
    compared_with,
    constant,
    day_value,
    limited,
    output_of,
    scaled,
)
from kartu.core.money import decimals_of

TURNED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
EXTRACTS = {"year": ExtractYear, "month": ExtractMonth, "day": ExtractDay}


def as_condition(expression: Checked, asked: Asked, *, turned: bool = False) -> Q:
    """The rows for which the condition `expression` holds; `turned`: all others. `~` would leave out the empty ones."""
    return Compiler(expression, asked).condition(expression.node, turned=turned)


def as_value(expression: Checked, asked: Asked) -> SqlValue:
    """The value of `expression` for each row, to annotate or aggregate."""
    return Compiler(expression, asked).value(expression.node)


class Compiler:
    def __init__(self, expression: Checked, asked: Asked) -> None:
        self.expression = expression
        self.asked = asked
        self.constants = Evaluation(expression, {}, asked)

    def type_of(self, node: Node) -> Type:
        return self.expression.type_of(node)

    # --- conditions -------------------------------------------------------------------------------------------------

    def condition(self, node: Node, *, turned: bool) -> Q:
        if is_constant(node):
            return EVERYTHING if bool(self.constants.of(node)) != turned else NOTHING
        match node:
            case Not(part):
                return self.condition(part, turned=not turned)
            case And(parts) | Or(parts):
                joined = or_ if isinstance(node, Or) != turned else and_
                return reduce(joined, (self.condition(part, turned=turned) for part in parts))
            case Compare("!=", left, right):
                same = Compare("=", left, right, at=node.at)
                return self.leaf(same, turned=not turned)
        return self.leaf(node, turned=turned)

    def leaf(self, node: Node, *, turned: bool) -> Q:
        found = self.short_cut(node)
        if found is not None:
            return ~found if turned else Q(found)
        found = self.spelt_out(node)
        if not turned:
            return found
        answer = Case(When(found, then=Value(False)), default=Value(True), output_field=BooleanField())
        return Q(Exact(answer, Value(True)))

    def short_cut(self, node: Node) -> Q | None:
        """The condition as the field itself puts it, where it is compared with what is known beforehand."""
        match node:
            case Name():
                name, how, values = node, "=", [True]
            case IsEmpty(Name() as name):
                how, values = "empty", []
            case Within(Name() as name, how, days):
                values = [days]
            case Compare(how, Name() as name, other) if is_constant(other):
                values = [self.constants.of(other)]
            case Compare(how, other, Name() as name) if is_constant(other) and how in TURNED:
                how, values = TURNED[how], [self.constants.of(other)]
            case In(Name() as name, others) if all(map(is_constant, others)):
                how, values = "in", [self.constants.of(other) for other in others]
            case _:
                return None
        field = self.expression.field_of(name)
        if field.where is None:
            return None
        known = [value for value in values if value is not None]
        if values and not known:
            return NOTHING
        return field.where(how, known, name.days, self.asked)

    def spelt_out(self, node: Node) -> Q:
        match node:
            case Name():
                return Q(Exact(self.value(node).expression, Value(True)))
            case IsEmpty(left):
                return Q(IsNull(self.value(left).expression, True))
            case Within(left, how, days):
                return self.within(left, how, days)
            case In(left, values):
                return reduce(or_, (self.condition(Compare("=", left, value), turned=False) for value in values))
            case Compare(how, left, right):
                return self.compared(how, left, right)
        raise TypeError(f"{node!r} is no condition")

    def compared(self, how: str, left: Node, right: Node) -> Q:
        if is_constant(left) and how in TURNED:
            how, left, right = TURNED[how], right, left
        known = self.constants.of(right) if is_constant(right) else None
        if is_constant(right) and known is None:
            return NOTHING
        its_type = self.type_of(left)
        if its_type.kind is Kind.TEXT:
            return self.compared_texts(how, left, right)
        if its_type.is_number:
            return self.compared_numbers(how, left, right, known)
        if its_type.is_time:
            return self.compared_times(how, left, right, known)
        return Q(Exact(self.value(left).expression, self.value(right).expression))

    def compared_texts(self, how: str, left: Node, right: Node) -> Q:
        spelling = self.type_of(left).spelling
        one = self.value(left).expression
        if how not in ("contains", "starts"):
            return Q(LOOKUPS[how](one, self.value(right).expression))
        if not is_constant(right):
            place = StrIndex(one, self.value(right).expression)
        else:
            wanted = self.constants.of(right)
            wanted = spelling.part(wanted) if how == "contains" else spelling.start(wanted)
            if not wanted:
                return NOTHING
            place = StrIndex(one, Value(wanted, output_field=TextField()))
        return Q(GreaterThan(place, Value(0)) if how == "contains" else Exact(place, Value(1)))

    def compared_numbers(self, how: str, left: Node, right: Node, known: Decimal | None) -> Q:
        one = self.value(left)
        if known is not None:
            return compared_with(how, one, known)
        other = self.value(right)
        places = max(one.places, other.places)
        return Q(LOOKUPS[how](scaled(one, places), scaled(other, places)))

    def compared_times(self, how: str, left: Node, right: Node, known: date | None) -> Q:
        one = self.value(left)
        if known is not None and one.type.kind is Kind.MOMENT:
            return self.within_days(one.expression, *bounds(how, known))
        if known is None and self.type_of(right).kind is one.type.kind:
            return Q(LOOKUPS[how](one.expression, self.value(right).expression))
        return Q(LOOKUPS[how](self.day_of(left), self.day_of(right)))

    def within(self, left: Node, how: str, days: int) -> Q:
        today = self.asked.today
        first, after = {
            "last": lambda: (today - timedelta(days), today + timedelta(1)),
            "next": lambda: (today, today + timedelta(days + 1)),
            "older": lambda: (None, today - timedelta(days)),
        }[how]()
        one = self.value(left)
        if one.type.kind is Kind.MOMENT:
            return self.within_days(one.expression, first, after)
        return limited(one.expression, first and day_value(first), after and day_value(after))

    def within_days(self, moment: Expression | F, first: date | None, after: date | None) -> Q:
        return limited(moment, first and self.start_of(first), after and self.start_of(after))

    def start_of(self, day: date) -> Value:
        start = datetime.combine(day, time.min, tzinfo=self.asked.zone)
        return Value(start, output_field=DateTimeField())

    # --- values -----------------------------------------------------------------------------------------------------

    def value(self, node: Node) -> SqlValue:
        its_type = self.type_of(node)
        if is_constant(node):
            return constant(self.constants.of(node), its_type)
        match node:
            case Name():
                return self.named(node)
            case Negative(part):
                return self.value_of_reckoning("*", part, constant(Decimal(-1), Type(Kind.NUMBER)), its_type)
            case Arithmetic(how, left, right):
                return self.reckoned(how, left, right, its_type)
            case Call(name, arguments):
                return self.called(name, arguments, its_type)
        raise TypeError(f"{node!r} is no value")

    def named(self, node: Name) -> SqlValue:
        field = self.expression.field_of(node)
        if field.expression is None:
            told = _("“%(name)s” can only be compared with a fixed value") % {"name": node.path}
            raise ExpressionError(told, node.at)
        made = field.expression(node.days)
        if field.type.kind is Kind.TEXT:
            made = NullIf(made, Value("", output_field=TextField()))
        places = decimals_of(field.type.currency) if field.type.kind is Kind.MONEY else field.scale
        return SqlValue(made, field.type, places)

    def day_of(self, node: Node) -> Expression | F:
        value = self.value(node)
        return (
            TruncDate(value.expression, tzinfo=self.asked.zone) if value.type.kind is Kind.MOMENT else value.expression
        )

    def reckoned(self, how: str, left: Node, right: Node, its_type: Type) -> SqlValue:
        if its_type.kind is Kind.DAY and isinstance(right, Duration):
            return SqlValue(Moved(self.day_of(left), right.days if how == "+" else -right.days), its_type)
        if self.type_of(left).kind is Kind.DAY:
            return SqlValue(DaysBetween(self.day_of(left), self.day_of(right)), its_type)
        return self.value_of_reckoning(how, left, self.value(right), its_type)

    def value_of_reckoning(self, how: str, left: Node, other: SqlValue, its_type: Type) -> SqlValue:
        one = self.value(left)
        made = Reckoned(how, one.expression, one.places, other.expression, other.places)
        return SqlValue(made, its_type, PLACES)

    def called(self, name: str, arguments: tuple[Node, ...], its_type: Type) -> SqlValue:
        if name in ("first", "if"):
            return self.chosen(name, arguments, its_type)
        value = self.value(arguments[0])
        if name == "round":
            return self.value_of_reckoning(name, arguments[0], constant(Decimal(0), Type(Kind.NUMBER)), its_type)
        if name == "abs":
            settled = Reckoned("+", value.expression, value.places, Value(0), 0)
            return SqlValue(Abs(settled, output_field=BigIntegerField()), its_type, PLACES)
        if name in EXTRACTS:
            return SqlValue(EXTRACTS[name](self.day_of(arguments[0])), its_type)
        days = (day_value(self.asked.today), self.day_of(arguments[0]))
        return SqlValue(DaysBetween(*(days if name == "days_since" else reversed(days))), its_type)

    def chosen(self, name: str, arguments: tuple[Node, ...], its_type: Type) -> SqlValue:
        one, other = (self.value(argument) for argument in arguments[-2:])
        places = max(one.places, other.places)
        first, second = (scaled(each, places) if its_type.is_number else each.expression for each in (one, other))
        output = output_of(its_type)
        if name == "first":
            return SqlValue(Coalesce(first, second, output_field=output), its_type, places)
        when = When(self.condition(arguments[0], turned=False), then=first)
        return SqlValue(Case(when, default=second, output_field=output), its_type, places)
