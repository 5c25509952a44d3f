"""Clients that stand on two cards, found at night."""

import unicodedata

import pytest
from django.db import transaction

from kartu.clients import actions
from kartu.clients.duplicates import search as searching
from kartu.clients.duplicates.judging import Traits, Why, judge
from kartu.clients.duplicates.keys import is_mixed, key_of_company, key_of_person
from kartu.clients.duplicates.search import search
from kartu.clients.events import ClientsImported
from kartu.clients.jobs import search_duplicates_now
from kartu.clients.models import Client, Contact, DuplicatePair, NotSame
from kartu.core.outbox import publish
from kartu.core.testing import run_jobs


def found() -> dict[tuple[str, str], Why]:
    search()
    names = Client.names(Client.objects.as_system("a test").values_list("pk", flat=True))
    return {(names[pair.client_id], names[pair.other_id]): Why(pair.why) for pair in DuplicatePair.objects.all()}


def add(by, *names: str, **columns) -> list[Client]:
    return [actions.add_client(name=name, by=by, **columns) for name in names]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ООО «Ромашка»", "РОМАШКА, ООО"),
        ("ООО «Ромашка»", "Romashka LLC"),
        ("PT Sinar Abadi", "Sinar Abadi, PT."),
        ("Ёлкин и партнёры", unicodedata.normalize("NFD", "Елкин и партнёры")),
        ("Ромашка", "Pомашка"),  # a Latin P
        ("Alfa", "Аlfa"),  # a Cyrillic А
    ],
)
def test_spellings_of_one_company_have_one_key(one, other):
    assert key_of_company(one) == key_of_company(other) != ""


def test_a_persons_key_leaves_order_and_patronymic_aside():
    assert key_of_person("Иванов Иван Петрович", "Иванов", "Иван") == key_of_person("Ivan Ivanov", "Ivanov", "Ivan")
    assert key_of_person("Bapak Budi Santoso", "", "") == key_of_person("Budi Santoso", "", "")


def test_only_a_word_of_two_alphabets_is_mixed():
    assert [is_mixed(name) for name in ("Ромашка Plus", "Pомашка", "Romashka", "Ромашка")] == [
        False,
        True,
        False,
        False,
    ]


def test_phone_mail_tax_number_and_name_make_a_pair(owner):
    add(owner, "Pumps and more", phone="0812 3456 7890")
    add(owner, "Fixit", phone="+62 812-3456-7890")
    add(owner, "Anton", email="A@firm.example")
    add(owner, "Berta", email="a@firm.example")
    for client in add(owner, "One", "Two"):
        actions.add_entity(client=client, name="X", country="RU", registry_ids={"inn": "7707083893"}, by=owner)
    add(owner, "ООО «Ромашка»", "Romashka LLC")

    assert found() == {
        ("Pumps and more", "Fixit"): Why.PHONE,
        ("Anton", "Berta"): Why.EMAIL,
        ("One", "Two"): Why.TAX,
        ("ООО «Ромашка»", "Romashka LLC"): Why.SOUND,
    }


def test_a_letter_of_another_alphabet_is_suggested_and_marked(owner):
    add(owner, "Ромашка", "Pомашка")

    assert list(found().values()) == [Why.LOOKALIKE]


def test_the_form_of_letters_makes_no_difference(owner):
    add(owner, "Café Élan", unicodedata.normalize("NFD", "Café Élan"))

    assert list(found().values()) == [Why.NAME]


def test_a_slip_of_the_pen_is_found_at_the_beginning_and_at_the_end(owner):
    add(
        owner,
        "Строительный двор",
        "Строительный дворр",
        "Насосы и шланги",
        "Мясосы и шланги",
        "Насосная станция",
        "Насосная станкия",
        "Shop 1 Berlin",
        "Shop 2 Berlin",
    )

    pairs = found()
    assert pairs == {
        ("Строительный двор", "Строительный дворр"): Why.SOUND,  # a letter twice sounds as once
        ("Насосы и шланги", "Мясосы и шланги"): Why.SPELLING,
        ("Насосная станция", "Насосная станкия"): Why.SPELLING,
    }


def test_another_tax_number_and_another_city_speak_against_it():
    one = Traits("Ромашка", "company", "омск", frozenset({"1"}))

    assert judge(one, one, Why.SOUND)[0] > judge(one, Traits("Ромашка", "company", "томск", frozenset()), Why.SOUND)[0]
    assert judge(one, Traits("Ромашка", "company", "", frozenset({"2"})), Why.SOUND)[0] < 50


def test_what_very_many_share_tells_nothing(owner, monkeypatch):
    monkeypatch.setattr(searching, "BLOCK", 3)
    add(owner, "Anna", "Bertram", "Cesar", "Dorothea", phone="0812 3456 7890")

    assert found() == {}


def test_control_without_the_limit_of_a_block_all_are_paired(owner, monkeypatch):
    monkeypatch.setattr(searching, "BLOCK", 10**6)
    add(owner, "Anna", "Bertram", "Cesar", "Dorothea", phone="0812 3456 7890")

    assert len(found()) == 6


def test_pairs_in_hand_are_bounded(owner, monkeypatch):
    monkeypatch.setattr(searching, "MOST", 2)
    add(owner, "Anna", "Bertram", "Cesar", "Dorothea", phone="0812 3456 7890")

    assert len(found()) == 2


def test_a_pair_that_is_none_any_more_is_forgotten_and_trash_is_left_out(owner):
    one, other = add(owner, "Ромашка", "Romashka")
    search()
    actions.change_client(client=one, values={"name": "Василёк"}, by=owner)
    assert found() == {}

    actions.change_client(client=one, values={"name": "Ромашка"}, by=owner)
    assert len(found()) == 1
    actions.trash_client(client=other, by=owner)
    assert found() == {}


def test_pairs_are_reached_by_who_may_merge_both(owner, head, seller, stranger):
    mine, theirs = *add(seller, "Ромашка"), *add(stranger, "Romashka")
    third = add(seller, "Romaschka LLC")[0]
    search()

    def seen(by) -> set[tuple[int, int]]:
        return {(pair.client_id, pair.other_id) for pair in DuplicatePair.objects.reached_by(by)}

    assert len(seen(owner)) == 3
    assert seen(head) == {(mine.pk, third.pk)}
    assert seen(seller) == seen(stranger) == set()
    actions.tell_apart(pairs=[(third, mine)], by=head)
    assert seen(head) == set()
    assert NotSame.objects.visible_to(head).count() == 1
    search()
    assert seen(head) == set()
    assert theirs.pk


def test_what_is_written_past_the_actions_has_its_key_too(owner, seller):
    actions.add_contact(client=add(seller, "Ромашка")[0], name="Иван Петров", by=seller)

    assert Contact.objects.visible_to(owner).get().match_key == "ivan petrov"
    assert Client.objects.visible_to(owner).get().match_key == "romaxka"


def test_the_search_is_work_in_the_background(owner, head):
    add(owner, "Ромашка", "Romashka")

    search_duplicates_now.later(by=head, dedupe="clients.duplicates")
    run_jobs()

    assert DuplicatePair.objects.count() == 1


def test_after_an_import_it_looks_at_once(owner):
    one, other = add(owner, "Ромашка", "Romashka")
    with transaction.atomic():
        publish(ClientsImported(1, 2, owner.pk))

    run_jobs()

    assert [(pair.client_id, pair.other_id) for pair in DuplicatePair.objects.all()] == [(one.pk, other.pk)]
