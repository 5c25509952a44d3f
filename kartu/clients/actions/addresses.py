"""The places of a client."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kartu.clients.actions.editing import check, only, put, tell_change
from kartu.clients.actions.parts import place
from kartu.clients.models import Address, Client
from kartu.clients.rights import CHANGE
from kartu.core.actors import Actor
from kartu.security.actions import action

PLACE = ("street", "city", "region", "postcode")
COLUMNS = frozenset({*PLACE, "kind", "country", "note"})


@action(CHANGE)
def add_address(*, client: Client, is_main: bool = False, by: Actor, **columns: Any) -> Address:
    """A place of `client`, the main one if it is the first. `columns`: some of COLUMNS."""
    address = Address(client=client, **only(columns, COLUMNS))
    check_place(address)
    place(address, is_main=is_main)
    tell_change(client.pk, ["addresses"], by)
    return address


def check_place(address: Address) -> None:
    check(address)
    if not any(getattr(address, column).strip() for column in PLACE):
        raise ValidationError({"street": _("A street or a city at least")}, code="empty")


@action(CHANGE)
def change_address(
    *, address: Address, values: dict[str, Any], base: dict[str, Any] | None = None, by: Actor
) -> Address:
    """Write some of COLUMNS over `base`."""
    fresh, changed = put(address, only(values, COLUMNS), base, by)
    check_place(fresh)
    if changed:
        fresh.save()
        tell_change(fresh.client_id, ["addresses"], by)
    return fresh
