"""Finding a page of a list: how many rows there are (up to a cap), and which of them stand on the page."""

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.db.models import Q, QuerySet

from kartu.records.lists.asking import Asking
from kartu.records.lists.conditions import columns_of, values_demanded
from kartu.records.lists.edges import kept
from kartu.records.lists.gathered import Gathered, columns_of_place
from kartu.records.lists.hints import capped, counted, counted_within, narrowed, wants_hints
from kartu.records.lists.order import Order, order_of, plain_value
from kartu.records.lists.plan import (
    BY_OTHER_TABLE,
    ENTRY,
    SORTED,
    Indexes,
    Reading,
    Unit,
    cheapest_reading,
    cost_of_walking,
    fields_of,
)
from kartu.records.lists.question import Question
from kartu.records.lists.walk import Placed, Walk
from kartu.security.prepared import Statement, asked, hidden_now, prepared, reach_of

PAGE = 50
CAP = 10_000
# A walk is tried on this part of a table, if that is so many rows at least: on fewer it costs nothing anyway.
PROBED = 50
LEAST_PROBED = 1000
# Where that has failed, conditions are counted up to this part of the table.
COUNTED_AFTER_ALL = 6
# Up to so many times CAP rows, what lacks a value is counted as all that do not have it.
SUBTRACTED = 25
# What several conditions find together is read at once, where one of them finds no more than so many times CAP alone.
GATHERED_AMONG = 5
WHY = "how many rows a condition finds, to choose between indexes; the rows themselves are asked for by rights"


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
        chips = tuple(chip.key(asking) for chip in question.chips)
        words = (question.text, self._state_of_words)
        return (self.spec.version, reach, asking.person.pk, asking.today, asking.zone, chips, words)

    @property
    def _state_of_words(self) -> Hashable:
        text, state = self.question.text, self.spec.quick_state
        return state(text, self.asking) if text and state else None

    @cached_property
    def reach(self) -> QuerySet:
        """All rows that the person reaches."""
        return self.spec.rows(self.asking.person, self.right)

    @cached_property
    def narrowing(self) -> list[Unit]:
        """The chips and the words."""
        units = [Unit(chip.where(self.asking), chip.fields, hint=chip.hint) for chip in self.question.chips]
        if self.question.text and self.spec.quick:
            units.append(Unit(self.spec.quick(self.question.text, self.asking), self.spec.quick_fields))
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
            rows = narrowed(rows, unit.where)
        return rows

    def read_by(self, reading: Reading, where: Q) -> QuerySet:
        """The rows found that are such as `where` says, as `reading` has them read."""
        return reading.of(narrowed(self.reach if reading.tells_all else self.rows, where))

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
            found, everything = self._counted_by_rest() or self._counted_by_itself()
            return Counts(everything, found, self._units(everything, [found] * len(self.narrowing)))
        cap = max(CAP, self.size // 20)
        if self.scope is None:
            units = self.counted_alone
            found, everything = counted_within(self._read_by(units), self._everything(), CAP + 1)
            return Counts(everything, found, units)
        alone = [self._alone(number, unit, cap) for number, unit in enumerate(self.narrowing)]
        everything, *alone = counted([self._everything(cap), *alone])
        everything = min(everything, CAP + 1)
        units = self._units(everything, alone)
        (found,) = counted([self._read_by(units)])
        return Counts(everything, found, units)

    @cached_property
    def counted_alone(self) -> list[Unit]:
        """All that narrows what a person finds who sees all, each with how much it finds alone."""
        cap = max(CAP, self.size // 20)
        alone = counted([self._alone(number, unit, cap) for number, unit in enumerate(self.narrowing)])
        return self._units(CAP + 1, alone)

    def _counted_by_itself(self) -> tuple[int, int]:
        part = self._counting(lambda: first_of(self._short_whole, hinted(self.rows, self.narrowing)), "hinted")
        return counted_within(part, self._everything(), CAP + 1)

    def _counted_by_rest(self) -> tuple[int, int] | None:
        """Rows without a value of a field of the firm's own, which no index tells: all but those that have one, where
        these are soon counted."""
        own, far = self.spec.own, SUBTRACTED * CAP
        if not wants_hints() or own is None or self.scope is not None or any(hidden_now()) or self.size > far:
            return None
        left = own.left_by_values(self.model, self.narrowing[0].where)
        if left is None:
            return None
        parts = {"all": self.reach, "filled": left[0], "trashed": left[1]}
        counts = [
            prepared((self.key, "left", name), lambda rows=rows: rows.order_by().values_list("pk"))
            for name, rows in parts.items()
        ]
        everything, filled, trashed = counted(counts)
        return min(everything - filled + trashed, CAP + 1), min(everything, CAP + 1)

    def _counting(self, make: Callable[[], QuerySet], *key: Hashable, cap: int = 0) -> Statement | None:
        """What counts the rows of `make` up to `cap` (CAP, if none is named), and one more."""
        cap = cap or CAP
        return prepared(("count", self.key, cap, *key), lambda: capped(make(), cap + 1))

    def _everything(self, cap: int = 0) -> Statement | None:
        cap = cap or CAP
        key = ("everything", self.spec.key, reach_of(self.model, self.asking.person, self.right), cap)
        return prepared(key, lambda: capped(self.reach, cap + 1))

    def _read_by(self, units: list[Unit]) -> Statement | None:
        if self.scope is None and self._is_told:
            return self._counting(lambda: self._told(units, with_trash=False), "told", *rarest_first(units))
        reading = cheapest_reading(units, self.indexes, self.size)
        return self._counting(lambda: reading.of(self.rows), reading.key)

    @property
    def _short_whole(self) -> QuerySet | None:
        return self._short(0) if len(self.narrowing) == 1 else None

    def _short(self, *numbers: int, with_trash: bool = False) -> QuerySet | None:
        """What the units `numbers` find together among all rows, where that is told without a look at each of them."""
        own, hidden = self.spec.own, any(hidden_now())
        if own is None or hidden or (self.scope is not None and len(self.narrowing) == 1):
            return None
        return own.told_by_values(
            self.model, *(self.narrowing[number].where for number in numbers), with_trash=with_trash
        )

    @cached_property
    def _is_told(self) -> bool:
        """Whether there are several conditions, and values of the firm's own tell all of them."""
        own = self.spec.own
        several = len(self.narrowing) > 1 and own is not None and not any(hidden_now())
        return several and own.tells(*(unit.where for unit in self.narrowing))

    def _told(self, units: Sequence[Unit], *, with_trash: bool) -> QuerySet:
        """Values of the rows found, where these tell all conditions; the rarest of `units` leads."""
        return self._short(*rarest_first(units[: len(self.narrowing)]), with_trash=with_trash)

    def _alone(self, number: int, unit: Unit, cap: int) -> Statement | None:
        rows = self.spec.joined(self.model.objects.as_system(WHY).live(), self.asking.person)
        return self._counting(
            lambda: first_of(self._short(number, with_trash=True), hinted(narrowed(rows, unit.where), [unit])),
            "alone",
            number,
            cap=cap,
        )

    def _units(self, everything: int, alone: list[int], cap: int = 0) -> list[Unit]:
        """All that narrows, with the counts that are known: those up to `cap` (a twentieth of the table)."""
        cap = cap or max(CAP, self.size // 20)
        units = [*zip(self.narrowing, alone, strict=True), *([(self.scope, everything)] if self.scope else [])]
        return [replace(unit, alone=count if count <= cap else None) for unit, count in units]

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
        if self._is_told:
            reading = min(reading, whole(self._told(units, with_trash=True), self.count), key=lambda each: each.cost)
        walking = cost_of_walking(order.field, units, self.indexes, self.size, self.count, PAGE)
        return None if walking <= reading.cost + self.count * SORTED else reading

    def reading_after_all(self, order: Order) -> Reading | None:
        """How to read all that is found, where a walk has met too few for long; None: the walk is to go on.

        Conditions are counted further for it than for any other page.
        """
        cap = self.size // COUNTED_AFTER_ALL
        everything, *alone = kept((self.key, cap), lambda: self._counted_after_all(cap))
        units = self._units(everything, alone, cap)
        reading = cheapest_reading(units, self.indexes, self.size, order.columns)
        halfway = self.size / 2 * self.indexes.cost_led_by([order.field], fields_of(units))
        is_worth_it = reading.lead is not None and reading.cost + min(alone) * SORTED < halfway
        return reading if is_worth_it else None

    def _counted_after_all(self, cap: int) -> list[int]:
        parts = [self._alone(number, unit, cap) for number, unit in enumerate(self.narrowing)]
        return counted([self._everything(cap) if self.scope else None, *parts])

    def probed(self, order: Order) -> int:
        """How many entries of the index of `order` a walk is tried on before anything else is thought of; 0: all."""
        far = self.size // PROBED
        units = self.counts.units
        is_wide = self.indexes.cost_led_by([order.field], fields_of(units)) == ENTRY
        # Where the beginning of the sort's own column is asked for, the walk begins at what is found.
        leading = fields_of([unit for unit in units if unit.hint is None])
        is_apart = bool(units) and order.field not in leading and not self.led_to(order)
        return far if wants_hints() and far >= LEAST_PROBED and is_wide and is_apart and not order.is_ranked else 0

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

    def gathered(self, order: Order) -> Gathered | None:
        """All that is found, looked at once for its number and for the page: where it is little, and a look dear."""
        if "counts" in vars(self) or not self._gathers:
            return None
        columns, several = columns_of_place(order, self.spec.by_name), len(self.narrowing) > 1
        key = ("gathered", self.key, order.key, CAP, several and tuple(rarest_first(self.counted_alone)))
        statement = prepared(key, lambda: self._gathering().order_by().values_list(*columns)[: CAP + 1])
        if statement is None:
            return None
        found = statement.kept_rows()
        everything = len(found) if len(found) > CAP else counted([self._everything()])[0]
        units = self.counted_alone if several else self._units(everything, [len(found)])
        self.counts = Counts(everything, len(found), units)
        return None if self.is_capped else Gathered(statement, columns, found)

    @property
    def _gathers(self) -> bool:
        """Whether one condition is told by a hint alone, or all of several by values of the firm's own, few of one."""
        if not wants_hints() or not self.narrowing:
            return False
        if len(self.narrowing) == 1:
            return self.narrowing[0].hint is not None
        if self.scope is not None or not self._is_told:
            return False
        return any(unit.alone is not None and unit.alone <= GATHERED_AMONG * CAP for unit in self.counted_alone)

    def _gathering(self) -> QuerySet:
        if len(self.narrowing) == 1:
            return hinted(self.rows, self.narrowing)
        return self.read_by(whole(self._told(self.counted_alone, with_trash=True), 0), Q())

    # --- pages -------------------------------------------------------------------------------------------------

    def page(self, size: int = PAGE) -> Found:
        """The page at the question's cursor, or the first one."""
        field, backwards = self.question.sort_column.sort, self.question.backwards
        order = order_of(self.question, self.asking, self.possible_values(field))
        start, values = 0, None
        if self.question.cursor is not None:
            start, values = order.place(self.model, self.question.cursor)
        elif gathered := self.gathered(order):
            placed = gathered.page(order, size + 1, backwards=backwards)
            return found_page(order, placed, size, backwards, has_cursor=False)
        if not self.count:
            return Found()
        walk = Walk(self, order, self.reading(order), start, values, backwards, size + 1)
        placed = walk.ranked() if order.is_ranked else walk.straight()
        return found_page(order, placed, size, backwards, has_cursor=values is not None)


def hinted(rows: QuerySet, units: Sequence[Unit]) -> QuerySet:
    """`rows` read by the index that the only one of `units` hints at, if it does."""
    hint = units[0].hint if len(units) == 1 else None
    return Reading(None, 0, hint).of(rows) if hint is not None else rows


def whole(told: QuerySet, count: int) -> Reading:
    """Reading the `count` rows of which `told` has the values."""
    return Reading(None, count * BY_OTHER_TABLE, Q(pk__in=told.values("record_id")), tells_all=True)


def rarest_first(units: Sequence[Unit]) -> list[int]:
    """The numbers of `units`, the one that finds fewest alone first."""
    counts = [math.inf if unit.alone is None else unit.alone for unit in units]
    return sorted(range(len(units)), key=counts.__getitem__)


def first_of(short: QuerySet | None, rows: QuerySet) -> QuerySet:
    return rows if short is None else short


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
