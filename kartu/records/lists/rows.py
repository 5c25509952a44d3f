"""The rows of a page: what the shown columns need of each, fetched by few queries however many rows there are."""

from collections.abc import Iterable, Sequence
from types import SimpleNamespace
from typing import Any

from django.db.models import Expression, Sum

from kartu.records.lists.asking import Asking
from kartu.records.lists.finding import Finding
from kartu.records.lists.spec import Column, ListSpec

Row = SimpleNamespace


def read_rows(spec: ListSpec, columns: Sequence[Column], ids: Sequence[int], asking: Asking) -> list[Row]:
    """The rows `ids` in that order, with the values that `columns` show. Those out of sight meanwhile are left out."""
    if not ids:
        return []
    fields, expressions = needs_of(columns)
    found = spec.rows(asking.person).filter(pk__in=ids).values("pk", *fields, **expressions)
    rows = {values["pk"]: Row(**values) for values in found}
    for column in columns:
        if column.is_loaded:
            for pk, value in column.kind.load(list(rows), asking).items():
                setattr(rows[pk], column.field, value)
    return [rows[pk] for pk in ids if pk in rows]


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
