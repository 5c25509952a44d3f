"""Delimited text: .csv, .txt, .tsv, pasted cells; any encoding, `,` `;` TAB or `|`, quotes as RFC 4180 or not."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from kartu.records.imports import limits
from kartu.records.imports.cells import Row
from kartu.records.imports.kinds import Kind
from kartu.records.imports.letters import MIXED, encoding_of
from kartu.records.imports.refusals import Refused, Why
from kartu.records.imports.tables import Table, Wanted

DELIMITERS = (",", ";", "\t", "|")
# No text holds it: the delimiter of a file with one column.
NONE = "\x1f"
SAMPLE_RECORDS = 200


def read(path: str, wanted: Wanted) -> Table:
    csv.field_size_limit(limits.CELL_CHARACTERS)
    with open(path, "rb") as file:
        encoding, bom = encoding_of(file)
    encoding = wanted.encoding or encoding
    declared = _declared_delimiter(_lines(path, encoding, bom))
    delimiter = wanted.delimiter or declared or guess_delimiter(_lines(path, encoding, bom))
    lines = _lines(path, encoding, bom)
    if declared:
        next(lines)
    rows = _rows(lines, delimiter, first=2 if declared else 1)
    return Table(rows=rows, encoding=encoding, delimiter="" if delimiter == NONE else delimiter)


READERS = {Kind.TEXT: read}


def _lines(path: str, encoding: str, bom: int) -> Iterator[str]:
    """Physical lines with their ends. A line beyond the limit of a row is refused before it is in memory."""
    file = open(path, "rb")
    file.seek(bom)
    if encoding.startswith(MIXED):
        return _mixed_lines(file, encoding.removeprefix(MIXED))
    try:
        text = io.TextIOWrapper(file, encoding, errors="replace", newline="")
    except LookupError as unknown:
        raise Refused(Why.UNKNOWN, detail=encoding) from unknown
    return _bounded(text)


def _bounded(text: io.TextIOWrapper) -> Iterator[str]:
    count = 0
    while line := text.readline(limits.ROW_CHARACTERS + 1):
        count += 1
        if len(line) > limits.ROW_CHARACTERS:
            raise Refused(Why.TOO_LONG_ROW, at=count)
        yield line


def _mixed_lines(file: BinaryIO, page: str) -> Iterator[str]:
    count = 0
    while line := file.readline(limits.ROW_CHARACTERS + 1):
        count += 1
        if len(line) > limits.ROW_CHARACTERS:
            raise Refused(Why.TOO_LONG_ROW, at=count)
        try:
            yield line.decode()
        except UnicodeDecodeError:
            yield line.decode(page, "replace")


def _declared_delimiter(lines: Iterator[str]) -> str:
    """Excel's own first line, sep=; (or any other sign)."""
    first = next(lines, "").rstrip("\r\n").strip('"')
    return first[4] if len(first) == 5 and first.lower().startswith("sep=") else ""


def guess_delimiter(lines: Iterator[str]) -> str:
    """The sign that cuts the first records into the same number of columns, the more columns the better."""
    sample = []
    for line in lines:
        sample.append(line)
        if len(sample) >= SAMPLE_RECORDS:
            break
    scores = {delimiter: _evenness(sample, delimiter) for delimiter in DELIMITERS}
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] > 0 else NONE


def _evenness(sample: list[str], delimiter: str) -> float:
    """The share of records of the commonest width, times a little for the width; 0: it cuts nothing."""
    try:
        widths = Counter(len(cells) for _number, cells in records(iter(sample), delimiter) if cells)
    except Refused:
        return 0.0
    cut = sum(count for width, count in widths.items() if width > 1)
    total = sum(widths.values())
    if not total or cut < total * 0.5:
        return _width_of_first(sample, delimiter)
    width, count = max(((width, count) for width, count in widths.items() if width > 1), key=lambda pair: pair[1])
    if count < total * 0.8 and delimiter not in sample[0]:
        return 0.0  # one column whose cells hold commas of their own
    return count / total * (1 + min(width, 50) / 50) * (1 + cut / total)


def _width_of_first(sample: list[str], delimiter: str) -> float:
    """A header over rows that lost their delimiters still counts, if little."""
    width = sample[0].count(delimiter) + 1 if sample else 1
    return width / 1000 if width > 2 else 0.0


class _Unclosed(Exception):
    """A quote that nobody closes: the rest of the file would become one cell."""


def records(lines: Iterator[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(number of the record from 1, its cells). A quote that is never closed is taken as a mere sign."""
    source = _Source(lines)
    number = 0
    while True:
        try:
            for cells in csv.reader(source, delimiter=delimiter):
                number += 1
                source.done()
                yield number, cells
            return
        except _Unclosed:
            number += 1
            yield number, source.first_line_as_it_is(delimiter)
        except csv.Error as broken:
            why = Why.TOO_LONG_CELL if "field larger" in str(broken) else Why.DAMAGED
            raise Refused(why, at=number + 1, detail=str(broken)) from broken


class _Source:
    """Feeds lines to csv.reader and remembers those of the record in hand, to be able to give them again."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: list[str] = []
        self._taken: list[str] = []
        self._characters = 0
        self._patience = limits.LINES_PER_RECORD

    def __iter__(self) -> "_Source":
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines, None)
        if line is None:
            if self._taken:
                raise _Unclosed
            raise StopIteration
        self._taken.append(line)
        self._characters += len(line)
        if len(self._taken) > self._patience or self._characters > limits.ROW_CHARACTERS:
            raise _Unclosed
        return line

    def done(self) -> None:
        self._taken.clear()
        self._characters = 0

    def first_line_as_it_is(self, delimiter: str) -> list[str]:
        """The first line of the record cut without regard to quotes; the other lines are given again."""
        first, *others = self._taken
        # A file full of stray quotes must not be read a thousand times over.
        self._patience = max(20, self._patience // 2)
        self._again.extend(reversed(others))
        self.done()
        return next(csv.reader([first], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])


def _rows(lines: Iterator[str], delimiter: str, first: int) -> Iterator[Row]:
    for number, cells in records(lines, delimiter):
        while cells and not cells[-1]:
            cells.pop()
        if any(cells):
            yield Row(number + first - 1, [cell or None for cell in cells])
