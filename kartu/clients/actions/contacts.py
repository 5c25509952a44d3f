"""The people one speaks to at a client."""

from typing import Any

from kartu.clients.actions.channels import country_of, put_channels
from kartu.clients.actions.editing import check, only, put, tell_change
from kartu.clients.actions.names import settle_name
from kartu.clients.actions.parts import place
from kartu.clients.models import Client, Contact
from kartu.clients.rights import CHANGE
from kartu.core.actors import Actor
from kartu.security.actions import action

COLUMNS = frozenset({"name", "family_name", "given_name", "patronymic", "salutation", "position", "birthday", "note"})


@action(CHANGE)
def add_contact(
    *,
    client: Client,
    name: str = "",
    phone: str = "",
    email: str = "",
    is_main: bool = False,
    by: Actor,
    **columns: Any,
) -> Contact:
    """A person at `client`, the main one if it is the first. `columns`: any of COLUMNS."""
    contact = Contact(client=client, name=name, **only(columns, COLUMNS))
    settle_name(contact, columns, country_of(client))
    check(contact)
    place(contact, is_main=is_main)
    put_channels(client, contact=contact, phone=phone, email=email)
    tell_change(client.pk, ["contacts"], by)
    return contact


@action(CHANGE)
def change_contact(
    *, contact: Contact, values: dict[str, Any], base: dict[str, Any] | None = None, by: Actor
) -> Contact:
    """Write some of COLUMNS over `base`."""
    fresh, changed = put(contact, only(values, COLUMNS), base, by)
    settle_name(fresh, changed, country_of(fresh.client))
    check(fresh)
    if changed:
        fresh.save()
        tell_change(fresh.client_id, ["contacts"], by)
    return fresh
