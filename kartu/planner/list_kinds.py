"""Kinds of columns that only tasks have."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Q

from kartu.clients.card import Ends
from kartu.clients.rights import reaches
from kartu.core import formats
from kartu.core.addresses import address
from kartu.core.components.basics import glyph, status
from kartu.planner.models import Task
from kartu.planner.models.task import ICONS
from kartu.records.lists.asking import Asking, BadQuestion
from kartu.records.lists.days import Moment
from kartu.records.lists.due import Due
from kartu.records.lists.kinds import Choice
from kartu.records.lists.linked import Told

if TYPE_CHECKING:
    from kartu.records.lists.look import Look

WHY = "which of the tasks that have just been shown are late"
STATES = {
    Task.State.REVIEW: ("eye-check", "warn"),
    Task.State.DONE: ("check", "ok"),
    Task.State.DROPPED: ("x", ""),
}
FLAGS = {Task.Priority.LOW: "t3", Task.Priority.HIGH: "warn", Task.Priority.URGENT: "bad"}
Row = Any


@dataclass(frozen=True)
class NumberChoice(Choice):
    """One of a few values that are kept as numbers."""

    blank: ClassVar = False

    def clean_one(self, text: str) -> Any:
        if not text.isdecimal() or int(text) not in dict(self.choices):
            raise BadQuestion("There is no such choice")
        return int(text)

    def options(self, asking: Asking) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in self.choices]


@dataclass(frozen=True)
class Late(Told):
    """Whether it is open after its time."""

    def where(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        late = Q(state=Task.State.OPEN, late_at__lt=asking.now)
        return late if operation == "yes" else ~late | Q(late_at__isnull=True)

    def load(self, ids: Iterable[int], asking: Asking) -> dict[int, bool]:
        rows = Task.objects.as_system(WHY).filter(self.where("", "yes", [], asking), pk__in=list(ids))
        return dict.fromkeys(rows.values_list("pk", flat=True), True)


def when_cell(row: Row, look: "Look") -> str:
    """Where it stands: late only while it is open, the day alone where only the day counts."""
    if row.at is None:
        return ""
    if row.state == Task.State.OPEN and row.late_at and row.late_at < look.asking.now:
        return DUE.html(row, "late_at", look)
    if row.due_on and not row.start_at:
        near = formats.near_date(row.due_on)
        return f'<span class="t2" title="{escape(formats.format_date(row.due_on))}">{escape(near)}</span>'
    return DUE.html(row, "at", look) if row.state == Task.State.OPEN else MOMENT.html(row, "at", look)


DUE, MOMENT = Due(), Moment()
WHEN_NEEDS = ("state", "late_at", "due_on", "start_at")


def client_cell(row: Row, look: "Look") -> str:
    """The client: a link for who sees it, the name for everybody."""
    name = escape(row.client__name or "")
    if not row.client_id:
        return ""
    if not reaches(look.asking.person, Ends(row.client_id, row.client__responsible_id, row.client__team_id)):
        return name
    page, preview = address("clients:card", row.client_id), address("clients:preview", row.client_id)
    return f'<a class="ink cut" href="{page}" data-preview="{preview}" tabindex="-1">{name}</a>'


CLIENT_NEEDS = ("client_id", "client__responsible_id", "client__team_id")


def title_cell(row: Row, look: "Look") -> str:
    css = " struck t3" if row.state in (Task.State.DONE, Task.State.DROPPED) else ""
    link = f'<a class="ink b5 cut{css}" href="{look.url(row.pk)}">{escape(row.title)}</a>'
    return f'<span class="row-x">{glyph(ICONS[row.kind], "t3")}{link}</span>'


def state_cell(row: Row, look: "Look") -> str:
    if row.state not in STATES:
        return escape(Task.State(row.state).label)
    icon, tone = STATES[row.state]
    return look.remembered(("task.state", row.state), lambda: status(Task.State(row.state).label, icon=icon, tone=tone))


def priority_cell(row: Row, look: "Look") -> str:
    label = escape(Task.Priority(row.priority).label)
    css = FLAGS.get(row.priority)
    return f'<span class="{css}">{label}</span>' if css else f'<span class="t2">{label}</span>'
