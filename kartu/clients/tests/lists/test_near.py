"""A card that was opened from a list: "4 of 86", and the cards before and behind it."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kartu.clients import actions
from kartu.clients.models import Client, Status
from kartu.clients.tests.lists.asked import find, make


@pytest.fixture
def clients(seller, firm) -> list[Client]:
    """Rows with namesakes, empty values, and values shared by several."""
    active, sleeping = Status.objects.create(name="Active"), Status.objects.create(name="Sleeping", position=1)
    now = timezone.now()
    return make(
        seller,
        {"name": "Beta", "status": active, "city": "Bandung", "last_touch_at": now},
        {"name": "Alfa", "status": sleeping, "city": "Bandung"},
        {"name": "Delta", "city": "Medan", "last_touch_at": now - timedelta(days=9)},
        {"name": "Beta", "status": sleeping, "last_touch_at": now - timedelta(days=3)},
        {"name": "Gamma", "status": active, "city": "Medan"},
    )


def card(client, pk: int, query: str) -> str:
    answer = client.get(f"/clients/{pk}/?of={quote(query, safe='')}")
    assert answer.status_code == 200
    return answer.content.decode()


def place(html: str) -> str:
    return re.search(r'data-near="[^"]*"[^>]*>([^<]*)<', html)[1]


def beside(html: str, rel: str) -> int | None:
    link = re.search(rf'href="/clients/(\d+)/\?of=[^"]*" rel="{rel}"', html)
    return int(link[1]) if link else None


SORTS = ["s=name", "s=-name", "s=status", "s=-status", "s=city", "s=last_touch", "s=-last_touch", "s=responsible"]
NARROWED = ["f=city:any:bandung&s=name", "q=beta&s=-last_touch", "f=last_touch:empty&s=last_touch"]


@pytest.mark.parametrize("query", SORTS + NARROWED)
def test_each_card_stands_where_it_stands_in_the_list(client, seller, clients, query):
    client.force_login(seller)
    ids = find(query, seller).page().ids
    assert len(ids) > 1

    for at, pk in enumerate(ids):
        html = card(client, pk, query)
        assert place(html) == f"{at + 1} of {len(ids)}"
        assert beside(html, "prev") == (ids[at - 1] if at else None)
        assert beside(html, "next") == (ids[at + 1] if at + 1 < len(ids) else None)


def test_the_rows_of_the_list_lead_to_cards_that_know_it(client, seller, clients):
    client.force_login(seller)

    html = client.get("/clients/?f=city:any:bandung&s=-name").content.decode()
    link = re.search(r'href="(/clients/\d+/\?of=[^"]+)"', html)[1]
    html = client.get(link).content.decode()

    assert place(html) == "1 of 2"
    assert 'href="/clients/?f=city%3Aany%3Abandung&amp;s=-name"' in html


def test_a_card_the_list_has_stopped_finding_keeps_its_neighbours(client, seller, clients):
    client.force_login(seller)
    beta = clients[0]
    actions.change_client(client=beta, values={"status_id": None}, by=seller)

    html = card(client, beta.pk, "f=status:filled&s=name")

    assert place(html) == ""
    assert (beside(html, "prev"), beside(html, "next")) == (clients[1].pk, clients[3].pk)


def test_what_a_person_does_not_see_is_neither_counted_nor_next(client, seller, stranger, clients):
    make(stranger, {"name": "Beta hidden"})
    client.force_login(seller)

    html = card(client, clients[3].pk, "s=name")

    assert place(html) == "3 of 5"
    assert beside(html, "next") == clients[2].pk


@pytest.mark.parametrize("query", ["", "s=nothing", "f=%00", "after=x&s=name", "f=cost:any:1", "x=1"])
def test_an_address_that_asks_nonsense_opens_the_card_as_ever(client, seller, clients, query):
    client.force_login(seller)

    assert "data-near=" not in card(client, clients[0].pk, query)


@pytest.mark.parametrize("query", ["s=name", "f=city:any:bandung&q=al&s=-last_touch"])
def test_the_place_in_the_list_costs_one_query_and_the_card_fifteen(client, seller, clients, query):
    client.force_login(seller)
    card(client, clients[1].pk, query)
    with CaptureQueriesContext(connection) as alone:
        card(client, clients[1].pk, "")
    with CaptureQueriesContext(connection) as captured:
        card(client, clients[1].pk, query)

    assert len(captured) == len(alone) + 1 <= 15
