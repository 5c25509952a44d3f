"""Messages of the program to the client, in the history."""

from collections.abc import Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from kartu.clients.messages.ledger import Told, told
from kartu.clients.models import Client, ClientMessage
from kartu.clients.timeline.entries import Cursor, Entry
from kartu.clients.told_text import told as told_text
from kartu.clients.ways import country_of_reader
from kartu.core.actors import Actor
from kartu.core.components.basics import status

ORDER = 12


def entries(client: Client, by: Actor, before: Cursor | None, limit: int, *, kind: str = "") -> Iterator[Entry]:
    # The card counts them with its first query; most clients have none, and it is to ask little.
    if getattr(client, "message_count", None) == 0:
        return
    rows = ClientMessage.objects.visible_to(by).filter(client=client).order_by("-created_at", "-pk")
    rows = rows.filter(before.behind(ORDER, "created_at")) if before else rows
    country = country_of_reader(by)
    for each in told(rows[:limit], by):
        place = Cursor(each.message.created_at, ORDER, each.message.pk)
        yield Entry(place, "bell", entry_html(each, country), anchor=f"message-{each.message.pk}")


def entry_html(each: Told, country: str) -> SafeString:
    tone = "bad" if each.is_failed else ""
    mark = "alert-triangle" if each.is_failed else "check" if each.is_sent else "clock"
    said = status(each.what_label, icon=mark, tone=tone)
    where = f'<div class="t3">{escape(each.way)} · {escape(each.address)}</div>'
    parts = [f'<span class="b5">{escape(each.label)}</span> {said}{where}']
    if each.reason and not each.is_sent:
        parts.append(f'<div class="t2">{escape(each.reason)}</div>')
    if each.text:
        parts.append(f'<div class="t-k">{told_text(each.text, country)}</div>')
    return mark_safe("".join(parts))  # noqa: S308 - made of escaped parts


def count(client: Client, by: Actor) -> int:
    return client.message_count
