"""Hints to SQLite's planner, which knows too little to choose between an index that filters and one that sorts.

A unary plus before a column hides it from the planner: its values stay, its indexes are out of the question.
PostgreSQL keeps statistics and plans by itself; there nothing is changed.
"""

import copy
from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import F, Func, QuerySet
from django.db.models.expressions import Col, OrderBy
from django.db.models.lookups import Lookup
from django.db.models.sql.where import WhereNode

from kartu.records.ready import Ready


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
    rows.query.where = hidden_node(rows.query.where, but)
    return rows


def hidden_node(node: Any, but: Collection[str]) -> Any:
    if isinstance(node, WhereNode):
        hidden = copy.copy(node)
        hidden.children = [hidden_node(child, but) for child in node.children]
        return hidden
    if isinstance(node, Lookup) and isinstance(node.lhs, Col) and not is_named(node.lhs.target, but):
        hidden = copy.copy(node)
        hidden.lhs = Hidden(node.lhs)
        return hidden
    return node


def is_named(column: Any, names: Collection[str]) -> bool:
    return column.name in names or column.attname in names or (column.primary_key and "pk" in names)


def ordered(rows: QuerySet, ordering: list[tuple[str, bool]], *, hidden: bool) -> QuerySet:
    """`rows` in `ordering`, (column, descending); `hidden`: sorted in memory, not by walking an index."""
    hidden = hidden and wants_hints()
    return rows.order_by(
        *(OrderBy(Hidden(F(field)) if hidden else F(field), descending=down) for field, down in ordering)
    )


def capped_counts(querysets: list[QuerySet], cap: int) -> list[int]:
    """The number of rows of each queryset, at most `cap`, in one query."""
    parts, values = [], []
    for rows in querysets:
        sql, parameters = capped(rows, cap)
        parts.append(sql)
        values += parameters
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return list(cursor.fetchone())


def capped(rows: QuerySet, cap: int) -> tuple[str, tuple]:
    """The SQL that counts `rows` up to `cap`."""
    sql, parameters = rows.order_by().values("pk")[:cap].query.sql_with_params()
    return f"(SELECT COUNT(*) FROM ({sql}) AS counted)", parameters  # noqa: S608 - Django's own SQL, its values apart


def count_within(rows: QuerySet, whole: Ready, cap: int) -> tuple[int, int]:
    """How many `rows` there are, and how many in the `whole` (which stops at `cap`) that they are part of.

    Are there `cap` of them, there are as many in the whole, which need not be counted then.
    """
    part, values = capped(rows, cap)
    counts = f"SELECT part, CASE WHEN part >= {cap} THEN part ELSE (SELECT COUNT(*) FROM ({whole.sql}) AS counted) END"  # noqa: S608 - Django's own SQL
    with connection.cursor() as cursor:
        cursor.execute(f"{counts} FROM (SELECT {part} AS part) AS counts", [*whole.parameters, *values])
        return cursor.fetchone()
