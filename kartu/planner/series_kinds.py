"""Kinds of columns that only lists of recurring tasks, and of their tasks, have."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Min, Q

from kartu.core import formats
from kartu.core.addresses import address
from kartu.core.components.basics import glyph, status
from kartu.planner.client_dates import date_called
from kartu.planner.models import Series, Task
from kartu.planner.models.task import ICONS
from kartu.planner.recurrence import describe, parse
from kartu.records.lists.asking import Asking, BadQuestion
from kartu.records.lists.kinds import Choice, Kind, id_of

if TYPE_CHECKING:
    from kartu.records.lists.look import Look

WHY = "the next task of each recurring one that has just been shown"
RUNNING, PAUSED, OVER = "running", "paused", "over"
Row = Any


@dataclass(frozen=True)
class OfSeries(Kind):
    """Which recurring task it is one of; one for each client of a segment stands for all of these."""

    operations: ClassVar = ("any", "none", "empty", "filled")
    input: ClassVar = "choice"

    def clean_one(self, text: str) -> Any:
        return id_of(text)

    def compare(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        parts = Series.objects.as_system("which series come from one of a segment").filter(whole_id__in=values)
        found = Q(series_id__in=values) | Q(series_id__in=parts.order_by().values("pk"))
        return found if operation == "any" else ~found | Q(series_id__isnull=True)

    def check(self, values: list, asking: Asking) -> None:
        known = dict(self.known(asking))
        if any(value not in known for value in values):
            raise BadQuestion("There is no such recurring task")

    def known(self, asking: Asking) -> list[tuple[int, str]]:
        rows = Series.objects.visible_to(asking.person)
        return asking.remembered("series", lambda: list(rows.order_by("title", "pk").values_list("pk", "title")[:500]))

    def said(self, value: Any, asking: Asking) -> str:
        return dict(self.known(asking)).get(value, "?")

    def options(self, asking: Asking) -> list[tuple[str, str]]:
        return [(str(pk), title) for pk, title in self.known(asking)]

    def load(self, ids: list[int], asking: Asking) -> dict[int, str]:
        rows = Task.objects.as_system(WHY).filter(pk__in=list(ids), series__isnull=False)
        series = dict(rows.values_list("pk", "series_id"))
        named = dict(
            Series.objects.visible_to(asking.person).filter(pk__in=set(series.values())).values_list("pk", "title")
        )
        return {pk: named[each] for pk, each in series.items() if each in named}

    def value(self, row: Any, field: str) -> str:
        return getattr(row, field, "") or ""


@dataclass(frozen=True)
class NextTask(Kind):
    """When its next open task stands."""

    operations: ClassVar = ("empty", "filled")

    def where(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        rows = Task.objects.as_system(WHY).filter(state=Task.State.OPEN, trashed_at=None, series__isnull=False)
        found = Q(pk__in=rows.order_by().values("series_id"))
        return found if operation == "filled" else ~found

    def load(self, ids: list[int], asking: Asking) -> dict[int, datetime]:
        rows = Task.objects.as_system(WHY).filter(series_id__in=list(ids), state=Task.State.OPEN, trashed_at=None)
        return dict(rows.order_by().values_list("series_id").annotate(next=Min("at")))

    def value(self, row: Any, field: str) -> Any:
        return getattr(row, field, None)

    def html(self, row: Any, field: str, look: "Look") -> str:
        at = self.value(row, field)
        if at is None:
            return ""
        css = "bad" if at < look.asking.now else "t2"
        return (
            f'<span class="{css}" title="{escape(formats.format_datetime(at))}">{escape(formats.near_date(at))}</span>'
        )


@dataclass(frozen=True)
class Running(Choice):
    """Whether it goes on, is paused just now, or is over."""

    def compare(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        today = asking.today
        over = Q(until__lt=today) | Q(ended_on__lt=today)
        paused = Q(paused_from__lte=today) & (Q(paused_until__isnull=True) | Q(paused_until__gte=today))
        of = {OVER: over, PAUSED: paused & ~over, RUNNING: ~over & ~paused}
        found = Q(pk__in=())
        for value in values:
            found |= of[value]
        return found if operation == "any" else ~found


STATUS = {PAUSED: ("player-pause", "warn"), OVER: ("x", "")}


def state_of(row: Row, look: "Look") -> str:
    today = look.asking.today
    last = min(filter(None, (row.until, row.ended_on)), default=None)
    if last is not None and last < today:
        return OVER
    is_paused = row.paused_from and row.paused_from <= today and (not row.paused_until or row.paused_until >= today)
    return PAUSED if is_paused else RUNNING


def state_cell(row: Row, look: "Look", labels: dict[str, Any]) -> str:
    state = state_of(row, look)
    if state not in STATUS:
        return escape(str(labels[state]))
    icon, tone = STATUS[state]
    return look.remembered(("series.state", state), lambda: status(labels[state], icon=icon, tone=tone))


def rule_cell(row: Row, look: "Look") -> str:
    rule = parse(row.rule)
    told = describe(rule, row.starts_on, row.at, field_label=date_called(rule.field, look.asking.person))
    return f'<span class="cut d-block sentence-k" title="{escape(told)}">{escape(told)}</span>'


def title_cell(row: Row, look: "Look") -> str:
    link = f'<a class="ink b5 cut" href="{look.url(row.pk)}">{escape(row.title)}</a>'
    return f'<span class="row-x">{glyph(ICONS[row.kind], "t3")}{link}</span>'


def segment_cell(row: Row, look: "Look") -> str:
    """Each client of the segment, for who may use it."""
    if not row.segment_id:
        return ""
    url = address("clients:segment", row.segment_id)
    return f'<a class="ink cut" href="{url}" tabindex="-1">{escape(row.segment__name or "")}</a>'
