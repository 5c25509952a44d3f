"""A day of the scheduler on paper."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kartu.core.formats import format_date, format_number, format_time
from kartu.firm.clock import borders
from kartu.firm.models import User
from kartu.planner.minutes import moment_of
from kartu.planner.timeline import Look, Place
from kartu.planner.timeline_words import KINDS
from kartu.records.models import ExportMark
from kartu.records.printing.engine import render
from kartu.records.printing.sheets import foot
from kartu.security import audit
from kartu.security.models.audit import Verb


def day_pdf(*, day: date, whose: str, people: list[User], by: User) -> bytes:
    """What `people` and rooms have on `day`, as `by` may see it. The log hears of it before it is made."""
    now = timezone.now().replace(microsecond=0)
    mark = ExportMark.begin(by, now)
    look = Look(by, people, *borders(timezone.get_current_timezone(), day))
    data = {
        **{"title": format_date(day), "whose": whose},
        **{"heads": [_("Time"), _("What is it"), _("What is to be done"), _("Client")], "rows": rows_of(look)},
        **{"nothing": _("Nothing that day"), **foot(by, now, mark)},
    }
    audit.record(Verb.PRINT, by=by, values={"paper": "day", "day": f"{day}", "whose": whose, "number": mark.number})
    return render("planner/paper/day.typ", data, language=get_language() or "en", at=now)


def rows_of(look: Look) -> list[dict[str, Any]]:
    items, off = look.items(), look.off()
    kinds = {kind["key"]: str(kind["label"]) for kind in KINDS}
    rows = []
    for row in look.rows():
        mine = sorted((item for item in items if item["row"] == row["id"]), key=lambda item: item["start"])
        minutes = sum(item["end"] - item["start"] for item in mine)
        rows.append(
            {
                **{"name": row["name"], "away": next((each["why"] for each in off if is_of(each, row)), "")},
                "total": _("%(hours)s h") % {"hours": format_number(Decimal(minutes) / 60, decimals=1)}
                if minutes
                else "",
                "lines": [line_of(item, kinds) for item in mine],
            }
        )
    return rows


def is_of(off: Place, row: Place) -> bool:
    return off["row"] == row["id"] and bool(off.get("why"))


def line_of(item: Place, kinds: dict[str, str]) -> list[str]:
    start, end = (format_time(timezone.localtime(moment_of(item[name]))) for name in ("start", "end"))
    return [f"{start}–{end}", kinds.get(item["kind"], ""), item["title"], item.get("client", "")]
