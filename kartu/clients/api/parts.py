"""Contacts, channels, addresses, legal persons, bank accounts of a client: what they look like, and their actions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy
from pydantic import Field

from kartu.clients import actions
from kartu.clients.api.resource import Country, contact_of, pointed
from kartu.clients.models import Address, BankAccount, Channel, Client, ClientEntity, Contact
from kartu.core.api.schemas import Day, Id, In, Out, changes_of, words
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
