"""Legal persons of a client and their bank accounts, with numbers that must be right."""

import pytest
from django.core.exceptions import ValidationError

from kartu.clients import actions
from kartu.clients.models import BankAccount, ClientEntity
from kartu.records.changes import change_set, undo


def test_a_legal_person_keeps_its_numbers_bare_and_is_found_by_its_tax_number(volga, stranger):
    entity = actions.add_entity(
        client=volga, name="ООО «Волга Снаб»", registry_ids={"inn": "7707 083 893", "kpp": "773601001", "ogrn": ""},
        by=stranger,
    )  # fmt: skip

    assert entity.registry_ids == {"inn": "7707083893", "kpp": "773601001"}
    assert (entity.tax_id, entity.country, entity.is_main) == ("7707083893", "RU", True)


def test_an_old_indonesian_number_is_compared_by_its_16_digits(sinar, seller):
    entity = actions.add_entity(
        client=sinar, name="PT Sinar", registry_ids={"npwp15": "01.312.166.0-091.000"}, by=seller
    )

    assert (entity.country, entity.tax_id) == ("ID", "0013121660091000")


def test_every_wrong_number_is_named(volga, stranger):
    with pytest.raises(ValidationError) as refused:
        actions.add_entity(client=volga, name="", registry_ids={"inn": "7707083894", "ogrn": "1"}, by=stranger)

    assert sorted(refused.value.message_dict) == ["inn", "name", "ogrn"]
    assert not ClientEntity.objects.visible_to(stranger).exists()


def test_an_account_must_fit_its_bank(volga, stranger):
    with pytest.raises(ValidationError) as refused:
        actions.add_account(client=volga, account="40702810238000060001", bank_code="044525225", by=stranger)
    assert list(refused.value.message_dict) == ["account"]

    account = actions.add_account(client=volga, account="4070 2810 2380 0006 0000", bank_code="", by=stranger)
    assert account.account == "40702810238000060000"
    with pytest.raises(ValidationError):
        actions.change_account(bank_account=account, values={"bank_code": "144525225"}, by=stranger)


def test_an_account_of_another_clients_legal_person_is_refused(sinar, seller):
    toko = actions.add_client(name="Toko", by=seller)
    entity = actions.add_entity(client=toko, name="Toko", by=seller)

    with pytest.raises(ValidationError):
        actions.add_account(client=sinar, entity=entity, account="123", by=seller)


def test_a_removed_legal_person_takes_its_accounts_along_and_undo_brings_them_back(sinar, seller):
    entity = actions.add_entity(client=sinar, name="PT Sinar", by=seller)
    actions.add_account(client=sinar, entity=entity, account="5410 123 456", by=seller)

    with change_set("edit", "Removed", by=seller) as changes:
        actions.remove(part=entity, by=seller)
    assert not BankAccount.objects.visible_to(seller).exists()

    assert undo(changes, by=seller).conflicts == []
    assert BankAccount.objects.visible_to(seller).get().entity == entity


def test_numbers_are_corrected(sinar, seller):
    entity = actions.add_entity(client=sinar, name="PT Sinar", by=seller)

    actions.change_entity(entity=entity, values={"registry_ids": {"npwp": "0013121660091000"}}, by=seller)

    assert ClientEntity.objects.visible_to(seller).get().tax_id == "0013121660091000"
