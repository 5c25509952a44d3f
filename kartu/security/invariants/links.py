"""What the database cannot see to by itself: links to a row of any kind, and the change sets that the log names."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models

from kartu.security.former import former_kinds
from kartu.security.invariants.databases import rows
from kartu.security.invariants.ledger import key, table


def about_links() -> Iterator[str]:
    """Whatever is about a row (`about_type`, `about_id`) is about one that is there, be it in the trash."""
    for model in apps.get_models():
        columns = {field.name for field in model._meta.concrete_fields}
        if {"about_type", "about_id"} <= columns:
            yield from strays(model)


def strays(model: type[models.Model]) -> Iterator[str]:
    linked = f"FROM {table(model)} link WHERE link.about_id IS NOT NULL AND link.about_type <> ''"  # noqa: S608 - ours
    for (kind,) in rows("default", f"SELECT DISTINCT link.about_type {linked}"):  # noqa: S608 - put together above
        if kind in former_kinds:
            continue
        try:
            target = apps.get_model(kind)
        except (LookupError, ValueError):
            yield f"rows of {model._meta.db_table} are about {kind}, which Kartu does not know"
            continue
        there = f"SELECT 1 FROM {table(target)} target WHERE target.{key(target)} = link.about_id"  # noqa: S608 - ours
        sql = f"SELECT link.{key(model)}, link.about_id {linked} AND link.about_type = %s AND NOT EXISTS ({there})"  # noqa: S608
        for pk, about_id in rows("default", sql, (kind,)):
            yield f"{model._meta.db_table} {pk} is about {kind} {about_id}, which is not there"


def change_sets() -> Iterator[str]:
    """A change set that a line of the log names is there, or nobody could take those changes back."""
    sets = connection.ops.quote_name(apps.get_model("records.changeset")._meta.db_table)
    named = "SELECT DISTINCT change_set_id FROM security_auditrow WHERE change_set_id IS NOT NULL"
    for (pk,) in rows("default", f"{named} EXCEPT SELECT id FROM {sets}"):  # noqa: S608 - a table of ours
        yield f"lines of the log belong to the change set {pk}, which is not in {sets}: they cannot be undone"
