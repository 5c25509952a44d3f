"""HTML called .xls, XML Spreadsheet 2003, and vCards of all versions."""

from datetime import date
from pathlib import Path

import pytest

from kartu.records.imports.cells import Fault
from kartu.records.imports.kinds import Kind
from kartu.records.tests.imports.conftest import read, values

pytestmark = pytest.mark.no_database


def test_an_html_table_called_xls_is_read(tmp_path: Path) -> None:
    path = tmp_path / "company.xls"
    path.write_text(
        '<html><head><meta http-equiv="Content-type" content="text/html;charset=UTF-8" /><style>td {x}</style></head>'
        "<body><table border=1><thead><tr><th>Название</th><th>Телефон</th><th>Адрес</th></tr></thead><tbody>"
        "<tr><td>ООО &laquo;Ёлка&raquo;</td><td>+7 912</td><td>Омск<br>Ленина 5</td></tr>"
        '<tr><td colspan="2">A &amp; B</td><td> x  y </td></tr></tbody></table></body></html>',
        encoding="utf-8",
    )

    about, rows = read(path)

    assert about.kind == Kind.HTML
    assert [row.cells for row in rows] == [
        ["Название", "Телефон", "Адрес"],
        ["ООО «Ёлка»", "+7 912", "Омск\nЛенина 5"],
        ["A & B", None, "x y"],
    ]


def test_an_html_table_in_a_code_page_is_read(tmp_path: Path) -> None:
    path = tmp_path / "company.xls"
    path.write_bytes("<table><tr><td>Название</td></tr><tr><td>Ромашка</td></tr></table>".encode("windows-1251"))

    assert values(path) == [["Название"], ["Ромашка"]]


def test_cells_over_several_rows_push_the_others_aside(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text(
        "<table><tr><td rowspan=2>PT Maju</td><td>Budi</td></tr><tr><td>Siti</td></tr><tr><td>CV</td></tr></table>"
    )

    assert values(path) == [["PT Maju", "Budi"], [None, "Siti"], ["CV"]]


def test_an_html_table_of_fifty_thousand_rows_is_streamed(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text("<table>" + "<tr><td>a</td><td>b</td></tr>" * 50_000 + "</table>")

    assert len(values(path)) == 50_000


def test_an_xml_spreadsheet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text(
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="Empty"><Table/></Worksheet>'
        '<Worksheet ss:Name="Klien"><Table><Row><Cell><Data ss:Type="String">Name</Data></Cell>'
        '<Cell ss:Index="3"><Data ss:Type="Number">7700000000</Data></Cell></Row>'
        '<Row ss:Index="5"><Cell><Data ss:Type="DateTime">2021-01-31T00:00:00.000</Data></Cell>'
        '<Cell><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>'
        "</Table></Worksheet></Workbook>"
    )

    about, rows = read(path)

    assert (about.kind, about.sheet, [sheet.name for sheet in about.sheets]) == (
        Kind.XML_SHEET, "Klien", ["Empty", "Klien"],
    )  # fmt: skip
    assert [(row.number, row.cells) for row in rows] == [
        (1, ["Name", None, 7700000000]),
        (5, [date(2021, 1, 31), True, Fault("#N/A")]),
    ]


def card(path: Path, text: str, encoding: str = "utf-8") -> dict[str, str]:
    """The filled columns of the only card in `text`."""
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    header, row = values(path)
    return {name: cell for name, cell in zip(header, row, strict=False) if cell}


def test_a_card_of_version_3_with_folded_lines_and_groups(tmp_path: Path) -> None:
    found = card(
        tmp_path / "a.vcf",
        "BEGIN:VCARD\nVERSION:3.0\nN:Dartmouth;Greg;;Dr.;\nFN:Greg Dartmouth\nORG:PT Maju\\, Tbk;Sales;North\n"
        "TITLE:Head\nTEL;TYPE=CELL:555 555 1111\nitem1.TEL:555 555 2222\nitem1.X-ABLabel:_$!<Home>!$_\n"
        "EMAIL;TYPE=INTERNET,WORK:greg@example.com\nNOTE:first line\\nsecond\n  line\\, folded\n"
        "ADR;TYPE=WORK:;;Jl. Braga 1;Bandung;Jawa Barat;40111;Indonesia\nBDAY:1960-09-10\nCATEGORIES:VIP,Old\n"
        "UID:urn:uuid:1\nX-ICQ:123\nX-SHOE-SIZE:43\nEND:VCARD\n",
    )

    assert found == {
        "Name": "Greg Dartmouth",
        "First Name": "Greg",
        "Last Name": "Dartmouth",
        "Name Prefix": "Dr.",
        "Organization Name": "PT Maju, Tbk",
        "Organization Department": "Sales, North",
        "Organization Title": "Head",
        "Birthday": "1960-09-10",
        "Notes": "first line\nsecond line, folded",
        "Labels": "VIP, Old",
        "Id": "urn:uuid:1",
        "Phone 1 - Label": "cell",
        "Phone 1 - Value": "555 555 1111",
        "Phone 2 - Label": "Home",
        "Phone 2 - Value": "555 555 2222",
        "E-mail 1 - Label": "work",
        "E-mail 1 - Value": "greg@example.com",
        "Address 1 - Label": "work",
        "Address 1 - Street": "Jl. Braga 1",
        "Address 1 - City": "Bandung",
        "Address 1 - Region": "Jawa Barat",
        "Address 1 - Postal Code": "40111",
        "Address 1 - Country": "Indonesia",
        "IM 1 - Label": "ICQ",
        "IM 1 - Value": "123",
        "Shoe size": "43",
    }


def test_a_card_of_version_2_in_quoted_printable(tmp_path: Path) -> None:
    found = card(
        tmp_path / "a.vcf",
        "BEGIN:VCARD\nVERSION:2.1\n"
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=B2=D0=B0=D0=BD=D0=BE=D0=B2;=D0=98=D0=B2=D0=B0=D0=\n"
        "=BD;;;\nTEL;CELL;PREF:+7 912 664-07-18\nTEL;WORK;FAX:8 495 111-22-33\n"
        "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=windows-1251:=CF=F0=E8=E2=E5=F2=0D=0A=\n=EC=E8=F0\nEND:VCARD\n",
    )

    assert found == {
        "Name": "Иван Иванов",
        "First Name": "Иван",
        "Last Name": "Иванов",
        "Notes": "Привет\r\nмир",
        "Phone 1 - Label": "cell",
        "Phone 1 - Value": "+7 912 664-07-18",
        "Phone 2 - Label": "work fax",
        "Phone 2 - Value": "8 495 111-22-33",
    }


def test_a_card_of_version_4_with_uris(tmp_path: Path) -> None:
    found = card(
        tmp_path / "a.vcf",
        'BEGIN:VCARD\nVERSION:4.0\nFN:Simon\nTEL;VALUE=uri;TYPE="work,voice";PREF=1:tel:+1-418-656-9254;ext=102\n'
        "EMAIL:mailto:s@example.com\nIMPP:xmpp:simon@example.com\nBDAY:--0203\nPHOTO:data:image/png;base64,AAAA\n"
        "END:VCARD\n",
    )

    assert found == {
        "Name": "Simon",
        "Birthday": "--0203",
        "Phone 1 - Label": "work",
        "Phone 1 - Value": "+1-418-656-9254;ext=102",
        "E-mail 1 - Value": "s@example.com",
        "IM 1 - Label": "xmpp",
        "IM 1 - Value": "simon@example.com",
    }


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "windows-1251"])
def test_cards_come_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    text = "BEGIN:VCARD\nVERSION:3.0\nFN:Пётр Щербаков\nORG:ООО «Ромашка»\nEND:VCARD\n"

    assert card(tmp_path / "a.vcf", text, encoding)["Name"] == "Пётр Щербаков"


def test_a_card_that_nobody_ends_and_a_picture_lose_no_other_card(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "\n ".join(["A" * 70] * 20_000)
    path.write_text(f"BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\n{photo}\nEND:VCARD\nrubbish\nBEGIN:VCARD\nFN:C\n")

    assert [row[0] for row in values(path)] == ["Name", "A", "B", "C"]


def test_a_repeated_value_is_kept_once_and_different_notes_both(tmp_path: Path) -> None:
    text = "BEGIN:VCARD\nFN:A\nTEL:1\nTEL;TYPE=work:1\nNOTE:x\nNOTE:y\nNOTE:x\nEND:VCARD\n"

    assert card(tmp_path / "a.vcf", text) == {"Name": "A", "Phone 1 - Value": "1", "Notes": "x\ny"}
