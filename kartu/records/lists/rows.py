"""The rows of a page: what the shown columns need of each, fetched by few queries however many rows there are."""

from collections.abc import Iterable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from django.db.models import Expression, QuerySet, Sum

from kartu.records.lists.asking import Asking
from kartu.records.lists.finding import Finding
from kartu.records.lists.spec import Column, ListSpec
from kartu.security.prepared import PLACES, USUAL, asked, filled_up, reach_of

Row = SimpleNamespace


def read_rows(spec: ListSpec, columns: Sequence[Column], ids: Sequence[int], asking: Asking) -> list[Row]:
    """The rows `ids` in that order, with the values that `columns` show. Those out of sight meanwhile are left out."""
    if not ids:
        return []
    rows = {row.pk: row for row in _rows_of(spec, columns, ids, asking)}
    for column in columns:
        if column.is_loaded:
            for pk, value in column.kind.load(list(rows), asking).items():
                setattr(rows[pk], column.field, value)
    return [rows[pk] for pk in ids if pk in rows]


def _rows_of(spec: ListSpec, columns: Sequence[Column], ids: Sequence[int], asking: Asking) -> Iterator[Row]:
    """The rows `ids` in no order."""
    fields, expressions = needs_of(columns)

    def rows(wanted: Sequence[int]) -> QuerySet:
        return spec.rows(asking.person).filter(pk__in=wanted).values_list("pk", *fields, *expressions.values())

    names = ["pk", *fields, *expressions]
    if len(ids) > USUAL:
        found = rows(ids)
    else:
        key = ("rows", spec.version, tuple(column.key for column in columns), reach_of(spec.model, asking.person))
        found = asked(key, lambda: rows(PLACES), filled_up(ids))
    return (Row(**dict(zip(names, values, strict=True))) for values in found)


def needs_of(columns: Iterable[Column]) -> tuple[list[str], dict[str, Expression]]:
    """The model's columns that `columns` read, and what must be worked out beside."""
    fields: dict[str, None] = {}
    expressions: dict[str, Expression] = {}
    for column in columns:
        if not column.is_loaded:
            fields[column.field] = None
            expressions.update(column.kind.reads(column.field))
        fields.update(dict.fromkeys(column.needs))
    fields.pop("pk", None)
    return list(fields), expressions


def totals_of(finding: Finding, columns: Sequence[Column]) -> dict[str, Any]:
    """Column key -> sum over all rows found, for columns that have one; nothing where there are too many rows."""
    summed = [column for column in columns if column.total]
    if not summed or finding.is_capped:
        return {}
    sums = finding.rows.order_by().aggregate(**{column.key: Sum(column.field) for column in summed})
    return {column.key: column.kind.value(Row(**{column.field: sums[column.key]}), column.field) for column in summed}
