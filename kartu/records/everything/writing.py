"""The file: a zip of tables as CSV and as JSON Lines, of lists for Excel, and of the files under their names."""

import base64
import csv
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Self

from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.utils import timezone

from kartu.core.version import VERSION
from kartu.firm.models import Firm, User
from kartu.records.everything import contents
from kartu.records.exporting import Written, guarded
from kartu.records.files.store import path_of
from kartu.records.lists import exports
from kartu.records.lists.asking import Asking
from kartu.records.lists.exports import Extract
from kartu.records.lists.question import Question
from kartu.records.lists.spec import ListSpec, lists_for
from kartu.records.marks import Mark
from kartu.records.models import ExportMark, File

ROWS_AT_ONCE = 2000
COPY_AT_ONCE = 1024 * 1024
FILE_WORDS = re.compile(r"[^\w .,()+-]+")


@dataclass
class Taken:
    """What went into the file: rows by table, lists with their rows, files; and those whose bytes are not there."""

    tables: dict[str, int] = field(default_factory=dict)
    lists: list[tuple[Extract, Written]] = field(default_factory=list)
    files: int = 0
    lost: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


def total_rows() -> int:
    return sum(contents.rows_of(model).count() for model in contents.taken())


@dataclass(frozen=True)
class Marks:
    """Of the whole, and of each list by its key: begun before, since whoever writes only reads the database."""

    whole: Mark
    lists: dict[str, Mark]

    @classmethod
    def begin(cls, by: User) -> Self:
        """Of an owner who is leaving `taking.ask` has asked before."""
        return cls(
            ExportMark.begin(by, has_waited=True),
            {spec.key: ExportMark.begin(by, has_waited=True) for spec in lists_of(by)},
        )


def write(path: Path, *, by: User, marks: Marks, tell: Callable[[int], None] = lambda done: None) -> Taken:
    """Write everything to `path`. `tell` hears how many rows are done.

    Memory does not grow with the tables; what a table becomes as JSON lies beside the file until it is packed.
    """
    taken, mark = Taken(), marks.whole.line
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3, allowZip64=True) as archive:
        for model in contents.taken():
            add_table(archive, model, taken, tell, path.parent)
        add_lists(archive, by, marks, taken, path.parent)
        add_files(archive, taken)
        schema = [contents.schema_of(model) for model in contents.taken()]
        archive.writestr("schema.json", as_json(schema, indent=1))
        archive.writestr("README.txt", readme(taken, mark))
        archive.writestr("counts.json", as_json(counts(taken, mark), indent=1))
    return taken


def add_table(
    archive: zipfile.ZipFile, model: type[models.Model], taken: Taken, tell: Callable[[int], None], beside: Path
) -> None:
    """One table, read once: as CSV straight into the archive, as JSON Lines by way of a file beside it."""
    name, before = model._meta.label_lower, taken.rows
    columns = [each.attname for each in contents.fields_of(model)]
    count = 0
    with tempfile.TemporaryFile(dir=beside) as lines:
        with text_in(archive, f"tables/{name}.csv") as sheet:
            writer = csv.writer(sheet)
            writer.writerow(columns)
            for row in contents.rows_of(model).values_list(*columns).iterator(chunk_size=ROWS_AT_ONCE):
                writer.writerow([cell(value) for value in row])
                lines.write(as_json(dict(zip(columns, row, strict=True))).encode() + b"\n")
                count += 1
                if not count % ROWS_AT_ONCE:
                    tell(before + count)
        lines.seek(0)
        with archive.open(f"tables/{name}.jsonl", "w", force_zip64=True) as packed:
            copy(lines, packed)
    taken.tables[name] = count
    tell(before + count)


@contextmanager
def text_in(archive: zipfile.ZipFile, name: str) -> Iterator[IO[str]]:
    with archive.open(name, "w", force_zip64=True) as packed, io.TextIOWrapper(packed, "utf-8", newline="") as text:
        yield text


def copy(source: IO[bytes], target: IO[bytes]) -> None:
    while piece := source.read(COPY_AT_ONCE):
        target.write(piece)


def cell(value: Any) -> str:
    """A value as text. What a spreadsheet would take for a formula gets an apostrophe before it, as in all exports."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict | list):
        return as_json(value)
    return guarded(plain(value))


def plain(value: Any) -> Any:
    """What JSON has no word for, as text: moments in UTC by ISO 8601, decimals in full, bytes in base64."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return str(value)


def as_json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, default=plain, indent=indent)


def lists_of(by: User) -> list[ListSpec]:
    return [spec for spec in lists_for(by) if spec.may(by, "export")]


def add_lists(archive: zipfile.ZipFile, by: User, marks: Marks, taken: Taken, beside: Path) -> None:
    """The lists as people know them, with all their columns: they come back in by Import as they are."""
    for spec in lists_of(by):
        if spec.key not in marks.lists:
            continue  # set up by somebody since we began
        asking = Asking(by)
        extract = Extract(Question.of(spec, QueryDict(), asking), list(spec.shown_to(by).values()), asking)
        path = Path(tempfile.mkstemp(dir=beside, suffix=".part")[1])
        try:
            written = exports.write(extract, "csv", path, spec.rights["export"], mark=marks.lists[spec.key])
            taken.lists.append((extract, written))
            archive.write(path, f"lists/{spec.key}.csv")
        finally:
            path.unlink(missing_ok=True)


def add_files(archive: zipfile.ZipFile, taken: Taken) -> None:
    """The files on records, under number and name, then what else was uploaded (originals of imports, pictures)."""
    kept = contents.rows_of(File).order_by("pk").values_list("pk", "name", "stored")
    for pk, name, stored in kept.iterator(chunk_size=ROWS_AT_ONCE):
        add_file(archive, path_of(stored), f"files/{pk} {FILE_WORDS.sub('_', name)}", taken)
    for model in contents.taken():
        for each in (each for each in contents.fields_of(model) if isinstance(each, models.FileField)):
            named = contents.rows_of(model).exclude(**{each.name: ""}).values_list(each.name, flat=True)
            for name in named.iterator(chunk_size=ROWS_AT_ONCE):
                add_file(archive, Path(settings.MEDIA_ROOT) / name, f"uploads/{name}", taken)


def add_file(archive: zipfile.ZipFile, path: Path, name: str, taken: Taken) -> None:
    try:
        archive.write(path, name, compress_type=zipfile.ZIP_STORED)
        taken.files += 1
    except FileNotFoundError:
        taken.lost.append(name)


def counts(taken: Taken, mark: str) -> dict:
    told = {"rows": taken.tables, "files": taken.files, "files that are not there": taken.lost}
    told["lists"] = {extract.spec.key: written.rows for extract, written in taken.lists}
    return {"export": mark, "made at": timezone.now(), "version": VERSION, **told}


def readme(taken: Taken, mark: str) -> str:
    firm = Firm.objects.order_by().first()
    left = "\n".join(f"  {model._meta.label_lower}" for model in contents.left())
    return README.format(
        firm=firm.name if firm else "Kartu", mark=mark, version=VERSION, files=taken.files, rows=taken.rows, left=left
    )


README = """Everything {firm} has in Kartu
{mark}
Kartu {version}. {rows} rows, {files} files.

lists/      what people see as lists, with all columns. They open in Excel, and come back into Kartu, or into another
            program, by Import.
tables/     every table twice: NAME.csv (UTF-8, comma, first line the columns) and NAME.jsonl (one JSON object a line).
            The same rows in the same order. Moments are in UTC. Amounts are decimals as text. In CSV, a text that a
            spreadsheet would take for a formula has an apostrophe before it; the JSON has it as it is.
schema.json what each table and column is: its type, its values, what it refers to.
files/      the files on records, as "NUMBER NAME": the number is that of the row in tables/records.file.
uploads/    pictures, and the originals of imported files, under the names that stand in the tables.
counts.json how many rows each table has, to see whether all arrived.

What is in the trash is here too ("trashed_at" says since when). The log is tables/security.auditrow with what changed
in security.auditpayload, and security.viewrow: who looked at what.

Not here: passwords, keys and tokens (schema.json names these columns under "left out"), and tables that the program
makes anew from the others or needs for its own work:
{left}
"""
