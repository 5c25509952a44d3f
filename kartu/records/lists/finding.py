"""Finding a page of a list: how many rows there are (up to a cap), and which of them stand on the page."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from operator import or_

from django.db.models import Q, QuerySet

from kartu.records.lists.asking import Asking
from kartu.records.lists.hints import capped, counted, counted_within, hide, ordered, wants_hints
from kartu.records.lists.order import Order, Segment, order_of, plain_value
from kartu.records.lists.plan import SORTED, Indexes, Reading, Unit, cheapest_reading, cost_of_walking
from kartu.records.lists.question import Question
from kartu.security.prepared import Statement, asked, prepared, reach_of

PAGE = 50
CAP = 10_000
BATCH = 8
WHY = "how many rows a condition finds, to choose between indexes; the rows themselves are asked for by rights"

# The number of a segment and the values of its fields, of which the last is the id.
Placed = tuple[int, tuple]


@dataclass
class Found:
    """A page: ids in their order, with the cursors of the first and the last, and whether there are rows around it."""

    ids: list[int] = field(default_factory=list)
    first: list | None = None
    last: list | None = None
    has_before: bool = False
    has_after: bool = False


@dataclass(frozen=True)
class Counts:
    """`everything`: rows without chips and words; `found`: with them; CAP + 1 means "more than CAP"."""

    everything: int
    found: int
    units: list[Unit]


class Finding:
    """The rows that a question finds for a person. Nothing is asked of the database before it is needed."""

    def __init__(self, question: Question, asking: Asking, right: str = "") -> None:
        self.question = question
        self.asking = asking
        self.spec = question.spec
        self.model = question.spec.model
        self.right = right or question.spec.right

    @cached_property
    def key(self) -> Hashable:
        """All that decides what the rows found are asked by; pages of the same question are put together once."""
        asking, question = self.asking, self.question
        reach = reach_of(self.model, asking.person, self.right)
        chips = tuple(map(str, question.chips))
        return (self.spec.key, reach, asking.person.pk, asking.today, asking.zone, chips, question.text)

    @cached_property
    def reach(self) -> QuerySet:
        """All rows that the person reaches."""
        return self.spec.rows(self.asking.person, self.right)

    @cached_property
    def narrowing(self) -> list[Unit]:
        """The chips and the words."""
        units = [Unit(chip.where(self.asking), chip.fields, hint=chip.hint) for chip in self.question.chips]
        if self.question.text and self.spec.quick:
            units.append(Unit(self.spec.quick(self.question.text), self.spec.quick_fields))
        return units

    @cached_property
    def scope(self) -> Unit | None:
        """The person's reach; None where it reaches everything."""
        condition = self.model.row_rule.condition(self.asking.person, self.right)
        return Unit(None, frozenset(columns_of(condition))) if condition else None

    @cached_property
    def rows(self) -> QuerySet:
        """All rows found, in no order."""
        rows = self.reach
        for unit in self.narrowing:
            rows = rows.filter(unit.where)
        return rows

    # --- counts ------------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        return self.counts.found

    @property
    def is_capped(self) -> bool:
        return self.count > CAP

    @cached_property
    def counts(self) -> Counts:
        if not self.narrowing:
            (everything,) = counted([self._everything()])
            return Counts(everything, everything, self._units(everything, []))
        if not wants_hints() or (len(self.narrowing) == 1 and self.scope is None):
            part = self._counting(lambda: hinted(self.rows, self.narrowing), "hinted")
            found, everything = counted_within(part, self._everything(), CAP + 1)
            return Counts(everything, found, self._units(everything, [found] * len(self.narrowing)))
        cap = max(CAP, self.size // 20)
        alone = [self._alone(number, unit, cap) for number, unit in enumerate(self.narrowing)]
        if self.scope is None:
            alone = counted(alone)
            units = self._units(CAP + 1, alone)
            # A person who sees all sees at least what one of the conditions finds alone.
            found, everything = (
                (*counted([self._read_by(units)]), CAP + 1)
                if max(alone) > CAP
                else counted_within(self._read_by(units), self._everything(), CAP + 1)
            )
            return Counts(everything, found, units)
        everything, *alone = counted([self._everything(cap), *alone])
        everything = min(everything, CAP + 1)
        units = self._units(everything, alone)
        (found,) = counted([self._read_by(units)])
        return Counts(everything, found, units)

    def _counting(self, make: Callable[[], QuerySet], *key: Hashable, cap: int = 0) -> Statement | None:
        """What counts the rows of `make` up to `cap` (CAP, if none is named), and one more."""
        cap = cap or CAP
        return prepared(("count", self.key, cap, *key), lambda: capped(make(), cap + 1))

    def _everything(self, cap: int = 0) -> Statement | None:
        cap = cap or CAP
        key = ("everything", reach_of(self.model, self.asking.person, self.right), cap)
        return prepared(key, lambda: capped(self.reach, cap + 1))

    def _read_by(self, units: list[Unit]) -> Statement | None:
        reading = cheapest_reading(units, self.indexes, self.size)
        return self._counting(lambda: reading.of(self.rows), reading.key)

    def _alone(self, number: int, unit: Unit, cap: int) -> Statement | None:
        rows = self.model.objects.as_system(WHY)
        return self._counting(lambda: hinted(rows.live().filter(unit.where), [unit]), "alone", number, cap=cap)

    def _units(self, everything: int, alone: list[int]) -> list[Unit]:
        units = [*zip(self.narrowing, alone, strict=True), *([(self.scope, everything)] if self.scope else [])]
        return [replace(unit, alone=count if count <= max(CAP, self.size // 20) else None) for unit, count in units]

    # --- the plan (SQLite) ---------------------------------------------------------------------------------------

    @cached_property
    def indexes(self) -> Indexes:
        return Indexes(self.model)

    @cached_property
    def size(self) -> int:
        """About how many rows the table has."""
        newest = asked(
            ("newest", self.model), lambda: self.model.objects.as_system(WHY).order_by("-pk").values_list("pk")[:1]
        )
        return newest[0][0] if newest else 1

    def reading(self, order: Order) -> Reading | None:
        """How to read and sort all that is found; None: walk along the index of `order` until the page is full."""
        units = self.counts.units
        if self.is_capped or not units:
            return None
        reading = cheapest_reading(units, self.indexes, self.size, order.columns)
        walking = cost_of_walking(order.field, units, self.indexes, self.size, self.count, PAGE)
        return None if walking <= reading.cost + self.count * SORTED else reading

    def possible_values(self, field: str) -> set | None:
        """The only values of `field` among the rows found, where chips or the person's reach say so."""
        conditions = [unit.where for unit in self.narrowing]
        conditions.append(self.model.row_rule.condition(self.asking.person, self.right) or Q())
        possible: set | None = None
        for condition in conditions:
            if (values := values_demanded(condition, field)) is not None:
                possible = values if possible is None else possible & values
        return possible

    def led_to(self, order: Order) -> list[str]:
        """A column of which only one value can be, and whose index goes on in `order`: nothing else is walked past."""
        if order.is_ranked:
            return []
        leads = [columns[0] for columns in self.indexes.columns if columns[1:2] == [order.field]]
        return [lead for lead in leads if len(self.possible_values(lead) or ()) == 1][:1]

    # --- pages -------------------------------------------------------------------------------------------------

    def page(self, size: int = PAGE) -> Found:
        """The page at the question's cursor, or the first one."""
        field, backwards = self.question.sort_column.sort, self.question.backwards
        order = order_of(self.question, self.asking, self.possible_values(field))
        start, values = 0, None
        if self.question.cursor is not None:
            start, values = order.place(self.model, self.question.cursor)
        if not self.count:
            return Found()
        walk = Walk(self, order, self.reading(order), start, values, backwards, size + 1)
        placed = walk.ranked() if order.is_ranked else walk.straight()
        return found_page(order, placed, size, backwards, has_cursor=values is not None)


@dataclass
class Walk:
    """One walk along an order from a place in it, `wanted` rows far."""

    finding: Finding
    order: Order
    reading: Reading | None
    start: int
    values: list | None
    backwards: bool
    wanted: int

    @cached_property
    def key(self) -> tuple[Hashable, ...]:
        """All that decides what the walk from the first row on asks."""
        return (self.finding.key, self.order.key, self.backwards, self.reading and self.reading.key)

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

        def rows() -> QuerySet:
            order = segment.ordering(backwards=self.backwards)
            found = ordered(self.segment_rows(segment, values), order, hidden=self.reading is not None)
            return found.values_list(*segment.fields)[:wanted]

        # Of the places in a list there are too many to keep what each was asked by.
        found = rows() if values is not None else asked((*self.key, "rows", segment.key, wanted), rows)
        return [(number, row) for row in found]

    def segment_rows(self, segment: Segment, values: list | None) -> QuerySet:
        inside = segment.where if values is None else segment.where & segment.beyond(values, backwards=self.backwards)
        if self.reading is not None:
            return self.reading.of(self.finding.rows.filter(inside))
        # The index of the sort may begin where the page does; all other conditions are looked at on the way.
        return hide(self.finding.rows, but={"trashed_at", self.order.field, *self.finding.led_to(self.order)}).filter(
            inside
        )

    def ranked(self) -> list[Placed]:
        """Along a column of few values. Sparse segments are fetched several at once, so that queries stay few."""
        if self.reading is not None:
            return self.sorted_by_rank()
        placed = self.rows_of(self.start, self.wanted)
        others = self.numbers[1:]
        for at in range(0, len(others), BATCH):
            if len(placed) >= self.wanted:
                break
            placed += self.batch(others[at : at + BATCH], self.wanted - len(placed))
        return placed[: self.wanted]

    def batch(self, numbers: range, wanted: int) -> list[Placed]:
        """The first `wanted` rows of the segments `numbers`."""
        counts = dict(zip(numbers, counted([self.counting(number, wanted) for number in numbers]), strict=True))
        sparse = [number for number, count in counts.items() if 0 < count < wanted]
        placed: list[Placed] = self.all_of(sparse) if sparse else []
        full = [number for number, count in counts.items() if count >= wanted]
        return sorted([*placed, *(self.rows_of(full[0], wanted) if full else [])], reverse=self.backwards)

    def counting(self, number: int, wanted: int) -> Statement | None:
        segment = self.order.segments[number]
        key = (*self.key, "count", segment.key, wanted)
        return prepared(key, lambda: capped(self.segment_rows(segment, None), wanted))

    def all_of(self, numbers: list[int]) -> list[Placed]:
        """All rows of segments that have few."""
        segments = [self.order.segments[number] for number in numbers]

        def rows() -> QuerySet:
            found = hide(self.finding.rows, but={"trashed_at", self.order.field})
            found = found.filter(any_of(segment.where for segment in segments)).annotate(rank=self.order.rank)
            return found.order_by().values_list("rank", *segments[0].fields)

        found = asked((*self.key, "all", *(segment.key for segment in segments)), rows)
        return [(number, tuple(row)) for number, *row in found]

    def sorted_by_rank(self) -> list[Placed]:
        """Few rows match: the database sorts them all by the number of their segment."""
        key = (*self.key, "sorted", self.wanted)
        found = self.by_rank() if self.values is not None else asked(key, self.by_rank)
        return [(number, tuple(row)) for number, *row in found]

    def by_rank(self) -> QuerySet:
        rows, fields = self.finding.rows, self.order.segments[0].fields
        if self.values is not None:
            here, *others = (self.order.segments[number] for number in self.numbers)
            inside = here.where & here.beyond(self.values, backwards=self.backwards)
            rows = rows.filter(any_of([inside, *(segment.where for segment in others)]))
        sign = "-" if self.backwards else ""
        rows = self.reading.of(rows).annotate(rank=self.order.rank)
        rows = rows.order_by(*(f"{sign}{field}" for field in ("rank", *fields))).values_list("rank", *fields)
        return rows[: self.wanted]


def hinted(rows: QuerySet, units: Sequence[Unit]) -> QuerySet:
    """`rows` read by the index that the only one of `units` hints at, if it does."""
    hint = units[0].hint if len(units) == 1 else None
    return Reading(None, 0, hint).of(rows) if hint is not None else rows


def any_of(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions)


def found_page(order: Order, placed: list[Placed], size: int, backwards: bool, *, has_cursor: bool) -> Found:
    there_are_more = len(placed) > size
    placed = placed[:size]
    if backwards:
        placed.reverse()
    if not placed:
        return Found()
    first, last = ([order.segments[number].key, *map(plain_value, row)] for number, row in (placed[0], placed[-1]))
    return Found(
        ids=[row[-1] for _number, row in placed],
        first=first,
        last=last,
        has_before=there_are_more if backwards else has_cursor,
        has_after=has_cursor if backwards else there_are_more,
    )


def values_demanded(condition: Q, field: str) -> set | None:
    """What a condition that says nothing but "`field` is one of these" demands."""
    if condition.negated or len(condition.children) != 1 or isinstance(condition.children[0], Q):
        return None
    lookup, value = condition.children[0]
    return {field: lambda: {value}, f"{field}__in": lambda: set(value)}.get(lookup, lambda: None)()


def columns_of(condition: Q) -> list[str]:
    """The model's columns that a condition looks at."""
    columns: list[str] = []
    for child in condition.children:
        columns += columns_of(child) if isinstance(child, Q) else [child[0].split("__")[0]]
    return columns
