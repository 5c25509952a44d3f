"""Files made to hurt: each is refused for what it is, in the child, and the program goes on."""

import os
import struct
import zipfile
from pathlib import Path

import pytest

from kartu.records.imports import limits
from kartu.records.imports.kinds import kind_of
from kartu.records.imports.reading import TableStream
from kartu.records.imports.refusals import Refused, Why
from kartu.records.imports.tables import Wanted
from kartu.records.tests.imports import make
from kartu.records.tests.imports.conftest import read
from kartu.records.tests.imports.measured import measured

pytestmark = pytest.mark.no_database

try:
    import resource
except ImportError:
    resource = None


def refusal(path: Path) -> Refused:
    with pytest.raises(Refused) as refused:
        read(path)
    return refused.value


def test_a_cell_of_three_hundred_megabytes_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = make.long_cell_xlsx(tmp_path / "bomb.xlsx", 300)
    assert os.path.getsize(path) < 400_000

    found = measured(path)

    assert found.why == Why.TOO_LONG_CELL
    assert found.peak < 100_000_000


def test_a_flat_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    path = make.raw_xlsx(tmp_path / "flat.xlsx", b'<row><c t="b"><v>1</v></c></row>' * 4_000_000)

    assert refusal(path).why == Why.BOMB


def test_a_zip_of_a_million_entries_is_refused_unread(tmp_path: Path) -> None:
    path = make.raw_xlsx(tmp_path / "many.xlsx", "")
    data = bytearray(path.read_bytes())
    end = data.rfind(b"PK\x05\x06")
    directory = data[struct.unpack("<I", data[end + 16 : end + 20])[0] : end]
    entry = bytes(directory[: 46 + struct.unpack("<H", directory[28:30])[0]])
    start = end - len(directory)
    body = bytes(data[:start]) + entry * 1_000_000
    size = len(entry) * 1_000_000
    path.write_bytes(body + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 65535, 65535, size, start, 0))

    assert refusal(path).why == Why.TOO_MANY_PARTS


def test_overlapping_parts_are_counted_each_time(tmp_path: Path) -> None:
    content = b"<a>" + b"<b/>" * 2_000_000 + b"</a>"
    path = make.raw_xlsx(tmp_path / "overlap.xlsx", "", extra={"xl/theme.xml": content})
    data = path.read_bytes()
    end = data.rfind(b"PK\x05\x06")
    start = struct.unpack("<I", data[end + 16 : end + 20])[0]
    directory = data[start:end]
    at = directory.rfind(b"PK\x01\x02", 0, directory.find(b"xl/theme.xml"))
    entry = directory[at : at + 46 + len("xl/theme.xml")]
    again = b"".join(entry[:46] + f"xl/them{n}.xml".encode() for n in range(9))
    count = directory.count(b"PK\x01\x02") + 9
    tail = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory) + len(again), start, 0)
    path.write_bytes(data[:start] + directory + again + b"PK\x05\x06" + tail)

    assert refusal(path).why in (Why.BOMB, Why.DAMAGED)


def test_repeated_rows_and_columns_of_an_ods_end_at_the_memory_limit(tmp_path: Path) -> None:
    cell = (
        '<table:table-cell office:value-type="string" table:number-columns-repeated="16384">'
        "<text:p>boom</text:p></table:table-cell>"
    )
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'

    found = measured(make.ods(tmp_path / "repeat.ods", row))

    assert found.why in (Why.TOO_MUCH_MEMORY, Why.DAMAGED)
    assert found.peak <= limits.CHILD_MEMORY_BYTES


def test_the_parent_reads_the_next_file_after_a_child_died(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'
    bomb = make.ods(
        tmp_path / "b.ods", f'<table:table-row table:number-rows-repeated="900000">{cell}</table:table-row>'
    )
    good = make.xlsx(tmp_path / "good.xlsx", [["Name"], ["PT Maju"]])

    refusal(bomb)

    assert [row.cells for row in read(good)[1]] == [["Name"], ["PT Maju"]]


@pytest.mark.skipif(resource is None, reason="no memory limit on this system")
def test_without_the_memory_limit_the_child_would_take_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the limit is what stops it, not luck."""
    rows = "".join(f'<row r="{n}">{make.text_cell(f"A{n}", "x")}</row>' for n in (1, 2))
    stray = f'<row r="1048576">{make.text_cell("L1048576", "stray")}</row>'
    path = make.raw_xlsx(tmp_path / "stray.xlsx", rows + stray)

    with TableStream(path, Wanted()) as table:
        assert len(list(table)) == 3  # 12 columns: 400 MB, it fits
    path = make.raw_xlsx(tmp_path / "stray.xlsx", rows + stray.replace("L1048576", "Z1048576"))
    with pytest.raises(Refused) as refused:
        TableStream(path, Wanted())
    assert refused.value.why == Why.TOO_MUCH_MEMORY


def test_entity_bombs_and_document_types_are_refused(tmp_path: Path) -> None:
    laughs = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sst>&b;</sst>'
    path = make.raw_xlsx(tmp_path / "laughs.xlsx", "", extra={"xl/sharedStrings.xml": laughs})

    assert refusal(path).why == Why.DOCTYPE


def test_external_entities_in_an_xml_sheet_read_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET")
    path = tmp_path / "xxe.xml"
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY s SYSTEM "file://{secret}">]>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="A"><Table><Row><Cell>'
        '<Data ss:Type="String">&s;!</Data></Cell></Row></Table></Worksheet></Workbook>'
    )

    try:
        text = str(read(path)[1])
    except Refused as refused:
        text = refused.detail

    assert "TOP-SECRET" not in text


def utf16(xml: str) -> bytes:
    """A document type that no search for its letters in the bytes finds."""
    return xml.replace("<?xml version='1.0'?>", "<?xml version='1.0' encoding='utf-16'?>").encode("utf-16")


LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>%s]>" % "".join(  # noqa: UP031 - braces and percent signs of XML stay readable
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)
)
QUADRATIC = f"<!DOCTYPE x [<!ENTITY a '{'x' * 50_000}'>]>"
STRINGS = "<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>%s</sst>"
XML_TRAPS = {
    "billion laughs": LAUGHS + STRINGS % "<si><t>&a9;</t></si>",
    "billion laughs in UTF-16": utf16("<?xml version='1.0'?>" + LAUGHS + STRINGS % "<si><t>&a9;</t></si>"),
    "quadratic": QUADRATIC + STRINGS % f"<si><t>{'&a;' * 20_000}</t></si>",
    "quadratic in UTF-16": utf16("<?xml version='1.0'?>" + QUADRATIC + STRINGS % f"<si><t>{'&a;' * 20_000}</t></si>"),
    "UTF-7": "<?xml version='1.0' encoding='UTF-7'?>+ADwAIQ-DOCTYPE x+AD4-",
    "a hundred thousand deep": STRINGS % ("<si>" * 100_000 + "</si>" * 100_000),
    "XInclude": STRINGS
    % "<si xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='/etc/passwd' parse='text'/></si>",
}
TRAPPED_PARTS = ("xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml")


@pytest.mark.parametrize("part", TRAPPED_PARTS)
@pytest.mark.parametrize("trap", XML_TRAPS)
def test_xml_made_to_hurt_is_refused_or_read_as_nothing(tmp_path: Path, trap: str, part: str) -> None:
    row = f'<row r="1">{make.text_cell("A1", "Name")}</row>'
    path = make.raw_xlsx(tmp_path / "trap.xlsx", row, extra={part: XML_TRAPS[trap]})

    found = measured(path)

    assert found.rows <= 1
    assert found.peak < 200_000_000


def test_a_part_that_hides_its_size_in_the_directory_is_counted_all_the_same(tmp_path: Path) -> None:
    path = make.raw_xlsx(tmp_path / "lies.xlsx", b'<row><c t="b"><v>1</v></c></row>' * 4_000_000)
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset : at + offset + 4] = struct.pack("<I", 10)
            at = data.find(mark, at + 4)
    path.write_bytes(bytes(data))

    assert measured(path).why == Why.BOMB


def test_a_million_rows_declared_and_empty_cost_nothing(tmp_path: Path) -> None:
    last = f'<row r="1048576">{make.text_cell("A1048576", "last")}</row>'
    rows = b"".join(b'<row r="%d"/>' % number for number in range(1, 1_048_576))
    path = make.raw_xlsx(tmp_path / "tall.xlsx", rows + last.encode(), head='<dimension ref="A1:A1048576"/>')

    found = measured(path)

    assert (found.why, found.rows) == (None, 1)
    assert found.peak < limits.CHILD_MEMORY_BYTES


def test_names_that_climb_out_of_the_archive_write_nothing(tmp_path: Path) -> None:
    path = make.raw_xlsx(tmp_path / "slip.xlsx", f'<row r="1">{make.text_cell("A1", "Name")}</row>')
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../slipped.xml", "<a/>")
        archive.writestr("/abs/slipped.xml", "<a/>")
    before = set(tmp_path.parent.rglob("*slipped*"))

    assert read(path)[1][0].cells == ["Name"]
    assert set(tmp_path.parent.rglob("*slipped*")) == before


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_stands_twice_is_read_once_or_refused(tmp_path: Path) -> None:
    path = make.raw_xlsx(tmp_path / "twice.xlsx", f'<row r="1">{make.text_cell("A1", "first")}</row>')
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")

    try:
        rows = read(path)[1]
    except Refused as refused:
        assert refused.why in (Why.NO_ROWS, Why.DAMAGED)
    else:
        assert len(rows) <= 1


def test_a_wrong_checksum_in_the_directory_is_mended(tmp_path: Path) -> None:
    path = make.raw_xlsx(tmp_path / "crc.xlsx", f'<row r="1">{make.text_cell("A1", "Name")}</row>')
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 16 : at + 20] = b"\1\2\3\4"
        at = data.find(b"PK\x01\x02", at + 4)
    path.write_bytes(bytes(data))

    assert read(path)[1][0].cells == ["Name"]


def test_a_cut_off_workbook_is_damaged(tmp_path: Path) -> None:
    path = make.xlsx(tmp_path / "cut.xlsx", [["Name"]] * 500)
    path.write_bytes(path.read_bytes()[:-400])

    assert refusal(path).why == Why.DAMAGED


def test_a_password_is_asked_to_be_taken_off(tmp_path: Path) -> None:
    path = tmp_path / "locked.xlsx"
    path.write_bytes(make.compound({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"y"}))

    assert refusal(path).why == Why.LOCKED


def test_an_encrypted_zip_is_locked_too(tmp_path: Path) -> None:
    path = make.xlsx(tmp_path / "locked.xlsx", [["Name"]])
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    path.write_bytes(bytes(data))

    assert refusal(path).why == Why.LOCKED


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", Why.EMPTY),
        (b" \r\n\t ", Why.EMPTY),
        (b"\xef\xbb\xbf", Why.EMPTY),
        (b"%PDF-1.7 ...", Why.PDF),
        (b"\x89PNG\r\n\x1a\n....", Why.PICTURE),
        (b'["vcard", [["version", {}, "text", "4.0"]]]', Why.JSON),
        (b'{"clients": []}', Why.JSON),
        (b'<?xml version="1.0"?><orders/>', Why.XML),
        (b"\x09\x08\x08\x00\x00\x05\x10\x00", Why.OLD_EXCEL),
        (make.compound({"WordDocument": b"x"}), Why.WORD),
        (bytes(range(256)) * 40, Why.UNKNOWN),
        (b"\x7fELF\x02\x01\x01" + bytes(64) + os.urandom(2000), Why.UNKNOWN),
    ],
)
def test_what_is_no_table_is_called_by_its_name(tmp_path: Path, content: bytes, why: Why) -> None:
    path = tmp_path / "clients.xlsx"
    path.write_bytes(content)

    with pytest.raises(Refused) as refused:
        kind_of(os.fspath(path))
    assert refused.value.why == why
    assert refusal(path).why == why


def test_a_word_document_and_a_plain_archive_are_told_apart(tmp_path: Path) -> None:
    word = make.zip_of(tmp_path / "a.docx", {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
    archive = make.zip_of(tmp_path / "a.zip", {"clients.csv": b"a,b\n1,2\n"})
    nested = make.zip_of(tmp_path / "b.zip", {"a.zip": archive.read_bytes()})

    assert [refusal(path).why for path in (word, archive, nested)] == [Why.WORD, Why.ARCHIVE, Why.ARCHIVE]


def test_a_line_of_many_megabytes_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "line.csv"
    with open(path, "wb") as file:
        for _ in range(90):
            file.write(b"a" * 1_000_000)

    found = measured(path)

    assert found.why == Why.TOO_LONG_ROW
    assert found.peak < 100_000_000


def test_a_file_beyond_the_limit_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "sparse.csv"
    with open(path, "wb") as file:
        file.truncate(1_000_000_000)

    assert refusal(path).why == Why.TOO_BIG


def test_a_reader_that_hangs_is_stopped_by_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CHILD_WALL_SECONDS", 0.05)
    path = make.xlsx(tmp_path / "a.xlsx", [["Name"]])

    assert refusal(path).why == Why.TOO_SLOW


def test_ending_early_ends_the_child(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("a,b\n" * 200_000)

    with TableStream(path, Wanted()) as table:
        assert next(iter(table)).cells == ["a", "b"]
        process = table._process

    assert process.poll() is not None
