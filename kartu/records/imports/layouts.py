"""What is known of a table once it is staged, as it is kept with the import: layout, guessed mapping, questions."""

import hashlib
import re
from dataclasses import asdict
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy

from kartu.core.actors import Actor
from kartu.records.imports.cells import Cell, Row
from kartu.records.imports.guess import Column, Layout, Looks, guess_date_order, guess_layout, layout_with_header
from kartu.records.imports.importers import Importer, Plan, Question
from kartu.records.imports.mapping import Choice, Kind, guess_mapping
from kartu.records.imports.staging import Staged
from kartu.records.imports.texts import said_everywhere
from kartu.records.models import Import

HEAD_ROWS = 200
# The answer of a person who wants no memory of the last file like this one.
ANEW = "anew"
NO_HEADER = 0
# The heads of the columns that our list of rows left out has before those of the file.
LEFT_OUT_HEADS = (gettext_lazy("Row"), gettext_lazy("Why"))


def survey(source: Import, rows: Staged, importer: Importer) -> dict[str, Any]:
    """The columns of an Import that follow from its file: layout, choices, answers, header_fingerprint."""
    layout = _layout(source, rows, importer)
    counted = _whole_columns(layout, rows)
    before = columns_before(layout.columns)
    last = None if source.answers.get(ANEW) else _last_like(source, fingerprint(layout))
    if last:
        choices, answers = _remembered(last, layout)
    elif before and (last := _last_like(source, fingerprint(layout, before))):
        choices, answers = _remembered(last, layout, before)
    else:
        choices, answers = _guessed(layout, importer, source.by), {}
        for choice in choices[:before]:
            choice.target = ""
    for choice in choices:
        choice.order = counted["orders"].get(choice.at, "")
    about = rows.about
    return {
        "layout": {
            "kind": about.kind,
            "sheets": [asdict(sheet) for sheet in about.sheets],
            "sheet": about.sheet,
            "encoding": about.encoding,
            "delimiter": about.delimiter,
            "hidden": about.hidden_rows,
            "header_rows": layout.header_rows,
            "above": counted["above"],
            "count": rows.count - counted["above"],
            "is_mojibake": layout.is_mojibake,
            "columns": [kept(column) | {"filled": counted["filled"].get(column.at, 0)} for column in layout.columns],
            "first_rows": [row.number for row in rows.head(20)],
            "remembered": {"name": last.name, "by": str(last.by), "at": last.created_at.isoformat()} if last else None,
            "program": importer.program_of(layout.columns),
        },
        "choices": [asdict(choice) for choice in choices],
        "answers": answers,
        "header_fingerprint": fingerprint(layout),
    }


# PostgreSQL keeps neither of them.
UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def kept(column: Column) -> dict[str, Any]:
    """The column as it is shown and stored; signs that no database holds are boxes."""
    samples = [UNKEEPABLE.sub("\ufffd", text) for text in column.samples]
    return asdict(column) | {"header": UNKEEPABLE.sub("\ufffd", column.header), "samples": samples}


def _layout(source: Import, rows: Staged, importer: Importer) -> Layout:
    head = rows.head(HEAD_ROWS)
    if source.header_row is not None:
        return layout_with_header(head, source.header_row or None, merged=rows.about.merged)
    knows = importer.words_for(source.by).knows
    return guess_layout(head, is_header_word=knows, merged=rows.about.merged, has_header=rows.about.has_header)


def _whole_columns(layout: Layout, rows: Staged) -> dict[str, Any]:
    """One walk over all rows: how many lie above the data, how full each column is, how its dates are written."""
    filled: dict[int, int] = {}
    dates: dict[int, list[Cell]] = {column.at: [] for column in layout.columns if column.looks == Looks.DATE}
    above = 0
    last_header = max(layout.header_rows, default=0)
    for row in rows.rows():
        if row.number <= last_header:
            above += 1
            continue
        _count(row, filled, dates)
    orders = {at: guess_date_order(cells) for at, cells in dates.items()}
    return {"filled": filled, "above": above, "orders": {at: str(order) for at, order in orders.items() if order}}


def _count(row: Row, filled: dict[int, int], dates: dict[int, list[Cell]]) -> None:
    for at, cell in enumerate(row.cells):
        if cell is not None:
            filled[at] = filled.get(at, 0) + 1
    for at, cells in dates.items():
        if at < len(row.cells) and isinstance(row.cells[at], str):
            cells.append(row.cells[at])


def _guessed(layout: Layout, importer: Importer, by: Actor) -> list[Choice]:
    choices = guess_mapping(layout.columns, importer.targets_for(by), importer.words_for(by)).choices
    importer.settle(choices, layout.columns, by)
    return choices


def columns_before(columns: list[Column]) -> int:
    """How many columns of ours stand before those of the file: a list of rows left out comes back with them."""
    heads = tuple(column.header.casefold() for column in columns[: len(LEFT_OUT_HEADS)])
    ours = zip(*(said_everywhere(head) for head in LEFT_OUT_HEADS), strict=True)
    return len(heads) if heads in {tuple(map(str.casefold, pair)) for pair in ours} else 0


def fingerprint(layout: Layout, before: int = 0) -> str:
    """The same for all files with the same header, so that a mapping can be remembered; without the first columns."""
    columns = [column for column in layout.columns[before:] if column.header]
    titles = "\x1f".join(f"{column.at - before}:{column.header.casefold()}" for column in columns)
    return hashlib.sha256(titles.encode("utf-8", "surrogatepass")).hexdigest() if titles else ""


def _last_like(source: Import, known: str) -> Import | None:
    """The last import of a file with this header: this person's, else anybody's in the firm."""
    if not known:
        return None
    like = Import.objects.filter(importer=source.importer, header_fingerprint=known)
    like = like.filter(state__in=[Import.State.DONE, Import.State.UNDONE]).select_related("by").order_by("-id")
    return like.filter(by_id=source.by_id).first() or like.first()


def _remembered(last: Import, layout: Layout, before: int = 0) -> tuple[list[Choice], dict[str, str]]:
    """What was decided about it; each column stands so many places further here."""
    remembered = {each["at"] + before: Choice(**each | {"at": each["at"] + before}) for each in last.choices}
    return [remembered.get(column.at, Choice(column.at)) for column in layout.columns], last.answers


def plan_of(source: Import) -> Plan:
    """What was decided, as checkers and writers want it."""
    titles = {column["at"]: column["header"] for column in source.layout.get("columns", ())}
    return Plan(tuple(Choice(**each) for each in source.choices), source.answers, titles)


def questions_of(source: Import, importer: Importer) -> list[Question]:
    """What is asked about the file as its columns are mapped by now."""
    return importer.questions(list(plan_of(source).choices), source.layout)


def columns_of(source: Import) -> list[Column]:
    return [Column(**column | {"looks": Looks(column["looks"])}) for column in source.layout["columns"]]


def undecided_dates(source: Import, importer: Importer) -> list[str]:
    """Headers of the taken date columns whose every day could be read in two ways."""
    titles = {column.at: column for column in columns_of(source)}
    targets = importer.targets_for(source.by)
    return [
        titles[choice.at].header
        for choice in (Choice(**each) for each in source.choices)
        if choice.target in targets
        and targets[choice.target].kind is Kind.DATE
        and titles[choice.at].looks == Looks.DATE
        and not choice.order
    ]


def preview(rows: Staged, count: int = 5) -> list[Row]:
    return list(islice(rows.rows(), count))
