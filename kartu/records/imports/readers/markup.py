"""Tables in markup that call themselves .xls: HTML, as Bitrix24 and many web programs write it,
and XML Spreadsheet 2003."""

import re
from collections.abc import Iterator

from lxml import etree

from kartu.records.imports import limits
from kartu.records.imports.cells import Fault, Row, is_empty, tidy
from kartu.records.imports.kinds import Kind
from kartu.records.imports.letters import MIXED, encoding_of
from kartu.records.imports.refusals import Refused, Why
from kartu.records.imports.tables import Sheet, Table, Wanted
from kartu.records.imports.values import date_from_iso


def read_html(path: str, wanted: Wanted) -> Table:
    encoding = wanted.encoding or _html_encoding(path)
    return Table(rows=_html_rows(path, encoding), encoding=encoding)


def read_xml(path: str, wanted: Wanted) -> Table:
    sheets = [Sheet(name) for name in _sheet_names(path)]
    name = wanted.sheet or next((sheet.name for sheet in sheets if next(_xml_rows(path, sheet.name), None)), "")
    if wanted.sheet and wanted.sheet not in [sheet.name for sheet in sheets]:
        raise Refused(Why.NO_SUCH_SHEET, detail=wanted.sheet)
    return Table(rows=_xml_rows(path, name), sheets=sheets, sheet=name)


READERS = {Kind.HTML: read_html, Kind.XML_SHEET: read_xml}


def _html_encoding(path: str) -> str:
    """What the page declares, if its bytes bear it out; else what the bytes say."""
    with open(path, "rb") as file:
        found, _bom = encoding_of(file)
        head = file.read(4096)
    if found.startswith(("utf-8", "utf-16")):
        return found.split("+")[0]
    declared = etree.HTML(head).xpath("string(//meta/@charset)") if b"charset" in head.lower() else ""
    return declared or found.removeprefix(MIXED)


def _html_rows(path: str, encoding: str) -> Iterator[Row]:
    """Every row of every table, in order; inner tables give their text to the outer cell."""
    number = 0
    spans: dict[int, tuple[int, str]] = {}
    depth = 0
    try:
        for event, element in etree.iterparse(
            path, events=("start", "end"), tag=("table", "tr"), html=True, encoding=encoding, huge_tree=True
        ):
            if element.tag == "table":
                depth += 1 if event == "start" else -1
            elif event == "end" and depth <= 1:
                number += 1
                cells = _html_cells(element, spans)
                _forget(element)
                if not is_empty(cells):
                    yield Row(number, cells)
    except etree.XMLSyntaxError as broken:
        raise Refused(Why.DAMAGED, at=number, detail=str(broken)) from broken


def _html_cells(row: etree._Element, spans: dict[int, tuple[int, str]]) -> list[str | None]:
    """The cells of a row; a cell over several columns or rows stands in the first of them only."""
    cells: list[str | None] = []
    for cell in row.iterchildren("td", "th"):
        while len(cells) in spans:
            cells.append(None)
        text = BREAK.sub("\n", BLANKS.sub(" ", "".join(_text_of(cell)))).strip()
        width, height = (_span(cell, name) for name in ("colspan", "rowspan"))
        for column in range(len(cells), len(cells) + width):
            if height > 1:
                spans[column] = (height, "")
        cells += [text or None] + [None] * (width - 1)
    for column, (height, _text) in list(spans.items()):
        if height <= 1:
            del spans[column]
        else:
            spans[column] = (height - 1, "")
    while cells and cells[-1] is None:
        cells.pop()
    return cells


BLANKS = re.compile(r"[^\S\n]+")
BREAK = re.compile(r" ?\n ?")


def _text_of(cell: etree._Element) -> Iterator[str]:
    for element in cell.iter():
        if element.tag == "br":
            yield "\n"
        if isinstance(element.tag, str) and element.text and element.tag not in ("style", "script"):
            yield element.text.replace("\n", " ")
        if element is not cell and element.tail:
            yield element.tail.replace("\n", " ")


def _span(cell: etree._Element, name: str) -> int:
    value = cell.get(name, "1").strip()
    return min(int(value), limits.COLUMNS) if value.isdigit() and value.isascii() and int(value[:6]) > 0 else 1


def _forget(element: etree._Element) -> None:
    """Free the row and those before it: a table of a million rows never stands in memory as a whole."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


SPREADSHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


def _sheet_names(path: str) -> list[str]:
    names = []
    try:
        for _event, sheet in etree.iterparse(path, events=("start",), tag=f"{SPREADSHEET}Worksheet", **SAFE):
            names.append(sheet.get(f"{SPREADSHEET}Name", ""))
    except etree.XMLSyntaxError as broken:
        raise Refused(Why.DAMAGED, detail=str(broken)) from broken
    return names


def _xml_rows(path: str, name: str) -> Iterator[Row]:
    number, is_wanted = 0, False
    tags = (f"{SPREADSHEET}Worksheet", f"{SPREADSHEET}Row")
    try:
        for event, element in etree.iterparse(path, events=("start", "end"), tag=tags, **SAFE):
            if element.tag == tags[0]:
                is_wanted = event == "start" and element.get(f"{SPREADSHEET}Name", "") == name
                number = 0
            elif event == "end":
                number = int(element.get(f"{SPREADSHEET}Index") or number + 1)
                cells = _xml_cells(element) if is_wanted else []
                _forget(element)
                if not is_empty(cells):
                    yield Row(number, cells)
    except (etree.XMLSyntaxError, ValueError) as broken:
        raise Refused(Why.DAMAGED, at=number, detail=str(broken)) from broken


def _xml_cells(row: etree._Element) -> list:
    cells: list = []
    for cell in row.iterchildren(f"{SPREADSHEET}Cell"):
        place = int(cell.get(f"{SPREADSHEET}Index") or len(cells) + 1) - 1
        if not 0 <= place < limits.COLUMNS:
            raise Refused(Why.TOO_MANY_COLUMNS)
        cells += [None] * (place - len(cells))
        data = cell.find(f"{SPREADSHEET}Data")
        cells.append(_xml_value(data) if data is not None else None)
        across = min(int(cell.get(f"{SPREADSHEET}MergeAcross") or 0), limits.COLUMNS)
        cells += [None] * across
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _xml_value(data: etree._Element) -> object:
    text = "".join(data.itertext())
    kind = data.get(f"{SPREADSHEET}Type")
    if kind == "Error":
        return Fault(text)
    if kind == "Boolean":
        return text.strip() == "1"
    if kind == "DateTime":
        return date_from_iso(text) or text
    if kind == "Number":
        try:
            return tidy(float(text))
        except ValueError:
            return text
    return text or None
