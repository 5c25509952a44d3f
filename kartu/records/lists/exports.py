"""A list as a file for Excel or on paper: rows found, columns shown, and a row in the log before the first byte."""

import secrets
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel.numbers import get_decimal_symbol
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kartu.core.formats import current_locale, format_number, number_locale
from kartu.records.exporting import Sheet, Written, write_csv, write_xlsx
from kartu.records.lists.asking import Asking
from kartu.records.lists.finding import Finding
from kartu.records.lists.kinds import Text
from kartu.records.lists.page import number_said
from kartu.records.lists.question import Question
from kartu.records.lists.rows import read_rows, totals_of
from kartu.records.lists.spec import Column
from kartu.records.lists.takeouts import TakeOut
from kartu.records.marks import Mark
from kartu.records.models import ExportFile, ExportMark
from kartu.records.printing import ListSheet
from kartu.security import audit
from kartu.security.models.audit import Verb
from kartu.security.seals import ids as ranges

AT_ONCE = 5_000
MOST_PRINTED = 2_000
CHUNK = 500
FORMATS = ("xlsx", "csv")


@dataclass
class Extract(TakeOut):
    """What leaves the list: the rows that `question` finds for whoever asks, with `columns`, and what for."""

    question: Question
    columns: list[Column]
    asking: Asking
    purpose: str = ""
    # The ids that were written, once they are.
    taken: list[int] = field(default_factory=list)

    @property
    def spec(self) -> Any:
        return self.question.spec

    @property
    def key(self) -> str:
        return self.spec.key

    @property
    def column_keys(self) -> list[str]:
        return [column.key for column in self.columns]

    def parts(self) -> dict[str, Any]:
        return self.question.parts()

    def said(self) -> str:
        return self.question.sentence(self.asking)

    def url(self) -> str:
        return self.question.url()

    def count(self, right: str) -> int:
        return self.finding(right).count

    def count_all(self, right: str) -> int:
        return len(self.ids(right))

    def counted(self, rows: int) -> str:
        return str(self.spec.count(rows)) % {"count": rows}

    def sheet(self, right: str, most: int | None, mark: Mark) -> Sheet:
        ids = self.taken = self.ids(right, most)
        widths = [max(8, (column.width or 120) // 7) for column in self.columns]
        return Sheet(str(self.spec.title), self.heads, self.rows(ids), widths, self.totals(right), mark, self.names)

    def file_name(self, kind: str) -> str:
        day = timezone.localdate().isoformat()
        return f"{slugify(str(self.spec.title), allow_unicode=True) or self.spec.key}-{day}.{kind}"

    def finding(self, right: str) -> Finding:
        return Finding(self.question.changed(), self.asking, right)

    def ids(self, right: str, most: int | None = None) -> list[int]:
        """The rows in the list's order; `most` of them."""
        finding = self.finding(right)
        found = finding.page(most or 10**9)
        return found.ids

    def rows(self, ids: list[int]) -> Iterator[list[Any]]:
        """Python values of the columns, row by row, in bounded memory."""
        for start in range(0, len(ids), CHUNK):
            for row in read_rows(self.spec, self.columns, ids[start : start + CHUNK], self.asking):
                yield [column.kind.value(row, column.field) for column in self.columns]

    def paper_rows(self, ids: list[int]) -> list[list[str]]:
        """The columns in words."""
        rows = read_rows(self.spec, self.columns, ids, self.asking)
        return [[column.kind.printed(row, column.field) for column in self.columns] for row in rows]

    @property
    def heads(self) -> list[str]:
        return [column.head for column in self.columns]

    @property
    def names(self) -> frozenset[int]:
        """Which columns hold names and other free texts: a space behind them changes nothing for anybody."""
        carrying = (column.is_first or type(column.kind) is Text for column in self.columns)
        return frozenset(at for at, carries in enumerate(carrying) if carries)

    def totals(self, right: str) -> list[Any]:
        sums = totals_of(self.finding(right), self.columns)
        return [_("In all"), *(sums.get(column.key) for column in self.columns[1:])] if sums else []

    def told(self) -> dict[str, Any]:
        """What the log keeps of it."""
        told = {"of": self.spec.label, "ids": ranges.packed(self.taken)} if self.taken else {}
        return {
            "list": self.spec.key,
            "filter": self.parts(),
            "said": self.said(),
            "columns": self.column_keys,
            **told,
        }


def write(
    extract: TakeOut, kind: str, path: Path, right: str, most: int | None = None, mark: Mark | None = None
) -> Written:
    """Write the extract, at `most` so many rows, to `path` as "xlsx" or "csv", with the mark of whoever takes it:
    a new one, unless one was begun for it before."""
    sheet = extract.sheet(right, most, mark or ExportMark.begin(extract.asking.person, has_waited=True))
    if kind == "xlsx":
        return write_xlsx(sheet, path)
    return write_csv(sheet, path, delimiter=csv_delimiter())


def csv_delimiter() -> str:
    """What Excel of the firm's country expects: a semicolon where the comma stands in numbers."""
    return ";" if get_decimal_symbol(number_locale(current_locale())) == "," else ","


def tell_export(extract: TakeOut, kind: str, written: Written, **more: Any) -> None:
    """The log's row; the caller sends the first byte only after it has committed."""
    told = {"purpose": extract.purpose, "format": kind, "rows": written.rows, "sha256": written.sha256}
    told["number"] = written.number
    values = {**extract.told(), **told, **more}
    audit.record(Verb.EXPORT, by=extract.asking.person, values=values)


def temporary(kind: str) -> Path:
    handle = tempfile.NamedTemporaryFile(prefix="kartu-export-", suffix=f".{kind}", delete=False)
    handle.close()
    return Path(handle.name)


def keep(extract: TakeOut, kind: str, right: str, most: int | None = None) -> ExportFile:
    """Write the extract where its person can fetch it for a day."""
    folder = ExportFile.folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stored = f"{secrets.token_hex(16)}.{kind}"
    try:
        written = write(extract, kind, folder / stored, right, most)
    except BaseException:
        (folder / stored).unlink(missing_ok=True)
        raise
    return ExportFile(
        person_id=extract.asking.person.pk,
        list_key=extract.key,
        name=extract.file_name(kind),
        stored=stored,
        rows=written.rows,
        sha256=written.sha256,
        number=written.number,
    )


def discard_old() -> int:
    """Take away the files whose day is over, and what a killed export has left behind; how many."""
    kept = list(ExportFile.objects.all())
    over = [each for each in kept if each.is_over]
    for each in over:
        each.path.unlink(missing_ok=True)
        each.delete()
    known, old = {each.stored for each in kept}, time.time() - ExportFile.LIFETIME.total_seconds()
    for path in ExportFile.folder().glob("*"):
        if path.name not in known and path.stat().st_mtime < old:
            path.unlink(missing_ok=True)
    return len(over)


def sheet_for_print(extract: Extract, ids: list[int], total: int) -> ListSheet:
    """The list as it is printed: values in words, the question it answers."""
    question = extract.question.sentence(extract.asking) or _("All")
    counted = str(extract.spec.count(total)) % {"count": number_said(total)}
    if total > len(ids):
        counted += ". " + _("The first %(count)s are printed") % {"count": format_number(len(ids))}
    return ListSheet(
        title=str(extract.spec.title),
        question=f"{question} · {counted}",
        heads=extract.heads,
        rows=extract.paper_rows(ids),
        numeric={number for number, column in enumerate(extract.columns) if column.kind.is_number},
    )
