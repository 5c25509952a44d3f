"""What the card of a client, its lists and its segments hear of tasks."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from django.db.models import F, OuterRef, QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.clients.actions.custom import ENTITY
from kartu.clients.card import Card
from kartu.clients.dossier.period import Period
from kartu.clients.models import Client
from kartu.clients.next_touch import NextTouch, next_touches
from kartu.clients.promises import named_in, promises_call
from kartu.clients.quick import QuickKind, quick_kinds
from kartu.clients.registries import (
    CardAct,
    CardNext,
    CardTab,
    DossierPart,
    card_acts,
    card_next,
    card_tabs,
    dossier_parts,
)
from kartu.clients.related import text
from kartu.clients.rights import CHANGE as CHANGE_CLIENT
from kartu.clients.rights import reaches
from kartu.clients.segments.ready import READY, Ready
from kartu.clients.segments.totals import Total, totals
from kartu.core import formats
from kartu.core.actors import Actor
from kartu.firm.models import User
from kartu.planner import actions
from kartu.planner.at_hand import OPEN, at_hand
from kartu.planner.models import Task
from kartu.planner.rights import CHANGE, CREATE, VIEW
from kartu.planner.spoken import read_line
from kartu.records.custom.related import Related, related
from kartu.records.lists.days import Moment
from kartu.records.lists.kinds import Choice
from kartu.records.lists.linked import Person
from kartu.records.lists.spec import Column
from kartu.records.printing import Line, Section
from kartu.security.rows import GuardedQuerySet

WHY = "what is to come of clients, told to those who see them"
MOST = 50


# ---- the next touch


@cache
def coming() -> GuardedQuerySet:
    rows = Task.objects.as_system(WHY).filter(client=OuterRef("pk"), trashed_at__isnull=True, is_private=False)
    return rows.filter(state=Task.State.OPEN, at__isnull=False).order_by("at", "id")


next_touches.add(NextTouch("tasks", coming, "at", "title"))


# ---- the card


def tasks_of(client: Client, by: Actor) -> list[Task]:
    """The open tasks of `client` that `by` sees: his own first, and what is late before what is to come."""
    return sorted(at_hand(client, by).open, key=lambda task: (task.person_id != by.pk, task.at is None))


def shown_next(card: Card) -> dict[str, Any]:
    names = {contact.pk: contact.name for contact in card.client.contacts.all()}
    found = tasks_of(card.client, card.by)
    may_change = card.by.may(CHANGE)
    lines = []
    for task in found[:MOST]:
        is_open_to = may_change and (card.may_change or task.person_id == card.by.pk)
        may_accept = is_open_to and task.may_be_accepted_by(card.by)
        contact = names.get(task.contact_id, "")
        lines.append({"task": task, "contact": contact, "may_change": is_open_to, "may_accept": may_accept})
    add = new_task_url(card.client.pk) if may_set(card) else ""
    return {"lines": lines, "further": len(found) - len(lines), "add": add}


def may_set(card: Card) -> bool:
    return card.may_change and card.by.may(CREATE)


def new_task_url(client_id: int, kind: str = Task.Kind.CALL) -> str:
    return f"{reverse('planner:new_task')}?client={client_id}&kind={kind}"


card_next.add(CardNext("tasks", 10, "planner/next.html", shown_next, right=VIEW))
for number, (kind, label, icon) in enumerate(
    (
        (Task.Kind.CALL, gettext_lazy("Call back"), "phone-call"),
        (Task.Kind.TASK, gettext_lazy("Set a task"), "checkbox"),
    )
):
    card_acts.add(CardAct(str(kind), label, icon, 10 + number, partial(new_task_url, kind=kind), CREATE))


card_tabs.add(
    CardTab(
        "tasks",
        gettext_lazy("Tasks"),
        "planner:card_tasks",
        40,
        lambda client, by: len(tasks_of(client, by)),
        right=VIEW,
    )
)


def next_section(card: Card, period: Period) -> Section:
    names = {contact.pk: contact.name for contact in card.client.contacts.all()}
    return Section(_("Next"), lines=[line(task, names) for task in tasks_of(card.client, card.by)])


def line(task: Task, names: dict[int, str]) -> Line:
    late = _("late") if task.is_late else ""
    note = " · ".join(filter(None, [late, task.person.name, names.get(task.contact_id, "")]))
    return Line(said_when(task), task.title, note)


def said_when(task: Task) -> str:
    if task.due_on:
        return formats.format_date(task.due_on)
    return formats.format_datetime(task.at) if task.at else ""


dossier_parts.add(DossierPart("next", gettext_lazy("Next"), 20, next_section, right=VIEW))


# ---- the line at the top of the history


def clean(form: Any) -> None:
    """When, and what it is, stand in the words: "call Rina fri 15:00", «завтра 10 отправить образцы»."""
    given = form.cleaned_data
    said = given.get("text", "")
    given["task_kind"], title, given["times"] = read_line(said)
    if given.get("due_at"):
        given["times"] = {"due_at": given["due_at"]}
    else:
        given["text"] = title
    if not given.get("text", "").strip():
        form.add_error("text", _("What is to be done?"))
    given["contact"] = given.get("contact") or named_in(given.get("text", ""), form.client.contacts.all())


def save(form: Any) -> Task | None:
    given = form.cleaned_data
    title = Truncator(given["text"]).chars(200)
    details = given["text"] if title != given["text"] else ""
    return form.act(
        actions.set_task,
        title=title,
        text=details,
        kind=given["task_kind"],
        client=form.client,
        contact=given["contact"],
        by=form.by,
        **given["times"],
    )


quick_kinds.add(
    QuickKind(
        "task",
        gettext_lazy("Task"),
        "checkbox",
        "5",
        gettext_lazy("Task set"),
        save,
        50,
        clean=clean,
        takes=promises_call,
        has_moment=True,
        right=CREATE,
    )
)


# ---- segments


def open_tasks(**condition: Any) -> Callable[[], QuerySet]:
    def rows() -> QuerySet:
        found = Task.objects.as_system(WHY).live(deep=False).filter(client__isnull=False, is_private=False)
        return found.filter(state__in=OPEN, **condition)

    return rows


totals.add(Total("tasks.count", gettext_lazy("Open tasks"), open_tasks(), right=VIEW, order=90))
# What has been a call-back; conditions that firms have written ask for it by this name.
totals.add(Total("call_backs.count", gettext_lazy("Open calls"), open_tasks(kind=Task.Kind.CALL), right=VIEW, order=91))
READY.add(Ready("no_next", gettext_lazy("No next step"), "next_touch is empty and tasks.count = 0", 25))


# ---- sections that list what hangs on a client


def own_tasks(condition: dict[str, Any], client: Client, by: Actor) -> QuerySet:
    rows = Task.objects.visible_to(by).filter(client=client, **condition)
    return rows.annotate(what=F("title"), due=F("at"), done=F("closed_at"))


def task_url(task: Task, by: Actor) -> str:
    return f"{reverse('clients:card', args=[task.client_id])}?tab=timeline#next"


def add_url(kind: str, client: Client, by: Actor) -> str:
    return new_task_url(client.pk, kind) if by.may(CREATE) and reaches(by, client, CHANGE_CLIENT) else ""


COLUMNS = (
    Column("due", gettext_lazy("When"), Moment(), field="at"),
    text("what", gettext_lazy("About what")),
    Column("person", gettext_lazy("Who does it"), Person(User), field="person_id"),
    Column("state", gettext_lazy("State"), Choice(choices=Task.State.choices)),
    Column("done", gettext_lazy("Done"), Moment(), field="closed_at"),
)
KIND = Column("kind", gettext_lazy("What is it"), Choice(choices=Task.Kind.choices))
for key, label, icon, condition, kind, columns in (
    ("call_backs", gettext_lazy("Calls to make"), "phone-outgoing", {"kind": Task.Kind.CALL}, Task.Kind.CALL, COLUMNS),
    ("tasks", gettext_lazy("Tasks"), "checkbox", {}, Task.Kind.TASK, (*COLUMNS, KIND)),
):
    related.add(
        Related(
            key, ENTITY, label, icon, Task, columns, partial(own_tasks, condition), task_url, partial(add_url, kind),
            at="at", order=30, right=VIEW,
        )
    )  # fmt: skip
