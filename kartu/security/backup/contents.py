"""What the tables hold, as a count of rows and a digest for each: noted in a backup, compared when it is tried out.

{"clients_client": [400, "9f86d0…"], ...}
"""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

Contents = dict[str, list]

ROWS_AT_ONCE = 1000
SQLITE_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
POSTGRES_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
# So that the same row is the same text in every session.
POSTGRES_SPELLING = "SET timezone = 'UTC'; SET datestyle = 'ISO'; SET extra_float_digits = 1; SET bytea_output = 'hex'"
# A sum does not ask for an order, and is worked out where the rows are.
POSTGRES_DIGEST = "coalesce(sum(('x' || substr(md5(it::text), 1, 15))::bit(60)::bigint), 0)::text"


def of_sqlite(path: Path) -> Contents:
    with closing(sqlite3.connect(path)) as database:
        database.text_factory = bytes
        names = [name.decode() for (name,) in database.execute(SQLITE_TABLES)]
        return {name: of_table(database, name) for name in names}


def of_table(database: sqlite3.Connection, name: str) -> list:
    digest, count = hashlib.sha256(), 0
    rows = database.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - the name is the database's own
    while some := rows.fetchmany(ROWS_AT_ONCE):
        count += len(some)
        digest.update(repr(some).encode())
    return [count, digest.hexdigest()]


def together(by_database: dict[str, Contents]) -> Contents:
    """The tables of several databases in one list: those of others than the first under "views.security_viewrow"."""
    return {
        name if alias == "default" else f"{alias}.{name}": told
        for alias, tables in by_database.items()
        for name, told in tables.items()
    }


def of_postgres(database: BaseDatabaseWrapper) -> Contents:
    with database.cursor() as cursor:
        cursor.execute(POSTGRES_SPELLING)
        cursor.execute(POSTGRES_TABLES)
        return {name: of_postgres_table(cursor, name) for (name,) in cursor.fetchall()}


def of_postgres_table(cursor: CursorWrapper, name: str) -> list:
    cursor.execute(f'SELECT count(*), {POSTGRES_DIGEST} FROM public."{name}" it')  # noqa: S608 - as above
    return list(cursor.fetchone())


def differences(told: Contents, found: Contents) -> list[str]:
    """The tables that are not what was told of them, with both counts; empty when all are."""
    return [
        f"{name} ({told.get(name, [0])[0]} rows, now {found.get(name, [0])[0]})"
        for name in sorted({*told, *found})
        if told.get(name) != found.get(name)
    ]
