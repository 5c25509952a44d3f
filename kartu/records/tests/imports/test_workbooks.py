"""Workbooks of every kind, read cell by cell."""

from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from kartu.records.imports.cells import NO_RESULT, Fault, as_text
from kartu.records.imports.kinds import Kind
from kartu.records.imports.reading import TableStream
from kartu.records.imports.refusals import Refused, Why
from kartu.records.imports.tables import Sheet, Wanted
from kartu.records.tests.imports import make
from kartu.records.tests.imports.conftest import read, values

pytestmark = pytest.mark.no_database

ROWS = [["Name", "Phone"], ["PT Maju", 7700000000.0], ["ООО «Ёлка»", "+7 912 664-07-18"]]


@pytest.mark.parametrize("maker", [make.xlsx, make.xls, make.xlsb], ids=["xlsx", "xls", "xlsb"])
def test_every_kind_of_workbook_gives_the_same_rows(tmp_path: Path, maker) -> None:
    path = maker(tmp_path / "clients.dat", ROWS)

    about, rows = read(path)

    assert about.kind == {make.xlsx: Kind.XLSX, make.xls: Kind.XLS, make.xlsb: Kind.XLSB}[maker]
    assert [row.cells for row in rows] == [["Name", "Phone"], ["PT Maju", 7700000000], ROWS[2]]
    assert [row.number for row in rows] == [1, 2, 3]


def test_an_ods_sheet_is_read(tmp_path: Path) -> None:
    path = make.ods(tmp_path / "clients.ods", make.ods_row("Name", "Phone") + make.ods_row("PT Maju", 7700000000.0))

    about, rows = read(path)

    assert (about.kind, about.sheet) == (Kind.ODS, "Clients")
    assert [row.cells for row in rows] == [["Name", "Phone"], ["PT Maju", 7700000000]]


def test_the_name_of_the_file_does_not_count(tmp_path: Path) -> None:
    path = make.xls(tmp_path / "really-an-xls.xlsx", ROWS)

    assert read(path)[0].kind == Kind.XLS


def test_numbers_dates_and_flags_keep_their_kind(tmp_path: Path) -> None:
    day, moment, clock = date(2025, 12, 31), datetime(2025, 12, 31, 10, 7, 30), time(10, 7)
    path = make.xlsx(tmp_path / "kinds.xlsx", [["x", 1.5, 79161234567.0, True, day, moment, clock, -0.0]])

    cells = values(path)[0]

    assert cells == ["x", 1.5, 79161234567, True, day, moment, clock, 0]
    assert [as_text(cell) for cell in cells[1:6]] == ["1.5", "79161234567", "1", "2025-12-31", "2025-12-31 10:07:30"]


def test_a_long_number_is_written_out_and_a_false_tail_is_cut(tmp_path: Path) -> None:
    path = make.xlsx(tmp_path / "numbers.xlsx", [[0.1 + 0.2, 1e21, 9.99e-7]])

    assert [as_text(cell) for cell in values(path)[0]] == ["0.3", "1000000000000000000000", "9.99e-07"]


def test_dates_of_the_1904_calendar_are_the_days_they_show(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active["A1"] = date(2021, 1, 1)
    book.save(tmp_path / "mac.xlsx")

    assert values(tmp_path / "mac.xlsx") == [[date(2021, 1, 1)]]


def test_error_cells_and_unsaved_formulas_are_told_apart_from_empty_ones(tmp_path: Path) -> None:
    sheet = (
        '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1"><f>SUM(1,2)</f></c><c r="C1"><v>7</v></c></row>'
        '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2"><f t="shared" si="0"/></c></row>'
        '<row r="4"><c r="C4" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    path = make.raw_xlsx(tmp_path / "errors.xlsx", sheet)

    _about, rows = read(path)

    assert rows[0].cells == [Fault("#N/A"), Fault(NO_RESULT), 7]
    assert rows[1].cells == [2, Fault(NO_RESULT)]
    assert (rows[2].number, rows[2].cells) == (4, [None, None, Fault("#DIV/0!")])


def test_the_slow_reader_sees_the_same_cells(tmp_path: Path) -> None:
    day = date(2025, 12, 31)
    path = make.xlsx(tmp_path / "both.xlsx", [["x", 1.5, 7700000000.0, True, day], [], [None, "y"]])

    with TableStream(path, Wanted(), slow=True) as table:
        slow = list(table)

    assert slow == read(path)[1]
    assert slow[1].number == 3


def test_line_breaks_written_as_x000d_are_line_breaks(tmp_path: Path) -> None:
    path = make.raw_xlsx(tmp_path / "cr.xlsx", f'<row r="1">{make.text_cell("A1", "one_x000D_&#10;two")}</row>')

    assert values(path) == [["one\r\ntwo"]]


def test_a_stray_cell_far_below_costs_no_memory(tmp_path: Path) -> None:
    rows = f'<row r="1">{make.text_cell("A1", "Name")}</row><row r="2">{make.text_cell("A2", "PT Maju")}</row>'
    stray = f'<row r="1048576">{make.text_cell("XFD1048576", "stray")}</row>'
    path = make.raw_xlsx(tmp_path / "stray.xlsx", rows + stray, head='<dimension ref="A1:XFD1048576"/>')

    _about, found = read(path)

    assert [row.number for row in found] == [1, 2, 1048576]
    assert found[2].cells[-1] == "stray" and len(found[2].cells) == 16384


def test_a_declared_range_of_the_whole_sheet_is_not_believed(tmp_path: Path) -> None:
    row = "".join(make.text_cell(place, place) for place in ("A1", "B1", "C1"))
    path = make.raw_xlsx(tmp_path / "vast.xlsx", f'<row r="1">{row}</row>', head='<dimension ref="A1:XFD1048576"/>')

    assert values(path) == [["A1", "B1", "C1"]]


def test_hidden_rows_are_read_and_named(tmp_path: Path) -> None:
    sheet = "".join(
        f'<row r="{n}"{" hidden=" + chr(34) + "1" + chr(34) if n == 2 else ""}>{make.text_cell(f"A{n}", str(n))}</row>'
        for n in (1, 2, 3)
    )
    about, rows = read(make.raw_xlsx(tmp_path / "hidden.xlsx", sheet))

    assert [row.cells for row in rows] == [["1"], ["2"], ["3"]]
    assert about.hidden_rows == [2]


def test_merged_cells_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Contact", None, "City"])
    book.active.merge_cells("A1:B1")
    book.save(tmp_path / "merged.xlsx")

    about, rows = read(tmp_path / "merged.xlsx")

    assert about.merged == [[1, 1, 1, 2]]
    assert rows[0].cells == ["Contact", None, "City"]


def test_the_first_visible_sheet_with_data_is_taken_and_another_on_demand(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Empty"
    book.create_sheet("Secret").append(["hidden"])
    book["Secret"].sheet_state = "hidden"
    book.create_sheet("Clients").append(["Name"])
    book.save(tmp_path / "sheets.xlsx")

    about, rows = read(tmp_path / "sheets.xlsx")

    assert (about.sheet, rows[0].cells) == ("Clients", ["Name"])
    assert about.sheets == [Sheet("Empty"), Sheet("Secret", is_hidden=True), Sheet("Clients")]
    assert values(tmp_path / "sheets.xlsx", sheet="Secret") == [["hidden"]]


def test_a_sheet_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = make.xlsx(tmp_path / "a.xlsx", ROWS)

    with pytest.raises(Refused) as refused:
        read(path, sheet="Nowhere")

    assert (refused.value.why, refused.value.detail) == (Why.NO_SUCH_SHEET, "Nowhere")


def test_a_workbook_without_a_single_value_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read(make.xlsx(tmp_path / "none.xlsx", []))

    assert refused.value.why == Why.NO_ROWS


def test_macros_are_neither_run_nor_minded(tmp_path: Path) -> None:
    sheet = f'<row r="1">{make.text_cell("A1", "Name")}</row>'
    path = make.raw_xlsx(tmp_path / "m.xlsm", sheet, extra={"xl/vbaProject.bin": make.compound({"VBA": b"Sub x"})})

    assert values(path) == [["Name"]]


def test_a_hundred_thousand_rows_arrive_in_order_within_the_childs_memory(tmp_path: Path) -> None:
    rows = (
        f'<row r="{n}">' + "".join(f'<c r="{letter}{n}"><v>{n}</v></c>' for letter in "ABCDEFGHIJ") + "</row>"
        for n in range(1, 100_001)
    )
    path = make.raw_xlsx(tmp_path / "big.xlsx", "".join(rows))

    count = 0
    with TableStream(path, Wanted()) as table:
        for count, row in enumerate(table, 1):
            assert row.number == count and row.cells[9] == count

    assert count == 100_000


def test_sixteen_thousand_columns_are_read(tmp_path: Path) -> None:
    path = make.xlsx(tmp_path / "wide.xlsx", [list(range(1, 16385))])

    assert values(path)[0][-1] == 16384
