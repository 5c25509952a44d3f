"""A table that exists in these tests only, a schema over it, and rows and expressions at random."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.test.utils import isolate_apps
from hypothesis import strategies as st

from kartu.core.expressions import Asked, Field, Kind, Schema, Type
from kartu.core.expressions.nodes import (
    And,
    Arithmetic,
    Call,
    Compare,
    Duration,
    In,
    IsEmpty,
    Literal,
    Me,
    Name,
    Negative,
    Not,
    Or,
    Ref,
    Today,
    Within,
)
from kartu.core.expressions.schema import DAY, MOMENT, NUMBER, TEXT, YESNO
from kartu.core.fields import FoldedField
from kartu.core.money import Money
from kartu.core.text import sort_key

TODAY = date(2026, 11, 28)
RUPIAH, DINAR = Type(Kind.MONEY, currency="IDR"), Type(Kind.MONEY, currency="KWD")


with isolate_apps("kartu.core"):

    class Thing(models.Model):
        name = models.TextField()
        name_key = FoldedField()
        note_key = FoldedField()
        count = models.BigIntegerField(null=True)
        weight = models.BigIntegerField(null=True)  # millionths
        price = models.BigIntegerField(null=True)  # rupiahs
        debt = models.BigIntegerField(null=True)  # thousandths of a dinar
        born = models.DateField(null=True)
        seen = models.DateTimeField(null=True)
        is_big = models.BooleanField(default=False)
        owner = models.BigIntegerField(null=True)

        class Meta:
            app_label = "core"

        def __str__(self) -> str:
            return self.name


def column(name: str) -> Any:
    return lambda days: F(name)


SCHEMA = Schema.of(
    Field("name", TEXT, column("name_key")),
    Field("note", TEXT, column("note_key")),
    Field("count", NUMBER, column("count")),
    Field("weight", NUMBER, column("weight"), scale=6),
    Field("price", RUPIAH, column("price")),
    Field("debt", DINAR, column("debt")),
    Field("born", DAY, column("born")),
    Field("seen", MOMENT, column("seen")),
    Field("is_big", YESNO, column("is_big")),
    Field("owner", Type(Kind.ONE, of="person"), column("owner"), is_person=True,
          options=lambda: [(1, "Budi"), (2, "Siti"), (3, "Олег")]),
    # Answered by a Q of its own, as columns of lists are.
    Field("quick.count", NUMBER, column("count"), where=lambda how, values, days, asked: quick(how, values)),
)  # fmt: skip


def quick(how: str, values: list) -> Q | None:
    if any(value % 1 for value in values):
        return None
    lookup = {"=": "", "<": "__lt", ">": "__gt", "<=": "__lte", ">=": "__gte", "empty": "__isnull", "in": "__in"}[how]
    return Q(**{f"count{lookup}": True if how == "empty" else values if how == "in" else values[0]})


def values_of(thing: Thing, note: str) -> dict:
    """The plain dictionary of a row."""
    return {
        "name": thing.name,
        "note": note,
        "count": thing.count,
        "quick": {"count": thing.count},
        "weight": None if thing.weight is None else Decimal(thing.weight).scaleb(-6),
        "price": None if thing.price is None else Money.from_minor(thing.price, "IDR"),
        "debt": None if thing.debt is None else Money.from_minor(thing.debt, "KWD"),
        "born": thing.born,
        "seen": thing.seen,
        "is_big": thing.is_big,
        "owner": thing.owner,
    }


# --- at random -----------------------------------------------------------------------------------------------------

# In every spelling: case, ё, composed and not, spaces, signs at the beginning, letters that fold into several.
PARTS = ["ёлка", "ЕЛКА", "Ёлка", "е\u0308лка", "café", "CAFE\u0301", "Cafe", "straße", "STRASSE", "İstanbul",
         "«Ромашка»", "PT", "pt. ", " ", "\u00a0", "%", "_", "\\", "'", '"', "і", "и", "ﬁ", "0", "", "Ⅷ"]  # fmt: skip
texts = st.lists(st.sampled_from(PARTS), max_size=3).map("".join) | st.text("aAаАеЕёЁ й%_\\'", max_size=4)
big = st.sampled_from([9 * 10**12, 10**12, 10**9, 999_999_999_999, 1, 3, 7])
counts = st.none() | st.integers(-5, 5) | big | big.map(lambda number: -number)
weights = st.none() | st.integers(-3_000_000, 3_000_000) | st.sampled_from([500_000, -500_000, 1, 10**18, -(10**18)])
days = st.none() | st.dates(date(2026, 11, 20), date(2026, 12, 5)) | st.dates(date(1930, 1, 1), date(2090, 1, 1))
moments = (
    st.none()
    | st.datetimes(datetime(2026, 11, 24), datetime(2026, 12, 2), timezones=st.just(UTC))
    | st.sampled_from(
        [datetime(2026, 11, 27, 17, 0, tzinfo=UTC), datetime(2026, 11, 27, 16, 59, 59, 999999, tzinfo=UTC)]
    )
)
zones = st.sampled_from([ZoneInfo(name) for name in ("Asia/Jakarta", "UTC", "America/New_York", "Africa/Cairo")])
askings = st.builds(Asked, st.just(TODAY), zones, st.sampled_from([1, 2]))


@st.composite
def rows(draw: Any) -> tuple[Thing, str]:
    name, note = draw(texts), draw(texts)
    thing = Thing(
        name=name, name_key=sort_key(name), note_key=sort_key(note), count=draw(counts), weight=draw(weights),
        price=draw(counts), debt=draw(counts), born=draw(days), seen=draw(moments), is_big=draw(st.booleans()),
        owner=draw(st.none() | st.integers(1, 3)),
    )  # fmt: skip
    return thing, note


def named(*names: str) -> st.SearchStrategy:
    return st.sampled_from([Name(name) for name in names])


def literals(values: st.SearchStrategy) -> st.SearchStrategy:
    return values.map(Literal)


amounts = st.decimals(-9, 9, places=2) | st.integers(-9, 9).map(Decimal) | st.sampled_from(
    [Decimal("999999999999"), Decimal("0.000001"), Decimal("0.5")]
)  # fmt: skip
TEXTS = literals(texts) | named("name", "note")
SPANS = st.integers(0, 40).map(Duration)
DAYS = (
    st.just(Today())
    | literals(st.dates(date(2026, 11, 20), date(2026, 12, 5)))
    | named("born")
    | st.builds(Arithmetic, st.sampled_from("+-"), named("born") | st.just(Today()), SPANS)
)
TIMES = DAYS | named("seen")
NUMBERS = st.deferred(
    lambda: (
        literals(amounts)
        | named("count", "weight")
        | st.builds(Arithmetic, st.sampled_from("+-*/"), NUMBERS, NUMBERS)
        | st.builds(Negative, NUMBERS)
        | st.builds(Arithmetic, st.just("-"), DAYS, DAYS)
        | st.builds(Arithmetic, st.just("/"), named("price"), named("price"))
        | st.builds(
            lambda name, time: Call(name, (time,)),
            st.sampled_from(["days_since", "days_until", "year", "month", "day"]),
            TIMES,
        )
        | st.builds(lambda name, number: Call(name, (number,)), st.sampled_from(["abs", "round"]), NUMBERS)
        | st.builds(lambda one, other: Call("first", (one, other)), NUMBERS, NUMBERS)
        | st.builds(lambda when, one, other: Call("if", (when, one, other)), CONDITIONS, NUMBERS, NUMBERS)
    )
)
DINARS = (
    named("debt")
    | st.builds(Arithmetic, st.sampled_from("+-"), named("debt"), named("debt") | literals(amounts))
    | st.builds(Arithmetic, st.sampled_from("*/"), named("debt"), NUMBERS)
)
RUPIAHS = named("price") | st.builds(Arithmetic, st.just("*"), named("price"), named("count"))
ORDERS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
PEOPLE = st.just(Me()) | st.integers(1, 3).map(Ref) | st.sampled_from(["budi", "ОЛЕГ"]).map(Literal)
SIMPLE = (
    st.builds(Compare, ORDERS | st.sampled_from(["contains", "starts"]), TEXTS, TEXTS)
    | st.builds(Compare, ORDERS, NUMBERS, NUMBERS)
    | st.builds(Compare, ORDERS, TIMES, TIMES)
    | st.builds(Compare, ORDERS, DINARS, DINARS | literals(amounts))
    | st.builds(Compare, ORDERS, RUPIAHS, RUPIAHS | literals(amounts))
    | st.builds(Compare, st.sampled_from(["=", "!="]), named("owner"), PEOPLE)
    | st.builds(Compare, st.sampled_from(["=", "<", ">", "<=", ">="]), named("quick.count"), literals(amounts))
    | st.builds(In, named("quick.count"), st.lists(literals(amounts), min_size=1, max_size=3).map(tuple))
    | st.builds(In, named("owner"), st.lists(PEOPLE, min_size=1, max_size=3).map(tuple))
    | st.builds(In, TEXTS, st.lists(TEXTS, min_size=1, max_size=3).map(tuple))
    | st.builds(Within, TIMES, st.sampled_from(["last", "next", "older"]), st.integers(0, 30))
    | st.builds(IsEmpty, TEXTS | NUMBERS | TIMES | named("owner", "quick.count"))
    | named("is_big")
)
CONDITIONS = st.recursive(
    SIMPLE,
    lambda parts: (
        parts.map(Not)
        | st.lists(parts, min_size=2, max_size=3).map(lambda every: And(tuple(every)))
        | st.lists(parts, min_size=2, max_size=3).map(lambda one: Or(tuple(one)))
    ),
    max_leaves=4,
)
