"""Hints to SQLite's planner, which knows too little to choose between an index that filters and one that sorts.

A unary plus before a column hides it from the planner: its values stay, its indexes are out of the question.
PostgreSQL keeps statistics and plans by itself; there nothing is changed.
"""

import copy
from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection
from django.db.models import F, Func, Q, QuerySet
from django.db.models.expressions import Col, OrderBy
from django.db.models.lookups import Lookup
from django.db.models.sql.query import Query
from django.db.models.sql.where import WhereNode

from kartu.security.prepared import Statement


class Hidden(Func):
    """A column that no index may serve."""

    template = "+%(expressions)s"
    arity = 1


def wants_hints() -> bool:
    return connection.vendor == "sqlite"


def hide(rows: QuerySet, *, but: Collection[str]) -> QuerySet:
    """`rows`, its conditions hidden from the planner except those on the columns `but`."""
    if not wants_hints():
        return rows
    rows = rows._chain()
    names = called_in(rows.query, but)
    rows.query.where = hidden_node(rows.query.where, names)
    leading = {name.partition("__")[0] for name in names}
    rows.query.alias_map = {
        alias: join if alias in leading else reached_by_row(join) for alias, join in rows.query.alias_map.items()
    }
    return rows


def reached_by_row(join: Any) -> Any:
    """A joined table of values as one that does not lead: SQLite is kept from reading all values of the field first."""
    relation = getattr(join, "filtered_relation", None)
    if relation is None:
        return join
    join, relation = copy.copy(join), copy.copy(relation)
    relation.resolved_condition = hidden_node(relation.resolved_condition, ())
    join.filtered_relation = relation
    return join


def called_in(query: Query, names: Collection[str]) -> set[str]:
    """`names`, those of joined tables as the query calls these: the second one of a kind is not f6 but T4."""
    joined = {
        join.filtered_relation.alias: alias
        for alias, join in query.alias_map.items()
        if getattr(join, "filtered_relation", None)
    }
    parts = [name.partition("__") for name in names]
    return {f"{joined.get(table, table)}{mark}{column}" for table, mark, column in parts}


def hidden_node(node: Any, but: Collection[str]) -> Any:
    if isinstance(node, WhereNode):
        hidden = copy.copy(node)
        hidden.children = [hidden_node(child, but) for child in node.children]
        return hidden
    if isinstance(node, Lookup) and isinstance(node.lhs, Col) and not is_named(node.lhs, but):
        hidden = copy.copy(node)
        hidden.lhs = Hidden(node.lhs)
        return hidden
    return node


def is_named(column: Col, names: Collection[str]) -> bool:
    """Whether `names` hold the column; one of a joined table is called as its path is: f5__number."""
    target = column.target
    if f"{column.alias}__{target.name}" in names:
        return True
    return target.name in names or target.attname in names or (target.primary_key and "pk" in names)


def narrowed(rows: QuerySet, where: Q) -> QuerySet:
    """`rows.filter(where)`, which looks at tables that are joined already once and not a second time.

    Django would join them anew in each call of `filter`, and sort by other rows than it has looked at.
    """
    rows = rows._chain()
    rows.query.used_aliases = set(rows.query.alias_map)
    rows.query.add_q(where)
    return rows


def ordered(rows: QuerySet, ordering: list[tuple[str, bool]], *, hidden: bool) -> QuerySet:
    """`rows` in `ordering`, (column, descending); `hidden`: sorted in memory, not by walking an index."""
    hidden = hidden and wants_hints()
    return rows.order_by(
        *(OrderBy(Hidden(F(field)) if hidden else F(field), descending=down) for field, down in ordering)
    )


def capped(rows: QuerySet, cap: int) -> QuerySet:
    """`rows` as they are counted: no more than `cap` of them."""
    return rows.order_by().values_list("pk")[:cap]


def counted(statements: Sequence[Statement | None]) -> list[int]:
    """The number of rows of each statement, in one query; of None, which finds nothing, 0."""
    asked = [statement for statement in statements if statement]
    if not asked:
        return [0] * len(statements)
    values = [value for statement in asked for value in statement.parameters]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(map(count_of, statements))}", values)
        return list(cursor.fetchone())


def counted_within(part: Statement | None, whole: Statement | None, cap: int) -> tuple[int, int]:
    """How many rows `part` finds, and how many the `whole` that they are part of; both stop at `cap`.

    Are there `cap` of them, there are as many in the whole, which need not be counted then.
    """
    if not part or not whole:
        return 0, counted([whole])[0]
    counts = f"SELECT part, CASE WHEN part >= {cap} THEN part ELSE {count_of(whole)} END"  # noqa: S608 - Django's own SQL
    with connection.cursor() as cursor:
        values = [*whole.parameters, *part.parameters]
        cursor.execute(f"{counts} FROM (SELECT {count_of(part)} AS part) AS counts", values)
        return cursor.fetchone()


def count_of(statement: Statement | None) -> str:
    return f"(SELECT COUNT(*) FROM ({statement.sql}) AS counted)" if statement else "0"  # noqa: S608 - Django's own SQL
