"""Rows of an import as they are shown: with their reasons, what a person typed over them, what may be decided."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.records.imports.fixing import may_fix
from kartu.records.imports.layouts import plan_of, questions_of
from kartu.records.imports.mapping import Kind
from kartu.records.imports.moving import importer_of
from kartu.records.models import Import, ImportFix, ImportRow


def date_orders() -> list[tuple[str, str]]:
    return [("dmy", _("31.12.2025: the day first")), ("mdy", _("12/31/2025: the month first"))]


def decisions(source: Import, problems: list[dict[str, Any]]) -> dict[str, Any]:
    """What may be decided once more before the rows are taken: values of lists, the order of the dates at fault."""
    meant = [(name, value) for name, value in source.answers.items() if name.startswith("value.") and value]
    at_fault = {reason["at"] for each in problems for reason in each["reasons"]}
    importer = importer_of(source)
    targets = importer.targets_for(source.by)
    asked = {question.key for question in questions_of(source, importer)}
    dates = [
        {
            "at": choice.at,
            "header": title_of(source, choice.at),
            "order": choice.order or source.answers.get("dates", "dmy"),
        }
        for choice in plan_of(source).choices
        if choice.at in at_fault and choice.target and targets[choice.target].kind is Kind.DATE
    ]
    return {
        "meant": [{"key": name, "name": name.split(".", 2)[2], "value": value} for name, value in meant],
        "dates_at_fault": dates,
        "date_orders": date_orders(),
        "may_fix": True,
        "may_keep_bad": "bad" in asked and source.answers.get("bad") != "note",
    }


def title_of(source: Import, at: int) -> str:
    header = next((column["header"] for column in source.layout["columns"] if column["at"] == at), "")
    return header or column_letter(at)


def changing(source: Import) -> QuerySet[ImportRow]:
    """The rows that change records; of one that waits for its step nothing has changed yet."""
    return source.rows.filter(fate=ImportRow.Fate.CHANGE).exclude(step=source.next_step)


def told_rows(source: Import, rows: Iterable[ImportRow], by: Actor) -> list[ImportRow]:
    """`rows`; what they change of cards is told to the owner and to whoever brings them in, by whose rights it is."""
    rows = list(rows)
    if by.pk != source.by_id and not by.is_owner:
        for row in rows:
            row.changes = []
    return rows


def shown_rows(source: Import, rows: Iterable[ImportRow], by: Actor) -> list[dict[str, Any]]:
    """Rows with their reasons in words, and the headers of the columns at fault, with what a person typed there."""
    columns = source.layout.get("columns", [])  # none where the reading was stopped
    titles = {column["at"]: column["header"] or column_letter(column["at"]) for column in columns}
    rows = told_rows(source, rows, by)
    fixes = {fix.number: fix for fix in source.fixes.filter(number__in=[row.number for row in rows])}
    return [shown_row(source, row, titles, fixes.get(row.number)) for row in rows]


def shown_row(source: Import, row: ImportRow, titles: dict[int, str], fix: ImportFix | None) -> dict[str, Any]:
    typed = fix.cells if fix else {}
    reasons = [
        {"at": at, "column": titles.get(at, ""), "text": text, "value": value, "url": url}
        | {"typed": typed.get(str(at), value)}
        for at, text, value, url in row.problems
    ]
    # Each column is offered once, whatever is wrong in it; what was put right stays to be changed again.
    cells = {reason["at"]: reason["typed"] for reason in reasons if reason["at"] is not None}
    cells = {int(at): text for at, text in typed.items()} | cells
    return {
        "row": row,
        "reasons": reasons,
        "cells": [{"at": at, "column": titles.get(at, ""), "text": text} for at, text in sorted(cells.items())],
        "is_skipped": bool(fix and fix.is_skipped),
        "may_fix": may_fix(source, row) and (row.fate == ImportRow.Fate.REJECTED or fix is not None),
        "waits": row.step == source.next_step,
    }


def column_letter(at: int) -> str:
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def row_number(text: str) -> int | None:
    return int(text[:8]) if text.isascii() and text.isdecimal() else None
