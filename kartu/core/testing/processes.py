"""Real servers and workers on data and a database of their own, for tests that kill them: the fixture `place`."""

import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from kartu.core.testing.shared import Made, Shared, drop_database, new_database

# A worker is taken for dead after this, instead of the 20 s of real life.
LEASE = {"KARTU_LEASE_SECONDS": "2", "KARTU_BEAT_SECONDS": "0.4"}
PROOF = "kartu.core.testing.proof"
RUN = 300  # seconds of a command on a machine that has other things to do


class Place:
    """A data folder with its database, and the processes that were started on it."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.database_url = database_url
        self.processes: list[subprocess.Popen] = []

    @property
    def environment(self) -> dict[str, str]:
        own = {"KARTU_DATA": str(self.folder), "KARTU_DATABASE": self.database_url, "KARTU_TEST_MODULES": PROOF}
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("KARTU_", "PYTEST_"))}
        return {**kept, **own, **LEASE, "DJANGO_SETTINGS_MODULE": "kartu.project.settings", "PYTHONUNBUFFERED": "1"}

    def start(self, *words: str, log: str = "", **extra: str) -> subprocess.Popen:
        """Start `python words...` here; `extra` goes into its environment, its output into the file `log`."""
        with open(self.folder / f"{log or 'process'}.log", "ab") as output:
            process = subprocess.Popen(
                [sys.executable, *words],
                cwd=settings.BASE_DIR,
                env={**self.environment, **extra},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
            )
        self.processes.append(process)
        return process

    def worker(self, **extra: str) -> subprocess.Popen:
        return self.start("-m", "kartu.project.work", log="worker", **extra)

    def web(self, port: int, **extra: str) -> subprocess.Popen:
        """The web server, answering on 127.0.0.1:port when this returns."""
        process = self.start("-m", "kartu.project.web", log="web", KARTU_PORT=str(port), **extra)
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/health"), seconds=60, what="the web server")
        return process

    def run(self, *words: str, **extra: str) -> None:
        """Run to its end; fails the test if it fails."""
        process = self.start(*words, log="run", **extra)
        if process.wait(RUN):
            raise AssertionError((self.folder / "run.log").read_text()[-4000:])

    def do(self, verb: str, *arguments: object) -> str:
        """Let a function of kartu.core.testing.proof run in a process of its own; returns what it prints."""
        command = [sys.executable, *saying(verb, *arguments)]
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout.strip()

    def kill_workers(self, times: int, seed: int, **extra: str) -> subprocess.Popen:
        """Keep a worker running and kill it `times` times, soon after it has begun; returns the last, alive."""
        chance = random.Random(seed)  # noqa: S311 - to be repeatable
        worker = self.worker(**extra)
        for _kill in range(times):
            self.wait_until_up(worker)
            time.sleep(chance.uniform(0.1, 1.2))
            kill(worker)
            worker = self.worker(**extra)
        return worker

    def wait_until_up(self, worker: subprocess.Popen) -> None:
        """Until it takes jobs, or has died already."""

        def is_up() -> bool:
            return worker.poll() is not None or self.count(f"core_worker WHERE pid = {worker.pid}") > 0

        wait_until(is_up, what="a worker that has begun")

    def query(self, statement: str, *values: Any) -> list[tuple]:
        """Ask the database itself, past the program. Placeholders are `?`."""
        if not self.database_url:
            connection = sqlite3.connect(self.folder / "kartu.sqlite3", timeout=20)
            try:
                with connection:
                    return connection.execute(statement, values).fetchall()
            finally:
                connection.close()
        import psycopg  # noqa: PLC0415 - SQLite alone needs no PostgreSQL driver

        with psycopg.connect(self.database_url, autocommit=True) as connection:
            cursor = connection.execute(statement.replace("?", "%s"), values or None)
            return cursor.fetchall() if cursor.description else []

    def freeze(self, process: subprocess.Popen) -> None:
        """Stop it as a sleeping computer does, between two transactions: a lock that sleeps stops everybody else."""

        def is_frozen() -> bool:
            process.send_signal(signal.SIGSTOP)
            os.waitpid(process.pid, os.WUNTRACED)  # until it stands, and begins nothing any more
            if self.is_at_rest():
                return True
            process.send_signal(signal.SIGCONT)
            return False

        wait_until(is_frozen, what="a moment without a transaction")

    def is_at_rest(self) -> bool:
        """Whether nobody is inside a writing transaction."""
        if self.database_url:
            others = "datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            return self.count(f"pg_stat_activity WHERE {others} AND state <> 'idle'") == 0
        connection = sqlite3.connect(self.folder / "kartu.sqlite3", timeout=0, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return False
        finally:
            connection.close()
        return True

    def hold_the_database(self, seconds: float) -> None:
        """Keep the write lock of the SQLite file, as a long foreign transaction would."""
        connection = sqlite3.connect(self.folder / "kartu.sqlite3", timeout=20, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        connection.execute("ROLLBACK")
        connection.close()

    def count(self, what: str) -> int:
        return self.query(f"SELECT count(*) FROM {what}")[0][0]  # noqa: S608 - the test's own words

    def log(self, name: str = "worker") -> str:
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
            process.stdin.close()


def saying(verb: str, *arguments: object) -> list[str]:
    """The words for `python` that let proof.main do something."""
    words = [verb, *map(str, arguments)]
    return loaded(PROOF, f"main({words!r})")


def loaded(module: str, what: str) -> list[str]:
    """The words for `python` that load the program and say `what` with all that `module` has."""
    return ["-c", f"from kartu.core.loading import load; load(); from {module} import *; {what}"]


def kill(process: subprocess.Popen) -> None:
    """As kill -9 does."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def stop(process: subprocess.Popen, seconds: float = 25) -> int:
    """As the supervisor does: close its standard input and wait; returns the exit code."""
    process.stdin.close()
    return process.wait(seconds)


def wait_until(condition: Callable[[], Any], *, seconds: float = 60, what: str = "it") -> Any:
    """The first true value of `condition`; AssertionError after `seconds`."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if value := condition():
            return value
        time.sleep(0.1)
    raise AssertionError(f"{what} has not come to pass within {seconds} s")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - always http
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class PlaceMaker:
    """Makes places: copies of one that all workers share."""

    def __init__(self, folder: Path, shared: Shared) -> None:
        self.folder = folder
        self.shared = shared
        self.numbers = 0

    @contextmanager
    def place(self) -> Iterator[Place]:
        template = self.shared.once("place", self._prepared)
        self.numbers += 1
        folder = self.folder / f"place{self.numbers}"
        shutil.copytree(template.folder / "data", folder)
        place = Place(folder, new_database(like=template.database))
        try:
            yield place
        finally:
            place.end()
            drop_database(place.database_url)

    def _prepared(self, folder: Path) -> str:
        tables = migrated(self.shared)
        shutil.copytree(tables.folder / "data", folder / "data")
        place = Place(folder / "data", new_database(like=tables.database))
        place.do("prepare")
        return place.database_url


def migrated(shared: Shared) -> Made:
    """The data of a program that has never been used: its tables and nothing else."""

    def make(folder: Path) -> str:
        (folder / "data").mkdir()
        place = Place(folder / "data", new_database())
        try:
            for database in ["default"] if place.database_url else ["default", "views"]:
                place.run("manage.py", "migrate", "-v0", "--database", database, KARTU_TEST_MODULES="")
        finally:
            place.end()
        (place.folder / "run.log").unlink()
        return place.database_url

    return shared.once("migrated", make)


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory, shared: Shared) -> PlaceMaker:
    return PlaceMaker(tmp_path_factory.mktemp("places"), shared)


@pytest.fixture
def place(places: PlaceMaker) -> Iterator[Place]:
    """A data folder and a database of its own, for real processes."""
    with places.place() as place:
        yield place
