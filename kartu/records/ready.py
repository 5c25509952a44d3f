"""Queries of one shape that every page of a list asks: put together by Django once, then only filled in.

Putting one together takes several times as long as the database takes to answer it. What is kept is the SQL, never a
row; the guard looks at a query when it is put together, so whatever decides a person's reach belongs into its key.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet

from kartu.core.actors import Actor
from kartu.security.rows import GuardedModel, hidden_batches

KEPT = 1000
_FIRST = 10**15
# How many ids a query of rows of one page takes: see `PLACES`.
USUAL = 51


def place(number: int) -> int:
    """Stands in a query for the value `number` of those that are filled in."""
    return _FIRST + number


PLACES = [place(number) for number in range(USUAL)]


def filled_up(ids: Sequence[int]) -> list[int]:
    """At most USUAL ids as values of all `PLACES`; no row has the id 0."""
    return [*ids, *[0] * (USUAL - len(ids))]


@dataclass(frozen=True)
class Ready:
    sql: str
    # Parameters, with the places among them.
    parameters: tuple
    names: tuple[str, ...]
    converters: tuple[tuple[int, tuple[list, Any]], ...]

    def rows(self, values: Sequence) -> list[Sequence]:
        places = range(_FIRST, _FIRST + len(values))
        filled = [
            values[each - _FIRST] if isinstance(each, int) and each in places else each for each in self.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, filled)
            found = cursor.fetchall()
        return [self._converted(row) for row in found] if self.converters else found

    def _converted(self, row: Sequence) -> Sequence:
        row = list(row)
        for at, (convert, expression) in self.converters:
            for each in convert:
                row[at] = each(row[at], expression, connection)
        return row


_kept: OrderedDict[Hashable, Ready | None] = OrderedDict()


def ready(key: Hashable, make: Callable[[], QuerySet]) -> Ready | None:
    """The query that `make` gives as `values_list`, put together the first time that `key` is asked for.

    None for one that the database need not be asked, since it can find nothing.
    """
    key = (connection.vendor, key)
    try:
        return _kept[key]
    except KeyError:
        _kept[key] = made = _put_together(make())
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return made


def asked(key: Hashable, make: Callable[[], QuerySet], values: Sequence = ()) -> list[Sequence]:
    """The rows of `ready(key, make)`, its places filled with `values`."""
    query = ready(key, make)
    return query.rows(values) if query else []


def reach_of(model: type[GuardedModel], actor: Actor, right: str = "") -> Hashable:
    """All that decides what `visible_to(actor, right)` asks of `model`."""
    rule = model.row_rule
    return (model, rule.condition(actor, right or rule.view), *(hidden() for hidden in hidden_batches))


def instances(model: type[Model], key: Hashable, make: Callable[[], QuerySet], values: Sequence = ()) -> list[Model]:
    """Whole rows of `model` that the queryset of `make` finds."""
    names = [field.attname for field in model._meta.concrete_fields]
    rows = asked((model, key), lambda: make().values_list(*names), values)
    return [model.from_db(DEFAULT_DB_ALIAS, names, row) for row in rows]


def _put_together(rows: QuerySet) -> Ready | None:
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
    return Ready(sql, tuple(parameters), tuple(rows.query.selected), tuple(converters.items()))
