"""The whole program as a firm runs it: real processes on a data folder, a port and a database of their own."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from kartu.core.testing.shared import Made, drop_database, new_database

ROOT = Path(__file__).resolve().parents[1]
MODULES = {"web": "kartu.project.web", "worker": "kartu.project.work"}


class Program:
    """`kartu up` in processes of its own. `log` holds all that it printed."""

    def __init__(self, folder: Path, database: str = "") -> None:
        self.folder = folder
        self.database = database
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.log = folder / "log.txt"
        self.process: subprocess.Popen | None = None
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
            "KARTU_DATA": str(folder / "data"),
            "KARTU_PORT": str(self.port),
            "KARTU_DATABASE": database,
            "PYTHONUNBUFFERED": "1",
        }

    def start(self, **variables: str) -> None:
        """Start, and wait until the first page can be had."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kartu.project", "up", "--no-browser"],
                cwd=ROOT,
                env={**self.environment, **variables},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        said = self.printed().count("Stop it with Ctrl+C")
        wait_until(lambda: self.printed().count("Stop it with Ctrl+C") > said or self.process.poll() is not None, 90)
        assert self.process.poll() is None, self.printed()

    def stop(self) -> int:
        """Ask to stop, as Ctrl+C does; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def kartu(self, *words: str, **variables: str) -> subprocess.CompletedProcess:
        """Run a verb of the `kartu` command on the same data."""
        command = [sys.executable, "-m", "kartu.project", *words]
        environment = {**self.environment, **variables}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)

    def run(self, python: str) -> None:
        """Have `python` run with its data, in a process of its own, past the pages."""
        words = [sys.executable, "-c", f"from kartu.core.loading import load; load(); {python}"]
        environment = {**self.environment, "DJANGO_SETTINGS_MODULE": "kartu.project.settings"}
        subprocess.run(words, cwd=ROOT, env=environment, check=True, timeout=300)

    def rows(self, query: str) -> list[tuple]:
        """What the database answers, asked past the program."""
        if self.database:
            with psycopg.connect(self.database, autocommit=True) as postgres:
                answer = postgres.execute(query)
                return answer.fetchall() if answer.description else []
        with closing(sqlite3.connect(self.folder / "data" / "kartu.sqlite3", 60, isolation_level=None)) as sqlite:
            return sqlite.execute(query).fetchall()

    def printed(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def get(self, path: str) -> int | None:
        """The status of a page, None where nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None

    def pid(self, which: str) -> int | None:
        """The process id of the living "web" or "worker"."""
        children = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True
        ).stdout
        for line in children.splitlines():
            pid, _space, command = line.strip().partition(" ")
            if command.endswith(MODULES[which]):
                return int(pid)
        return None

    def kill(self, which: str) -> int:
        """kill -9 the "web" or the "worker"; returns the id it had."""
        wait_until(lambda: self.pid(which))
        pid = self.pid(which)
        os.kill(pid, signal.SIGKILL)
        return pid


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(is_so, seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, f"waited {seconds} s in vain"
        time.sleep(0.05)


@contextmanager
def program(folder: Path, like: Made | None = None) -> Iterator[Program]:
    """A program that has not started, on the kind of database that the tests run on; all of it ends with the block.

    With `like`, it begins with a copy of that one's data, which costs less than making it.
    """
    folder.mkdir(exist_ok=True)
    if like:
        shutil.copytree(like.folder / "data", folder / "data")
    one = Program(folder, new_database(like.database if like else ""))
    try:
        yield one
    finally:
        if one.process and one.process.poll() is None:
            one.process.kill()
            one.process.wait()
        drop_database(one.database)
