"""Every real file of the collection goes through the reader: read, or refused by name; never a traceback."""

import csv
from pathlib import Path

import pytest

from kartu.records.imports.cells import as_text
from kartu.records.imports.kinds import Kind
from kartu.records.imports.refusals import Refused, Why
from kartu.records.tests.imports.conftest import read, samples_folder, values

pytestmark = pytest.mark.no_database

FOLDER = samples_folder()
FILES = sorted(
    path
    for kind in ("csv", "xlsx", "vcf")
    for path in (FOLDER / kind if FOLDER else Path("nowhere")).rglob("*.*")
    if path.suffix in (".csv", ".xlsx", ".vcf", ".json")
)
# What is rightly refused, and why.
REFUSED = {"jcard-example.json": Why.JSON, "issue252.xlsx": Why.DAMAGED}


def test_no_file_of_the_collection_is_passed_by(samples: Path) -> None:
    there = {path for kind in ("csv", "xlsx", "vcf") for path in (samples / kind).rglob("*") if path.is_file()}

    assert {path.name for path in there - set(FILES)} <= {"SOURCES.md", "vcard-samples-license.txt"}


@pytest.mark.parametrize("path", FILES or [None], ids=lambda path: path.name if path else "none")
def test_a_sample_is_read_or_refused_by_name(samples: Path, path: Path) -> None:
    if path.name in REFUSED:
        with pytest.raises(Refused) as refused:
            read(path)
        assert refused.value.why == REFUSED[path.name]
        return

    about, rows = read(path)

    assert about.kind == {".csv": Kind.TEXT, ".xlsx": Kind.XLSX, ".vcf": Kind.VCARD}[path.suffix]
    assert rows and all(any(as_text(cell) for cell in row.cells) for row in rows)
    assert [row.number for row in rows] == sorted({row.number for row in rows})
    if path.suffix == ".vcf":
        assert len(rows) - 1 == path.read_bytes().upper().count(b"\nEND:VCARD")
    if path.suffix == ".csv":
        with open(path, encoding="utf-8", newline="") as file:
            assert [[cell or "" for cell in row.cells] for row in rows] == [
                trimmed for record in csv.reader(file) if (trimmed := without_tail(record))
            ]


def without_tail(record: list[str]) -> list[str]:
    while record and not record[-1]:
        record = record[:-1]
    return record


def test_the_cards_say_what_the_spreadsheet_of_the_same_contacts_says(samples: Path) -> None:
    book = samples / "csv" / "address-books"

    assert [row[0] for row in values(book / "email.vcf")[1:]] == [row[0] for row in values(book / "email.csv")[1:]]
    header, person = values(book / "gmail.vcf")
    found = dict(zip(header, person, strict=False))
    assert (found["Organization Name"], found["Phone 5 - Value"], found["Address 2 - City"]) == (
        "company", "mobile", "work_city",
    )  # fmt: skip
