"""What a client's row repeats of its parts, so that lists of a million clients sort and filter by an index."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Case, DateTimeField, F, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, Substr
from django.db.models.sql import UpdateQuery

from kartu.clients.models import Address, Channel, Client, Touch
from kartu.clients.next_touch import next_touches
from kartu.security.rows import GuardedQuerySet

WHY = "the columns of a client that repeat its parts"
CHUNK = 500
NOBODY = -(2**62)  # where the id goes in a statement that is kept
NUMBERS = [Channel.Kind.PHONE, Channel.Kind.WHATSAPP]

_is_paused: ContextVar[bool] = ContextVar("derived_is_paused", default=False)


@contextmanager
def paused() -> Iterator[None]:
    """For an import, which knows these columns beforehand and writes them with the row. Stands around its action."""
    token = _is_paused.set(True)
    try:
        yield
    finally:
        _is_paused.reset(token)


def renew_written(*, roots: set[tuple[str, int]], **signal: Any) -> None:
    """Handler of `audit.written`: renew the clients that were written, or a part of which was."""
    ids = {pk for label, pk in roots if label == Client._meta.label_lower}
    if ids and not _is_paused.get():
        renew(ids)


def renew(ids: Iterable[int]) -> None:
    """Set the derived columns of the clients `ids` from their channels, addresses, touches and what is to come."""
    waiting = sorted(ids)
    for start in range(0, len(waiting), CHUNK):
        some = waiting[start : start + CHUNK]
        rows = Client.objects.as_system(WHY).filter(pk__in=some)
        lock(rows)
        if len(some) == 1:
            renew_one(some[0])
        else:
            rows.update(**columns())


def renew_one(pk: int) -> None:
    """As every act does. The statement is always the same, and to write it took Django a fifth of the act."""
    statement, values = statement_for_one(connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(statement, [pk if value == NOBODY else value for value in values])


@cache
def statement_for_one(vendor: str) -> tuple[str, tuple]:
    """The update of one client, with NOBODY in place of its id."""
    query = Client.objects.as_system(WHY).filter(pk=NOBODY).query.chain(UpdateQuery)
    query.add_update_values(columns())
    return query.get_compiler(connection=connection).as_sql()


def lock(rows: GuardedQuerySet) -> None:
    """Let the next statement see what others have just committed to these clients.

    Two touches logged at once would else each be renewed without a sight of the other. SQLite has one writer anyway.
    """
    if connection.features.has_select_for_update:
        list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))


@cache  # what is the same for every client is put together once, not at every act
def columns() -> dict[str, Any]:
    return {
        "phone": first(numbers(), "value"),
        "email": first(emails(), "value"),
        "city": first(places(), "city"),
        "city_key": first(places(), "city_key"),
        "last_touch_at": Subquery(touches().values("at")[:1]),
        "last_touch_text": first(touches(), told()),
        **next_touch(),
    }


def first(rows: GuardedQuerySet, value: Any) -> Coalesce:
    """`value` of the first of `rows`, "" where there is none."""
    told = rows.annotate(told=F(value) if isinstance(value, str) else value).values("told")
    return Coalesce(Subquery(told[:1]), Value(""), output_field=TextField())


def parts(model: type) -> GuardedQuerySet:
    return model.objects.as_system(WHY).filter(client=OuterRef("pk"), trashed_at__isnull=True)


def numbers() -> GuardedQuerySet:
    """The client's own numbers before those of its people, telephones before messengers."""
    is_peoples = Case(When(contact__isnull=True, then=0), default=1)
    is_messenger = Case(When(kind=Channel.Kind.PHONE, then=0), default=1)
    rows = parts(Channel).filter(kind__in=NUMBERS)
    return rows.order_by(is_peoples, is_messenger, "-contact__is_main", "-is_main", "id")


def emails() -> GuardedQuerySet:
    is_peoples = Case(When(contact__isnull=True, then=0), default=1)
    rows = parts(Channel).filter(kind=Channel.Kind.EMAIL)
    return rows.order_by(is_peoples, "-contact__is_main", "-is_main", "id")


def places() -> GuardedQuerySet:
    return parts(Address).exclude(city="").order_by("-is_main", "id")


def touches() -> GuardedQuerySet:
    """A note alone is no touch: nobody was spoken to."""
    return parts(Touch).exclude(kind=Touch.Kind.NOTE).order_by("-at", "-id")


def told() -> Case:
    return Case(When(Q(text=""), then=Substr("result", 1, 120)), default=Substr("text", 1, 120))


def next_touch() -> dict[str, Any]:
    source = next(iter(next_touches), None)
    if source is None:
        return {"next_touch_at": Value(None, DateTimeField()), "next_touch_text": Value("")}
    return {
        "next_touch_at": Subquery(source.rows().values(source.at)[:1]),
        "next_touch_text": first(source.rows(), Substr(source.text, 1, 120)),
    }
