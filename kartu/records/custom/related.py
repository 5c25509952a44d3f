"""Sections that list what hangs on a record: calls, people, later deals and papers. Each app adds what it has.

What a section lists stands in its `options`: {"source": "calls", "columns": ["at"], "filter": "minutes > 5"}.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kartu.core.actors import Actor, System
from kartu.core.expressions import Asked, ExpressionError, Schema, as_condition
from kartu.core.registry import Registry
from kartu.records.conditions.fields import Fields, field_of
from kartu.records.conditions.texts import spelt
from kartu.records.lists.asking import Asking
from kartu.records.lists.look import Look
from kartu.records.lists.spec import Column

SHORT, PAGE = 10, 50
# A tab says no more than "1000"; to count on would cost a card more than it tells.
MOST_COUNTED = 1000
WHY = "whether the filter of a related list makes sense, when it is set up"


@dataclass(frozen=True)
class Related:
    """Rows that hang on records of `entity` ("clients.client") and that a section can list.

    `key` stands in the database and never changes. `rows(record, by)` gives those of `record` that `by` may see, by
    their own rights; `columns`, of which the first names a row, are shown and, if they can be, filtered by. `at` is the
    column of the moment by which the newest come first, "pk" where there is none. `url(row, by)` leads to a row,
    `add(record, by)` to the form that makes one; "" where there is none, or `by` may not. `right`: only its holders
    know of it.
    """

    key: str
    entity: str
    label: str | Promise
    icon: str
    model: type[models.Model]
    columns: tuple[Column, ...]
    rows: Callable[[Any, Actor], QuerySet]
    url: Callable[[Any, Actor], str]
    add: Callable[[Any, Actor], str] = lambda record, by: ""
    at: str = "pk"
    right: str = ""
    order: int = 0

    own = None  # as of a list, whose fields of the firm's own can be filtered by


related: Registry[Related] = Registry(
    "records.related", "What hangs on a record and can be listed by a section of its card: a Related."
)


def sources_for(entity: str, by: Actor) -> list[Related]:
    return [each for each in related if each.entity == entity and (not each.right or by.may(each.right))]


def source_of(options: dict[str, Any], entity: str, by: Actor) -> Related | None:
    """What a section with `options` lists, as far as `by` may know of it."""
    found = related.get(options.get("source", ""))
    return found if found in sources_for(entity, by) else None


def fields_of(source: Related, asking: Asking) -> Fields:
    """What the filter of a section may ask for: columns that are for everybody who sees a row."""
    columns = {column.key: column for column in source.columns if column.can_filter and not column.right}
    schema = Schema.of(*(field_of(column, asking, source) for column in columns.values()))

    def test(condition: Any) -> None:
        as_condition(condition, asked_by(asking))

    return Fields(columns, schema, test=test)


def asked_by(asking: Asking) -> Asked:
    return Asked(asking.today, asking.zone, asking.person.pk)


def checked_options(source: Related, columns: Iterable[str], text: str) -> dict[str, Any]:
    """`options` of a section. ValidationError, by "columns" and "filter", for what the source does not have."""
    known = [column.key for column in source.columns]
    chosen = [key for key in known if key in set(columns)]
    if not chosen:
        raise ValidationError({"columns": _("Choose at least one column")}, code="empty")
    try:
        kept = spelt(fields_of(source, Asking(System(WHY))).understood(text)) if text.strip() else ""
    except ExpressionError as error:
        raise ValidationError({"filter": error.message}, code="filter") from None
    return {"source": source.key, "columns": chosen, "filter": kept}


class RelatedList:
    """What one section lists of `record`, for `by`."""

    def __init__(self, source: Related, options: dict[str, Any], record: Any, by: Actor) -> None:
        self.source, self.options, self.record, self.by = source, options, record, by
        self.asking = Asking(by)
        # Without a way to its page: each row knows its own.
        self.look = Look(self.asking, lambda pk: "")

    @property
    def columns(self) -> list[Column]:
        chosen = self.options.get("columns", ())
        return [
            each for each in self.source.columns if each.key in chosen and (not each.right or self.by.may(each.right))
        ]

    @property
    def add_url(self) -> str:
        return self.source.add(self.record, self.by)

    def rows(self) -> QuerySet:
        """All of them. ExpressionError where the filter asks for what is there no more."""
        rows = self.source.rows(self.record, self.by)
        if text := self.options.get("filter", ""):
            condition = fields_of(self.source, self.asking).understood(text)
            rows = rows.filter(as_condition(condition, asked_by(self.asking)))
        return rows

    def count(self) -> int:
        try:
            return self.rows().order_by()[:MOST_COUNTED].count()
        except ExpressionError:
            return 0

    def page(self, before: str = "", limit: int = PAGE) -> tuple[list[Any], str]:
        """(rows behind the place `before`, the newest first; the place of the last one, "" where no more follow)."""
        at = self.source.at
        rows = self.rows().annotate(**self.reads()).order_by(*dict.fromkeys((f"-{at}", "-pk")))
        if place := place_of(before, is_moment=at != "pk"):
            moment, pk = place
            older = Q(**{f"{at}__lt": moment}) | Q(**{at: moment, "pk__lt": pk}) if at != "pk" else Q(pk__lt=pk)
            rows = rows.filter(older)
        found = list(rows[: limit + 1])
        more = len(found) > limit
        return found[:limit], said_place(found[limit - 1], at) if more else ""

    def reads(self) -> dict[str, Any]:
        return {name: read for column in self.columns for name, read in column.kind.reads(column.field).items()}

    def cells(self, row: Any) -> list[SafeString]:
        shown = [self.cell(row, column) for column in self.columns]
        url = self.source.url(row, self.by)
        if url and shown:
            shown[0] = f'<a class="ink b5" href="{escape(url)}">{shown[0] or "–"}</a>'
        return [mark_safe(html) for html in shown]  # noqa: S308 - kinds of columns escape what they show

    def cell(self, row: Any, column: Column) -> str:
        return column.cell(row, self.look) if column.cell else column.kind.html(row, column.field, self.look)

    def printed(self, row: Any) -> list[str]:
        return [text for column in self.columns if (text := str(column.kind.printed(row, column.field)))]


def said_place(row: Any, at: str) -> str:
    return str(row.pk) if at == "pk" else f"{getattr(row, at).isoformat()}~{row.pk}"


def place_of(text: str, *, is_moment: bool) -> tuple[datetime | None, int] | None:
    """The place that `said_place` gave; None for anything else."""
    moment, _sign, number = text.rpartition("~")
    try:
        at = datetime.fromisoformat(moment).astimezone(UTC) if is_moment else None
    except (ValueError, OverflowError):  # the latter: where the calendar ends
        return None
    fits = number.isdecimal() and len(number) < 19 and (at is None or "+" in moment)
    return (at, int(number)) if fits else None
