"""The routine of a month on paper and as a file for Excel."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from kartu.core.formats import format_day, format_number
from kartu.firm.models import User
from kartu.planner.minutes import hours_of
from kartu.planner.models import Series
from kartu.planner.routine.loads import Duty, Load
from kartu.planner.routine.month import Inventory
from kartu.planner.series_page import sentence_of
from kartu.records.exporting import Sheet, Written, write_xlsx
from kartu.records.models import ExportMark
from kartu.records.printing import ListSheet, list_pdf
from kartu.security import audit
from kartu.security.models.audit import Verb
from kartu.security.seals import ids as ranges

NUMERIC = frozenset({5, 6, 7, 8})
WIDTHS = (24, 18, 40, 44, 26, 8, 12, 12, 12)


def heads() -> list[str]:
    return [
        *(_("Who does it"), _("Team"), _("What is to be done"), _("How often"), _("Client")),
        *(_("Times"), _("Estimate, minutes"), _("Hours"), _("At the same time")),
    ]


def duties_of(loads: list[Load]) -> list[Duty]:
    return [duty for load in loads for duty in load.duties]


def series_of(loads: list[Load]) -> list[int]:
    """The numbers of the series of which something comes."""
    return sorted({each.series.pk for duty in duties_of(loads) for each in duty.happenings})


def row_of(duty: Duty, by: User) -> list[Any]:
    series, person = duty.series, duty.person
    client = series.client.name if series.client_id else ""
    hours = None if duty.minutes is None else hours_of(duty.minutes)
    return [
        *(person.name, str(person.team or ""), series.title, sentence_of(series, by), client),
        *(duty.times, series.estimate_minutes, hours, duty.clashes),
    ]


def totals_of(loads: list[Load]) -> list[Any]:
    times, minutes, clashes = (sum(getattr(load, name) for load in loads) for name in ("times", "minutes", "clashes"))
    return [_("In all"), "", "", "", "", times, None, hours_of(minutes), clashes]


def write(inventory: Inventory, loads: list[Load], path: Path, by: User) -> Written:
    """Write the routine of `loads` to `path`. Raises Frozen where nothing may leave."""
    rows = [row_of(duty, by) for duty in duties_of(loads)]
    sheet = Sheet(
        _("Routine inventory"), heads(), rows, WIDTHS, totals_of(loads), ExportMark.begin(by), frozenset({0, 2, 4})
    )
    return write_xlsx(sheet, path)


def tell_export(inventory: Inventory, loads: list[Load], written: Written, purpose: str, by: User) -> None:
    """The log's row; the caller sends the first byte only after it has committed."""
    values = {**told(inventory, loads), "purpose": purpose, "format": "xlsx", "rows": written.rows}
    audit.record(Verb.EXPORT, by=by, values={**values, "sha256": written.sha256, "number": written.number})


def told(inventory: Inventory, loads: list[Load]) -> dict[str, Any]:
    taken = series_of(loads)
    rows = {"of": Series._meta.label_lower, "ids": ranges.packed(taken)} if taken else {}
    return {"paper": "routine", "month": f"{inventory.first:%Y-%m}", "said": question(inventory, loads), **rows}


def question(inventory: Inventory, loads: list[Load]) -> str:
    names = ", ".join(load.person.name for load in loads if load.duties)[:300]
    return ": ".join(filter(None, [format_day(inventory.first, "yMMMM"), names]))


def pdf(inventory: Inventory, loads: list[Load], by: User) -> bytes:
    """On A4, lying. The log hears of it before it is made."""
    mark = ExportMark.begin(by)
    duties = duties_of(loads)
    audit.record(Verb.PRINT, by=by, values={**told(inventory, loads), "rows": len(duties), "number": mark.number})
    paper = ListSheet(
        title=_("Routine inventory"),
        question=question(inventory, loads),
        heads=heads(),
        rows=[[in_words(cell) for cell in row_of(duty, by)] for duty in duties],
        numeric=set(NUMERIC),
        totals=[in_words(cell) for cell in totals_of(loads)],
    )
    return list_pdf(paper, by=by, mark=mark)


def in_words(cell: Any) -> str:
    if cell is None:
        return "–"
    return cell if isinstance(cell, str) else format_number(cell)
