"""Which index should lead, on SQLite.

There are two ways to a page. Many rows match: walk the index of the sort and stop when the page is full. Few match:
let the index of a condition lead and sort what it finds. Which is cheaper is reckoned from the capped counts of the
conditions, each of which its own index tells at little cost; a wide index spares the look at the row itself.
"""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass

from django.db.models import Model, Q, QuerySet

from kartu.records.lists.hints import hide

# What reading one entry of an index costs, where a look at the row costs 1, and sorting one row found: most of them are
# only compared with the last that stands on the page.
ENTRY, ROW, SORTED = 0.03, 1.0, 0.08
BY_OTHER_TABLE = 1.5
# How far a walk is feared to go before it meets the rows at the far end: new clients are not those long unheard of.
BAD_LUCK = 0.2


@dataclass(frozen=True)
class Unit:
    """A part of a question that narrows it, by looking at `fields`: a chip, the words, the person's reach.

    `alone` is how many rows it would find without the others; None: too many to have been counted. `hint`: a wider
    condition that an index of another kind tells, which leads better than any over `fields`.
    """

    where: Q | None
    fields: frozenset[str]
    alone: int | None = None
    hint: Q | None = None


class Indexes:
    """What a model's indexes lead to and what they hold beside. Columns by attname."""

    def __init__(self, model: type[Model]) -> None:
        self.columns = [[model._meta.get_field(name).attname for name in index.fields] for index in model._meta.indexes]

    def cost_of_scan(self, fields: Collection[str]) -> float:
        """Of one row, when everything is read that some index or the table holds."""
        return ENTRY if any(set(fields) <= set(columns) for columns in self.columns) else ROW

    def cost_led_by(self, lead: Collection[str], fields: Collection[str]) -> float:
        """Of one row read by an index that begins with a column of `lead`, where `fields` are looked at."""
        led = [set(columns) for columns in self.columns if columns[0] in lead]
        if not led:
            return BY_OTHER_TABLE
        return ENTRY if any(set(fields) <= columns for columns in led) else ROW


@dataclass(frozen=True)
class Reading:
    """Reading all rows found, led by the indexes of `lead`; None: by a scan of whatever holds all that is needed.

    `tells_all`: the hint says all that chips and words ask for; they need not be looked at once more.
    """

    lead: frozenset[str] | None
    cost: float
    hint: Q | None = None
    tells_all: bool = False

    @property
    def key(self) -> Hashable:
        """All that `of` does to the rows of a question."""
        return (self.lead, self.hint is None, self.tells_all)

    def of(self, rows: QuerySet) -> QuerySet:
        if self.hint is not None:
            return hide(rows, but=()).filter(self.hint)
        return hide(rows, but={"trashed_at", *(self.lead or ())})


def cheapest_reading(units: Sequence[Unit], indexes: Indexes, size: int, sorted_by: Collection[str] = ()) -> Reading:
    """The cheapest way to read what all `units` find together in a table of `size` rows, and `sorted_by` of each."""
    fields = fields_of(units).union(sorted_by)
    best = Reading(None, size * indexes.cost_of_scan(fields))
    for unit in units:
        if unit.alone is not None:
            best = min(best, led_by(unit, indexes, fields), key=lambda each: each.cost)
    return best


def led_by(unit: Unit, indexes: Indexes, fields: Collection[str]) -> Reading:
    if unit.hint is not None:
        return Reading(unit.fields, unit.alone * BY_OTHER_TABLE, unit.hint)
    return Reading(unit.fields, unit.alone * indexes.cost_led_by(unit.fields, fields))


def cost_of_walking(field: str, units: Sequence[Unit], indexes: Indexes, size: int, found: int, page: int) -> float:
    """Of walking along the index that begins with `field` until a page is full."""
    if_even = min(size, size * page / max(1, found))
    at_worst = size - found
    return ((1 - BAD_LUCK) * if_even + BAD_LUCK * at_worst) * indexes.cost_led_by([field], fields_of(units))


def fields_of(units: Sequence[Unit]) -> frozenset[str]:
    return frozenset().union(*(unit.fields for unit in units))
