import csv
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from kartu.records.exporting import FORMULA_SIGNS, Sheet, guarded, unguarded, write_csv, write_xlsx

pytestmark = pytest.mark.no_database

DANGEROUS = ["=1+1", "+7 912", "-5", "@SUM(A1)", "\tx", "\rx", "＝1", '=HYPERLINK("http://x")', "'quoted"]
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_in_xlsx_nothing_typed_becomes_a_formula(tmp_path):
    written = write_xlsx(Sheet("Clients", ["Name"], [[text] for text in DANGEROUS]), tmp_path / "x.xlsx")

    cells = [row[0] for row in load_workbook(written.path).active.iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s"] * len(DANGEROUS)
    assert [cell.value for cell in cells if "\r" not in cell.value] == [t for t in DANGEROUS if "\r" not in t]


def test_control_openpyxl_by_itself_would_make_a_formula(tmp_path):

    book = Workbook()
    book.active.append(["=1+1"])
    book.save(tmp_path / "y.xlsx")

    assert load_workbook(tmp_path / "y.xlsx").active["A1"].data_type == "f"


def test_values_keep_their_types_in_xlsx(tmp_path):
    row = ["ООО «Волга»", Decimal("12.50"), 7, date(2026, 1, 2), NOON, None, True]
    written = write_xlsx(
        Sheet("a/b:c", list("abcdefg"), [row], totals=["1 client", 12, "", "", "", "", ""]), tmp_path / "x.xlsx"
    )

    page = load_workbook(written.path).active
    values = [cell.value for cell in page[2]]
    assert values == ["ООО «Волга»", 12.5, 7, datetime(2026, 1, 2), datetime(2026, 11, 23, 12), None, "True"]
    assert page.freeze_panes == "A2"
    assert page[3][0].value == "1 client"
    assert written.rows == 1


@pytest.mark.parametrize("text", DANGEROUS)
def test_in_csv_what_begins_like_a_formula_is_guarded(tmp_path, text):
    written = write_csv(Sheet("Clients", ["Name"], [[text]]), tmp_path / "x.csv")

    with written.path.open(encoding="utf-8-sig", newline="") as file:
        cell = list(csv.reader(file, delimiter=";"))[1][0]
    assert not cell.startswith(FORMULA_SIGNS)
    assert unguarded(cell) == text


@given(st.text())
def test_what_is_guarded_comes_back_as_it_was(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(FORMULA_SIGNS)


def test_the_digest_is_that_of_the_file(tmp_path):
    one, two = (write_csv(Sheet("x", ["Name"], [["a"]]), tmp_path / name) for name in ("1.csv", "2.csv"))

    assert one.sha256 == two.sha256
    assert len(one.sha256) == 64
