"""Writing very many rows: executemany on SQLite, COPY on PostgreSQL. Knows tables and columns, no models' rules."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models


def reserve_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """`count` growing ids of `model` that nobody else will get. Call it inside the transaction that writes the rows.

    On SQLite that transaction holds the write lock, so the ids behind the last one ever given are free.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        first = (row[0] if row else 0) + 1
        return range(first, first + count)


def insert(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, is_spelled: bool = False
) -> None:
    """Insert `rows`, each with a value for every one of `columns` (database column names), as they come.

    Every column without a database default must be among them. Times are UTC, JSON is given as text.
    `is_spelled`: dates have been through `spelled` already, outside of the transaction.
    """
    names = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(columns))
            # The driver's own cursor: Django's would rewrite the placeholders at every call.
            with connection.wrap_database_errors:
                connection.connection.executemany(
                    f'INSERT INTO "{table}" ({names}) VALUES ({marks})',  # noqa: S608 - names of our own models
                    rows if is_spelled else (tuple(map(_for_sqlite, row)) for row in rows),
                )


def update(model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> int:
    """Set `columns` of rows given as (*values, id, version), where the row still has that version; how many had.

    The version counts on. Rows of a model that keeps none are given as (*values, id). JSON is given as text.
    """
    is_versioned = bool(rows) and len(rows[0]) == len(columns) + 2
    sets = ", ".join(f'"{column}" = %s' for column in columns)
    table = model._meta.db_table
    counted, guarded = (', "version" = "version" + 1', ' AND "version" = %s') if is_versioned else ("", "")
    sql = f'UPDATE "{table}" SET {sets}{counted} WHERE "id" = %s{guarded}'  # noqa: S608 - names of our own models
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(sql, rows)
            return cursor.rowcount
        spelt = [tuple(map(_for_sqlite, row)) for row in rows]
        with connection.wrap_database_errors:
            return connection.connection.executemany(sql.replace("%s", "?"), spelt).rowcount


def spelled(value: Any) -> Any:
    """A date or a moment as the database takes it in `insert(..., is_spelled=True)`."""
    return value if connection.vendor == "postgresql" else _for_sqlite(value)


def _for_sqlite(value: Any) -> Any:
    """Dates as Django writes them on SQLite: aware times as UTC without their zone."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ") if value.tzinfo else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return value


def claim_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """`count` growing ids of `model` that stay ours after this transaction; those never used are never given again."""
    if connection.vendor == "postgresql":
        return reserve_ids(model, count)
    table = model._meta.db_table
    ids = reserve_ids(model, count)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [ids[-1], table])
        if not cursor.rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, ids[-1]])
    return ids
