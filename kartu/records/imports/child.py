"""The process that reads a file: `python -m kartu.records.imports.child`, started by `reading.py` and by nothing else.

It gets one JSON line on its standard input, limits itself, and writes JSON lines: {"about": ...}, then {"rows": ...},
then {"end": number of rows}; or {"refused": ...} at any point. It imports nothing of Django.
"""

import json
import sys
from dataclasses import asdict, fields
from importlib import import_module

from kartu.records.imports import limits
from kartu.records.imports.cells import Row, pack
from kartu.records.imports.kinds import Kind, kind_of
from kartu.records.imports.refusals import Refused, Why
from kartu.records.imports.tables import Table, Wanted

try:
    import resource
except ImportError:  # Windows knows no such limits: there the parent's clock and the counting have to do
    resource = None

# By name, because each drags in a library that the others need not pay for.
READERS = {
    Kind.XLSX: "workbook",
    Kind.XLSB: "workbook",
    Kind.XLS: "workbook",
    Kind.ODS: "workbook",
    Kind.HTML: "markup",
    Kind.XML_SHEET: "markup",
    Kind.VCARD: "vcard",
    Kind.TEXT: "delimited",
}
BATCH_ROWS = 500
BATCH_CHARACTERS = 1_000_000


def main() -> None:
    limit_itself()
    request = json.loads(sys.stdin.readline())
    out = sys.stdout.buffer
    try:
        read(request, out)
    except Refused as refused:
        say(out, {"refused": refused.why, "at": refused.at, "detail": refused.detail[:500]})
    except (MemoryError, RecursionError) as too_much:
        say(out, {"refused": Why.TOO_MUCH_MEMORY, "at": 0, "detail": repr(too_much)[:500]})
    except BaseException as broken:  # noqa: BLE001 - a panic of the Rust reader is no Exception
        say(out, {"refused": Why.DAMAGED, "at": 0, "detail": repr(broken)[:500]})


def limit_itself() -> None:
    if resource is None:
        return
    memory = limits.CHILD_MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CHILD_CPU_SECONDS, limits.CHILD_CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def read(request: dict, out: object) -> None:
    path, wanted = request["path"], Wanted(**request["wanted"])
    kind = kind_of(path)
    module = "slow_xlsx" if request["slow"] and kind == Kind.XLSX else READERS[kind]
    table = import_module(f"kartu.records.imports.readers.{module}").READERS[kind](path, wanted)
    say(out, {"about": about(kind, table)})
    count = 0
    batch: list[Row] = []
    characters = 0
    for row in table.rows:
        count += 1
        size = check(row, count)
        batch.append(row)
        characters += size
        if len(batch) >= BATCH_ROWS or characters > BATCH_CHARACTERS:
            out.write(pack(batch))
            batch, characters = [], 0
    if batch:
        out.write(pack(batch))
    say(out, {"end": count})


def about(kind: Kind, table: Table) -> dict:
    """What the parent is told of the table; its rows follow on their own."""
    return {"kind": kind, **{item.name: getattr(table, item.name) for item in fields(table) if item.name != "rows"}}


def check(row: Row, count: int) -> int:
    """The characters of the row, which are found to be bearable."""
    if count > limits.ROWS:
        raise Refused(Why.TOO_MANY_ROWS, at=row.number)
    if len(row.cells) > limits.COLUMNS:
        raise Refused(Why.TOO_MANY_COLUMNS, at=row.number)
    sizes = [len(cell) for cell in row.cells if type(cell) is str]
    size = sum(sizes)
    if size > limits.ROW_CHARACTERS:
        raise Refused(Why.TOO_LONG_ROW, at=row.number)
    if sizes and size > limits.CELL_CHARACTERS and max(sizes) > limits.CELL_CHARACTERS:
        raise Refused(Why.TOO_LONG_CELL, at=row.number)
    return size + len(row.cells)


def say(out: object, message: dict) -> None:
    out.write(json.dumps(message, default=asdict).encode() + b"\n")
    out.flush()


if __name__ == "__main__":
    main()
