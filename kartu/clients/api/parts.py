"""Contacts, channels, addresses, legal persons and bank accounts of a client: all go by the same few operations."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Status
from pydantic import Field

from kartu.clients import actions
from kartu.clients.api.resource import CLIENTS, Country, client_or_404, contact_of, part_or_404, pointed
from kartu.clients.models import Address, BankAccount, Channel, Client, ClientEntity, Contact
from kartu.clients.rights import CHANGE, VIEW
from kartu.core.access import access
from kartu.core.api.schemas import Day, Id, In, Out, changes_of, words
from kartu.records.api.doing import base_sent, doing, show_version
from kartu.security.rows import GuardedModel


class PartOut(Out):
    id: int
    version: int
    client_id: int
    is_main: bool


class ContactFields(In):
    name: words(300, shortest=1)
    family_name: words(120) = ""
    given_name: words(120) = ""
    patronymic: words(120) = ""
    salutation: words(40) = ""
    position: words(120) = ""
    birthday: Day | None = None
    note: words(20_000) = ""


class ContactIn(ContactFields):
    phone: words(300) = ""
    email: words(254) = ""
    is_main: bool = False


class ContactOut(PartOut):
    name: str
    family_name: str
    given_name: str
    patronymic: str
    salutation: str
    position: str
    birthday: Day | None
    note: str


class ChannelFields(In):
    """`value` as a person types it: it is kept in its normal spelling."""

    kind: Literal[*Channel.Kind.values]
    value: words(300, shortest=1)
    label: words(60) = ""


class ChannelIn(ChannelFields):
    """Of the client itself, or of one of its contacts. A text with several numbers makes several."""

    contact_id: Id | None = None
    is_main: bool = False


class ChannelOut(PartOut):
    contact_id: int | None
    kind: str
    value: str
    typed: str
    extension: str
    label: str


class AddressFields(In):
    kind: Literal[*Address.Kind.values] = "office"
    street: words(300) = ""
    city: words(120) = ""
    region: words(120) = ""
    postcode: words(20) = ""
    country: Country = ""
    note: words(300) = ""


class AddressIn(AddressFields):
    is_main: bool = False


class AddressOut(PartOut):
    kind: str
    street: str
    city: str
    region: str
    postcode: str
    country: str
    note: str


class EntityFields(In):
    name: words(300, shortest=1)
    country: Country = ""
    registry_ids: dict[words(40), words(60)] = Field(
        {}, max_length=20, description="Kind of number -> number: inn, npwp …"
    )
    address: words(300) = ""


class EntityIn(EntityFields):
    is_main: bool = False


class EntityOut(PartOut):
    name: str
    country: str
    registry_ids: dict[str, Any]
    address: str


class AccountFields(In):
    bank_name: words(200) = ""
    bank_code: words(20) = ""
    account: words(40, shortest=1)
    currency: words(3) = ""


class AccountIn(AccountFields):
    entity_id: Id | None = None
    is_main: bool = False


class AccountOut(PartOut):
    entity_id: int | None
    bank_name: str
    bank_code: str
    account: str
    currency: str


@dataclass(frozen=True)
class Kind:
    """A kind of parts. `noun` stands in its addresses, and is the client's name for them; `one` names an operation.

    `add(client, values, by)` and `change(row, values, base, by)` call the actions; `added` is the title of the act.
    """

    noun: str
    one: str
    added: str
    model: type[GuardedModel]
    shape: type[In]
    change_shape: type[In]
    out: type[PartOut]
    add: Callable[..., GuardedModel | list[GuardedModel]]
    change: Callable[..., GuardedModel]
    related: str = ""


def told(row: GuardedModel, out: type[PartOut]) -> dict[str, Any]:
    return {"id": row.pk, **{name: getattr(row, name) for name in out.model_fields if name != "id"}}


def add_channel(*, client: Client, contact_id: int | None, by: Any, **values: Any) -> Channel:
    """The first of those that the text names; the others are listed with it."""
    return actions.add_channel(client=client, contact=contact_of(client, contact_id, by), by=by, **values)[0]


def add_account(*, client: Client, entity_id: int | None, by: Any, **values: Any) -> BankAccount:
    entity = None if entity_id is None else pointed(client.entities.all(), entity_id, "entity_id")
    return actions.add_account(client=client, entity=entity, by=by, **values)


KINDS = (
    Kind(
        "contacts", "contact", gettext_lazy("New contact"), Contact,
        ContactIn, changes_of(ContactFields, "ContactChange"), ContactOut,
        actions.add_contact, lambda row, **more: actions.change_contact(contact=row, **more),
    ),
    Kind(
        "channels", "channel", gettext_lazy("New way to reach"), Channel,
        ChannelIn, changes_of(ChannelFields, "ChannelChange"), ChannelOut,
        add_channel, lambda row, **more: actions.change_channel(channel=row, **more),
    ),
    Kind(
        "addresses", "address", gettext_lazy("New address"), Address,
        AddressIn, changes_of(AddressFields, "AddressChange"), AddressOut,
        actions.add_address, lambda row, **more: actions.change_address(address=row, **more),
    ),
    Kind(
        "entities", "entity", gettext_lazy("New legal person"), ClientEntity,
        EntityIn, changes_of(EntityFields, "EntityChange"), EntityOut,
        actions.add_entity, lambda row, **more: actions.change_entity(entity=row, **more),
    ),
    Kind(
        "accounts", "account", gettext_lazy("New bank account"), BankAccount,
        AccountIn, changes_of(AccountFields, "AccountChange"), AccountOut,
        add_account, lambda row, **more: actions.change_account(bank_account=row, **more), related="bank_accounts",
    ),
)  # fmt: skip


def open_parts(kind: Kind) -> None:
    """The operations on one kind of parts."""
    whole = f"/clients/{{int:pk}}/{kind.noun}"
    part = f"{whole}/{{int:part}}"

    @CLIENTS.get(whole, list[kind.out])
    @access(VIEW)
    @called(f"read_{kind.noun}")
    def read_all(request: HttpRequest, pk: int) -> list[dict[str, Any]]:
        client = client_or_404(request, pk)
        return [told(row, kind.out) for row in getattr(client, kind.related or kind.noun).all()]

    @CLIENTS.post(whole, kind.out)
    @access(CHANGE)
    @called(f"add_{kind.one}")
    def add(request: HttpRequest, pk: int, data: kind.shape) -> Status:
        client = client_or_404(request, pk, CHANGE)
        with doing(request, str(kind.added)):
            row = kind.add(client=client, by=request.user, **data.given())
        show_version(request, row)
        return Status(201, told(row, kind.out))

    @CLIENTS.get(part, kind.out)
    @access(VIEW)
    @called(f"read_{kind.one}")
    def read(request: HttpRequest, pk: int, part: int) -> dict[str, Any]:
        row = part_or_404(request, kind.model, pk, part, VIEW)
        show_version(request, row)
        return told(row, kind.out)

    @CLIENTS.patch(part, kind.out)
    @access(CHANGE)
    @called(f"change_{kind.one}")
    def change(request: HttpRequest, pk: int, part: int, data: kind.change_shape) -> dict[str, Any]:
        row = part_or_404(request, kind.model, pk, part)
        values = data.sent("version")
        base = base_sent(request, row, data, values)
        with doing(request, str(row)):
            row = kind.change(row, values=values, base=base, by=request.user)
        show_version(request, row)
        return told(row, kind.out)

    @CLIENTS.delete(part)
    @access(CHANGE)
    @called(f"remove_{kind.one}")
    def remove(request: HttpRequest, pk: int, part: int) -> Status:
        row = part_or_404(request, kind.model, pk, part)
        with doing(request, _("Moved to the trash")):
            actions.remove(part=row, by=request.user)
        return Status(204, None)

    @CLIENTS.post(f"{part}/main", kind.out, status=200)
    @access(CHANGE)
    @called(f"make_{kind.one}_main")
    def make_main(request: HttpRequest, pk: int, part: int) -> dict[str, Any]:
        row = part_or_404(request, kind.model, pk, part)
        with doing(request, str(row)):
            row = actions.make_main(part=row, by=request.user)
        return told(row, kind.out)


def called(name: str) -> Callable:
    """Name an operation that is made for several kinds."""

    def rename(function: Callable) -> Callable:
        function.__name__ = function.__qualname__ = name
        return function

    return rename
