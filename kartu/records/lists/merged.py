"""Several walks merged into one: where a list is narrowed to few values of a column whose index goes on in its order.

Of clients whose city begins with "b" the last by name may all be far from the end of the names; within each of these
cities they are found at once.
"""

from collections.abc import Collection, Iterator
from heapq import nlargest, nsmallest
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from kartu.records.lists.hints import hide, narrowed, ordered
from kartu.records.lists.order import Order, Segment
from kartu.security.prepared import asked, prepared

if TYPE_CHECKING:
    from kartu.records.lists.finding import Finding

MOST = 8
WHY = "which values a column has within a range; the rows themselves are asked for by rights"


def merged(finding: "Finding", order: Order, segment: Segment, wanted: int, *, backwards: bool) -> list[tuple] | None:
    """The first `wanted` rows of `segment`; None where it cannot be put together from a few walks."""
    lead = lead_of(finding, order)
    values = few_values(finding, lead) if lead else None
    if values is None:
        return None
    down = segment.down != backwards
    found = []
    for value in values:

        def rows(value: object = value) -> QuerySet:
            rows = hide(narrowed(finding.rows, segment.where), but={"trashed_at"})
            rows = narrowed(rows, Q(**{lead: value}))
            rows = ordered(rows, segment.ordering(backwards=backwards), hidden=False)
            return rows.values_list(*segment.fields)[:wanted]

        statement = prepared((finding.key, "of", lead, value, order.key, down, wanted), rows)
        found += [(row, statement) for row in statement.kept_rows()]
    best = nlargest if down else nsmallest
    return [tuple(statement.converted(row)) for row, statement in best(wanted, found, key=lambda each: each[0])]


def lead_of(finding: "Finding", order: Order) -> str | None:
    """The only column that narrows the list, if its index goes on in `order`."""
    fields = {field for unit in finding.counts.units for field in unit.fields}
    leads = {columns[0] for columns in finding.indexes.columns if columns[1:2] == [order.field]}
    return next(iter(fields)) if len(fields) == 1 and fields <= leads and not order.is_ranked else None


def few_values(finding: "Finding", field: str) -> Collection | None:
    """The values of `field` among the rows found; None where there are more than MOST, or the chips do not tell."""
    if (named := finding.possible_values(field)) is not None:
        return named if len(named) <= MOST else None
    limits = [limit for unit in finding.narrowing if (limit := range_demanded(unit.where, field))]
    if len(limits) != 1:
        return None
    values = []
    for value in values_within(finding, field, *limits[0]):
        values.append(value)
        if len(values) > MOST:
            return None
    return values


def values_within(finding: "Finding", field: str, start: object, end: object) -> Iterator:
    """The values of `field` from `start` to before `end`, in their order: each is a step along the index."""
    live = finding.model.objects.as_system(WHY).live()
    lowest = {f"{field}__gte": start}
    while True:
        here = {**lowest, f"{field}__lt": end}
        first = asked(
            (finding.key, "next", *here.items()),
            lambda here=here: live.filter(**here).order_by(field).values_list(field)[:1],
        )
        if not first:
            return
        yield first[0][0]
        lowest = {f"{field}__gt": first[0][0]}


def range_demanded(condition: Q, field: str) -> tuple | None:
    """(start, end) of a condition that says nothing but "`field` is from `start` to before `end`"."""
    if (
        condition.negated
        or condition.connector != Q.AND
        or not all(isinstance(each, tuple) for each in condition.children)
    ):
        return None
    limits = dict(condition.children)
    names = (f"{field}__gte", f"{field}__lt")
    return tuple(limits[name] for name in names) if set(limits) == set(names) else None
