"""Who saw a client as a row of a list is told on its card: a look at a list names the rows that it showed."""

import random

import pytest

from kartu.clients import access_log, actions
from kartu.clients.access_log import lists_shown, looks_at
from kartu.security import views_log
from kartu.security.models import ViewRow
from kartu.security.seals import ids

pytestmark = pytest.mark.django_db


@pytest.fixture
def clients(seller):
    return [actions.add_client(name=f"PT {number}", by=seller) for number in range(6)]


def test_a_look_at_a_list_stands_with_each_client_that_it_showed_and_with_no_other(client, seller, owner, clients):
    client.force_login(seller)

    assert client.get("/clients/", {"q": "PT 3"}).status_code == 200

    shown = [len(lists_shown(each)) for each in clients]
    assert shown == [0, 0, 0, 1, 0, 0]
    [(_day, looks)] = looks_at(clients[3], owner)
    assert [(look.did, look.who) for look in looks] == [("saw the row in a list", seller.name)]
    client.force_login(owner)
    page = client.get(f"/clients/{clients[3].pk}/access-log/", headers={"HX-Request": "true"}).content.decode()
    assert "saw the row in a list" in page
    assert "the newest 3,000 looks at lists" in page


def test_of_many_looks_all_are_found(seller, stranger, clients):
    chance, told = random.Random(13), {each.pk: set() for each in clients}
    for number in range(200):
        person = chance.choice([seller, stranger])
        some = chance.sample(clients, chance.randrange(len(clients) + 1))
        detail = {"list": "clients", "shown": len(some), "ids": ids.packed(each.pk for each in some), "n": number}
        views_log.saw(ViewRow.LIST, by=person, object_type="clients.client", detail=detail)
        last = ViewRow.objects.latest("pk")
        for each in some:
            told[each.pk].add((last.at, person.pk))

    for each in clients:
        assert {(at, who) for at, who, *_rest in lists_shown(each)} == told[each.pk]


def test_control_without_the_ids_nobody_is_found(client, seller, clients, monkeypatch):
    monkeypatch.setattr("kartu.records.lists.page.packed", lambda rows: "")
    client.force_login(seller)

    client.get("/clients/", {"q": "PT 3"})

    assert lists_shown(clients[3]) == []


def test_only_so_many_looks_are_looked_through_as_the_page_says(client, seller, clients, monkeypatch):
    client.force_login(seller)
    for _number in range(3):
        client.get("/clients/", {"q": "PT 3"})
    monkeypatch.setattr(access_log, "LISTS_SEEN", 2)

    assert len(lists_shown(clients[3])) == 2


def test_the_rows_shown_are_a_few_hundred_bytes_at_most():
    chance = random.Random(1)

    assert len(ids.packed(chance.sample(range(1_000_000, 9_999_999), 50))) < 420
