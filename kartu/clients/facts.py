"""The facts of a client that this app knows itself."""

from urllib.parse import urlencode

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kartu.clients.models import Client
from kartu.clients.registries import Fact
from kartu.core import formats
from kartu.core.actors import Actor
from kartu.core.addresses import address


def next_touch(client: Client, by: Actor) -> Fact:
    label, href = _("Next touch"), "#next"
    if client.next_touch_at is None:
        return Fact(label, _("Not planned"), _("Set the next step"), href=href)
    is_late = client.next_touch_at < timezone.now()
    when = capfirst(formats.near_date(client.next_touch_at))
    note = client.next_touch_text
    if is_late:
        return Fact(label, when, _("Late: %(what)s") % {"what": note}, "alert-triangle", "bad", href)
    return Fact(label, when, note, tone="acc", href=href)


def last_touch(client: Client, by: Actor) -> Fact:
    label = _("Last touch")
    if client.last_touch_at is None:
        return Fact(label, _("None yet"), _("Nobody has spoken to them"))
    return Fact(label, capfirst(formats.near_date(client.last_touch_at)), client.last_touch_text, href="#history")


def responsible(client: Client, by: Actor) -> Fact:
    label = _("Looked after by")
    if client.responsible is None:
        return Fact(label, _("Nobody"), tone="warn")
    note = client.team.name if client.team else ""
    person, look = (address(name, client.responsible_id) for name in ("firm:person", "firm:look"))
    return Fact(label, client.responsible.name, note, href=person, look=look)


def status(client: Client, by: Actor) -> Fact:
    note = client.category.name if client.category else ""
    href = list_of("status", client.status_id)
    return Fact(_("Status"), client.status.name if client.status else _("None yet"), note, href=href)


def source(client: Client, by: Actor) -> Fact:
    href = list_of("source", client.source_id)
    return Fact(_("Came from"), client.source.name if client.source else _("Not said"), href=href)


def list_of(column: str, pk: int | None) -> str:
    """The clients that have the same value; "" where there is none."""
    return f"{address('clients:list')}?{urlencode({'f': f'{column}:any:{pk}'})}" if pk else ""


def added(client: Client, by: Actor) -> Fact:
    note = client.created_by.name if client.created_by else ""
    return Fact(_("Added"), formats.format_date(client.created_at), note)
