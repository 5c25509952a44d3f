"""Any list on A4, lying: title, the question it answers, head on every page, page numbers, who printed it."""

from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.firm.models import Firm
from kartu.records.printing.engine import render


@dataclass
class ListSheet:
    """What is printed of a list. `heads` and each of `rows` have the same length; `numeric` are right-aligned columns.

    `widths` are shares of the page, one a column. `totals` is a row of its own, or empty.
    """

    title: str
    question: str
    heads: list[str]
    rows: list[list[str]]
    numeric: set[int] = field(default_factory=set)
    widths: list[float] = field(default_factory=list)
    totals: list[str] = field(default_factory=list)


def list_pdf(sheet: ListSheet, *, by: Actor) -> bytes:
    """The PDF of `sheet`. Whoever calls this has written the audit row already."""
    now = timezone.now()
    local = timezone.localtime(now)
    data = {
        "title": sheet.title,
        "question": sheet.question,
        "heads": sheet.heads,
        "rows": sheet.rows,
        "numeric": sorted(sheet.numeric),
        "widths": sheet.widths or [1.0] * len(sheet.heads),
        "totals": sheet.totals,
        "firm": str(Firm.current() or ""),
        "printed": _("Printed by %(who)s, %(when)s") % {"who": by, "when": local.strftime("%d.%m.%Y %H:%M")},
        "page": _("Page"),
        "of": _("of"),
        "nothing": _("Nothing found"),
    }
    return render("records/paper/list.typ", data, language=get_language() or "en", at=now)
