"""The columns by which lists sort: renewed once at the end of an action, for all clients that it touched."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kartu.clients import actions, derived
from kartu.clients.models import Channel, Client, Touch
from kartu.clients.tests.conftest import seen
from kartu.core.actors import System
from kartu.security.audit import acting_as, change_many, create_many


def make_many(seller, count: int) -> list[Client]:
    with acting_as(System("a test")):
        clients = create_many([Client(name=f"Toko {n}", responsible=seller, team=seller.team) for n in range(count)])
        numbers = [Channel(client=client, kind="phone", value=f"+62811{client.pk:06}") for client in clients]
        create_many(numbers)
    return clients


def test_many_clients_are_renewed_at_the_end_of_one_act(seller):
    clients = make_many(seller, 3)

    phones = Client.objects.visible_to(seller).order_by("pk").values_list("phone", flat=True)
    assert list(phones) == [f"+62811{client.pk:06}" for client in clients]


@pytest.mark.parametrize("count", [1, 40])
def test_one_client_and_forty_are_renewed_by_as_many_statements(count, seller):
    ids = [client.pk for client in make_many(seller, count)]

    with CaptureQueriesContext(connection) as captured:
        derived.renew(ids)

    assert len(captured) <= 2


def test_renewing_writes_no_version_and_no_log(sinar, seller):
    version = seen(sinar, seller).version

    actions.log_touch(client=sinar, kind="call", text="Hello", by=seller)

    assert seen(sinar, seller).version == version


def test_a_client_that_is_saved_from_an_old_copy_keeps_the_newest_touch(sinar, seller):
    old_copy = seen(sinar, seller)
    actions.log_touch(client=sinar, kind="call", text="Newest", by=seller)

    with acting_as(seller):
        old_copy.about = "Freight"
        old_copy.save()

    client = seen(sinar, seller)
    assert (client.about, client.last_touch_text) == ("Freight", "Newest")


def test_many_touches_changed_at_once_renew_their_clients(seller):
    clients = make_many(seller, 3)
    with acting_as(seller):
        create_many([Touch(client=client, kind="call", text="Old", at=timezone.now()) for client in clients])

    with acting_as(seller):
        change_many(Touch.objects.visible_to(seller), {"text": "New"})

    assert set(Client.objects.visible_to(seller).values_list("last_touch_text", flat=True)) == {"New"}


def test_an_import_that_writes_the_columns_itself_is_left_alone(seller):
    with derived.paused(), acting_as(seller):
        create_many([Client(name="Toko", responsible=seller, team=seller.team, phone="+62811947203")])

    assert Client.objects.visible_to(seller).get().phone == "+62811947203"


def test_a_companys_own_phone_comes_before_those_of_its_people(seller):
    client = actions.add_client(name="Toko", by=seller)
    actions.add_contact(client=client, name="Suharto", phone="0811-947-201", by=seller)
    actions.add_contact(client=client, name="Rina", phone="0811-947-202", is_main=True, by=seller)
    assert seen(client, seller).phone == "+62811947202"

    actions.add_channel(client=client, kind="whatsapp", value="0811-947-203", by=seller)
    assert seen(client, seller).phone == "+62811947203"

    actions.add_channel(client=client, kind="phone", value="0811-947-204", by=seller)
    assert seen(client, seller).phone == "+62811947204"
