"""Rows laid out once and read again from any place."""

from pathlib import Path

import pytest

from kartu.records.imports.reading import TableStream
from kartu.records.imports.refusals import Refused, Why
from kartu.records.imports.staging import Staged, stage, unstage
from kartu.records.imports.tables import Wanted
from kartu.records.imports.texts import TEXTS, sentence

pytestmark = pytest.mark.no_database


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "clients.csv"
    path.write_text("Name,Phone\n" + "".join(f"Client {n},{n}\n" for n in range(1, 2001)))
    return path


def test_staged_rows_are_the_rows_of_the_file(table: Path, tmp_path: Path) -> None:
    told: list[int] = []

    staged = stage(table, tmp_path / "rows", Wanted(), told.append)

    with TableStream(table, Wanted()) as stream:
        assert list(staged.rows()) == list(stream)
    assert staged.count == 2001 and told[-1] == 2001
    assert staged.about.delimiter == ","


@pytest.mark.parametrize("skip", [0, 1, 499, 500, 501, 1999, 2001, 9000])
def test_reading_goes_on_where_it_stopped(table: Path, tmp_path: Path, skip: int) -> None:
    stage(table, tmp_path / "rows", Wanted())

    rest = [row.number for row in Staged(tmp_path / "rows").rows(skip)]

    assert rest == list(range(skip + 1, 2002))


def test_a_refused_file_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n,,\n")

    with pytest.raises(Refused) as refused:
        stage(path, tmp_path / "work" / "rows", Wanted())

    assert refused.value.why == Why.NO_ROWS
    assert list((tmp_path / "work").iterdir()) == []


def test_unstaging_removes_the_copy(table: Path, tmp_path: Path) -> None:
    stage(table, tmp_path / "work" / "rows", Wanted())

    unstage(tmp_path / "work" / "rows")

    assert list((tmp_path / "work").iterdir()) == []


def test_every_reason_has_a_sentence_without_a_gap() -> None:
    assert set(TEXTS) == set(Why)
    for why in Why:
        for at in (0, 7):
            text = sentence(Refused(why, at=at, detail="Sheet 1"))
            assert text and "%" not in text
