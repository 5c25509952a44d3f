"""Queries that every page of a kind asks: Django puts their SQL together once, afterwards only the values change.

Putting a query together takes several times as long as the database takes to answer it. What is kept is the SQL, never
a row. The guard looks at a query while it is put together: whatever decides what a person may see belongs into the key
(`reach_of`, `hidden_now`), and so does everything else that the SQL depends on besides the values.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from copy import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import Model, QuerySet

from kartu.core.actors import Actor
from kartu.security.rows import Clearance, GuardedModel, hidden_batches

KEPT = 2000
LARGEST = 2**63 - 1
# How many ids a query of the rows of one page takes: see `PLACES`.
USUAL = 51
# Places stand for values while the SQL is made; no constant of a query is like them.
_FIRST = 7_310_000_000_000_000
_FIRST_MOMENT, _FIRST_DAY = datetime(7310, 1, 1, tzinfo=UTC), date(7310, 1, 1)
Value = int | datetime | date


def place(number: int) -> int:
    """Stands in a query for the value `number` of those that are filled in."""
    return _FIRST + number


def moment_place(number: int) -> datetime:
    """Stands for a moment."""
    return _FIRST_MOMENT + timedelta(seconds=number)


def day_place(number: int) -> date:
    """Stands for a day."""
    return _FIRST_DAY + timedelta(days=number)


def place_of(value: Value, number: int) -> Value:
    """Stands for the value `number`, which is like `value`."""
    if isinstance(value, int):
        return place(number)
    return moment_place(number) if isinstance(value, datetime) else day_place(number)


PLACES = [place(number) for number in range(USUAL)]


def filled_up(ids: Sequence[int], count: int = USUAL) -> list[int]:
    """At most `count` ids as values of so many places, of all `PLACES` at first; no row has the id 0."""
    return [*ids, *[0] * (count - len(ids))]


def hidden_now() -> tuple[frozenset[int], ...]:
    """What `live()` leaves out just now: rows of imports that still run."""
    return tuple(ids() for ids in hidden_batches)


def reach_of(model: type[GuardedModel], actor: Actor, right: str = "") -> Hashable:
    """All that decides what `visible_to(actor, right)` asks of `model`."""
    rule = model.row_rule
    return (model, rule.condition(actor, right or rule.view), hidden_now())


class Statement:
    """The SQL of a query that gives tuples (`values_list`), with the places where its `count` values stand."""

    def __init__(self, rows: QuerySet, count: int) -> None:
        """Raises EmptyResultSet for a query that the database need not be asked, since it can find nothing."""
        self.using = rows.db
        compiler = rows.query.get_compiler(rows.db)
        self.sql, parameters = compiler.as_sql()
        self.parameters = tuple(parameters)
        marks = {self.kept(each(number)): number for each in (moment_place, day_place) for number in range(count)}
        marks |= {place(number): number for number in range(count)}
        self.places = [
            (at, marks[value])
            for at, value in enumerate(parameters)
            if isinstance(value, int | str | date) and value in marks
        ]
        if {number for _at, number in self.places} != set(range(count)):
            raise ValueError(f"Not all {count} values stand in {self.sql}")
        self.read(rows, compiler)

    def read(self, rows: QuerySet, compiler: Any) -> None:
        columns = [column for column, _sql, _alias in compiler.select]
        self.converters = tuple(compiler.get_converters(columns).items())

    def kept(self, moment: datetime | date) -> Any:
        """A moment or a day as the database takes it."""
        operations = connections[self.using].ops
        if isinstance(moment, datetime):
            return operations.adapt_datetimefield_value(moment)
        return operations.adapt_datefield_value(moment)

    def filled(self, values: Sequence[Value]) -> list:
        """The parameters, with `values` in their places."""
        parameters = list(self.parameters)
        for at, number in self.places:
            value = values[number]
            if isinstance(value, int):
                value = value if abs(value) <= LARGEST else 0  # no row has such a number either
                parameters[at] = type(parameters[at])(value)  # psycopg's integers have types of their own
            else:
                parameters[at] = self.kept(value)
        return parameters

    def rows(self, values: Sequence[Value]) -> list[Sequence]:
        found = self.kept_rows(values)
        return [self.converted(row) for row in found] if self.converters else found

    def kept_rows(self, values: Sequence[Value] = ()) -> list[Sequence]:
        """The rows as the database keeps them: moments of SQLite are texts."""
        with connections[self.using].cursor() as cursor:
            cursor.execute(self.sql, self.filled(values))
            return cursor.fetchall()

    def converted(self, row: Sequence) -> Sequence:
        """One of `kept_rows`, as Python has it."""
        row = list(row)
        for at, (convert, expression) in self.converters:
            for each in convert:
                row[at] = each(row[at], expression, connections[self.using])
        return row


class TallyStatement(Statement):
    """One that gives each value of its only column once, and how often it was found."""

    def read(self, rows: QuerySet, compiler: Any) -> None:
        super().read(rows, compiler)
        self.sql = f"SELECT told.*, COUNT(*) FROM ({self.sql}) AS told GROUP BY 1 ORDER BY 1"  # noqa: S608 - made by Django


class InstancesStatement(Statement):
    """One that gives whole rows, with what `select_related` and `annotate` put beside them."""

    def read(self, rows: QuerySet, compiler: Any) -> None:
        self.model, self.kind = rows.model, type(rows)
        self.compiler = compiler
        compiler.connection = None  # each thread has its own, and closes it

    def instances(self, values: Sequence[int], clearance: Clearance | None) -> list[Model]:
        parameters = tuple(self.filled(values))
        compiler = copy(self.compiler)
        compiler.connection = connections[self.using]
        compiler.as_sql = lambda *args, **kwargs: (self.sql, parameters)
        return list(self.kind(self.model, FilledIn(compiler, clearance), self.using))


class FilledIn:
    """A query as far as a queryset needs one to fetch its rows."""

    def __init__(self, compiler: Any, clearance: Clearance | None) -> None:
        self.compiler, self.clearance = compiler, clearance

    def get_compiler(self, using: str | None = None, **options: Any) -> Any:
        return self.compiler


_kept: OrderedDict[Hashable, Statement | None] = OrderedDict()


def prepared(
    key: Hashable, make: Callable[[], QuerySet], count: int = 0, kind: type[Statement] = Statement
) -> Statement | None:
    """What `make` asks, put together the first time that `key` is met; None where nothing can be found."""
    key = (connection.vendor, kind, key)
    try:
        _kept.move_to_end(key)
        return _kept[key]
    except KeyError:
        pass
    try:
        made = kind(make(), count)
    except EmptyResultSet:
        made = None
    _kept[key] = made
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return made


def asked(key: Hashable, make: Callable[[], QuerySet], values: Sequence[Value] = ()) -> list[Sequence]:
    """The tuples that the `values_list` of `make` finds, its places filled with `values`."""
    statement = prepared(key, make, len(values))
    return statement.rows(values) if statement else []


def tally(key: Hashable, make: Callable[[], QuerySet], values: Sequence[int] = ()) -> dict[Any, int]:
    """Each value that the `values_list` of `make`, of one column, finds, and how often."""
    statement = prepared(key, make, len(values), TallyStatement)
    return dict(statement.rows(values)) if statement else {}


def instances(
    key: Hashable, make: Callable[[], QuerySet], values: Sequence[int] = (), clearance: Clearance | None = None
) -> list[Any]:
    """The rows that `make` finds; those of a guarded model bear `clearance`, which whoever asks has shown to hold."""
    statement = prepared(key, make, len(values), InstancesStatement)
    return statement.instances(values, clearance) if statement else []
