"""Phones, e-mails and messengers of a client and of its people."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kartu.clients import channels as reading
from kartu.clients.actions.editing import belongs, check, only, put, tell_change
from kartu.clients.actions.parts import beside, place
from kartu.clients.models import Channel, Client, Contact
from kartu.clients.rights import CHANGE
from kartu.core.actors import Actor
from kartu.core.veils import real_of
from kartu.firm.models import Firm
from kartu.security.actions import action

COLUMNS = frozenset({"kind", "value", "label", "extension"})


@action(CHANGE)
def add_channel(
    *,
    client: Client,
    kind: str,
    value: str,
    contact: Contact | None = None,
    label: str = "",
    is_main: bool = False,
    by: Actor,
) -> list[Channel]:
    """Note a way to reach `client`, or its `contact`; a text with several numbers makes several.

    The first one of its kind is the main one. Raises ValidationError for what cannot be read or is there already.
    """
    belongs(contact, client)
    added = new_channels(client, kind, value, contact=contact, label=label, is_main=is_main)
    tell_change(client.pk, ["channels"], by)
    return added


def new_channels(
    client: Client, kind: str, value: str, *, contact: Contact | None = None, label: str = "", is_main: bool = False
) -> list[Channel]:
    """`add_channel` within another action, which has asked for the right."""
    added: list[Channel] = []
    for way in reading.read(kind, value, country_of(client)):
        channel = Channel(client=client, contact=contact, kind=kind, value=way.value, typed=way.typed, label=label)
        channel.extension = way.extension
        others = list(beside(channel))
        if any(other.value == way.value for other in others):
            raise ValidationError(_("%(value)s stands here already") % {"value": way.typed}, code="twice")
        check(channel)
        place(channel, is_main=is_main and not added, others=others)
        added.append(channel)
    return added


def put_channels(client: Client, *, contact: Contact | None = None, **typed: str) -> None:
    """The channels that stand in a form beside other things: `phone="…", email="…"`; empty ones are left out.

    Raises ValidationError under the name of the field at fault.
    """
    wrong = {}
    for kind, value in typed.items():
        try:
            if value.strip():
                new_channels(client, kind, value, contact=contact)
        except ValidationError as error:
            wrong[kind] = error.messages
    if wrong:
        raise ValidationError(wrong)


def country_of(client: Client) -> str:
    """The country whose way of writing numbers is meant: the client's, or the firm's."""
    firm = None if client.country else Firm.current()
    return firm.country if firm else client.country


@action(CHANGE)
def change_channel(
    *, channel: Channel, values: dict[str, Any], base: dict[str, Any] | None = None, by: Actor
) -> Channel:
    """Write some of COLUMNS; `value` as a person types it."""
    way = None
    if "value" in values or "kind" in values:
        way = one_way(channel, values)
        typed, values = values, {**values, "value": way.value}
        if "value" in typed and way.extension and not values.get("extension"):
            values["extension"] = way.extension
    fresh, changed = put(channel, only(values, COLUMNS), base, by)
    if way and changed:
        fresh.typed = way.typed
    check(fresh)
    if changed:
        fresh.save()
        tell_change(fresh.client_id, ["channels"], by)
    return fresh


def one_way(channel: Channel, values: dict[str, Any]) -> reading.Way:
    kind, typed = values.get("kind", channel.kind), values.get("value", real_of(channel.typed or channel.value))
    ways = reading.read(kind, typed, country_of(channel.client))
    if len(ways) > 1:
        raise ValidationError({"value": _("One number here; add the other one by itself")}, code="many")
    return ways[0]
