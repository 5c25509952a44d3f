"""The lists of the screen, for programs: their columns, and the rows that a question finds."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from kartu.core.access import out_of_reach, signed_in
from kartu.core.api import Resource
from kartu.core.api.schemas import Out
from kartu.firm.models import User
from kartu.records.lists.asking import Asking, BadQuestion
from kartu.records.lists.finding import CAP, PAGE, Finding, Found
from kartu.records.lists.question import Question, write_cursor
from kartu.records.lists.rows import read_rows
from kartu.records.lists.spec import Column, ListSpec, list_called, lists_for
from kartu.security import views_log
from kartu.security.rows import GuardedQuerySet
from kartu.security.seals.ids import packed

LISTS = Resource("lists", _("Lists"), order=200)
MOST_ROWS = 200

# What a question may hold; the words of docs/api.md.
Filters = Query(
    [],
    alias="f",
    max_length=12,
    description="A filter, column:operation:value,value; several must all be true: f=city:any:Bandung&f=status:empty",
)
Words = Query("", alias="q", max_length=200, description="Words, as typed into the box of the list.")
Sort = Query("", alias="s", max_length=60, description='The column sorted by; with "-" the other way round.')
After = Query("", max_length=2000, description="The `next` of the page before.")
Before = Query("", max_length=2000, description="The `previous` of the page behind.")
Limit = Query(PAGE, ge=1, le=MOST_ROWS, description="How many rows.")


class Page(Out):
    """Cursors are null where there is nothing further; `count` is told on the first page, and ends at 10,001."""

    next: str | None
    previous: str | None
    count: int | None


class ColumnOut(Out):
    key: str
    label: str
    operations: list[str] = Field(description="How `f` may compare it; none: it is no filter.")
    can_sort: bool
    choices: list[str] | None = Field(description="The values that can be asked for, where there are few.")


class ListOut(Out):
    key: str
    title: str
    sort: str
    columns: list[ColumnOut]


class RowOut(Out):
    id: int
    values: dict[str, Any]


class RowPage(Page):
    items: list[RowOut]


@LISTS.get("/lists", list[ListOut])
@signed_in("tells of each list to those who may see it")
def read_lists(request: HttpRequest) -> list[dict[str, Any]]:
    """All lists with the columns that the person may know of."""
    return [told(spec, request) for spec in lists_for(request.user)]


def told(spec: ListSpec, request: HttpRequest) -> dict[str, Any]:
    asking = Asking(request.user)
    columns = [column_told(column, asking) for column in spec.columns_for(request.user).values()]
    return {"key": spec.key, "title": str(spec.title), "sort": spec.sort, "columns": columns}


def column_told(column: Column, asking: Asking) -> dict[str, Any]:
    choices = [str(value) for value, _label in column.kind.options(asking)] if column.kind.input == "choice" else None
    return {
        "key": column.key,
        "label": str(column.label),
        "operations": list(column.kind.operations) if column.can_filter else [],
        "can_sort": column.can_sort,
        "choices": choices,
    }


@LISTS.get("/lists/{key}", ListOut)
@signed_in("a list asks for a right of its own")
def read_list(request: HttpRequest, key: str) -> dict[str, Any]:
    return told(spec_for(request, key), request)


@LISTS.get("/lists/{key}/rows", RowPage)
@signed_in("a list asks for a right of its own")
def read_list_rows(
    request: HttpRequest,
    key: str,
    f: list[str] = Filters,
    q: str = Words,
    s: str = Sort,
    after: str = After,
    before: str = Before,
    limit: int = Limit,
    columns: str = Query("", max_length=1000, description="Keys of columns with commas; all, if none are named."),
) -> dict[str, Any]:
    """Rows with the values of columns, as they are filtered, sorted and exported."""
    spec = spec_for(request, key)
    asking = Asking(request.user)
    question = question_of(request.GET, spec, asking)
    chosen = columns_named(columns, question)
    found, page = page_of(question, asking, limit)
    rows = read_rows(spec, chosen, found.ids, asking)
    items = [
        {"id": row.pk, "values": {each.key: as_json(each.kind.value(row, each.field)) for each in chosen}}
        for row in rows
    ]
    return {"items": items, **page}


def spec_for(request: HttpRequest, key: str) -> ListSpec:
    spec = list_called(key, request.user)
    if spec is None or not request.user.may(spec.right):
        raise out_of_reach(request.user, f"list {key}"[:80])
    return spec


def columns_named(text: str, question: Question) -> list[Column]:
    keys = [key for key in text.split(",") if key] or list(question.columns)
    unknown = [key for key in keys if key not in question.columns]
    if unknown:
        raise BadQuestion("The list has no such column")
    return [question.columns[key] for key in dict.fromkeys(keys)]


def as_json(value: Any) -> Any:
    """Moments come as the person's clock shows them."""
    if isinstance(value, datetime):
        return (timezone.make_aware(value) if timezone.is_naive(value) else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


# --- for the lists of the apps above ---------------------------------------------------------------------------------


def question_of(asked: QueryDict, spec: ListSpec, asking: Asking) -> Question:
    """The question of an address. BadQuestion for anything the list does not know, or the person may not know of."""
    data = asked.copy()
    for name in ("limit", "columns"):
        data.pop(name, None)
    return Question.of(spec, data, asking)


def page_of(question: Question, asking: Asking, limit: int) -> tuple[Found, dict[str, Any]]:
    """The rows found, and what `Page` tells around them. The look at the list is logged, as on the screen."""
    finding = Finding(question, asking)
    found = finding.page(limit)
    count = None if question.cursor is not None else min(finding.count, CAP + 1)
    detail = {"list": question.spec.key, **question.parts(), "shown": len(found.ids), "found": count}
    detail["ids"] = packed(found.ids)
    views_log.saw("list", by=asking.person, object_type=question.spec.label, detail=detail)
    return found, {
        "next": write_cursor(found.last) if found.has_after and found.last else None,
        "previous": write_cursor(found.first) if found.has_before and found.first else None,
        "count": count,
    }


def items_of(
    asked: QueryDict, spec: ListSpec, by: User, limit: int, *, rows: GuardedQuerySet, told: Callable[[Any], Any]
) -> dict[str, Any]:
    """A page of `spec` with its `rows` in full, each as `told` tells it; what has gone meanwhile is left out."""
    asking = Asking(by)
    found, page = page_of(question_of(asked, spec, asking), asking, limit)
    there = {row.pk: row for row in rows.visible_to(by).filter(pk__in=found.ids)}
    return {"items": [told(there[pk]) for pk in found.ids if pk in there], **page}
