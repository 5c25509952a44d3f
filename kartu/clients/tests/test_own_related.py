"""Sections that list what hangs on a client: rows by their own rights, filtered, page after page."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kartu.clients import actions
from kartu.clients.card import Card, client_for_card
from kartu.clients.dossier.period import Period
from kartu.clients.models import Client, Touch
from kartu.clients.own_sections import dossier
from kartu.records.custom import actions as shaping
from kartu.records.custom.related import related
from kartu.records.models import Section
from kartu.security.models import AuditRow

pytestmark = pytest.mark.django_db
ENTITY = "clients.client"
PIECE = {"HX-Request": "true"}


def made(name: str, source: str, by, **options) -> Section:
    section = shaping.add_section(entity=ENTITY, kind="related", name=name, by=by)
    return shaping.list_related(section=section, source=source, by=by, **options)


def call(client: Client, text: str, by, days: int = 0, kind: str = "call", **told) -> Touch:
    return actions.log_touch(client=client, kind=kind, text=text, at=timezone.now() - timedelta(days), by=by, **told)


def piece(client, row: Client, section: Section) -> str:
    return client.get(reverse("clients:own_section", args=[row.pk, section.pk]), headers=PIECE).content.decode()


def tabs(client, row: Client) -> dict:
    return {tab["key"]: tab["count"] for tab in client.get(f"/clients/{row.pk}/").context["tabs"]}


def test_a_section_of_calls_lists_the_calls_alone_the_newest_first(sinar, owner, seller, client):
    section = made("Calls", "calls", owner)
    for text, days, kind in (("Older one", 3, "call"), ("Newer one", 1, "call"), ("A meeting", 2, "meeting")):
        call(sinar, text, seller, days, kind)
    client.force_login(seller)

    told = piece(client, sinar, section)

    assert told.index("Newer one") < told.index("Older one")
    assert "A meeting" not in told
    assert seller.name in told
    assert tabs(client, sinar)[section.key] == 2


def test_its_filter_and_its_columns_are_kept_and_hold(sinar, owner, seller, client):
    section = made("Long calls", "calls", owner, columns=["text", "at"], filter="minutes > 10 and by = me")
    call(sinar, "Short one", seller, minutes=5)
    call(sinar, "Long one", seller, minutes=25)
    call(sinar, "Long one of the owner", owner, minutes=25)
    client.force_login(seller)

    told = piece(client, sinar, section)

    assert section.options == {"source": "calls", "columns": ["at", "text"], "filter": "minutes > 10 and by = me"}
    assert "Long one" in told and "Short one" not in told and "of the owner" not in told
    assert seller.name not in told
    assert tabs(client, sinar)[section.key] == 1


def test_people_and_relations_are_listed_and_added_where_one_may(sinar, volga, owner, seller, client):
    contact = actions.add_contact(client=sinar, name="Rina Kusuma", position="Buyer", by=seller)
    actions.add_relation(client=sinar, other=volga, kind="partner", by=owner)
    actions.add_relation(client=volga, other=sinar, kind="referred_by", by=owner)
    sections = {source: made(source, source, owner) for source in ("contacts", "relations", "referred")}
    client.force_login(seller)

    told = {source: piece(client, sinar, section) for source, section in sections.items()}

    assert "Rina Kusuma" in told["contacts"] and f"#contact-{contact.pk}" in told["contacts"]
    assert "partner of" in told["relations"] and "recommended" in told["relations"]
    assert "Волга" in told["referred"]
    for source, name in (("contacts", "new_contact"), ("relations", "new_relation")):
        assert reverse(f"clients:{name}", args=[sinar.pk]) in told[source]
    # Who does not see the other card is told its name, and no way there.
    assert f"/clients/{volga.pk}/" not in told["relations"] + told["referred"]
    client.force_login(owner)
    assert f"/clients/{volga.pk}/" in piece(client, sinar, sections["relations"])


def test_nobody_sees_more_rows_than_his_rights_give(sinar, owner, seller, stranger, client):
    section = made("Calls", "calls", owner)
    actions_of = call(sinar, "A secret word", seller)
    client.force_login(stranger)
    for name in ("own_section", "all_related"):
        assert client.get(reverse(f"clients:{name}", args=[sinar.pk, section.pk]), headers=PIECE).status_code == 404

    client.force_login(seller)
    assert "A secret word" in piece(client, sinar, section)
    actions.remove_touch(touch=actions_of, by=seller)
    assert "A secret word" not in piece(client, sinar, section)


def test_a_source_with_a_right_of_its_own_is_there_for_its_holders_only(sinar, owner, seller, client, monkeypatch):
    section = made("Calls", "calls", owner)
    call(sinar, "A secret word", seller)
    monkeypatch.setitem(related._items, "calls", replace(related["calls"], right="clients.merge"))
    client.force_login(seller)

    assert section.key not in tabs(client, sinar)
    assert client.get(reverse("clients:own_section", args=[sinar.pk, section.pk]), headers=PIECE).status_code == 404
    client.force_login(owner)
    assert "A secret word" in piece(client, sinar, section)


def test_all_of_a_long_list_comes_page_after_page_each_row_once(sinar, owner, seller, client, monkeypatch):
    monkeypatch.setattr("kartu.clients.views.own_sections.PAGE", 5)
    section = made("Calls", "calls", owner)
    moment = timezone.now()
    for number in range(12):  # three of one moment each
        actions.log_touch(
            client=sinar, kind="call", text=f"word{number}x", at=moment - timedelta(number // 3), by=seller
        )
    client.force_login(seller)
    assert "Show all" in piece(client, sinar, section)

    address, seen = reverse("clients:all_related", args=[sinar.pk, section.pk]), []
    more = ""
    for _page in range(4):
        answer = client.get(address, {"before": more})
        seen.append([cells[2] for cells in answer.context["rows"]])
        more = answer.context["more"]
        if not more:
            break

    assert [len(page) for page in seen] == [5, 5, 2]
    assert len({text for page in seen for text in page}) == 12
    assert client.get(address, {"before": "nonsense~x"}).status_code == 200


@pytest.mark.parametrize("source", ["calls", "contacts", "relations"])
def test_a_list_takes_as_many_queries_for_one_row_as_for_ten(sinar, owner, seller, client, source):
    section = made("List", source, owner)
    client.force_login(owner)

    def add(number: int) -> None:
        other = actions.add_client(name=f"PT {number}", by=seller)
        actions.add_relation(client=sinar, other=other, kind="partner", by=owner)
        actions.add_contact(client=sinar, name=f"Person {number}", by=seller)
        call(sinar, "x", (seller, owner)[number % 2])

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address, headers=PIECE).status_code in (200, 302)
        return len(asked)

    add(0)
    addresses = [reverse(f"clients:{name}", args=[sinar.pk, section.pk]) for name in ("own_section", "all_related")]
    before = [(queries(each), queries(each))[1] for each in addresses]
    for number in range(1, 10):
        add(number)

    assert [queries(each) for each in addresses] == before


def test_what_a_list_does_not_have_is_refused_by_name(owner):
    section = shaping.add_section(entity=ENTITY, kind="related", name="Calls", by=owner)
    for told, name in (
        ({"source": "nonsense"}, "source"),
        ({"source": "calls", "columns": ["nonsense"]}, "columns"),
        ({"source": "calls", "filter": "text = 1"}, "filter"),
        ({"source": "calls", "filter": "minutes >"}, "filter"),
    ):
        with pytest.raises(ValidationError) as refused:
            shaping.list_related(section=section, by=owner, **told)
        assert list(refused.value.error_dict) == [name]
    with pytest.raises(ValidationError):
        shaping.add_field(section=section, type="text", name="Model", by=owner)
    fields = shaping.add_section(entity=ENTITY, kind="fields", name="Machines", by=owner)
    with pytest.raises(ValidationError):
        shaping.list_related(section=fields, source="calls", by=owner)


def test_it_is_set_up_by_clicks(sinar, owner, client):
    section = shaping.add_section(entity=ENTITY, kind="related", name="Calls", by=owner)
    client.force_login(owner)
    assert "It is not said yet what is listed here" in piece(client, sinar, section)

    client.post(reverse("records:choose_related", args=[section.pk, "calls"]))
    url = reverse("records:arrange_related", args=[section.pk])
    assert "All of them" in client.get(url).content.decode()
    client.post(url, {"gr": "all", "columns": ["at", "text"], "kr_0": "minutes", "or_0": "more", "vr_0": "10"})

    row = Section.objects.as_system("a test").get()
    assert row.options == {"source": "calls", "columns": ["at", "text"], "filter": "minutes > 10"}
    assert "How long, minutes is more than 10" in client.get(url).content.decode()
    assert client.post(url, {"gr": "all", "columns": [], "kr_0": "minutes", "or_0": "empty"}).status_code == 422
    assert client.post(url, {"gr": "all", "columns": "at", "kr_0": "minutes", "or_0": "more"}).status_code == 422
    assert AuditRow.objects.filter(object_type="records.section", verb="change").count() == 2


def test_the_dossier_prints_what_the_list_holds(sinar, owner, seller):
    made("Calls", "calls", owner, columns=["text", "minutes"])
    call(sinar, "Wants a discount", seller, minutes=5)

    printed = dossier(Card(client_for_card(sinar.pk, seller), seller), Period())

    assert [(box.name, [(line.text, line.note) for line in box.lines]) for box in printed.boxes] == [
        ("Calls", [("Wants a discount", "5")])
    ]
