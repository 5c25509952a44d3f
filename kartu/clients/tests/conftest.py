"""A client of the seller and one of the stranger, made by the actions themselves."""

import pytest

from kartu.clients import actions
from kartu.clients.models import Client
from kartu.core.models import EventRow
from kartu.firm.models import User


@pytest.fixture
def sinar(seller) -> Client:
    """A company that the seller looks after."""
    return actions.add_client(name="PT Sinar Abadi", phone="0813-1120-7765", email="info@sinar.example", by=seller)


@pytest.fixture
def volga(stranger) -> Client:
    """A company of the stranger, out of everybody's sight but the owner's."""
    return actions.add_client(name="ООО «Волга Снаб»", country="RU", phone="8 912 664-07-18", by=stranger)


def seen(client: Client, person: User) -> Client:
    """`client` as `person` finds it now."""
    return Client.objects.visible_to(person).get(pk=client.pk)


def told(event_type: type) -> list[dict]:
    """What was published of one kind, oldest first."""
    return [row.payload for row in EventRow.objects.filter(name=event_type.event_name).order_by("id")]
