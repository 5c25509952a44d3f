"""A snapshot of each database, and the way back."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connections

from kartu.security.backup.contents import Contents, of_postgres
from kartu.security.backup.errors import Unusable

IN_ONE = ["--single-transaction", "--set=ON_ERROR_STOP=1", "--quiet", "--no-psqlrc"]


def sqlite_snapshot(source: Path, target: Path) -> None:
    """A copy by SQLite's online backup, in one step: a moment of the database, while others go on writing."""
    with closing(sqlite3.connect(source, timeout=20)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    sqlite_verify(target)


def sqlite_verify(path: Path) -> None:
    """Raises Unusable unless SQLite finds the database whole, its foreign keys included."""
    try:
        with closing(sqlite3.connect(path)) as copy:
            found = [row[0] for row in copy.execute("PRAGMA integrity_check(3)")]
            broken = copy.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise Unusable(f"The database {path.name} is damaged: {error}") from error
    if found != ["ok"]:
        raise Unusable(f"The database {path.name} is damaged: {'; '.join(found)}")
    if broken:
        raise Unusable(f"The database {path.name} is damaged: {broken[0]} points to a row that is not there")


def sqlite_alone(path: Path) -> None:
    """Make of a database and its journal one file. Raises Unusable while another process has it open."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=1)) as database:
            mode = database.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError:
        mode = "locked"
    except sqlite3.DatabaseError:
        return  # it is broken, which may be why somebody wants a backup back
    if mode != "delete":
        raise Unusable("Another program has the data open. Stop Kartu and try again.")


def postgres_dump(target: Path) -> Contents:
    """A dump by PostgreSQL's own tool: one moment, while others go on writing; returns what it holds."""
    with closing(connections["default"].copy()) as other, other.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        moment = f"--snapshot={cursor.fetchone()[0]}"
        postgres_tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", moment, "--file", str(target))
        return of_postgres(other)


def postgres_verify(dump: Path, scratch: Path) -> None:
    """Raises Unusable unless the whole dump can be read; leaves its SQL in `scratch`."""
    tool = found("pg_restore")
    # All of it, not the schema alone: the extension that searches letters lies outside. Its comment belongs to others.
    command = [tool, "--no-owner", "--no-privileges", "--no-comments", "--file", str(scratch), str(dump)]
    run(command, {**os.environ})


def postgres_replace(script: Path) -> None:
    """Put what `script` makes in the place of all that is there, in one transaction."""
    fresh = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
    postgres_tool("psql", *IN_ONE, "--output", os.devnull, "--command", fresh, "--file", str(script))


def postgres_run(script: Path, database: str) -> None:
    """Make what `script` makes in an empty `database` of the same server."""
    postgres_tool("psql", *IN_ONE, "--output", os.devnull, "--dbname", database, "--file", str(script))


def postgres_alone() -> None:
    """Raises Unusable while anybody else is connected to the database."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        if cursor.fetchone()[0]:
            raise Unusable("Another program is connected to the database. Stop Kartu everywhere and try again.")


def postgres_tool(name: str, *words: str) -> None:
    tool = found(name)
    server = connections["default"].settings_dict
    reach = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    given = {variable: str(server[key]) for variable, key in reach.items() if server[key]}
    run([tool, *words], {**os.environ, **given})


def found(name: str) -> str:
    tool = shutil.which(name)
    if not tool:
        raise Unusable(f"On PostgreSQL a backup needs the program {name}. On Debian: apt install postgresql-client")
    return tool


def run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or f"code {done.returncode}").splitlines()
        raise Unusable(f"{Path(command[0]).name} failed: {said[-1]}")
