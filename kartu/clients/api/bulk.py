"""Many clients at once: all of them or none, one transaction and one change set."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import ngettext
from ninja import Status
from pydantic import Field

from kartu.clients.api.clients import add, change, columns_of
from kartu.clients.api.resource import CLIENTS
from kartu.clients.api.shapes import ClientFields, ClientIn
from kartu.clients.models import Client
from kartu.clients.rights import BULK, CHANGE
from kartu.core.access import access
from kartu.core.api.schemas import Id, In, Out, changes_of
from kartu.records.api.doing import at, doing, values_at
from kartu.records.lists.bulk import AT_ONCE
from kartu.security.views import get_or_404

# As many as on the screen: they are one transaction, which on SQLite nobody else's saving gets past.
MOST = AT_ONCE


class ClientsIn(In):
    items: list[ClientIn] = Field(min_length=1, max_length=MOST)


class ManyChange(changes_of(ClientFields, "ClientChangeFields")):
    """Needs the `version` that you have read."""

    id: Id
    version: int = Field(ge=1, le=2**31 - 1)


class ClientsChange(In):
    items: list[ManyChange] = Field(min_length=1, max_length=MOST)


class Done(Out):
    id: int
    version: int


class ManyOut(Out):
    items: list[Done]


@CLIENTS.post("/clients/bulk", ManyOut)
@access(BULK)
def add_clients(request: HttpRequest, data: ClientsIn) -> Status:
    """Up to 100 new clients, in the order in which they are sent. Takes the right to add clients besides."""
    with doing(request, title(data.items)):
        rows = []
        for number, item in enumerate(data.items):
            with at(f"items.{number}."):
                rows.append(add(item, request.user))
    return Status(201, {"items": [done(row) for row in rows]})


@CLIENTS.patch("/clients/bulk", ManyOut)
@access(BULK)
def change_clients(request: HttpRequest, data: ClientsChange) -> dict[str, Any]:
    """Up to 100 clients. Takes the right to change them besides."""
    with doing(request, title(data.items)):
        rows = []
        for number, item in enumerate(data.items):
            client = get_or_404(Client, item.id, request.user, CHANGE)
            with at(f"items.{number}."):
                values = columns_of(item.sent("id", "version"), request.user)
                rows.append(change(client, values, values_at(client, item.version, values), request.user))
    return {"items": [done(row) for row in rows]}


def title(items: list[Any]) -> str:
    count = len(items)
    return ngettext("%(count)s client by a program", "%(count)s clients by a program", count) % {"count": count}


def done(row: Client) -> dict[str, int]:
    return {"id": row.pk, "version": row.version}
