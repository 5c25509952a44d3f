"""Delimited text: encodings, delimiters, quotes, and everything that goes wrong with them."""

from pathlib import Path

import pytest

from kartu.records.imports import limits
from kartu.records.imports.letters import code_page, is_mojibake, repaired
from kartu.records.imports.reading import Refused
from kartu.records.imports.refusals import Why
from kartu.records.tests.imports.conftest import read, values

pytestmark = pytest.mark.no_database

RUSSIAN = [
    ["Название", "Контактное лицо", "Телефон"],
    ["ООО «Ромашка»", "Щербаков Пётр Ильич", "+7 (912) 664-07-18"],
    ["ИП Ёлкин", "Анна", "8 495 111-22-33"],
]
INDONESIAN = [["Nama", "HP"], ["PT Maju Jaya", "0812 3456 789"], ["Toko Bunga “Melati”", "0262-233-019"]]


def write(path: Path, rows: list[list[str]], encoding: str, delimiter: str = ";", bom: bytes = b"") -> Path:
    text = "\r\n".join(delimiter.join(row) for row in rows)
    path.write_bytes(bom + text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("encoding", "bom", "found"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("windows-1251", b"", "windows-1251"),
    ],
)
def test_russian_text_is_read_field_by_field(tmp_path: Path, encoding: str, bom: bytes, found: str) -> None:
    path = write(tmp_path / "a.csv", RUSSIAN, encoding, bom=bom)

    about, rows = read(path)

    assert about.encoding == found
    assert [row.cells for row in rows] == RUSSIAN


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866", "iso8859-5", "mac-cyrillic"])
def test_older_cyrillic_pages_are_told_from_each_other(tmp_path: Path, encoding: str) -> None:
    rows = [[cell.replace("«", '"').replace("»", '"').replace("Ё", "Е") for cell in row] for row in RUSSIAN]
    rows[1][0] = "ООО Ромашка"

    about, found = read(write(tmp_path / "a.csv", rows, encoding))

    assert about.encoding == encoding
    assert [row.cells for row in found] == rows


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Иванов", "windows-1251"),
        ("ИВАНОВ ИВАН", "windows-1251"),
        ("Иванов", "koi8-r"),
        ("ИВАНОВ ИВАН", "koi8-r"),
        ("г. Москва, ул. Ленина, д. 5", "koi8-r"),
        ("Müller & Söhne, Köln", "windows-1252"),
        ("Café Déjà Vu, Crème Brûlée", "windows-1252"),
        ("Żółć, Łódź, Święty Piotr", "windows-1250"),
        ("Příliš žluťoučký kůň, Dvořák", "windows-1250"),
    ],
)
def test_a_short_text_is_enough_to_know_its_code_page(text: str, page: str) -> None:
    assert code_page(text.encode(page)) == page


def test_japanese_text_goes_to_the_general_detector(tmp_path: Path) -> None:
    text = "会社名,担当者\n株式会社さくら商事,山田太郎\n有限会社ひまわり,鈴木花子\n" * 10
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode("shift_jis"))

    assert values(path)[1] == ["株式会社さくら商事", "山田太郎"]


def test_lines_of_two_encodings_in_one_file_are_both_read(tmp_path: Path) -> None:
    new = "\n".join(";".join(row) for row in RUSSIAN[:2] * 4).encode()
    old = "ИП Пётр;Лёша;8 495 111-22-33\n".encode("windows-1251")
    path = tmp_path / "mixed.csv"
    path.write_bytes(new + b"\n" + old)

    about, rows = read(path)

    assert about.encoding == "utf-8+windows-1251"
    assert rows[1].cells == RUSSIAN[1] and rows[-1].cells == ["ИП Пётр", "Лёша", "8 495 111-22-33"]


def test_letters_that_look_like_utf8_by_chance_stay_cyrillic(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Имя;Город\nПётр;Орёл\nИрина;Тверь\nОльга;Москва\n".encode("windows-1251"))

    assert read(path)[0].encoding == "windows-1251"
    assert values(path)[1] == ["Пётр", "Орёл"]


def test_a_foreign_byte_far_below_is_found(tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    path.write_bytes(b"Name;City\n" + b"Budi;Bandung\n" * 200_000 + "Пётр;Омск\n".encode("windows-1251"))

    assert values(path)[-1] == ["Пётр", "Омск"]


def test_the_person_may_choose_encoding_and_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Å;ß|c\n".encode("cp865", "replace"))

    about, rows = read(path, encoding="cp865", delimiter="|")

    assert (about.encoding, about.delimiter) == ("cp865", "|")
    assert len(rows[0].cells) == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    about, rows = read(write(tmp_path / "a.txt", INDONESIAN, "utf-8", delimiter))

    assert about.delimiter == delimiter
    assert [row.cells for row in rows] == INDONESIAN


def test_decimal_commas_do_not_pass_for_delimiters(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Name;Debt;Limit\nA;1,5;10,0\nB;2,5;20,0\n")

    assert values(path)[1] == ["A", "1,5", "10,0"]


def test_excels_sep_line_is_obeyed_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=;\nName;Note\nA;x,y,z\n")

    about, rows = read(path)

    assert about.delimiter == ";"
    assert [(row.number, row.cells) for row in rows] == [(2, ["Name", "Note"]), (3, ["A", "x,y,z"])]


def test_one_column_of_addresses_is_not_cut_at_its_commas(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Alamat\nJl. Asia Afrika 1, Bandung\nJl. Braga, Bandung, Jawa Barat\nJl. Dago\n")

    assert values(path)[1] == ["Jl. Asia Afrika 1, Bandung"]


def test_breaks_quotes_and_delimiters_inside_cells_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('Name,Address,Note\r\n"PT ""Maju""","Jl. Braga 1,\r\nBandung",5" pipe\r\nB,,\r\n', newline="")

    _about, rows = read(path)

    assert rows[1].cells == ['PT "Maju"', "Jl. Braga 1,\r\nBandung", '5" pipe']
    assert (rows[2].number, rows[2].cells) == (3, ["B"])


def test_a_quote_that_nobody_closes_does_not_swallow_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Name,City\n" + "A,Bandung\n" * 3000 + '"Toko, Garut\n' + "B,Cimahi\n" * 3000)

    rows = values(path)

    assert len(rows) == 6002
    assert rows[3001] == ['"Toko', " Garut"] and rows[-1] == ["B", "Cimahi"]


def test_a_file_full_of_stray_quotes_ends_in_time(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Name,City\n" + '"A,Bandung\n' * 20_001)

    assert len(values(path)) > 10_000


def test_ragged_rows_keep_all_their_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b,c\n1,2,3\n1\n1,2,3,4,5\n\n,,\n7,8,9\n")

    assert [(row.number, row.cells) for row in read(path)[1]] == [
        (1, ["a", "b", "c"]),
        (2, ["1", "2", "3"]),
        (3, ["1"]),
        (4, ["1", "2", "3", "4", "5"]),
        (7, ["7", "8", "9"]),
    ]


def test_a_zero_byte_stays_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"Name,City\nA\0B,Bandung\n" + b"C,Garut\n" * 50)

    assert values(path)[1] == ["A\0B", "Bandung"]


def test_old_mac_line_ends_part_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"Name,City\rA,Bandung\rB,Garut")

    assert values(path)[1:] == [["A", "Bandung"], ["B", "Garut"]]


def test_unicode_line_separators_do_not_part_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Name,Note\nA,x\u2028y\x0bz\x85w\nB,q\n", encoding="utf-8", newline="")

    assert values(path)[1] == ["A", "x\u2028y\x0bz\x85w"]


def test_formulas_and_scripts_are_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('Name,Note\n=1+1,"=HYPERLINK(""http://x"")"\n@SUM(A1),<script>alert(1)</script>\n')

    assert values(path)[1:] == [["=1+1", '=HYPERLINK("http://x")'], ["@SUM(A1)", "<script>alert(1)</script>"]]


def test_a_cell_beyond_the_limit_is_refused_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Name,Note\nA,b\nB," + "x" * (limits.CELL_CHARACTERS + 1) + "\n")

    with pytest.raises(Refused) as refused:
        read(path)

    assert (refused.value.why, refused.value.at) == (Why.TOO_LONG_CELL, 3)


def test_text_that_was_misread_once_is_known_and_repaired() -> None:
    spoilt = "Ð˜Ð²Ð°Ð½Ð¾Ð²"

    assert is_mojibake(spoilt) and repaired(spoilt) == "Иванов"
    assert is_mojibake("Ð¡Ð°Ñ€Ð°") and repaired("Müller".encode().decode("latin-1")) == "Müller"
    assert repaired("Р\x98РІР°РЅРѕРІ") == "Иванов"


@pytest.mark.parametrize("text", ["Иванов Пётр", "Müller", "РОССИЯ", "СССР", "Ñandú", "PT Maju"])
def test_sound_text_is_left_alone(text: str) -> None:
    assert not is_mojibake(text)
    assert repaired(text) == text
