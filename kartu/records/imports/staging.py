"""A file read once and laid out as rows that can be gone through again and again, cheaply and without its traps.

The staged rows are a file of JSON lines on this machine: a copy that can be made anew from the kept original at any
time, so it is never backed up and never shared.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from kartu.records.imports.cells import Row, pack, unpack
from kartu.records.imports.reading import About, about_from, open_table
from kartu.records.imports.refusals import Refused, Why
from kartu.records.imports.tables import Wanted
from kartu.records.marks import is_line

ROWS_A_LINE = 500


class Staged:
    """Rows laid out at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with open(path, "rb") as file:
            self.about: About = about_from(json.loads(file.readline()))
            self._start = file.tell()
        self.count: int = json.loads(path.with_suffix(".count").read_text())

    def rows(self, skip: int = 0) -> Iterator[Row]:
        """The rows from the top; `skip` of them are passed by."""
        with open(self.path, "rb") as file:
            file.seek(self._start)
            for line in file:
                rows = unpack(json.loads(line))
                if skip >= len(rows):
                    skip -= len(rows)
                    continue
                yield from rows[skip:]
                skip = 0

    def find(self, number: int) -> Row | None:
        """The row that the sheet counts as `number`; numbers grow from row to row."""
        for row in self.rows():
            if row.number >= number:
                return row if row.number == number else None
        return None

    def head(self, count: int) -> list[Row]:
        return list(islice(self.rows(), count))


def stage(
    source: str | os.PathLike, path: Path, wanted: Wanted, tell: Callable[[int], None] = lambda done: None
) -> Staged:
    """Read `source` and lay its rows out at `path`, replacing what was there. `tell` hears how many are read.

    Raises Refused for a file that is not taken, and for one without a single row.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beginning = path.with_suffix(f".{os.getpid()}.part")
    count = 0
    try:
        with open_table(source, wanted) as table, open(beginning, "wb") as file:
            file.write(json.dumps(asdict(table.about)).encode() + b"\n")
            rows = (row for row in table if not is_line(row.cells))  # the mark of an export of ours
            while batch := list(islice(rows, ROWS_A_LINE)):
                file.write(pack(batch))
                count += len(batch)
                tell(count)
        if not count:
            raise Refused(Why.NO_ROWS)
        path.with_suffix(".count").write_text(json.dumps(count))
        beginning.replace(path)
    finally:
        with suppress(FileNotFoundError):
            beginning.unlink()
    return Staged(path)


def unstage(path: Path) -> None:
    """Forget the staged rows; the original stays."""
    for leftover in (path, path.with_suffix(".count")):
        leftover.unlink(missing_ok=True)
