"""Files of every kind through the whole import: each row has a fate and a reason, and the program goes on."""

import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files import File
from django.test import Client as Browser

from kartu.clients.models import Client, Touch
from kartu.clients.tests.test_import import everything, renewed
from kartu.core.testing import run_jobs
from kartu.firm.models import User
from kartu.records.imports import acts
from kartu.records.imports.importers import importers
from kartu.records.imports.values import is_nothing
from kartu.records.models import ChangeSet, Import, ImportRow
from kartu.records.tests.imports import make
from kartu.records.tests.imports.test_samples import FILES

pytestmark = pytest.mark.django_db
State = Import.State
HEADER = ["Company", "Full name", "Phone", "Email", "City", "Postcode", "NPWP", "Birthday", "Note"]


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data" / "files"


def through(path: Path, by: User) -> Import:
    """The file dropped and taken in, as a person would who answers what is asked."""
    with path.open("rb") as file:
        source = acts.drop_file(importer=importers["clients"], file=File(file, path.name), name=path.name, by=by)
    run_jobs()
    source = renewed(source)
    if source.state == State.REFUSED:
        return source
    targets: dict[int, str] = {}
    for _try in range(2):
        try:
            acts.decide(source=source, targets=targets, answers={"dates": "dmy"}, by=by)
        except ValidationError:  # nobody in the columns: the first one that holds anything is the name
            targets = {source.layout["columns"][0]["at"]: "name"}
        else:
            break
    run_jobs()
    source = renewed(source)
    if source.may_start:
        acts.start(source=source, by=by)
        run_jobs()
    return renewed(source)


def holds_together(source: Import, by: User) -> None:
    """Accepted and rejected are what was read, each of these says why, nothing is half done, the pages answer."""
    window = Browser()
    window.force_login(by)
    assert window.get("/clients/").status_code == 200
    assert window.get(f"/imports/{source.pk}/").status_code == 200
    if source.state == State.REFUSED:
        assert source.refusal and not everything(Client).exists()
        return
    assert source.state == (State.DONE if source.new_count else State.CHECKED)
    assert source.read_count == source.layout["count"]
    assert source.new_count + source.same_count + source.rejected_count == source.read_count
    left = source.rows.exclude(fate=ImportRow.Fate.NEW)
    assert left.count() == source.same_count + source.rejected_count
    assert all(row.number and row.problems and row.problems[0][1] for row in left)
    assert not ChangeSet.objects.filter(is_hidden=True).exists()
    assert everything(Client).exclude(batch_id=source.change_set_id).count() == 0
    assert bool(source.new_count) == everything(Client).exists()
    assert window.get(f"/imports/{source.pk}/rows/").status_code == 200
    assert all(window.get(f"/clients/{pk}/").status_code == 200 for pk in some(Client))


def some(model: type) -> list[int]:
    return list(everything(model).order_by("pk").values_list("pk", flat=True)[:3])


@pytest.mark.parametrize("path", FILES or [None], ids=lambda path: path.name if path else "none")
def test_a_sample_loses_no_row_and_leaves_nothing_half_done(samples: Path, owner: User, path: Path) -> None:
    holds_together(through(path, owner), owner)


# ---- files of our own


def sheet(path: Path, *rows: list, edit: Callable[[openpyxl.Workbook], None] = lambda book: None) -> Path:
    book = openpyxl.Workbook()
    for row in (HEADER, *rows):
        book.active.append(row)
    edit(book)
    book.save(path)
    return path


def text(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def xml_rows(*rows: str) -> str:
    header = '<row r="1">' + make.text_cell("A1", "Company") + make.text_cell("B1", "Phone") + "</row>"
    return header + "".join(rows)


def row_of(number: int, name: str) -> str:
    return f'<row r="{number}">{make.text_cell(f"A{number}", name)}</row>'


def hide(book: openpyxl.Workbook) -> None:
    book.active.row_dimensions[2].hidden = True
    book.create_sheet("Secret").append(["Company"])
    book["Secret"].sheet_state = "hidden"


def merge(book: openpyxl.Workbook) -> None:
    book.active.insert_rows(1)
    book.active["A1"] = "Our clients"
    book.active.merge_cells("A1:I1")


def old_calendar(book: openpyxl.Workbook) -> None:
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904


MAJU = ["PT Maju", "Budi", "0812 3456 789", "b@maju.co.id", "Bandung", "40111", "0013121660091000", None, "loyal"]
TABLE = "Company;Phone;City\r\nПТ Маджу;0812345678;Бандунг\r\n"
# name -> (maker, how many rows are new, how many are not taken)
GOOD: dict[str, tuple[Callable[[Path], Path], int, int]] = {
    "sheet": (lambda p: sheet(p, MAJU), 1, 0),
    "hidden row and sheet": (lambda p: sheet(p, MAJU, ["PT Dua"], edit=hide), 2, 0),
    "merged title": (lambda p: sheet(p, MAJU, edit=merge), 1, 0),
    "1904": (lambda p: sheet(p, [*MAJU[:7], date(1990, 5, 17), ""], edit=old_calendar), 1, 0),
    "phone as a number": (lambda p: sheet(p, ["PT A", "", 628123456789.0], ["PT B", "", 8123456789]), 2, 0),
    "phone cut to 7.9161E+10": (lambda p: sheet(p, ["PT A", "", "7.9161E+10"]), 0, 1),
    "formula without a value": (lambda p: sheet(p, ["PT A", "", "=1+1"]), 0, 1),
    "error cells": (
        lambda p: make.raw_xlsx(p, xml_rows('<row r="2"><c r="A2" t="e"><v>#REF!</v></c></row>')), 0, 1,
    ),
    "declared vast": (
        lambda p: make.raw_xlsx(p, xml_rows(row_of(2, "PT A")), head='<dimension ref="A1:XFD1048576"/>'), 1, 0,
    ),
    "a cell far away": (
        lambda p: make.raw_xlsx(p, xml_rows(row_of(1_048_576, "PT A"))), 1, 0,
    ),
    "sixteen thousand columns": (
        lambda p: make.xlsx(p, [["Company", *[None] * 16_382, "Note"], ["PT A", *range(16_382), "said no"]]), 1, 0,
    ),
    "xls named xlsx": (lambda p: make.xls(p, [["Company", "Phone"], ["PT A", "0812345678"]]), 1, 0),
    "macros": (
        lambda p: make.raw_xlsx(
            p, xml_rows(row_of(2, "PT A")), extra={"xl/vbaProject.bin": make.compound({"VBA": b"Sub Auto_Open"})},
        ), 1, 0,
    ),
    "cp1251": (lambda p: text(p, TABLE, "cp1251"), 1, 0),
    "koi8-r": (lambda p: text(p, TABLE, "koi8-r"), 1, 0),
    "utf-16 with its mark": (lambda p: text(p, TABLE, "utf-16"), 1, 0),
    "utf-16 without": (lambda p: text(p, TABLE, "utf-16-le"), 1, 0),
    "utf-8 with its mark": (lambda p: text(p, TABLE, "utf-8-sig"), 1, 0),
    "mixed": (lambda p: text(p, TABLE.encode() + "ООО Ромашка;0812345679;Гарут\r\n".encode("cp1251")), 2, 0),
    "tab": (lambda p: text(p, TABLE.replace(";", "\t")), 1, 0),
    "breaks and quotes": (lambda p: text(p, 'Company,Note\n"PT ""A""\nBandung","one\n""two"""\n'), 1, 0),
    "zero byte": (lambda p: text(p, "Company;City\nPT A\0B;Bandung\nPT Citra Mandiri Sejahtera;Yogyakarta\n"), 1, 1),
    "zero byte in the header": (
        lambda p: text(p, "Company;Ci\0ty\nPT Aman Sentosa Makmur;Bandung\nPT Citra Mandiri Sejahtera;Yogya\n"), 2, 0,
    ),
    "ragged": (lambda p: text(p, "Company;Phone\nPT A\nPT B;0812345678;more;and more\n;;\n"), 2, 0),
    "headers twice": (lambda p: text(p, "Company;Phone;Phone\nPT A;0812345678;0812345679\n"), 1, 0),
    "decimal comma": (lambda p: text(p, "Company;Sum\nPT A;1 234,50\nPT B;0,5\n"), 2, 0),
    "no line end": (lambda p: text(p, "Company\nPT A"), 1, 0),
    "old Mac": (lambda p: text(p, "Company;Phone\rPT A;0812345678\r"), 1, 0),
    "a long cell": (lambda p: text(p, f"Company;Note\n{'A' * 400};x\nPT B;{'long ' * 20_000}\n"), 1, 1),
}  # fmt: skip
BAD: dict[str, Callable[[Path], Path]] = {
    "locked": lambda p: text(p, make.compound({"EncryptedPackage": b"x" * 5000})),
    "bomb": lambda p: make.long_cell_xlsx(p, 60),
    "nested archive": lambda p: make.zip_of(p, {"a.zip": make.zip_of(p.with_suffix(".in"), {"a": b"b"}).read_bytes()}),
    "entities": lambda p: make.raw_xlsx(p, "", extra={"xl/sharedStrings.xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><sst/>"}),
    "a line of many megabytes": lambda p: text(p, b"a" * 9_000_000),
    "nothing": lambda p: text(p, b""),
    "a header alone": lambda p: text(p, b"Company;Phone\n"),
    "noise": lambda p: text(p, bytes(range(256)) * 400),
    "cut off": lambda p: text(p, sheet(p, MAJU).read_bytes()[:-900]),
}


@pytest.mark.parametrize("kind", GOOD)
def test_an_odd_file_is_taken_row_by_row(owner: User, tmp_path: Path, kind: str) -> None:
    maker, new, rejected = GOOD[kind]

    source = through(maker(tmp_path / "clients.dat"), owner)

    holds_together(source, owner)
    assert (source.new_count, source.rejected_count, source.refusal) == (new, rejected, "")


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_in_words_and_the_next_one_is_taken(owner: User, tmp_path: Path, kind: str) -> None:
    refused = through(BAD[kind](tmp_path / "bad.dat"), owner)

    assert refused.state in (State.REFUSED, State.CHECKED) and not refused.new_count
    holds_together(refused, owner)
    assert through(sheet(tmp_path / "good.xlsx", MAJU), owner).state == State.DONE


# ---- cells


STRANGE = [
    "Null", "null", "None", "True", "NaN", "undefined", "nil", "-1", "0", "1e309", "1/0",
    "NULL); DROP TABLE clients;--", "' OR 1=1 --", "Robert'); DROP TABLE clients_client;--",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "{{ 7*7 }}",
    "{% debug %}", "${7*7}", "%s%n%x", "../../etc/passwd", "=1+1", "+1+1", "@SUM(1)", "＝1+1", "Ω≈ç√∫", "田中さん",
    "👩‍👩‍👧‍👦", "🏳️‍🌈", "ثم نفس", "הָיְתָה", "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮", "ﬁ", "K", "İstanbul", "straße",
    "O'Brien", "D’Angelo", "Ё", "Ы", "Ng", "X Æ A-12", "A" * 300, "\u202etxt.exe", "\u200bPT\u200b",
    "a\u00a0b", "«»", "–", "CON", "nul.txt", "Jl. 1, RT.01/RW.02", "a\\b", "a\"b", "C:\\Users", "%00", "\\x41",
    "&amp;", "&lt;b&gt;", "]]>", "<!--",
]  # fmt: skip


def test_strange_texts_come_in_to_the_letter_or_their_row_says_why(owner: User, tmp_path: Path) -> None:
    rows = [
        [f"PT Nomor {number}", "", f"0812{number:07}", "", "", "", "", None, note]
        for number, note in enumerate(STRANGE)
    ]

    source = through(sheet(tmp_path / "strange.xlsx", *rows), owner)

    holds_together(source, owner)
    refused = {row.number - 2 for row in source.rows.exclude(fate=ImportRow.Fate.NEW)}
    notes = dict(everything(Touch).values_list("client__name", "text"))
    nothing = {number for number, note in enumerate(STRANGE) if is_nothing(note)}
    for number, note in enumerate(STRANGE):
        if number not in refused | nothing:
            assert notes[f"PT Nomor {number}"] == note.strip()
    assert len(refused) <= 1


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_name_is_a_name_to_the_letter_or_its_row_says_why(owner: User, tmp_path: Path, name: str) -> None:
    source = through(sheet(tmp_path / "a.xlsx", [name, "", "0812345678", "", "", "", "", None, "x"]), owner)

    holds_together(source, owner)
    client = everything(Client).first()
    assert (
        (client.name in (name.strip(), " ".join(name.split()), "0812345678")) if client else source.rejected_count == 1
    )


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        (unicodedata.normalize("NFC", "José Núñez"), unicodedata.normalize("NFD", "José Núñez"), True),
        (unicodedata.normalize("NFC", "Йошкин Дом"), unicodedata.normalize("NFD", "Йошкин Дом"), True),
        ("PT Camar", "PT \u0421\u0430mar", False),  # the Cyrillic letters look the same
        ("PT Ｍａｊｕ", "PT Maju", True),
    ],
)
def test_twins_in_other_code_points_are_one_and_look_alikes_are_two(
    owner: User, tmp_path: Path, one: str, other: str, are_same: bool
) -> None:
    source = through(sheet(tmp_path / "a.xlsx", [one, "", "0812345678"], [other, "", "0812345678"]), owner)

    assert (source.new_count, source.same_count) == ((1, 1) if are_same else (2, 0))


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("31.02.1990", None), ("00.00.0000", None), ("29.02.2100", None), ("31.12.9999", None), ("29.02.1900", None),
        ("1e309", None), ("NaN", None), ("-0", None), ("0", None), ("32767", None), (32767, date(1989, 9, 16)),
        ("17.05.1990 24:00", date(1990, 5, 18)), ("29.02.2000", date(2000, 2, 29)),
        (date(1990, 5, 17), date(1990, 5, 17)), ("17 мая 1990 г.", date(1990, 5, 17)),
    ],
)  # fmt: skip
def test_a_day_is_taken_as_it_is_or_its_row_names_the_column(
    owner: User, tmp_path: Path, typed: object, day: date | None
) -> None:
    source = through(sheet(tmp_path / "a.xlsx", ["", "Budi Santoso", "0812345678", "", "", "", "", typed]), owner)

    holds_together(source, owner)
    client = everything(Client).first()
    if client:
        assert client.birthday == day
    else:
        (problem,) = source.rows.get().problems
        assert (problem[0], day) == (7, None)
