"""Append-only tables: triggers on both databases refuse UPDATE, DELETE and (PostgreSQL) TRUNCATE.

A model says `append_only = True`. The triggers are made again after every migrate, for SQLite drops them without a
word when it rebuilds a table, and `kartu check` verifies that they stand.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connections, models, router, transaction

SQLITE = """
CREATE TRIGGER {name} BEFORE {verb} ON "{table}"
BEGIN SELECT RAISE(ABORT, '{table} is append-only: correct it by a new row'); END
"""

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION kartu_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%% is append-only: correct it by a new row', TG_TABLE_NAME; END $$
"""

POSTGRES = """
CREATE OR REPLACE TRIGGER {name} BEFORE {verb} ON "{table}"
FOR EACH {unit} EXECUTE FUNCTION kartu_append_only()
"""


def append_only_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if getattr(model, "append_only", False)]


def names(model: type[models.Model], vendor: str) -> dict[str, str]:
    """Trigger name -> verb it refuses."""
    verbs = ["UPDATE", "DELETE"] + (["TRUNCATE"] if vendor == "postgresql" else [])
    return {f"{model._meta.db_table}_no_{verb.lower()}": verb for verb in verbs}


def install(using: str = "default") -> None:
    """Make the triggers of all append-only tables of this database; harmless where they stand already."""
    connection = connections[using]
    wanted = set(missing(using))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRES_FUNCTION.replace("%%", "%"))
        tables = connection.introspection.table_names(cursor)
        for model in models_of(using):
            table = model._meta.db_table
            if table not in tables:
                continue
            for name, verb in names(model, connection.vendor).items():
                if connection.vendor == "postgresql":
                    unit = "STATEMENT" if verb == "TRUNCATE" else "ROW"
                    cursor.execute(POSTGRES.format(name=name, verb=verb, table=table, unit=unit))
                    cursor.execute("SELECT 1 FROM pg_trigger WHERE tgname = %s AND tgenabled = 'D'", [name])
                    if cursor.fetchone():
                        cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER {name}')
                elif name in wanted:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                    cursor.execute(SQLITE.format(name=name, verb=verb, table=table))


@contextmanager
def lifted(model: type[models.Model], verb: str) -> Iterator[None]:
    """Let rows of `model` be deleted ("DELETE") until the end of the block, inside the caller's transaction.

    Nobody else can use it: SQLite has one writer, PostgreSQL locks the table. If anything fails, the transaction brings
    the trigger back.
    """
    connection = connections[router.db_for_write(model)]
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A trigger is lifted inside a transaction only")
    table = model._meta.db_table
    [name] = [name for name, refused in names(model, connection.vendor).items() if refused == verb]
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" if is_sqlite else f'ALTER TABLE "{table}" DISABLE TRIGGER {name}')
        yield
        again = SQLITE.format(name=name, verb=verb, table=table)
        cursor.execute(again if is_sqlite else f'ALTER TABLE "{table}" ENABLE TRIGGER {name}')


def models_of(using: str) -> list[type[models.Model]]:
    return [model for model in append_only_models() if router.allow_migrate_model(using, model)]


def missing(using: str = "default") -> list[str]:
    """Names of the triggers that should stand in this database and do not, or do something else than ours."""
    vendor = connections[using].vendor
    standing = standing_in_postgresql(using) if vendor == "postgresql" else standing_in_sqlite(using)
    return [name for model in models_of(using) for name in names(model, vendor) if name not in standing]


def standing_in_sqlite(using: str) -> set[str]:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = {name: " ".join(sql.split()) for name, sql in cursor.fetchall()}
    ours = {
        name: " ".join(SQLITE.format(name=name, verb=verb, table=model._meta.db_table).split())
        for model in models_of(using)
        for name, verb in names(model, "sqlite").items()
    }
    return {name for name, sql in ours.items() if found.get(name) == sql}


def standing_in_postgresql(using: str) -> set[str]:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND p.proname = 'kartu_append_only'"
        )
        body = POSTGRES_FUNCTION.split("$$")[1].replace("%%", "%")
        return {name for name, source in cursor.fetchall() if source == body}
