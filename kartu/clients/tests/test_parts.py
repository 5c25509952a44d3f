"""Contacts, channels, addresses, relations: the parts of a client."""

import pytest
from django.core.exceptions import ValidationError

from kartu.clients import actions, events
from kartu.clients.models import Address, Channel, ClientRelation, Contact, Favourite
from kartu.clients.tests.conftest import seen, told
from kartu.records.changes import EditConflicts, change_set, undo
from kartu.security.actions import Refused


def test_a_contact_comes_with_phone_and_mail_and_the_first_is_the_main_one(sinar, seller):
    rina = actions.add_contact(client=sinar, name="Rina", phone="0811-947-203", email="rina@sinar.example", by=seller)
    hendra = actions.add_contact(client=sinar, name="Hendra", by=seller)

    assert (rina.is_main, hendra.is_main) == (True, False)
    assert sorted(rina.channels.values_list("value", flat=True)) == ["+62811947203", "rina@sinar.example"]
    assert told(events.ClientChanged)[-1] == {"client_id": sinar.pk, "fields": ["contacts"], "by_id": seller.pk}


def test_a_contact_with_a_wrong_phone_is_not_half_written(sinar, seller):
    with pytest.raises(ValidationError) as refused:
        actions.add_contact(client=sinar, name="Rina", phone="12", by=seller)

    assert list(refused.value.message_dict) == ["phone"]
    assert not Contact.objects.visible_to(seller).exists()


def test_a_contact_without_a_name_is_refused(sinar, seller):
    with pytest.raises(ValidationError) as refused:
        actions.add_contact(client=sinar, position="director", by=seller)

    assert list(refused.value.message_dict) == ["name"]


def test_the_parts_of_a_name_make_the_name(sinar, seller):
    maria = actions.add_contact(
        client=sinar, family_name="Соколова", given_name="Мария", patronymic="Петровна", by=seller
    )

    assert {"Мария", "Петровна", "Соколова"} == set(maria.name.split())


def test_another_contact_becomes_the_main_one(sinar, seller):
    rina = actions.add_contact(client=sinar, name="Rina", by=seller)
    hendra = actions.add_contact(client=sinar, name="Hendra", by=seller)

    actions.make_main(part=hendra, by=seller)

    assert list(Contact.objects.visible_to(seller).values_list("name", "is_main")) == [
        ("Hendra", True),
        ("Rina", False),
    ]
    assert rina.pk


def test_two_people_changing_one_contact_are_asked(sinar, seller, head):
    rina = actions.add_contact(client=sinar, name="Rina", by=seller)
    actions.change_contact(contact=rina, values={"position": "buyer"}, base={"position": ""}, by=head)

    with pytest.raises(EditConflicts):
        actions.change_contact(contact=rina, values={"position": "director"}, base={"position": ""}, by=seller)

    assert Contact.objects.visible_to(seller).get().position == "buyer"


def test_a_removed_contact_takes_its_phones_along_and_undo_brings_all_back(sinar, seller):
    rina = actions.add_contact(client=sinar, name="Rina", phone="0811-947-203", by=seller)
    hendra = actions.add_contact(client=sinar, name="Hendra", by=seller)

    with change_set("edit", "Removed", by=seller) as changes:
        actions.remove(part=rina, by=seller)

    assert Contact.objects.visible_to(seller).get().is_main
    assert not Channel.objects.visible_to(seller).filter(value="+62811947203").exists()

    undoing = undo(changes, by=seller)

    assert undoing.conflicts == []
    assert Contact.objects.visible_to(seller).get(is_main=True) == rina
    assert Channel.objects.visible_to(seller).get(value="+62811947203").contact == rina
    assert hendra.pk


WAYS = [
    ("phone", "0813-1120-7766", ["+6281311207766"]),
    ("phone", "0811 947 203, 0811 947 204", ["+62811947203", "+62811947204"]),
    ("phone", "+7 912 664-07-18", ["+79126640718"]),
    ("whatsapp", "0811-947-203", ["+62811947203"]),
    ("telegram", "https://t.me/ayu_lestari", ["@ayu_lestari"]),
    ("telegram", "0811-947-203", ["+62811947203"]),
    ("email", " Ayu@Example.COM ", ["ayu@example.com"]),
    ("site", "www.Sinar.example/Katalog", ["https://www.sinar.example/Katalog"]),
    ("site", "http://пример.рф", ["http://пример.рф"]),
    ("other", "Line: sinar88", ["Line: sinar88"]),
]


@pytest.mark.parametrize(("kind", "typed", "values"), WAYS)
def test_a_way_to_reach_a_client_is_kept_in_its_one_spelling(kind, typed, values, sinar, seller):
    added = actions.add_channel(client=sinar, kind=kind, value=typed, by=seller)

    assert [channel.value for channel in added] == values


WRONG = [
    ("phone", "12"), ("phone", "no phone"), ("email", "ayu"), ("email", "a@b"), ("telegram", "@1"),
    ("site", "javascript:alert(1)"), ("site", "ftp://sinar.example"), ("site", "not a site"), ("phone", "  "),
    ("site", "https://user:secret@"), ("other", "x" * 300),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "typed"), WRONG)
def test_a_way_that_leads_nowhere_is_refused_in_words(kind, typed, sinar, seller):
    with pytest.raises(ValidationError) as refused:
        actions.add_channel(client=sinar, kind=kind, value=typed, by=seller)

    assert refused.value.messages[0]


def test_the_country_of_the_client_tells_how_its_numbers_are_meant(volga, stranger):
    assert seen(volga, stranger).phone == "+79126640718"


def test_a_number_stands_on_a_client_once(sinar, seller):
    with pytest.raises(ValidationError):
        actions.add_channel(client=sinar, kind="phone", value="+62 813 1120 7765", by=seller)


def test_the_main_phone_is_the_one_that_the_list_shows(sinar, seller):
    [second] = actions.add_channel(client=sinar, kind="phone", value="0811-947-203", by=seller)
    assert seen(sinar, seller).phone == "+6281311207765"

    actions.make_main(part=second, by=seller)
    assert seen(sinar, seller).phone == "+62811947203"

    actions.remove(part=second, by=seller)
    assert seen(sinar, seller).phone == "+6281311207765"


def test_a_phone_is_corrected_as_it_is_typed(sinar, seller):
    phone = Channel.objects.visible_to(seller).get(kind="phone")

    actions.change_channel(channel=phone, values={"value": "0811 947 203", "label": "office"}, by=seller)

    phone = Channel.objects.visible_to(seller).get(kind="phone")
    assert (phone.value, phone.typed, phone.label) == ("+62811947203", "0811 947 203", "office")
    with pytest.raises(ValidationError):
        actions.change_channel(channel=phone, values={"value": "0811 947 203, 0811 947 204"}, by=seller)


def test_a_channel_of_another_clients_contact_is_refused(sinar, seller):
    toko = actions.add_client(name="Toko", by=seller)
    rina = actions.add_contact(client=toko, name="Rina", by=seller)

    with pytest.raises(ValidationError):
        actions.add_channel(client=sinar, kind="phone", value="0811-947-203", contact=rina, by=seller)


def test_the_first_address_is_the_main_one_and_its_city_stands_in_the_list(sinar, seller):
    actions.add_address(client=sinar, city="Bekasi", by=seller)
    garut = actions.add_address(client=sinar, city="Garut", kind="delivery", by=seller)
    assert seen(sinar, seller).city == "Bekasi"

    actions.make_main(part=garut, by=seller)

    client = seen(sinar, seller)
    assert (client.city, client.city_key) == ("Garut", "garut")


def test_an_address_of_nothing_is_refused(sinar, seller):
    with pytest.raises(ValidationError):
        actions.add_address(client=sinar, country="ID", note="behind the mosque", by=seller)

    address = actions.add_address(client=sinar, street="Jl. Raya 1", by=seller)
    with pytest.raises(ValidationError):
        actions.change_address(address=address, values={"street": " "}, by=seller)
    assert Address.objects.visible_to(seller).get().street == "Jl. Raya 1"


def test_a_relation_is_written_once_never_to_itself_and_never_in_a_circle(sinar, seller):
    group = actions.add_client(name="Sinar Group", by=seller)
    holding = actions.add_client(name="Sinar Holding", by=seller)
    actions.add_relation(client=sinar, other=group, kind="part_of", by=seller)
    actions.add_relation(client=group, other=holding, kind="part_of", by=seller)

    for client, other in ((sinar, group), (sinar, sinar), (holding, sinar), (group, sinar)):
        with pytest.raises(ValidationError):
            actions.add_relation(client=client, other=other, kind="part_of", by=seller)

    assert ClientRelation.objects.visible_to(seller).count() == 2


def test_nobody_relates_his_client_to_one_that_he_does_not_see(sinar, volga, seller):
    with pytest.raises(Refused):
        actions.add_relation(client=sinar, other=volga, kind="partner", by=seller)


def test_a_removed_relation_comes_back_by_undo(sinar, seller):
    group = actions.add_client(name="Sinar Group", by=seller)
    relation = actions.add_relation(client=sinar, other=group, kind="part_of", by=seller)

    with change_set("edit", "Removed", by=seller) as changes:
        actions.remove_relation(relation=relation, by=seller)
    assert not ClientRelation.objects.visible_to(seller).exists()
    undo(changes, by=seller)

    assert ClientRelation.objects.visible_to(seller).get() == relation


def test_a_favourite_is_kept_once_and_let_go(sinar, seller, owner):
    actions.keep_at_hand(client=sinar, by=seller)
    actions.keep_at_hand(client=sinar, by=seller)
    assert Favourite.objects.visible_to(seller).count() == 1
    assert not Favourite.objects.visible_to(owner).exists()

    actions.let_go(client=sinar, by=seller)
    assert not Favourite.objects.visible_to(seller).exists()

    actions.keep_at_hand(client=sinar, by=seller)
    assert Favourite.objects.visible_to(seller).get().client == sinar
    assert Favourite.objects.as_system("a test").count() == 1
