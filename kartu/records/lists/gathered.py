"""All rows of a question looked at once, for their number and for the page: where each look is dear, two are too many.

This is so where an index of pieces tells which rows may have a part in their text: they lie scattered over the table.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import nlargest, nsmallest
from operator import itemgetter
from typing import Any

from kartu.records.lists.order import EMPTY, FILLED, Order
from kartu.security.prepared import Statement

# The number of a segment and the values of its fields, of which the last is the id.
Placed = tuple[int, tuple]


def columns_of_place(order: Order, by_name: str) -> list[str]:
    """What must be known of a row to put it in its place in any segment of `order`."""
    return list(dict.fromkeys([order.field, by_name, "pk"]))


@dataclass(frozen=True)
class Gathered:
    """`rows`: of each the `columns`, as SQLite keeps and sorts them: moments are texts."""

    statement: Statement
    columns: list[str]
    rows: list[Sequence]

    def page(self, order: Order, wanted: int, *, backwards: bool) -> list[Placed]:
        """The first `wanted` rows of `order`, from its end if `backwards`."""
        groups: dict[int, list[Sequence]] = defaultdict(list)
        number_of = numbering(order)
        at = self.columns.index(order.field)
        for row in self.rows:
            groups[number_of(row[at])].append(row)
        placed: list[Placed] = []
        for number in sorted(groups, reverse=backwards):
            segment = order.segments[number]
            places = [self.columns.index(field) for field in segment.fields]
            first = nlargest if segment.down != backwards else nsmallest
            for row in first(wanted - len(placed), groups[number], key=itemgetter(*places)):
                values = self.statement.converted(row)
                placed.append((number, tuple(values[place] for place in places)))
        return placed


def numbering(order: Order) -> Callable[[Any], int]:
    """Says of a value of the order's column which segment its row stands in."""
    if order.is_ranked:
        numbers = {value: number for number, value in enumerate(order.ranks)}
        return lambda value: numbers.get(value, len(order.ranks))
    keys = {segment.key: number for number, segment in enumerate(order.segments)}
    return lambda value: keys[EMPTY if value in (None, "") else FILLED]
