from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.program import Program, program


@pytest.fixture(scope="session")
def prototypes(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[dict[str, Program]]:
    """A new program, and a firm of 200 clients; tests work on copies of them."""
    folder = tmp_path_factory.mktemp("prototypes")
    with program(folder / "new") as new:
        new.kartu("check")  # makes the tables
        with program(folder / "firm", like=new) as firm:
            done = firm.kartu("generate", "--clients", "200")
            assert done.returncode == 0, done.stderr
            files = firm.folder / "data" / "files" / "ab"
            files.mkdir(parents=True)
            (files / "договор №1.pdf").write_bytes(b"%PDF- a contract")
            yield {"new": new, "firm": firm}


@pytest.fixture
def new_kartu(tmp_path: Path, prototypes: dict[str, Program]) -> Iterator[Program]:
    """A program with an empty database, that has not started yet."""
    with program(tmp_path, like=prototypes["new"]) as one:
        yield one


@pytest.fixture
def firm_kartu(tmp_path: Path, prototypes: dict[str, Program]) -> Iterator[Program]:
    """A program with 200 clients and one file, that has not started yet."""
    with program(tmp_path, like=prototypes["firm"]) as one:
        yield one
