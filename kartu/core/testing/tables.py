"""Which tables have rows, and emptying these between tests that commit."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Filled by Django after every migrate with the same rows, which no test changes.
ALWAYS_THE_SAME = {"auth_permission", "django_content_type"}


def which_are_filled(connection: BaseDatabaseWrapper, tables: Sequence[str]) -> str:
    """Asks for the tables with rows in one statement: most have none, and it is asked often."""
    quoted = connection.ops.quote_name
    return " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {quoted(table)})" for table in tables)  # noqa: S608


@contextmanager
def only_filled_ones_are_emptied() -> Iterator[None]:
    """Where Django would TRUNCATE all tables: on PostgreSQL that makes some thousand files anew, of which a few had
    anything in them."""

    def statements(ops: Any, style: Any, tables: Sequence[str], **options: bool) -> list[str]:
        assert not options.get("reset_sequences"), "numbers go on from test to test"
        with ops.connection.cursor() as cursor:
            cursor.execute(which_are_filled(ops.connection, sorted(set(tables) - ALWAYS_THE_SAME)))
            return [f"DELETE FROM {ops.quote_name(table)}" for (table,) in cursor.fetchall()]  # noqa: S608

    with pytest.MonkeyPatch.context() as patch:
        for connection in connections.all():
            patch.setattr(type(connection.ops), "sql_flush", statements)
        yield
