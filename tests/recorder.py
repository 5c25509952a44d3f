"""What a request has written: the rows of every table and the files, as they stand before and after it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connections

from kartu.core.testing.tables import which_are_filled

# The traces of the request itself. All else stays as it is when a request is refused, or only looks.
TRACES = {
    "firm_device",
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
    """Table with rows -> a hash of all of them, and "files" -> a hash of all paths and sizes."""
    state = {"files": digest(sorted(files()))}
    for alias in connections:
        connection = connections[alias]
        with connection.cursor() as cursor:
            cursor.execute(asked(alias))
            for (table,) in cursor.fetchall():
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                state[table] = digest(sorted(repr(row) for row in cursor.fetchall()))
    return state


@cache
def asked(alias: str) -> str:
    return which_are_filled(connections[alias], tables(alias))


@cache
def tables(alias: str) -> list[str]:
    """The tables that are looked at, read once: no test that records makes one."""
    with connections[alias].cursor() as cursor:
        return [name for name in connections[alias].introspection.table_names(cursor) if name not in TRACES]


def files() -> Iterator[str]:
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file():
            yield f"{path} {path.stat().st_size}"


def digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
