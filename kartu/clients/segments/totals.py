"""What is counted and summed over the rows that hang on a client: a registry, so that deals and payments add theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    Aggregate,
    BigIntegerField,
    Count,
    DateTimeField,
    Exists,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from kartu.clients.models import ClientTag, Contact, Touch
from kartu.clients.rights import SEE_TOUCHES
from kartu.core.expressions import Asked, Field
from kartu.core.expressions.evaluating import COMPARED
from kartu.core.expressions.schema import MOMENT, NUMBER
from kartu.core.expressions.sql_values import NOTHING, bounds
from kartu.core.registry import Registry
from kartu.records.lists.days import Moment
from kartu.records.lists.kinds import Kind, Number
from kartu.records.models import Field as OwnField
from kartu.records.models import File, Section
from kartu.records.rights import FILES_VIEW

WHY = "which clients have so many of these; the outer query shows only the clients that the person may see"
LOOKUPS = {"=": "", "<": "__lt", "<=": "__lte", ">": "__gt", ">=": "__gte"}


@dataclass(frozen=True)
class Total:
    """A number, or a moment, that is worked out over rows of another table.

    `key` is its dotted name in conditions and never changes: "calls.count". `rows()` gives all live rows, cleared
    `as_system`, and `owner` is their column with the client's id. `sums` names the column that is summed, "": rows are
    counted. `at`: the column with the moment of a row, by which one may ask for the last days only; "": one may not.
    `right`: only its holders know of it.
    """

    key: str
    label: str
    rows: Callable[[], QuerySet]
    owner: str = "client_id"
    at: str = ""
    sums: str = ""
    right: str = ""
    order: int = 0

    type = NUMBER

    @property
    def takes_days(self) -> bool:
        return bool(self.at)

    @property
    def kind(self) -> Kind:
        """How the builder asks for a value of it."""
        return Number()

    def field(self) -> Field:
        return Field(self.key, self.type, self.expression, self.where, takes_days=self.takes_days)

    def within(self, days: int | None, asked: Asked | None) -> QuerySet:
        rows = self.rows().order_by()
        if days is None:
            return rows
        first, after = asked.today - timedelta(days), asked.today + timedelta(1)
        return rows.filter(**{f"{self.at}__gte": start_of(first, asked), f"{self.at}__lt": start_of(after, asked)})

    def there_is(self, rows: QuerySet) -> Q:
        """Who has one of `rows`. It is looked for client by client: a list of all owners would be put together whole,
        also where the rest of a condition leaves few clients to ask about."""
        return Q(Exists(rows.filter(**{self.owner: OuterRef("pk")})))

    @property
    def aggregate(self) -> Aggregate | Coalesce:
        return Coalesce(Sum(self.sums), 0) if self.sums else Count("pk")

    def where(self, how: str, values: list, days: int | None, asked: Asked) -> Q | None:
        if how == "empty":
            return NOTHING
        if how not in LOOKUPS and how != "in":
            return None
        if how == "in":
            return reduce(or_, (self.where("=", [value], days, asked) for value in values))
        return self.compared(how, values[0], days, asked)

    def compared(self, how: str, number: Decimal, days: int | None, asked: Asked) -> Q:
        """Who has none of the rows has 0 of them, and is found by what the others are not."""
        if number % 1:
            if how == "=":
                return NOTHING
            how, number = {"<": "<=", ">=": ">"}.get(how, how), number.to_integral_value("ROUND_FLOOR")
        rows = self.within(days, asked)
        zero_fits = COMPARED[how](0, number)
        if not self.sums and (how, number) in JUST_ANY:
            found = self.there_is(rows)
        else:
            fits = Q(**{f"total{LOOKUPS[how]}": int(number)})
            totals = rows.values(self.owner).annotate(total=self.aggregate)
            found = Q(pk__in=totals.filter(~fits if zero_fits else fits).values(self.owner))
        return ~found if zero_fits else found

    def expression(self, days: int | None, asked: Asked | None = None) -> Any:
        rows = self.within(days, asked).filter(**{self.owner: OuterRef("pk")})
        total = Subquery(rows.values(self.owner).annotate(total=self.aggregate).values("total"))
        return Coalesce(total, Value(0), output_field=BigIntegerField())


# Comparisons of a count that ask for nothing but whether there is a row at all, or none.
JUST_ANY = {(">", 0), (">=", 1), ("=", 0), ("<", 1), ("<=", 0)}


@dataclass(frozen=True)
class Last(Total):
    """The newest moment among the rows."""

    type = MOMENT

    @property
    def takes_days(self) -> bool:
        return False

    @property
    def kind(self) -> Kind:
        return Moment()

    def where(self, how: str, values: list, days: int | None, asked: Asked) -> Q | None:
        rows = self.rows().order_by()
        there_is_one = self.there_is(rows)
        if how == "empty":
            return ~there_is_one
        if how == "in":
            return reduce(or_, (self.where("=", [value], days, asked) for value in values))
        if how not in ("last", "next", "older") and (how not in LOOKUPS or isinstance(values[0], datetime)):
            return None
        first, after = near(how, values[0], asked) if how in ("last", "next", "older") else bounds(how, values[0])
        found = there_is_one if first is None else self.since(rows, first, asked)
        return found if after is None else found & ~self.since(rows, after, asked)

    def since(self, rows: QuerySet, day: date, asked: Asked) -> Q:
        return self.there_is(rows.filter(**{f"{self.at}__gte": start_of(day, asked)}))

    def expression(self, days: int | None, asked: Asked | None = None) -> Any:
        rows = self.rows().order_by().filter(**{self.owner: OuterRef("pk")}).values(self.owner)
        return Subquery(rows.annotate(last=Max(self.at)).values("last"), output_field=DateTimeField())


def near(how: str, days: int, asked: Asked) -> tuple[date | None, date | None]:
    today = asked.today
    return {
        "last": (today - timedelta(days), today + timedelta(1)),
        "next": (today, today + timedelta(days + 1)),
        "older": (None, today - timedelta(days)),
    }[how]


def start_of(day: date, asked: Asked) -> datetime:
    return datetime.combine(day, time.min, tzinfo=asked.zone)


totals: Registry[Total] = Registry(
    "clients.totals", "What segments count, sum and date over the rows of a client: a Total or a Last."
)


def touches(*kinds: str) -> Callable[[], QuerySet]:
    def rows() -> QuerySet:
        found = Touch.objects.as_system(WHY).live(deep=False)
        return found.filter(kind__in=kinds) if len(kinds) > 1 else found.filter(kind=kinds[0])

    return rows


SPOKEN = (Touch.Kind.CALL, Touch.Kind.MEETING, Touch.Kind.MESSAGE)


def contacts() -> QuerySet:
    return Contact.objects.as_system(WHY).live(deep=False)


def files() -> QuerySet:
    """Those that whoever sees the client sees: a size tells that there is something."""
    everybodys = Section.objects.as_system(WHY).filter(see_roles=[], is_hidden=False, trashed_at=None)
    of_all = Q(section=None) | Q(section_id__in=everybodys.values("pk"))
    fields = OwnField.objects.as_system(WHY).filter(see_roles=[], is_hidden=False, trashed_at=None)
    in_field = Q(field=None) | Q(field_id__in=fields.filter(section_id__in=everybodys.values("pk")).values("pk"))
    return File.objects.as_system(WHY).live().filter(of_all, in_field, about_type="clients.client")


def tags() -> QuerySet:
    return ClientTag.objects.as_system(WHY).live(deep=False)


for total in (
    Total("touches.count", _("Calls, meetings and messages"), touches(*SPOKEN), at="at", right=SEE_TOUCHES),
    Last("touches.last", _("Last call, meeting or message"), touches(*SPOKEN), at="at", right=SEE_TOUCHES),
    Total("calls.count", _("Calls"), touches(Touch.Kind.CALL), at="at", right=SEE_TOUCHES),
    Last("calls.last", _("Last call"), touches(Touch.Kind.CALL), at="at", right=SEE_TOUCHES),
    Total("calls.minutes", _("Minutes of calls"), touches(Touch.Kind.CALL), at="at", sums="minutes", right=SEE_TOUCHES),
    Total("meetings.count", _("Meetings"), touches(Touch.Kind.MEETING), at="at", right=SEE_TOUCHES),
    Last("meetings.last", _("Last meeting"), touches(Touch.Kind.MEETING), at="at", right=SEE_TOUCHES),
    Total("notes.count", _("Notes"), touches(Touch.Kind.NOTE), at="at", right=SEE_TOUCHES),
    Total("contacts.count", _("People to speak to"), contacts),
    Total("files.count", _("Files"), files, owner="about_id", at="created_at", right=FILES_VIEW),
    Total("tags.count", _("Tags, how many"), tags),
):
    totals.add(total)
