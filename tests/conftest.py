import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kartu.core.testing.processes import migrated
from kartu.core.testing.shared import Made, Shared, new_database
from tests.program import ROOT, Program, program


@pytest.fixture(scope="session")
def prototypes(shared: Shared) -> Callable[[str], Made]:
    """A "new" program, a "firm" of 200 clients, and an "old" one whose data the version before has left; made when
    they are first asked for. Tests work on copies of them."""

    def prototype(name: str) -> Made:
        return shared.once(name, lambda folder: MAKERS[name](folder, shared))

    return prototype


def new(folder: Path, shared: Shared) -> str:
    one = copied(folder, migrated(shared))
    one.kartu("check")
    return one.database


def firm(folder: Path, shared: Shared) -> str:
    one = copied(folder, shared.once("new", lambda folder: new(folder, shared)))
    done = one.kartu("generate", "--clients", "200")
    assert done.returncode == 0, done.stderr
    files = one.folder / "data" / "files" / "ab"
    files.mkdir(parents=True)
    (files / "договор №1.pdf").write_bytes(b"%PDF- a contract")
    return one.database


def old(folder: Path, shared: Shared) -> str:
    """Before backups had a table."""
    one = copied(folder, shared.once("firm", lambda folder: firm(folder, shared)))
    command = [sys.executable, "manage.py", "migrate", "security", "0002", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=one.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return one.database


MAKERS = {"new": new, "firm": firm, "old": old}


def copied(folder: Path, like: Made) -> Program:
    shutil.copytree(like.folder / "data", folder / "data")
    return Program(folder, new_database(like=like.database))


@pytest.fixture
def new_kartu(tmp_path: Path, prototypes: Callable[[str], Made]) -> Iterator[Program]:
    """A program with an empty database, that has not started yet."""
    with program(tmp_path, like=prototypes("new")) as one:
        yield one


@pytest.fixture
def firm_kartu(tmp_path: Path, prototypes: Callable[[str], Made]) -> Iterator[Program]:
    """A program with 200 clients and one file, that has not started yet."""
    with program(tmp_path, like=prototypes("firm")) as one:
        yield one


@pytest.fixture
def old_kartu(tmp_path: Path, prototypes: Callable[[str], Made]) -> Iterator[Program]:
    """The same as a version left it that had no table of backups, before this one has started on it."""
    with program(tmp_path, like=prototypes("old")) as one:
        yield one
