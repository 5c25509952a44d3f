"""Append-only tables: triggers on both databases refuse UPDATE, DELETE and (PostgreSQL) TRUNCATE.

A model says `append_only = True`. The triggers are made again after every migrate, for SQLite drops them without a
word when it rebuilds a table, and `kartu check` verifies that they stand.
"""

from django.apps import apps
from django.db import connections, models, router

SQLITE = """
CREATE TRIGGER IF NOT EXISTS {name} BEFORE {verb} ON "{table}"
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
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRES_FUNCTION.replace("%%", "%"))
        for model in append_only_models():
            if not router.allow_migrate_model(using, model):
                continue
            table = model._meta.db_table
            if table not in connection.introspection.table_names(cursor):
                continue
            for name, verb in names(model, connection.vendor).items():
                unit = "STATEMENT" if verb == "TRUNCATE" else "ROW"
                template = POSTGRES if connection.vendor == "postgresql" else SQLITE
                cursor.execute(template.format(name=name, verb=verb, table=table, unit=unit))


def missing(using: str = "default") -> list[str]:
    """Names of the triggers that should stand in this database and do not."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        standing = {row[0] for row in cursor.fetchall()}
    wanted = [
        name
        for model in append_only_models()
        if router.allow_migrate_model(using, model)
        for name in names(model, connection.vendor)
    ]
    return [name for name in wanted if name not in standing]
