"""Any list on A4, lying: title, the question it answers, head on every page, page numbers, who printed it."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.core.formats import format_datetime
from kartu.firm.models import Firm
from kartu.records.marks import Mark
from kartu.records.printing.engine import render

# In letters.
NARROWEST, WIDEST, BETWEEN = 6, 34, 3


@dataclass
class ListSheet:
    """What is printed of a list. `heads` and each of `rows` have the same length; `numeric` are right-aligned columns.

    `widths` are shares of the page, one a column (default: as the contents need). `totals` is a row of its own.
    """

    title: str
    question: str
    heads: list[str]
    rows: list[list[str]]
    numeric: set[int] = field(default_factory=set)
    widths: list[float] = field(default_factory=list)
    totals: list[str] = field(default_factory=list)


def list_pdf(sheet: ListSheet, *, by: Actor, mark: Mark | None = None) -> bytes:
    """The PDF of `sheet`. Whoever calls this has written the audit row already, with the number of `mark`."""
    now = timezone.now()
    data = {
        "title": sheet.title,
        "question": sheet.question,
        "heads": sheet.heads,
        "rows": sheet.rows,
        "numeric": sorted(sheet.numeric),
        "widths": sheet.widths or widths_of(sheet),
        "totals": sheet.totals,
        "nothing": _("Nothing found"),
        **foot(by, now, mark),
    }
    return render("records/paper/list.typ", data, language=get_language() or "en", at=now)


def widths_of(sheet: ListSheet) -> list[float]:
    """Shares by the letters that nearly all cells of a column have; a few long ones may break."""
    shares = []
    for at, head in enumerate(sheet.heads):
        lengths = sorted(len(row[at]) for row in sheet.rows)
        usual = lengths[len(lengths) * 98 // 100] if lengths else 0
        shares.append(float(BETWEEN + min(WIDEST, max(NARROWEST, usual, len(head) * 3 // 4))))
    return shares


def foot(by: Actor, now: datetime, mark: Mark | None = None) -> dict[str, str]:
    """What stands below every page: the firm, who printed it, when and under which number, the number of the page.

    The line of `mark` is kept among the properties of the file.
    """
    printed = _("Printed by %(who)s, %(when)s") % {"who": by, "when": format_datetime(now)}
    if mark:
        printed += _(", No. %(number)s") % {"number": mark.number}
    return {
        "firm": str(Firm.current() or ""),
        "printed": printed,
        "mark": mark.line if mark else "",
        "page": _("Page"),
        "of": _("of"),
    }
