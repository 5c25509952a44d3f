"""A row's place in the list that it was opened from: "4 of 86", and the rows before and behind it.

The question of the list travels in the address of the row's page (`memory_of`). One query tells everything, however
long the list is: the two rows are found by walking from the row's own place, the numbers are counted up to the cap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict

from kartu.core.actors import Actor
from kartu.records.lists.asking import Asking, BadQuestion
from kartu.records.lists.finding import CAP, Finding
from kartu.records.lists.hints import hide, narrowed, ordered
from kartu.records.lists.keeping import views_of
from kartu.records.lists.order import Order, order_of, plain_value
from kartu.records.lists.page import number_said
from kartu.records.lists.question import Question, memory_of
from kartu.records.lists.spec import ListSpec
from kartu.records.lists.walk import Walk, any_of
from kartu.security.rows import GuardedModel


def near(spec: ListSpec, query: str, row: GuardedModel, by: Actor) -> "Near | None":
    """The neighbours of `row` in the list that `query` asks for; None where it asks for none, or leaves the row out."""
    if not query:
        return None
    asking = Asking(by)
    try:
        question = Question.of(spec, QueryDict(query), asking)
    except BadQuestion:
        return None
    finding = Finding(question.changed(), asking)
    order = order_of(question, asking, finding.possible_values(question.sort_column.sort))
    place = place_of(row, finding, order)
    number = segment_of(place[order.field], order)
    return Near(finding, order, number, row, place) if number is not None else None


def place_of(row: GuardedModel, finding: Finding, order: Order) -> dict[str, Any]:
    """Column -> value, of all that puts `row` in its place; what lies in another table is asked for."""
    fields = {order.field, *(field for segment in order.segments for field in segment.fields)}
    values = {field: getattr(row, field) for field in fields if "__" not in field}
    if joined := sorted(fields - values.keys()):
        found = finding.reach.filter(pk=row.pk).values_list(*joined).first()
        values |= dict(zip(joined, found or [None] * len(joined), strict=True))
    return values


def segment_of(value: Any, order: Order) -> int | None:
    """The number of the segment that a row with `value` stands in; None where the question leaves it out."""
    keys = [segment.key for segment in order.segments]
    if order.is_ranked:
        wanted = f"={value}" if f"={value}" in keys else "empty"
    else:
        wanted = "empty" if value in (None, "") else "filled"
    return keys.index(wanted) if wanted in keys else None


@dataclass(frozen=True)
class Told:
    """What the one query told."""

    found: int
    before: int
    is_in: bool
    previous: int | None
    next: int | None


class Near:
    """What the top line of a record shows of the list around it."""

    def __init__(self, finding: Finding, order: Order, segment: int, row: GuardedModel, place: dict[str, Any]) -> None:
        self.finding, self.order, self.segment, self.row = finding, order, segment, row
        self.question, self.spec = finding.question, finding.spec
        self.values = [place[field] for field in order.segments[segment].fields]

    @property
    def query(self) -> str:
        return self.question.query()

    @property
    def list_url(self) -> str:
        return self.question.url()

    @cached_property
    def view(self) -> str:
        """The name of the view that the list was seen in; "" for the whole list."""
        key = self.question.view
        ready = {view.key: str(view.label) for view in self.spec.views}
        if key in ("", "all") or key in ready:
            return "" if key == "all" else ready.get(key, "")
        return next((view.label for view in views_of(self.spec, self.finding.asking.person) if view.key == key), "")

    @cached_property
    def told(self) -> Told:
        rows = self.finding.rows
        counts = [capped(rows), capped(self._before()), capped(rows.filter(pk=self.row.pk))]
        found, before, is_in, *around = ask([*counts, self._beside(backwards=True), self._beside(backwards=False)])
        return Told(found or 0, before or 0, bool(is_in), *around)

    def _before(self) -> QuerySet:
        own = self.order.segments[self.segment]
        earlier = [segment.where for segment in self.order.segments[: self.segment]]
        return narrowed(self.finding.rows, any_of([own.where & own.beyond(self.values, backwards=True), *earlier]))

    def _beside(self, *, backwards: bool) -> list[QuerySet]:
        """Where the neighbour is looked for: in the row's own segment first, then in those that follow."""
        walk = Walk(self.finding, self.order, None, self.segment, self.values, backwards, 1)
        own = self.order.segments[self.segment]
        places = [first(walk.segment_rows(own, self.values), own.ordering(backwards=backwards))]
        others = [self.order.segments[number] for number in walk.numbers[1:]]
        if not self.order.is_ranked:
            return [
                *places,
                *(first(walk.segment_rows(each, None), each.ordering(backwards=backwards)) for each in others),
            ]
        if others:
            rows = hide(self.finding.rows, but={"trashed_at", self.order.field})
            rows = narrowed(rows, any_of(segment.where for segment in others)).annotate(rank=self.order.rank)
            places.append(first(rows, [("rank", backwards), *others[0].ordering(backwards=backwards)]))
        return places

    @property
    def position(self) -> str:
        """ "4 of 86" needs both; "" for a row that the question has stopped finding, or one too far down."""
        return number_said(self.told.before + 1) if self.told.is_in and self.told.before < CAP else ""

    @property
    def total(self) -> str:
        return number_said(self.told.found)

    @property
    def previous_url(self) -> str:
        return self._address(self.told.previous) if self.told.previous else ""

    @property
    def next_url(self) -> str:
        return self._address(self.told.next) if self.told.next else ""

    def _address(self, pk: int) -> str:
        return f"{self.spec.row_url(pk)}?{memory_of(self.question)}"

    @property
    def cursor(self) -> list:
        return [self.order.segments[self.segment].key, *map(plain_value, self.values)]

    @property
    def page_after(self) -> str:
        """The query of the list's page that begins behind this row; `page_before`: that ends before it."""
        return self.question.at(self.cursor).query()

    @property
    def page_before(self) -> str:
        return self.question.at(self.cursor, backwards=True).query()


def first(rows: QuerySet, ordering: list[tuple[str, bool]]) -> QuerySet:
    return ordered(rows, ordering, hidden=False).values("pk")[:1]


def capped(rows: QuerySet) -> QuerySet:
    return rows.order_by().values("pk")[: CAP + 1]


def ask(parts: Sequence[QuerySet | list[QuerySet]]) -> list[Any]:
    """In one query: of each queryset the number of its rows, of each list of them the first value that there is."""
    columns, values = [], []
    for part in parts:
        is_count = isinstance(part, QuerySet)
        chosen = []
        for rows in [part] if is_count else part:
            try:
                sql, parameters = rows.query.sql_with_params()
            except EmptyResultSet:
                continue
            chosen.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted)" if is_count else f"({sql})")  # noqa: S608 - Django's own SQL, its values apart
            values += parameters
        # Both databases stop at the first of COALESCE that is something: the later ones cost nothing then.
        columns.append(f"COALESCE({', '.join([*chosen, 'NULL', 'NULL'])})")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", values)
        return list(cursor.fetchone())
