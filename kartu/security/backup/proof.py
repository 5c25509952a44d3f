"""Trying a backup out: it is brought back into a scratch place, and all that it holds compared with what it says."""

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from kartu.security.backup import contents, databases
from kartu.security.backup.archive import Manifest, Reader
from kartu.security.backup.errors import Unusable
from kartu.security.backup.keys import RecoveryKey, keyring
from kartu.security.backup.restore import check_fits, unpack

APPLIED = "SELECT app || '.' || name FROM django_migrations ORDER BY 1"


class Untried(Unusable):
    """The backup is as it was written, but there is no scratch place to bring it back to."""


def prove(path: Path, keys: Sequence[RecoveryKey] | None = None) -> Manifest:
    """Bring the backup at `path` back beside the data; returns what it says of itself, which has been found true.

    Raises Unusable for whatever is not, Untried where this server lets us make no scratch database.
    """
    with (
        tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=".proof-") as scratch,
        closing(Reader(path, keyring() if keys is None else keys)) as backup,
    ):
        check_fits(backup.manifest)
        fresh = Path(scratch, "fresh")
        unpack(backup, fresh)
        if connection.vendor == "postgresql":
            found, migrations = of_scratch_database(fresh / "default.sql")
        else:
            found, migrations = of_sqlite_files(fresh)
        compare(backup.manifest, found, migrations)
        return backup.manifest


def compare(manifest: Manifest, found: contents.Contents, migrations: list[str]) -> None:
    if sorted(migrations) != sorted(manifest.migrations):
        raise Unusable("The tables in the backup are of another version than it says.")
    if manifest.tables and (wrong := contents.differences(manifest.tables, found)):
        raise Unusable(f"What the backup holds is not what was saved: {'; '.join(wrong[:3])}")


def of_sqlite_files(fresh: Path) -> tuple[contents.Contents, list[str]]:
    paths = [fresh / "databases" / f"{alias}.sqlite3" for alias in connections]
    with closing(sqlite3.connect(paths[0])) as database:
        migrations = [name for (name,) in database.execute(APPLIED)]
    return contents.together(
        {alias: contents.of_sqlite(path) for alias, path in zip(connections, paths, strict=True)}
    ), migrations


def of_scratch_database(script: Path) -> tuple[contents.Contents, list[str]]:
    with scratch_database() as database:
        databases.postgres_run(script, str(database.settings_dict["NAME"]))
        with database.cursor() as cursor:
            cursor.execute(APPLIED)
            migrations = [name for (name,) in cursor.fetchall()]
        return contents.of_postgres(database), migrations


@contextmanager
def scratch_database() -> Iterator[BaseDatabaseWrapper]:
    """A connection to a new, empty database of our server, which is gone behind the block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper, rolname FROM pg_roles WHERE rolname = current_user")
        may, who = cursor.fetchone()
    if not may:
        raise Untried(
            f"To try backups out, the database user must be let make a scratch one: ALTER ROLE {who} CREATEDB"
        )
    name = f"kartu_proof_{uuid4().hex[:12]}"
    databases.postgres_tool("psql", "--no-psqlrc", "--quiet", "--command", f"CREATE DATABASE {name}")
    database = connection.copy()
    database.settings_dict["NAME"] = name
    try:
        yield database
    finally:
        database.close()
        databases.postgres_tool("psql", "--no-psqlrc", "--quiet", "--command", f"DROP DATABASE {name} WITH (FORCE)")
