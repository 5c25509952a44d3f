"""What tests work on copies of is made once for all workers of a run: tables, and programs with their data."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection

WAIT = 600  # seconds for another worker to make what this one needs too


@dataclass(frozen=True)
class Made:
    """Something to copy: a folder with `data` in it, and on PostgreSQL the address of its database, else ""."""

    folder: Path
    database: str


class Shared:
    """`folder` is the same for all workers; the last that goes drops the databases."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_locked = False
        folder.mkdir(exist_ok=True)
        self.me = folder / f"{os.urandom(4).hex()}.uses"
        with self.lock():
            self.me.touch()

    def once(self, name: str, make: Callable[[Path], str]) -> Made:
        """What `make` has made in the folder it was given, by whichever worker came first; it returns the address."""
        made = self.folder / name
        with self.lock():
            if not made.exists():
                # Whole, or not there at all: one half made would let each later test fail for reasons of its own.
                half = self.folder / f"{name}.half"
                shutil.rmtree(half, ignore_errors=True)
                half.mkdir()
                database = make(half)
                (half / "database").write_text(database)
                half.rename(made)
        return Made(made, (made / "database").read_text())

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One worker at a time. Of a killed one it goes away by itself."""
        if self.is_locked:
            yield
            return
        keeper = sqlite3.connect(self.folder / "lock", timeout=WAIT, isolation_level=None)
        keeper.execute("BEGIN EXCLUSIVE")
        self.is_locked = True
        try:
            yield
        finally:
            self.is_locked = False
            keeper.close()

    def leave(self) -> None:
        with self.lock():
            self.me.unlink()
            if any(self.folder.glob("*.uses")):
                return
            for note in self.folder.glob("*/database"):
                if address := note.read_text():
                    drop_database(address)


@pytest.fixture(scope="session")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    is_worker = hasattr(request.config, "workerinput")
    base = tmp_path_factory.getbasetemp()
    one = Shared((base.parent if is_worker else base) / "shared")
    yield one
    one.leave()


# ---- databases on the server that the tests run on


def new_database(like: str = "") -> str:
    """The address of a new database, a copy of the one at `like`. On SQLite "": it is a file in the data folder."""
    if connection.vendor != "postgresql":
        return ""
    address = f"{server()}/kartu_{os.urandom(6).hex()}"
    administer(f"CREATE DATABASE {name_of(address)} TEMPLATE {name_of(like) or 'template1'}")
    return address


def drop_database(address: str) -> None:
    if address:
        administer(f"DROP DATABASE IF EXISTS {name_of(address)} WITH (FORCE)")


def name_of(address: str) -> str:
    return address.rpartition("/")[2]


def server() -> str:
    known = connection.settings_dict
    password = f":{known['PASSWORD']}" if known["PASSWORD"] else ""
    return f"postgresql://{known['USER']}{password}@{known['HOST']}:{known['PORT'] or 5432}"


def administer(statement: str) -> None:
    import psycopg  # noqa: PLC0415 - SQLite alone needs no PostgreSQL driver

    with psycopg.connect(f"{server()}/postgres", autocommit=True) as postgres:
        postgres.execute(statement)
