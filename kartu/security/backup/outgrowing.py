"""From SQLite into PostgreSQL: every row of the firm, in one transaction, and compared one by one before it counts.

What is copied are the tables of the models as they lie in the files; what PostgreSQL keeps beside them (indexes, the
triggers of ledgers) stands there since its tables were made. Done again after a kill, it goes on where it was.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from kartu.core.actors import System
from kartu.firm.models import User
from kartu.security.audit import record
from kartu.security.backup import databases
from kartu.security.backup.errors import Unusable
from kartu.security.backup.proof import APPLIED
from kartu.security.backup.restore import held
from kartu.security.models.audit import Verb

ROWS_AT_ONCE = 1000
NAMES = "SELECT name FROM sqlite_master WHERE type = 'table'"
STORES = ("kartu.sqlite3", "views.sqlite3")

Row = tuple[Any, ...]
Tell = Callable[[str, int], None]


@dataclass(frozen=True)
class Moved:
    """What has come over: tables with rows in them, all their rows, and where the files of SQLite lie from now on."""

    tables: int
    rows: int
    kept: Path


def outgrow(tell: Tell = lambda table, rows: None) -> Moved:
    """Move the firm from the SQLite files of the data folder into the PostgreSQL database that Kartu runs on.

    `tell` hears of each table when its rows are there. Raises Unusable, and has changed nothing then: while Kartu
    runs, where there is nothing to move, for files of another version, for a database that another firm is in, for a
    row that PostgreSQL does not take.
    """
    if connection.vendor != "postgresql":
        raise Unusable("Name the PostgreSQL database in KARTU_DATABASE, and say it again.")
    home = Path(settings.DATA_DIR)
    with held(home):
        databases.postgres_alone()
        paths = [home / name for name in STORES if (home / name).exists()]
        if not paths or paths[0].name != STORES[0]:
            raise Unusable(f"There is no {STORES[0]} in {home}: nothing to move.")
        for path in paths:
            databases.sqlite_alone(path)
            databases.sqlite_verify(path)
        with ExitStack() as files:
            tables = tables_of([files.enter_context(closing(sqlite3.connect(path))) for path in paths])
            moved = move(tables, tell)
        kept = put_away(home, paths)
    record(Verb.SETTING, by=System("kartu to-postgresql"), values={"tables": len(moved), "rows": sum(moved.values())})
    return Moved(tables=len(moved), rows=sum(moved.values()), kept=kept)


def move(tables: list["Table"], tell: Tell) -> dict[str, int]:
    """Table -> rows, of those that have any."""
    with transaction.atomic():
        # Where somebody is there already, a move was cut off after all rows had come over.
        if not User.objects.exists():
            for table in cleared(tables):
                table.copy()
                table.go_on_counting()
        moved = {}
        for table in tables:
            moved[table.name] = table.compare()
            tell(table.name, moved[table.name])
    return {name: rows for name, rows in moved.items() if rows}


def cleared(tables: list["Table"]) -> list["Table"]:
    """The tables without what their making has put into them: ready roles, kinds of content."""
    for table in tables:
        if not table.is_empty():
            if getattr(table.model, "append_only", False):
                raise Unusable(f"There is something in {table.name} of the PostgreSQL database. Name an empty one.")
            with connection.cursor() as cursor:
                cursor.execute(f'DELETE FROM "{table.name}"')  # noqa: S608 - a table of our own
    return tables


def tables_of(stores: list[sqlite3.Connection]) -> list["Table"]:
    """The tables of all models, each with the file it lies in. Raises Unusable for files of another version."""
    with connection.cursor() as cursor:
        cursor.execute(APPLIED)
        ours = set(cursor.fetchall())
    if set(stores[0].execute(APPLIED)) != ours:
        raise Unusable(
            "The data is of another version of Kartu. Start Kartu once without KARTU_DATABASE, then stop it."
        )
    lies_in = {
        name: store
        for store in stores
        for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type='table'")
    }
    kept = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    named = {model._meta.db_table: model for model in kept if not model._meta.proxy}
    return [Table(model, lies_in[name]) for name, model in named.items()]


class Table:
    """The table of `model` in the file `store` and in PostgreSQL."""

    def __init__(self, model: type[models.Model], store: sqlite3.Connection) -> None:
        self.model, self.store, self.name = model, store, model._meta.db_table
        self.fields = model._meta.concrete_fields
        self.columns = ", ".join(f'"{field.column}"' for field in self.fields)
        self.key = model._meta.pk

    def is_empty(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT NOT EXISTS (SELECT 1 FROM "{self.name}")')  # noqa: S608 - a table of our own
            return cursor.fetchone()[0]

    def copy(self) -> None:
        """Bring all rows over. Raises Unusable for one that PostgreSQL does not take."""
        written = [TO_POSTGRES.get(kind_of(field)) for field in self.fields]
        try:
            with (
                connection.cursor() as cursor,
                cursor.copy(f'COPY "{self.name}" ({self.columns}) FROM STDIN') as target,
            ):
                for row in self.in_sqlite():
                    target.write_row(spelled(row, written))
        except DatabaseError as error:
            raise Unusable(f"PostgreSQL does not take a row of {self.name}: {str(error).strip()}") from error

    def compare(self) -> int:
        """How many rows both have. Raises Unusable at the first that is another one, or on one side only."""
        read = [FROM_SQLITE.get(kind_of(field)) for field in self.fields]
        found = [FROM_POSTGRES.get(kind_of(field)) for field in self.fields]
        rows = 0
        theirs = self.in_postgres()
        for row in self.in_sqlite():
            if spelled(next(theirs, ()), found) != spelled(row, read):
                raise Unusable(self.is_another(row))
            rows += 1
        if next(theirs, None):
            raise Unusable(self.is_another(()))
        return rows

    def is_another(self, row: Row) -> str:
        which = f"{self.name} {row[self.fields.index(self.key)]}" if row else f"a further row of {self.name}"
        return f"In the PostgreSQL database {which} is not what it is here. Name an empty one."

    def taken_in(self) -> str:
        return f'COPY "{self.name}" ({self.columns}) FROM STDIN'

    def in_sqlite(self) -> Iterator[Row]:
        rows = self.store.execute(f'SELECT {self.columns} FROM "{self.name}" ORDER BY "{self.key.column}"')  # noqa: S608
        while some := rows.fetchmany(ROWS_AT_ONCE):
            yield from some

    def in_postgres(self) -> Iterator[Row]:
        # SQLite compares texts byte by byte.
        collation = ' COLLATE "C"' if isinstance(self.key, models.CharField) else ""
        with connection.chunked_cursor() as cursor:
            cursor.execute(
                f'SELECT {self.columns} FROM "{self.name}" ORDER BY "{self.key.column}"{collation}'  # noqa: S608
            )
            while some := cursor.fetchmany(ROWS_AT_ONCE):
                yield from some

    def go_on_counting(self) -> None:
        """The next row gets the number it would have had: that of a row which is gone is never given again."""
        if not isinstance(self.key, models.AutoField):
            return
        used = self.store.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", [self.name]).fetchone()
        if used and used[0]:
            with connection.cursor() as cursor:
                sequence = [f'"{self.name}"', self.key.column, used[0]]
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", sequence)


def kind_of(field: models.Field) -> str:
    """The kind of a column; of one that points at a row, that of the row's number. Raises TypeError for one whose
    values we have not learned to bring over."""
    while field.remote_field and field.remote_field.model:
        field = field.target_field
    kind = field.get_internal_type()
    if kind not in AS_THEY_ARE and kind not in TO_POSTGRES:
        raise TypeError(f"{field}: how is a {kind} brought from SQLite to PostgreSQL?")
    return kind


def spelled(row: Row, spellings: Sequence[Callable[[Any], Any] | None]) -> Row:
    """The values of a row, each by its spelling; nothing stays nothing."""
    return tuple(
        spelling(value) if spelling and value is not None else value
        for value, spelling in zip(row, spellings, strict=False)
    )


def put_away(home: Path, paths: list[Path]) -> Path:
    """Out of the way, so that nobody goes on working in the files by mistake."""
    kept = home / f"before-postgresql-{timezone.now():%Y-%m-%d-%H%M%S}"
    kept.mkdir(mode=0o700)
    for path in reversed(paths):
        path.rename(kept / path.name)
    return kept


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def as_json(told: Any) -> Any:
    return json.loads(told) if isinstance(told, str | bytes) else told


AS_THEY_ARE = {
    "AutoField",
    "BigAutoField",
    "BigIntegerField",
    "BinaryField",
    "CharField",
    "FileField",
    "IntegerField",
    "MillionthsField",
    "MoneyField",
    "PositiveBigIntegerField",
    "PositiveIntegerField",
    "PositiveSmallIntegerField",
    "QuantityField",
    "SlugField",
    "SmallIntegerField",
    "TextField",
    "UnitPriceField",
}
# How a value of SQLite is written for PostgreSQL, and how both are read to be compared.
TO_POSTGRES = {
    "BooleanField": bool,
    "DateField": str,
    "DateTimeField": "{}+00".format,
    "JSONField": str,
    "TimeField": str,
}
FROM_SQLITE = {
    "BooleanField": bool,
    "DateField": date.fromisoformat,
    "DateTimeField": moment,
    "JSONField": as_json,
    "TimeField": time.fromisoformat,
}
FROM_POSTGRES = {"BinaryField": bytes, "DateTimeField": lambda at: at.astimezone(UTC), "JSONField": as_json}
