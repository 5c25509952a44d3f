"""I1: the databases are whole, up to date, and every reference leads somewhere."""

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from kartu.security import triggers

ONLY_FOR_TESTS = "kartu-tests"  # the cluster_name of tools/postgres.py


def whole() -> Iterator[str]:
    """SQLite reads every page of its files. PostgreSQL watches over its pages itself; a broken one cannot be read."""
    for alias in connections:
        if connections[alias].vendor == "sqlite":
            for (text,) in rows(alias, "PRAGMA integrity_check"):
                if text != "ok":
                    yield f"{alias}: {text}"


def references() -> Iterator[str]:
    for alias in connections:
        if connections[alias].vendor == "sqlite":
            yield from lost_in_sqlite(alias)
        else:
            yield from lost_in_postgresql(alias)


def lost_in_sqlite(alias: str) -> Iterator[str]:
    for table, row, parent, _number in rows(alias, "PRAGMA foreign_key_check"):
        yield f"{table} {row} names a row of {parent} that is not there"


def lost_in_postgresql(alias: str) -> Iterator[str]:
    """It refuses lost references by itself, unless a constraint was switched off or never checked."""
    for table, name in rows(
        alias, "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"
    ):
        yield f"{table}: the constraint {name} was never checked"
    for model, field in foreign_keys(alias):
        for (pk,) in rows(alias, orphans_sql(connections[alias], model, field)):
            yield f"{model._meta.db_table} {pk} names a row of {field.related_model._meta.db_table} that is not there"


def foreign_keys(alias: str) -> Iterator[tuple[type[models.Model], models.ForeignKey]]:
    """Of the tables that are there: that one is missing is told by `migrated`."""
    tables = set(connections[alias].introspection.table_names())
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table in tables and router.allow_migrate_model(alias, model):
            for field in model._meta.local_concrete_fields:
                if isinstance(field, models.ForeignKey) and field.db_constraint:
                    yield model, field


def orphans_sql(connection: BaseDatabaseWrapper, model: type[models.Model], field: models.ForeignKey) -> str:
    quote = connection.ops.quote_name
    table, parent = quote(model._meta.db_table), quote(field.related_model._meta.db_table)
    column, target = quote(field.column), quote(field.target_field.column)
    return (
        f"SELECT child.{quote(model._meta.pk.column)} FROM {table} child LEFT JOIN {parent} parent "  # noqa: S608 - names of ours
        f"ON parent.{target} = child.{column} WHERE child.{column} IS NOT NULL AND parent.{target} IS NULL"
    )


def migrated() -> Iterator[str]:
    for alias in connections:
        executor = MigrationExecutor(connections[alias])
        for migration, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes()):
            yield f"{alias}: the change {migration} has not been made yet; `kartu up` makes it"


def set_for_safety() -> Iterator[str]:
    """What is answered is on the disk, and two writers never see half of each other."""
    for alias in connections:
        if connections[alias].vendor == "sqlite":
            yield from sqlite_settings(alias)
        else:
            yield from postgresql_settings(alias)


def sqlite_settings(alias: str) -> Iterator[str]:
    """PRAGMAs of the connection that the program works with; `synchronous` as settings.SYNCHRONOUS says: 2 is FULL."""
    levels = {"OFF": 0, "NORMAL": 1, "FULL": 2, "EXTRA": 3}
    wanted = {"journal_mode": "wal", "synchronous": levels[settings.SYNCHRONOUS[alias]], "foreign_keys": 1}
    for pragma, value in wanted.items():
        [(found,)] = rows(alias, f"PRAGMA {pragma}")
        if found != value:
            yield f"{alias}: PRAGMA {pragma} is {found} and must be {value}: see OPTIONS in kartu/project/settings.py"
    mode = connections[alias].settings_dict["OPTIONS"].get("transaction_mode")
    if mode != "IMMEDIATE":
        yield f"{alias}: transactions begin {mode} and must begin IMMEDIATE, or writers fail as “locked”"
    if connections[alias].settings_dict["ATOMIC_REQUESTS"]:
        yield f"{alias}: ATOMIC_REQUESTS is on, and makes a writer of everybody who looks at a page"


def postgresql_settings(alias: str) -> Iterator[str]:
    """A server that was made for tests says so by its name; it need not be safe from power cuts."""
    if rows(alias, "SHOW cluster_name") == [(ONLY_FOR_TESTS,)]:
        return
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        [(found,)] = rows(alias, f"SHOW {name}")
        if found == "off":
            yield f"{alias}: {name} is off: a power cut loses what was saved. Set it to on in postgresql.conf"


def ledgers_are_closed() -> Iterator[str]:
    for alias in connections:
        for name in triggers.missing(alias):
            yield (
                f"{alias}: the trigger {name} is missing, or is not ours, so that rows of its ledger could be changed; "
                "`kartu up` makes it again"
            )


def rows(alias: str, sql: str, params: tuple = ()) -> list[tuple]:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
