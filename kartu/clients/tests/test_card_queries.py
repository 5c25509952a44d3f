"""What looking at a card asks of the database: as much for a client with a long history as for a new one."""

from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kartu.clients import actions
from kartu.clients.messages import kinds
from kartu.clients.messages.sending import Draft, send
from kartu.clients.models import Channel, Client, Tag
from kartu.clients.registries import card_tabs
from kartu.firm.models import User

AT_MOST = 15
NPWP = "0013121660091000"


def queries(client, url: str, **headers: str) -> int:
    client.get(url, headers=headers)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url, headers=headers).status_code == 200
    # Looks are logged together, once a second, in a database of their own; only here each is written at once.
    return sum("security_viewrow" not in query["sql"] for query in captured)


def part_queries(client, url: str) -> int:
    """As the page fetches it."""
    return queries(client, url, **{"HX-Request": "true"})


def full_card(name: str, by: User, times: int) -> Client:
    """A client with `times` of everything that hangs on a card."""
    tags = [Tag.objects.get_or_create(name=f"Tag {number}")[0] for number in range(times)]
    card = actions.add_client(name=name, phone="0813-1120-7765", email="info@sinar.example", tags=tags, by=by)
    for number in range(times):
        phone = f"0812-0000-{number:04}"
        person = actions.add_contact(client=card, name=f"Budi {number}", phone=phone, email=f"b{number}@a.co.id", by=by)
        actions.add_address(client=card, street=f"Jl. Braga {number}", city="Bandung", by=by)
        actions.log_touch(client=card, kind="call", text=f"spoke {number}", contact=person, by=by)
        actions.log_touch(client=card, text=f"a note {number}", by=by)
        other = actions.add_client(name=f"{name} branch {number}", by=by)
        actions.add_relation(client=card, other=other, kind="part_of", by=by)
    entity = actions.add_entity(client=card, name=f"{name} Abadi", registry_ids={"npwp": NPWP}, country="ID", by=by)
    actions.add_account(client=card, entity=entity, bank_name="BCA", account="1234567890", by=by)
    return card


@pytest.mark.parametrize("who", ["owner", "head", "seller"])
def test_a_full_card_takes_as_many_queries_as_a_bare_one_and_at_most_fifteen(client, who, owner, head, seller) -> None:
    person = {"owner": owner, "head": head, "seller": seller}[who]
    little, much = full_card("PT Satu", seller, 1), full_card("PT Banyak", seller, 12)
    client.force_login(person)

    for_little = queries(client, f"/clients/{little.pk}/")

    assert queries(client, f"/clients/{much.pk}/") <= for_little <= AT_MOST


@pytest.mark.parametrize("key", [tab.key for tab in card_tabs])
def test_a_tab_of_a_full_card_takes_no_more_queries_than_one_of_a_bare_card(client, owner, key: str) -> None:
    little, much = full_card("PT Satu", owner, 1), full_card("PT Banyak", owner, 12)
    client.force_login(owner)

    tab = card_tabs[key].view_name

    for_little = part_queries(client, reverse(tab, args=[little.pk]))

    assert part_queries(client, reverse(tab, args=[much.pk])) <= for_little <= AT_MOST


@pytest.mark.parametrize("who", ["owner", "head", "seller"])
def test_what_was_written_to_the_client_takes_at_most_fifteen_too(
    client, who, owner, head, seller, monkeypatch
) -> None:
    person = {"owner": owner, "head": head, "seller": seller}[who]
    ready = {("sms", "en"): ("", "Hello"), ("email", "en"): ("Hello", "Hello")}
    kind = kinds.MessageKind("test", "Test", {}, ready, lambda *_: "", lambda *_: None)
    monkeypatch.setitem(kinds.message_kinds._items, "test", kind)
    much = full_card("PT Banyak", seller, 12)
    for number in range(12):
        way, address = ("sms", "+6281311207765") if number % 2 else ("email", "info@sinar.example")
        send(Draft(kind, much, way, address, "en", {}, ZoneInfo("UTC"), timezone.now(), f"test:{number}"))
    phone = Channel.objects.as_system("a test").get(client=much, contact=None, kind="phone")
    actions.opt_out(channel=phone, note="by phone", by=seller)
    client.force_login(person)

    assert queries(client, f"/clients/{much.pk}/") <= AT_MOST
    assert client.get(f"/clients/{much.pk}/").content.decode().count("message-") >= 12


def test_a_look_from_a_list_takes_few_queries(client, seller) -> None:
    much = full_card("PT Banyak", seller, 12)
    client.force_login(seller)

    assert queries(client, f"/clients/{much.pk}/preview/") <= 12
