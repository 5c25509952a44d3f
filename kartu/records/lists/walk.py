"""Walking along the order of a list until a page is full, or sorting all that is found where that is cheaper."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from kartu.records.lists.edges import edge
from kartu.records.lists.gathered import Placed
from kartu.records.lists.hints import capped, counted, hide, narrowed, ordered
from kartu.records.lists.merged import merged
from kartu.records.lists.order import EMPTY, FILLED, Order, Segment
from kartu.records.lists.plan import Reading
from kartu.security.prepared import Statement, asked, prepared

if TYPE_CHECKING:
    from kartu.records.lists.finding import Finding

BATCH = 8


@dataclass
class Walk:
    """One walk along an order from a place in it, `wanted` rows far."""

    finding: "Finding"
    order: Order
    reading: Reading | None
    start: int
    values: list | None
    backwards: bool
    wanted: int

    @cached_property
    def key(self) -> Hashable:
        """All that decides what the walk from the first row on asks."""
        return (self.finding.key, self.order.key, self.backwards)

    @property
    def numbers(self) -> range:
        """The segments from the start on, in the direction of the walk."""
        return range(self.start, -1, -1) if self.backwards else range(self.start, len(self.order.segments))

    def straight(self) -> list[Placed]:
        """Segment by segment: the few of a column that has values or none."""
        placed: list[Placed] = []
        for number in self.numbers:
            if len(placed) < self.wanted:
                placed += self.rows_of(number, self.wanted - len(placed))
        return placed

    def rows_of(self, number: int, wanted: int) -> list[Placed]:
        segment = self.order.segments[number]
        values = self.values if number == self.start else None
        # Of the places in a list there are too many to keep what each was asked by.
        if values is not None:
            return [(number, row) for row in self.in_order(segment, values)[:wanted]]
        if self.reading is None and segment.key == FILLED and (near := self.near_rows(segment, wanted)) is not None:
            return [(number, row) for row in near]
        key = (self.key, "rows", self.reading and self.reading.key, segment.key, wanted)
        return [(number, row) for row in asked(key, lambda: self.in_order(segment)[:wanted])]

    def in_order(self, segment: Segment, values: list | None = None) -> QuerySet:
        order = segment.ordering(backwards=self.backwards)
        rows = ordered(self.segment_rows(segment, values), order, hidden=self.reading is not None)
        return rows.values_list(*segment.fields)

    def near_rows(self, segment: Segment, wanted: int) -> list[tuple] | None:
        """`wanted` rows from where the walk begins, if they stand not too far; None: it must go on, or read instead.

        New clients are not those long unheard of: a walk along the one may pass nearly all before it meets the other.
        """
        far = self.finding.probed(self.order)
        if not far:
            return None
        (field, down), *_rest = segment.ordering(backwards=self.backwards)
        end = edge(self.finding.model, segment, field, far, down=down)
        if end is None:
            return None
        within = Q(**{f"{field}__{'gte' if down else 'lte'}": end})

        def rows() -> QuerySet:
            tried = ordered(self.limited(segment, within), segment.ordering(backwards=self.backwards), hidden=False)
            return tried.values_list(*segment.fields)[:wanted]

        found = asked((self.key, "near", wanted, end), rows)
        if len(found) == wanted:
            return found
        if (found := merged(self.finding, self.order, segment, wanted, backwards=self.backwards)) is not None:
            return found
        self.reading = self.finding.reading_after_all(self.order)
        return None

    def segment_rows(self, segment: Segment, values: list | None) -> QuerySet:
        beyond = Q() if values is None else segment.beyond(values, backwards=self.backwards)
        if self.reading is not None:
            return self.finding.read_by(self.reading, segment.where & beyond)
        if values is not None and segment.key == FILLED:
            return self.limited(segment, beyond)
        # The index of the sort leads; all other conditions are looked at on the way.
        rows = hide(self.finding.rows, but={"trashed_at", self.order.field, *self.finding.led_to(self.order)})
        return narrowed(rows, segment.where & beyond)

    def limited(self, segment: Segment, limit: Q) -> QuerySet:
        """The rows of a segment along whose index one limit is walked to, or from.

        SQLite begins a range at the first limit that it is told: the one that makes the segment must not be seen.
        """
        rows = hide(narrowed(self.finding.rows, segment.where), but={"trashed_at", *self.finding.led_to(self.order)})
        return narrowed(rows, limit)

    def ranked(self) -> list[Placed]:
        """Along a column of few values. Sparse segments are fetched several at once, so that queries stay few."""
        if self.reading is not None:
            return self.sorted_by_rank()
        placed = self.rows_of(self.start, self.wanted)
        for numbers in self.batches(self.numbers[1:]):
            if len(placed) >= self.wanted:
                break
            placed += self.batch(numbers, self.wanted - len(placed))
        return placed[: self.wanted]

    def batches(self, numbers: Sequence[int]) -> Iterator[Sequence[int]]:
        """`numbers` in their order, several at once. Rows without a joined value are looked for by themselves: no index
        leads to them."""
        segments = self.order.segments
        alone = [number for number in numbers if segments[number].key == EMPTY and segments[0].twin]
        others = [number for number in numbers if number not in alone]
        several = [others[at : at + BATCH] for at in range(0, len(others), BATCH)]
        yield from ([alone, *several] if self.backwards else [*several, alone]) if alone else several

    def batch(self, numbers: Sequence[int], wanted: int) -> list[Placed]:
        """The first `wanted` rows of the segments `numbers`."""
        counts = dict(zip(numbers, counted([self.counting(number, wanted) for number in numbers]), strict=True))
        sparse = [number for number, count in counts.items() if 0 < count < wanted]
        placed: list[Placed] = self.all_of(sparse) if sparse else []
        full = [number for number, count in counts.items() if count >= wanted]
        return sorted([*placed, *(self.rows_of(full[0], wanted) if full else [])], reverse=self.backwards)

    def counting(self, number: int, wanted: int) -> Statement | None:
        segment = self.order.segments[number]
        key = (self.key, "count", segment.key, wanted)
        return prepared(key, lambda: capped(self.segment_rows(segment, None), wanted))

    def all_of(self, numbers: list[int]) -> list[Placed]:
        """All rows of segments that have few."""
        segments = [self.order.segments[number] for number in numbers]

        def rows() -> QuerySet:
            found = hide(self.finding.rows, but={"trashed_at", self.order.field})
            found = narrowed(found, any_of(segment.where for segment in segments)).annotate(rank=self.order.rank)
            return found.order_by().values_list("rank", *segments[0].fields)

        found = asked((self.key, "all", *(segment.key for segment in segments)), rows)
        return [(number, tuple(row)) for number, *row in found]

    def sorted_by_rank(self) -> list[Placed]:
        """Few rows match: the database sorts them all by the number of their segment."""
        key = (self.key, "sorted", self.reading.key, self.wanted)
        found = self.by_rank() if self.values is not None else asked(key, self.by_rank)
        return [(number, tuple(row)) for number, *row in found]

    def by_rank(self) -> QuerySet:
        fields, where = self.order.segments[0].fields, Q()
        if self.values is not None:
            here, *others = (self.order.segments[number] for number in self.numbers)
            inside = here.where & here.beyond(self.values, backwards=self.backwards)
            where = any_of([inside, *(segment.where for segment in others)])
        sign = "-" if self.backwards else ""
        rows = self.finding.read_by(self.reading, where).annotate(rank=self.order.rank)
        rows = rows.order_by(*(f"{sign}{field}" for field in ("rank", *fields))).values_list("rank", *fields)
        return rows[: self.wanted]


def any_of(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions)
