"""Finished tasks in the history of a client: those of which no call, meeting or message tells already."""

from collections.abc import Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.clients.models import Client
from kartu.clients.registries import TimelineSource, timeline
from kartu.clients.timeline.entries import Cursor, Entry
from kartu.clients.told_text import told
from kartu.clients.ways import country_of_reader
from kartu.core.actors import Actor
from kartu.core.addresses import address
from kartu.firm.templatetags.people import colleague
from kartu.planner.at_hand import FIRST_FINISHED, at_hand, finished
from kartu.planner.models import Task
from kartu.planner.rights import VIEW

ORDER = 15


def entries(client: Client, by: Actor, before: Cursor | None, limit: int, *, kind: str = "") -> Iterator[Entry]:
    if before or limit > FIRST_FINISHED:
        rows = finished(by, client.pk).select_related("outcome", "closed_by")
        tasks = list((rows.filter(before.behind(ORDER, "closed_at")) if before else rows)[:limit])
    else:
        tasks = at_hand(client, by).finished[:limit]
    country = country_of_reader(by)
    for task in tasks:
        yield Entry(Cursor(task.closed_at, ORDER, task.pk), "checkbox", task_html(task, country))


def count(client: Client, by: Actor) -> int:
    found = len(at_hand(client, by).finished)
    return found if found < FIRST_FINISHED else finished(by, client.pk).count()


def task_html(task: Task, country: str) -> SafeString:
    parts = [f'<a class="ink b5" href="{address("planner:task", task.pk)}">{escape(task.title)}</a>']
    if task.closed_by:
        parts.append(f" {colleague(task.closed_by_id, task.closed_by.name, 't3')}")
    if task.outcome:
        parts.append(f'<div class="t2">{escape(_("Result:"))} {escape(task.outcome.name)}</div>')
    if task.result:
        parts.append(f'<div class="t-k">{told(task.result, country)}</div>')
    return mark_safe("".join(parts))  # noqa: S308 - made of escaped parts


timeline.add(
    TimelineSource("tasks", gettext_lazy("Finished tasks"), "checkbox", ORDER, entries, count=count, right=VIEW)
)
