"""A page of the log, newest first: the acts and the looks, which lie in tables of their own, laid together by time.

Each table is read backwards along its numbers by the one index that fits what is asked. Whatever else is asked is
looked for among the next LOOKED_THROUGH lines only: a page costs the same at a thousand lines and at ten million, and
says where it stopped. A page is found again by the numbers of the last lines that stood on the one before.
"""

import heapq
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice, takewhile
from typing import Any

from django.db import connections, models, router
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from kartu.security.logbook.asked import Asked
from kartu.security.logbook.kinds import model_of
from kartu.security.models import AuditRow, ViewRow
from kartu.security.prepared import instances, place, tally

PAGE = 30
LOOKED_THROUGH = 20_000
MOST_STREAMS = 30
CAP = 10_000
# Lines do not come in the order of their moments to the second: so many around the ends of a span are looked at.
AROUND_THE_ENDS = 500
LAST = 2**63 - 1

Row = AuditRow | ViewRow


@dataclass(frozen=True)
class Cursor:
    """The numbers before which to go on, in both tables."""

    acts: int = LAST
    looks: int = LAST

    def __str__(self) -> str:
        return f"{self.acts}-{self.looks}"

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """From "512-90"; the beginning for anything else."""
        acts, _dash, looks = text.partition("-")
        if not (acts.isdecimal() and looks.isdecimal() and max(len(acts), len(looks)) < 20):
            return cls()
        return cls(min(int(acts), LAST), min(int(looks), LAST))


@dataclass(frozen=True)
class Found:
    """`rows` of both tables, the newest first. `next`: where to go on; None at the end. `is_partial`: the page is not
    full, and what is further back was not looked through."""

    rows: list[Row]
    next: Cursor | None
    is_partial: bool = False


class Store:
    """One table as it is asked. `streams` are the questions that an index answers, `further` what else must hold."""

    def __init__(self, key: str, asked: Asked) -> None:
        self.key, self.asked = key, asked
        self.model: type[models.Model] = AuditRow if key == "acts" else ViewRow
        self.kinds = asked.verbs if key == "acts" else asked.looks
        self.column = "verb" if key == "acts" else "kind"

    @property
    def is_asked(self) -> bool:
        return self.kinds is None or bool(self.kinds)

    @property
    def rows(self) -> models.QuerySet:
        return self.model.objects.using(router.db_for_read(self.model)).order_by("-pk")

    @property
    def whole(self) -> models.QuerySet:
        return self.rows.select_related("payload") if self.key == "acts" else self.rows

    @cached_property
    def conditions(self) -> list[list[Q]]:
        """Each is a choice of Qs of which one must hold; those that leave the fewest rows come first."""
        asked, found = self.asked, []
        if asked.record:
            found.append(self.of_record(*asked.record))
        if asked.person is not None:
            found.append([Q(actor_id=asked.person) if asked.person else Q(actor_id=None)])
        if asked.address:
            found.append([Q(address=asked.address)])
        if self.kinds is not None:
            found.append([Q(**{self.column: kind}) for kind in self.kinds])
        if asked.person is None and asked.reach.people is not None:
            found.append([Q(actor_id=person) for person in sorted(asked.reach.people)])
        return found

    def of_record(self, model: str, pk: int) -> list[Q]:
        """Parts stand under their whole (the phone under its client), what has no parts for itself."""
        if self.key == "acts" and is_whole(model):
            return [Q(root_type=model, root_id=pk)]
        alone = {"root_id": None} if self.key == "acts" else {}
        return [Q(object_type=model, object_id=pk, **alone)]

    @cached_property
    def streams(self) -> list[Q]:
        led = self.conditions[0] if self.conditions else [Q()]
        return led if self.has_index else [Q()]

    @property
    def has_index(self) -> bool:
        if not self.conditions:
            return True
        is_kind_of_look = column_of(self.conditions[0]) == "kind"
        return len(self.conditions[0]) <= MOST_STREAMS and not is_kind_of_look

    @cached_property
    def further(self) -> list[list[Q]]:
        return self.conditions[1:] if self.has_index else self.conditions

    @cached_property
    def span(self) -> tuple[int, int]:
        """The numbers between which the lines of the days asked for lie; (1, 0) where there are none."""
        begin, end = self.asked.begin, self.asked.end
        if not (begin or end):
            return 0, LAST
        first, last = ends_of_span(self.model, begin, end)
        return (first, last) if first <= last else (1, 0)

    def newest(self, before: int, most: int) -> tuple[list[Row], int]:
        """At most `most` lines with numbers below `before`, newest first, and the number down to which was looked."""
        first, last = self.span
        if len(self.streams) == 1 and not self.further:
            return self.of_one_stream(first, min(last, before - 1), most), first
        within = Q(pk__gte=first, pk__lte=min(last, before - 1))
        ids: set[int] = set()
        floor = first
        for stream in self.streams:
            rows = self.rows.filter(stream, within)
            if self.further:
                edge = rows.values_list("pk", flat=True)[LOOKED_THROUGH : LOOKED_THROUGH + 1].first()
                floor = max(floor, edge + 1 if edge else first)
                rows = self.among(rows[:LOOKED_THROUGH])
            ids.update(rows.values_list("pk", flat=True)[:most])
        wanted = sorted((pk for pk in ids if pk >= floor), reverse=True)[:most]
        return list(self.whole.filter(pk__in=wanted)), floor

    def of_one_stream(self, first: int, last: int, most: int) -> list[Row]:
        key, stream, values = self.pattern
        within = Q(pk__gte=place(0), pk__lte=place(1))
        question = ("log", self.key, key, most)
        return instances(question, lambda: self.whole.filter(stream, within)[:most], [first, last, *values])

    @cached_property
    def pattern(self) -> tuple[Hashable, Q, list[int]]:
        """The first stream with a place for the number of the record or the person, what tells it from others, and that
        number: it is put together once for all of them."""
        record, person = self.asked.record, self.asked.person
        if record:
            return ("record", record[0]), self.of_record(record[0], place(2))[0], [record[1]]
        if person:
            return "person", Q(actor_id=place(2)), [person]
        return self.streams[0], self.streams[0], []

    def among(self, rows: models.QuerySet) -> models.QuerySet:
        """Those of `rows`, which are few, that fit everything. The columns are dressed up: a database that takes an
        index for them reads the whole log for one that hardly ever occurs."""
        dressed = self.rows.filter(pk__in=rows.values("pk")).alias(
            dressed_actor=Coalesce("actor_id", Value(0)),
            dressed_address=Coalesce("address", Value("")),
            dressed_kind=Coalesce(F(self.column), Value("")),
        )
        return dressed.filter(*(self.dressed(choice) for choice in self.further))

    def dressed(self, choice: list[Q]) -> Q:
        names = {"actor_id": "dressed_actor", "address": "dressed_address", self.column: "dressed_kind"}
        column = column_of(choice)
        values = [one.children[0][1] or 0 if column == "actor_id" else one.children[0][1] for one in choice]
        return Q(**{f"{names[column]}__in": values})

    def counts(self) -> dict[str, int]:
        """Verb or kind -> how often, among the first CAP lines; for questions of one stream."""
        return self.tally(self.column, CAP)

    def count(self) -> int:
        """How many lines there are, CAP + 1 for more than CAP; only where an index counts them."""
        if len(self.streams) == 1:
            return sum(self.tally("one", CAP + 1).values())
        first, last = self.span
        rows = (self.rows.filter(stream, pk__gte=first, pk__lte=last).order_by() for stream in self.streams)
        return min(sum(some[: CAP + 1].count() for some in rows), CAP + 1)

    def tally(self, column: str, most: int) -> dict[Any, int]:
        """Each value of `column` ("one": the same for all) in the first `most` lines of the only stream."""
        key, stream, values = self.pattern
        within = Q(pk__gte=place(0), pk__lte=place(1))
        return tally(
            ("log", self.key, key, column, most),
            lambda: self.rows.annotate(one=Value(1)).order_by().filter(stream, within).values_list(column)[:most],
            [*self.span, *values],
        )


def ends_of_span(model: type[models.Model], begin: datetime | None, end: datetime | None) -> tuple[int, int]:
    """Between which numbers lines from `begin` on and before `end` lie, seen from the lines around these two moments.

    Both in one question, and its SQL is written here: to put it together takes Django longer than the answer takes.
    """
    connection = connections[router.db_for_read(model)]
    table = connection.ops.quote_name(model._meta.db_table)
    near = f"(SELECT {{}} FROM (SELECT id FROM {table} WHERE at {{}} LIMIT {AROUND_THE_ENDS}) near)"  # noqa: S608 - names of ours
    first = near.format("MIN(id)", ">= %s ORDER BY at") if begin else "0"
    last = near.format("MAX(id)", "< %s ORDER BY at DESC") if end else str(LAST)
    moments = [connection.ops.adapt_datetimefield_value(at) for at in (begin, end) if at]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {first}, {last}", moments)
        lowest, highest = cursor.fetchone()
    return LAST if lowest is None else lowest, highest or 0


def is_whole(model: str) -> bool:
    """Whether records of this kind have parts, and a history of their own."""
    found = model_of(model)
    return found is not None and hasattr(found, "audit_root")


def column_of(choice: list[Q]) -> str:
    return choice[0].children[0][0]


class Reading:
    """A question put to the log."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        is_strange = asked.person is not None and not asked.reach.holds(asked.person)
        stores = [] if is_strange else [Store("acts", asked), Store("looks", asked)]
        self.stores = [store for store in stores if store.is_asked]

    def page(self, cursor: Cursor, most: int = PAGE) -> Found:
        """The next `most` lines."""
        begun = {"acts": cursor.acts, "looks": cursor.looks}
        read = {store.key: store.newest(begun[store.key], most + 1) for store in self.stores}
        # How far back a table was looked through, where that is not its end: what is older stands on a later page.
        stopped = {store.key: self._moment(store, *read[store.key], most) for store in self.stores}
        horizon = max(filter(None, stopped.values()), default=None)
        some = [self._until(horizon, rows) for rows, _floor in read.values()]
        page = list(islice(heapq.merge(*some, key=lambda row: row.at, reverse=True), most + 1))
        is_full = len(page) > most
        page = page[:most]
        after = {key: self._next(key, page, before) for key, before in begun.items()}
        if not is_full:
            after |= {key: read[key][1] for key, moment in stopped.items() if moment and moment == horizon}
        rows = [row for row in page if self.is_within(row)]
        return Found(rows, Cursor(**after) if is_full or horizon else None, not is_full and horizon is not None)

    @staticmethod
    def _moment(store: Store, rows: list[Row], floor: int, most: int) -> datetime | None:
        """When the line was written down to which `store` was looked through; None: enough was found, or it ended."""
        if len(rows) > most or floor <= store.span[0]:
            return None
        return store.rows.filter(pk__gte=floor).order_by("pk").values_list("at", flat=True).first()

    @staticmethod
    def _until(horizon: datetime | None, rows: list[Row]) -> Iterator[Row]:
        return takewhile(lambda row: horizon is None or row.at >= horizon, rows)

    @staticmethod
    def _next(key: str, page: list[Row], begun: int) -> int:
        model = AuditRow if key == "acts" else ViewRow
        return min((row.pk for row in page if isinstance(row, model)), default=begun)

    def is_within(self, row: Row) -> bool:
        begin, end = self.asked.begin, self.asked.end
        return (begin is None or row.at >= begin) and (end is None or row.at < end)

    def count(self, found: Found) -> int | None:
        """How many lines there are, CAP + 1 for more than CAP; None where only reading would tell. `found` is the first
        page."""
        if found.next is None:
            return len(found.rows)
        if any(store.further for store in self.stores):
            return None
        return min(sum(store.count() for store in self.stores), CAP + 1)
