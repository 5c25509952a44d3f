"""Queries that every page of a kind asks: their SQL is put together once, afterwards only the values change.

Putting a query together takes Django ten times as long as the database needs to answer it.
"""

from collections.abc import Callable, Hashable
from copy import copy
from typing import Any

from django.db import connections, models
from django.db.models import QuerySet

from kartu.core.actors import Actor, Scope
from kartu.security.rows import Clearance, hidden_batches

# Stand for the values while the SQL is made; no constant of a query is like them.
MARKS = (7_310_000_000_000_001, 7_310_000_000_000_003, 7_310_000_000_000_007)
LARGEST = 2**63 - 1


class Prepared:
    """`build(*values)` gives the rows for whole numbers, opened as always; `rows` gives them without building again.

    `build` may depend on nothing but its values and what `shape` tells: for each shape it is called once.
    """

    def __init__(self, build: Callable[..., QuerySet]) -> None:
        self.build = build
        self.made: dict[Hashable, Statement] = {}

    def rows(self, *values: int, clearance: Clearance | None = None, **shape: Hashable) -> list[Any]:
        """The rows; those of a guarded model bear `clearance`, which whoever asks has shown to hold."""
        if any(ids() for ids in hidden_batches) or any(abs(value) > LARGEST for value in values):
            return self.built(values, clearance, shape)
        key = tuple(shape.values())
        statement = self.made.get(key)
        if statement is None:
            statement = self.made[key] = Statement(self.build(*MARKS[: len(values)], **shape), len(values))
        return statement.rows(values, clearance)

    def built(self, values: tuple[int, ...], clearance: Clearance | None, shape: dict[str, Hashable]) -> list[Any]:
        """The same without keeping anything: while an import runs, what it hides is another thing every time."""
        found = list(self.build(*values, **shape))
        for row in found if clearance else ():
            row._clearance = clearance
        return found


class Statement:
    """The SQL of a query, with the places where its values stand."""

    def __init__(self, rows: QuerySet, count: int) -> None:
        self.model, self.kind, self.using = rows.model, type(rows), rows.db
        self.compiler = rows.query.get_compiler(rows.db)
        self.sql, parameters = self.compiler.as_sql()
        self.compiler.connection = None  # each thread has its own, and closes it
        self.parameters = list(parameters)
        self.places = [(at, MARKS.index(value)) for at, value in enumerate(parameters) if value in MARKS]
        if {number for _at, number in self.places} != set(range(count)):
            raise ValueError(f"Not all {count} values stand in {self.sql}")

    def rows(self, values: tuple[int, ...], clearance: Clearance | None) -> list[models.Model]:
        parameters = self.parameters.copy()
        for at, number in self.places:
            parameters[at] = type(parameters[at])(values[number])  # psycopg's integers have types of their own
        compiler = copy(self.compiler)
        compiler.connection = connections[self.using]
        compiler.as_sql = lambda *args, **kwargs: (self.sql, tuple(parameters))
        return list(self.kind(self.model, Ready(compiler, clearance), self.using))


class Ready:
    """A query as far as a queryset needs one to fetch its rows."""

    def __init__(self, compiler: Any, clearance: Clearance | None) -> None:
        self.compiler, self.clearance = compiler, clearance

    def get_compiler(self, using: str | None = None, **options: Any) -> Any:
        return self.compiler


class Somebody:
    """Stands for a person while SQL is made: it knows no more of him than his number, his team, and how far he reaches.

    A rule that asks for more fails at once, so that no condition of one person is kept for another.
    """

    is_system = False

    def __init__(self, pk: int, team_id: int | None, reach: tuple[tuple[str, Scope | None], ...]) -> None:
        self.pk, self.team_id, self.reach = pk, team_id, dict(reach)

    def scope(self, right: str) -> Scope | None:
        return self.reach[right]

    def may(self, right: str) -> bool:
        return self.reach[right] is not None


def reach_of(by: Actor, *rights: str) -> tuple[tuple[str, Scope | None], ...]:
    """What a shape tells of `by`."""
    return tuple((right, by.scope(right)) for right in rights)
