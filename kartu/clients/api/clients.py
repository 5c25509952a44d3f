"""Clients themselves: the list, the card, and the acts on one."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from ninja import Status
from pydantic import Field

from kartu.clients import actions
from kartu.clients.api import parts
from kartu.clients.api.resource import CLIENTS, check_listed, client_or_404, person_of, pointed
from kartu.clients.api.shapes import ClientChange, ClientIn, ClientOut, told
from kartu.clients.card import client_for_card
from kartu.clients.lists import CLIENTS as LIST
from kartu.clients.models import BankAccount, Client, ClientTag, Tag
from kartu.clients.rights import CHANGE, CREATE, HAND_OVER, TRASH, VIEW
from kartu.core.access import access
from kartu.core.actors import Actor
from kartu.core.api.schemas import Id, In
from kartu.firm.models import User
from kartu.records.api.doing import base_sent, doing, show_version
from kartu.records.api.lists import (
    After,
    Before,
    Filters,
    Limit,
    Page,
    Sort,
    Words,
    items_of,
)
from kartu.records.custom.definitions import FieldShape, fields_for
from kartu.security.rows import GuardedQuerySet
from kartu.security.views_log import saw

OWN = "custom."


class ClientPage(Page):
    items: list[ClientOut]


class CardOut(ClientOut):
    contacts: list[parts.ContactOut]
    channels: list[parts.ChannelOut]
    addresses: list[parts.AddressOut]
    entities: list[parts.EntityOut]
    accounts: list[parts.AccountOut]


class HandOverIn(In):
    to_id: Id


class TagsIn(In):
    tag_ids: list[Id] = Field(max_length=50)


def in_full() -> GuardedQuerySet:
    """Clients, unopened, with all that `told` looks at."""
    tags = Prefetch("client_tags", ClientTag.objects.select_related("tag"))
    rows = Client.objects.select_related("status", "category", "source", "responsible", "team", "created_by")
    return rows.prefetch_related(tags)


def fresh(pk: int, by: Actor) -> Client:
    """The client as it stands after an act, with what is derived from its parts."""
    return in_full().visible_to(by).get(pk=pk)


@CLIENTS.get("/clients", ClientPage)
@access(VIEW)
def read_clients(
    request: HttpRequest,
    f: list[str] = Filters,
    q: str = Words,
    s: str = Sort,
    after: str = After,
    before: str = Before,
    limit: int = Limit,
) -> dict[str, Any]:
    """Clients, filtered and sorted by the columns of their list (`GET /lists/clients`), page by page."""
    return clients_of(request, limit, request.GET)


def clients_of(request: HttpRequest, limit: int, data: QueryDict) -> dict[str, Any]:
    """The page of clients that the question in `data` finds."""
    by = request.user
    return items_of(data, LIST, by, limit, rows=in_full(), told=lambda row: told(row, by))


@CLIENTS.post("/clients", ClientOut)
@access(CREATE)
def add_client(request: HttpRequest, data: ClientIn) -> Status:
    with doing(request, _("Client added")):
        client = add(data, request.user)
    client = fresh(client.pk, request.user)
    show_version(request, client)
    return Status(201, told(client, request.user))


def add(data: ClientIn, by: Actor) -> Client:
    values = data.given("tag_ids", "responsible_id", "custom")
    check_listed(values)
    own = own_columns(data.custom, by)
    responsible = person_of(data.responsible_id, "responsible_id")
    return actions.add_client(**values, custom=own, tags=tags_of(data.tag_ids), responsible=responsible, by=by)


def tags_of(ids: list[int]) -> list[Tag]:
    return [pointed(Tag.objects.filter(is_active=True), pk, "tag_ids") for pk in dict.fromkeys(ids)]


@CLIENTS.get("/clients/{int:pk}", CardOut)
@access(VIEW)
def read_client(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The card: the client with its people, ways to reach, places and requisites."""
    client = client_for_card(pk, request.user)
    saw("card", by=request.user, row=client)
    show_version(request, client)
    rows = {kind.noun: kind for kind in parts.KINDS}
    accounts = BankAccount.objects.visible_to(request.user).filter(client=client)
    held = {noun: accounts if noun == "accounts" else getattr(client, noun).all() for noun in rows}
    return {
        **told(client, request.user),
        **{noun: [parts.told(row, rows[noun].out) for row in found] for noun, found in held.items()},
    }


@CLIENTS.patch("/clients/{int:pk}", ClientOut)
@access(CHANGE)
def change_client(request: HttpRequest, pk: int, data: ClientChange) -> dict[str, Any]:
    """What others changed since your `version` stays, unless it is the same field: then 409, and nothing is written."""
    client = client_or_404(request, pk, CHANGE)
    values = columns_of(data.sent("version"), request.user)
    base = base_sent(request, client, data, values)
    with doing(request, client.name):
        change(client, values, base, request.user)
    client = fresh(pk, request.user)
    show_version(request, client)
    return told(client, request.user)


def change(client: Client, values: dict[str, Any], base: dict[str, Any] | None, by: Actor) -> Client:
    check_listed(values, client)
    own = [column for column in values if column.startswith(OWN)]
    if own:
        client = actions.set_custom(client=client, values=only(own, values), base=only(own, base), by=by)
    others = [column for column in values if column not in own]
    if others or not own:
        client = actions.change_client(client=client, values=only(others, values), base=only(others, base), by=by)
    return client


def only(columns: Iterable[str], values: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if values is None else {column: values[column] for column in columns}


def columns_of(sent: dict[str, Any], by: Actor) -> dict[str, Any]:
    """What was sent of a client, by its columns; each of the firm's own fields is one."""
    own = own_columns(sent.get("custom") or {}, by)
    return {name: value for name, value in sent.items() if name != "custom"} | own


def own_columns(sent: dict[str, Any], by: Actor, shapes: Iterable[FieldShape] | None = None) -> dict[str, Any]:
    """Values of the firm's own fields, those of the card or `shapes`, by their columns.

    ValidationError for a field that there is not, or that `by` may not know of.
    """
    known = {shape.column for shape in (fields_for(Client._meta.label_lower, by) if shapes is None else shapes)}
    own = {f"{OWN}{key}": value for key, value in sent.items()}
    if unknown := own.keys() - known:
        raise ValidationError({column: _("There is no such field") for column in unknown})
    return own


@CLIENTS.delete("/clients/{int:pk}")
@access(TRASH)
def trash_client(request: HttpRequest, pk: int) -> Status:
    """Into the trash, with all that hangs on it."""
    client = client_or_404(request, pk, TRASH)
    with doing(request, _("Put in the trash")):
        actions.trash_client(client=client, by=request.user)
    return Status(204, None)


@CLIENTS.post("/clients/{int:pk}/hand-over", None, status=204)
@access(HAND_OVER)
def hand_over(request: HttpRequest, pk: int, data: HandOverIn) -> Status:
    """Another colleague looks after it from now on, and gets what is still to be done for it."""
    client = client_or_404(request, pk, HAND_OVER)
    to = pointed(User.objects.active(), data.to_id, "to_id")
    with doing(request, _("Handed over")):
        actions.hand_over(client=client, to=to, by=request.user)
    return Status(204, None)


@CLIENTS.put("/clients/{int:pk}/tags", ClientOut)
@access(CHANGE)
def set_tags(request: HttpRequest, pk: int, data: TagsIn) -> dict[str, Any]:
    """Exactly these tags."""
    client = client_or_404(request, pk, CHANGE)
    with doing(request, _("Tags")):
        actions.set_tags(client=client, tags=tags_of(data.tag_ids), by=request.user)
    return told(fresh(pk, request.user), request.user)
