"""What a request has written: the rows of every table and the files, as they stand before and after it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connections

# The traces of the request itself. All else stays as it is when a request is refused, or only looks.
TRACES = {
    "django_session",
    "firm_signintry",
    "security_auditpayload",
    "security_auditrow",
    "security_viewrow",
}


@dataclass
class Recorder:
    """`written`: the tables (and "files") that differ, the traces of the request left out."""

    before: dict[str, str] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)


@contextmanager
def recording() -> Iterator[Recorder]:
    recorder = Recorder(before=standing())
    yield recorder
    after = standing()
    recorder.written = {name for name in recorder.before | after if recorder.before.get(name) != after.get(name)}


def standing() -> dict[str, str]:
    """Table -> a hash of all its rows, and "files" -> a hash of all paths and sizes."""
    state = {"files": digest(sorted(files()))}
    for alias in connections:
        connection = connections[alias]
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                if table not in TRACES:
                    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                    state[table] = digest(sorted(repr(row) for row in cursor.fetchall()))
    return state


def files() -> Iterator[str]:
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file():
            yield f"{path} {path.stat().st_size}"


def digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
