"""The card's queries and pieces are made once for all: what one person saw must not become what another sees."""

from django.db import connection
from django.urls import reverse

from kartu.clients import actions
from kartu.clients.card import client_for_card
from kartu.clients.models import Channel, Client
from kartu.firm.models import User
from kartu.records.models import ChangeSet


def look(client, person: User, card: Client, **options):
    client.force_login(person)
    return client.get(f"/clients/{card.pk}/", **options)


def test_a_card_shown_to_one_seller_stays_closed_to_another(client, seller, stranger, sinar, volga) -> None:
    assert look(client, seller, sinar).status_code == 200
    assert look(client, stranger, volga).status_code == 200

    assert look(client, stranger, sinar).status_code == 404
    assert look(client, seller, volga).status_code == 404


def test_a_head_sees_the_cards_of_his_own_team_only(client, owner, head, sinar, volga) -> None:
    assert look(client, owner, volga).status_code == 200

    assert look(client, head, sinar).status_code == 200
    assert look(client, head, volga).status_code == 404


def test_a_star_is_that_of_the_person_who_gave_it(client, owner, seller, sinar) -> None:
    client.force_login(owner)
    client.post(reverse("clients:favourite", args=[sinar.pk]))

    assert client_for_card(sinar.pk, owner).is_favourite
    assert not client_for_card(sinar.pk, seller).is_favourite


def test_parts_at_hand_are_those_of_the_card_and_can_be_narrowed_down(seller, sinar, django_assert_num_queries) -> None:
    other = actions.add_client(name="CV Lain", by=seller)
    rina = actions.add_contact(client=sinar, name="Rina", by=seller)
    actions.add_contact(client=other, name="Joko", by=seller)

    card = client_for_card(sinar.pk, seller)

    with django_assert_num_queries(0):
        assert [contact.name for contact in card.contacts.all()] == ["Rina"]
        assert card.contacts.all()[0].client is card
    assert list(card.contacts.filter(name__in=["Rina", "Joko"])) == [rina]


def test_what_lies_in_the_trash_is_not_at_hand(seller, sinar) -> None:
    channel = Channel.objects.visible_to(seller).get(client=sinar, kind="email")
    assert channel in client_for_card(sinar.pk, seller).channels.all()

    actions.remove(part=channel, by=seller)

    assert channel not in client_for_card(sinar.pk, seller).channels.all()


def test_people_of_an_import_that_still_runs_are_not_at_hand(seller, sinar) -> None:
    rina = actions.add_contact(client=sinar, name="Rina", by=seller)
    assert list(client_for_card(sinar.pk, seller).contacts.all()) == [rina]
    running = ChangeSet.objects.create(kind="import", title="clients.xlsx", is_hidden=True)

    with connection.cursor() as cursor:
        cursor.execute("UPDATE clients_contact SET batch_id = %s", [running.pk])

    assert list(client_for_card(sinar.pk, seller).contacts.all()) == []


def test_a_number_that_no_card_can_have_is_not_found(client, owner) -> None:
    client.force_login(owner)

    assert client.get("/clients/99999999999999999999/").status_code == 404


def test_each_reads_the_card_in_his_own_language(client, owner, sinar) -> None:
    actions.log_touch(client=sinar, kind="call", text="spoke", minutes=5, by=owner)
    User.objects.filter(pk=owner.pk).update(language="en")
    english = look(client, owner, sinar).content.decode()
    User.objects.filter(pk=owner.pk).update(language="ru")

    russian = look(client, owner, sinar).content.decode()

    for words in (">Call, 5 min<", 'aria-label="Put right"', "<span>Meeting</span>", ">Minutes<", "Hand over"):
        assert words in english
        assert words not in russian


def test_what_was_typed_into_a_touch_stays_text(client, owner, sinar) -> None:
    evil = "<img src=x onerror=alert(1)>"
    person = actions.add_contact(client=sinar, name=evil, by=owner)
    actions.log_touch(client=sinar, kind="call", text=evil, result=evil, contact=person, by=owner)
    actions.change_client(client=sinar, values={"about": evil}, by=owner)

    page = look(client, owner, sinar).content.decode()

    assert "<img" not in page
    assert page.count("&lt;img src=x") >= 5
