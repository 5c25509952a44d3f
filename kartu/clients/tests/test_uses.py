"""Where records are used, and what a person is shown of it."""

import pytest

from kartu.clients import actions
from kartu.clients.models import Contact, Status, Tag
from kartu.records.uses import uses_of


def told(row, by) -> dict[str, int]:
    return {use.label: use.count for use in uses_of(row, by=by)}


@pytest.fixture
def rina(sinar, seller) -> Contact:
    return actions.add_contact(client=sinar, name="Rina Kusuma", phone="0811-947-203", by=seller)


def test_a_status_and_a_tag_lead_to_the_clients_that_have_them(client, owner, seller, sinar, volga):
    status, tag = Status.objects.create(name="Active"), Tag.objects.create(name="VIP")
    actions.change_client(client=sinar, values={"status_id": status.pk}, by=seller)
    actions.set_tags(client=sinar, tags=[tag], by=seller)
    client.force_login(owner)

    for row, query in ((status, f"status%3Aany%3A{status.pk}"), (tag, f"tags%3Aany%3A{tag.pk}")):
        (use,) = uses_of(row, by=owner)
        assert use.count == 1 and use.url == f"/clients/?f={query}"
        page = client.get(use.url).content.decode()
        assert sinar.name in page and volga.name not in page


def test_a_person_is_told_in_how_many_ways_he_is_used(owner, seller, sinar):
    uses = told(seller, owner)

    assert uses["Clients: Looks after"] == 1
    assert uses["Clients: Added by"] == 1


def test_nobody_is_told_of_what_he_does_not_see(seller, stranger, sinar, volga):
    assert told(stranger, seller) == {}
    assert told(stranger, stranger)["Clients: Looks after"] == 1


def test_a_team_names_its_people(owner, seller, team):
    assert told(team, owner)["people"] >= 1


def test_a_contact_names_its_dependants_before_it_goes(client, seller, sinar, rina):
    actions.log_touch(client=sinar, kind="call", text="Wants pumps", contact=rina, by=seller)
    client.force_login(seller)

    page = client.get(f"/clients/{sinar.pk}/contacts/{rina.pk}/trash/").content.decode()
    client.post(f"/clients/{sinar.pk}/contacts/{rina.pk}/trash/")

    assert "Touches" in page and ">1<" in page
    assert not Contact.objects.visible_to(seller).filter(pk=rina.pk).exists()


KINDS = ["clients.status", "clients.client", "clients.contact", "firm.user", "firm.team", "firm.legalentity", "x.y"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_that_is_not_there_is_used_nowhere(client, seller, kind):
    client.force_login(seller)

    assert client.get(f"/used-in/{kind}/987654/").status_code == 404


def test_where_a_client_is_used_is_a_matter_of_who_sees_it(client, seller, stranger, sinar, rina):
    for address in (f"/used-in/clients.client/{sinar.pk}/", f"/used-in/clients.contact/{rina.pk}/"):
        client.force_login(seller)
        assert client.get(address).status_code == 200
        client.force_login(stranger)
        assert client.get(address).status_code == 404


def test_lists_of_the_firm_are_told_to_those_who_keep_them(client, owner, seller):
    status = Status.objects.create(name="Active")

    for person, answer in ((owner, 200), (seller, 404)):
        client.force_login(person)
        assert client.get(f"/used-in/clients.status/{status.pk}/").status_code == answer
