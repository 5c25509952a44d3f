"""The routine of a month on paper and as a file for Excel."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.actors import Actor
from kartu.core.formats import format_day, format_number
from kartu.firm.models import User
from kartu.planner.minutes import hours_of
from kartu.planner.models import Series
from kartu.planner.rights import EXPORT
from kartu.planner.routine.asked import Asked
from kartu.planner.routine.loads import Duty, Load, duties_of, series_of
from kartu.planner.routine.month import Inventory
from kartu.planner.series_list import counted
from kartu.planner.series_page import sentence_of
from kartu.records.exporting import Sheet
from kartu.records.lists.asking import Asking
from kartu.records.lists.takeouts import TakeOut, TakeOutKind, take_out_kinds
from kartu.records.marks import Mark
from kartu.records.models import ExportMark
from kartu.records.printing import ListSheet, list_pdf
from kartu.security import audit
from kartu.security.models.audit import Verb
from kartu.security.seals import ids as ranges

NUMERIC = frozenset({5, 6, 7, 8})
NUMBERS = ("times", "minutes", "clashes")
WIDTHS = (24, 18, 40, 44, 26, 8, 12, 12, 12)


def heads() -> list[str]:
    return [
        *(_("Who does it"), _("Team"), _("What is to be done"), _("How often"), _("Client")),
        *(_("Times"), _("Estimate, minutes"), _("Hours"), _("At the same time")),
    ]


def row_of(duty: Duty, by: User) -> list[Any]:
    series, person = duty.series, duty.person
    client = series.client.name if series.client_id else ""
    hours = None if duty.minutes is None else hours_of(duty.minutes)
    return [
        *(person.name, str(person.team or ""), series.title, sentence_of(series, by), client),
        *(duty.times, series.estimate_minutes, hours, duty.clashes),
    ]


def totals_of(duties: list[Duty]) -> list[Any]:
    times, minutes, clashes = (sum(getattr(duty, name) or 0 for duty in duties) for name in NUMBERS)
    return [_("In all"), "", "", "", "", times, None, hours_of(minutes), clashes]


@dataclass
class RoutineFile(TakeOut):
    """The routine that `asked` asks for, a line for each duty."""

    asked: Asked
    purpose: str = ""

    key = "routine"
    column_keys = ()

    @cached_property
    def asking(self) -> Asking:
        return Asking(self.asked.by)

    def parts(self) -> dict[str, Any]:
        return {"month": f"{self.asked.first:%Y-%m}", "whose": self.asked.whose}

    def said(self) -> str:
        return question(self.asked.inventory, self.asked.loads)

    def url(self) -> str:
        return self.asked.url()

    def count(self, right: str) -> int:
        return len(duties_of(self.asked.loads))

    count_all = count

    def counted(self, rows: int) -> str:
        return counted(rows) % {"count": rows}

    def sheet(self, right: str, most: int | None, mark: Mark) -> Sheet:
        duties = duties_of(self.asked.loads)[:most]
        rows = [row_of(duty, self.asked.by) for duty in duties]
        return Sheet(_("Routine inventory"), heads(), rows, WIDTHS, totals_of(duties), mark, frozenset({0, 2, 4}))

    def told(self) -> dict[str, Any]:
        return told(self.asked.inventory, self.asked.loads)

    def file_name(self, kind: str) -> str:
        return f"routine-{self.asked.first:%Y-%m}.{kind}"


def again(by: Actor, parts: dict[str, Any], purpose: str) -> RoutineFile:
    """What was asked for before, as it stands now. Raises PermissionDenied where the team is out of his reach since."""
    data = QueryDict(mutable=True)
    data.update({name: value for name, value in parts.items() if isinstance(value, str)})
    asked = Asked(by, data, EXPORT)
    if asked.whose != data.get("whose", asked.whose):
        raise PermissionDenied("export of the routine of a team out of reach")
    return RoutineFile(asked, purpose)


take_out_kinds.add(TakeOutKind(RoutineFile.key, gettext_lazy("Routine inventory"), EXPORT, again))


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
        totals=[in_words(cell) for cell in totals_of(duties)],
    )
    return list_pdf(paper, by=by, mark=mark)


def in_words(cell: Any) -> str:
    if cell is None:
        return "–"
    return cell if isinstance(cell, str) else format_number(cell)
