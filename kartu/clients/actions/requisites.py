"""The legal persons of a client and their bank accounts."""

from typing import Any

from django.core.exceptions import ValidationError

from kartu.clients.actions.channels import country_of
from kartu.clients.actions.editing import belongs, check, only, put, tell_change
from kartu.clients.actions.parts import place
from kartu.clients.models import BankAccount, Client, ClientEntity
from kartu.clients.rights import CHANGE
from kartu.core.actors import Actor
from kartu.firm import requisites
from kartu.security.actions import action

ENTITY_COLUMNS = frozenset({"name", "country", "registry_ids", "address"})
ACCOUNT_COLUMNS = frozenset({"bank_name", "bank_code", "account", "currency"})


@action(CHANGE)
def add_entity(
    *, client: Client, name: str, country: str = "", is_main: bool = False, by: Actor, **columns: Any
) -> ClientEntity:
    """A legal person of `client`; `registry_ids` (kind -> number) are checked as its `country` gives them out.

    Raises ValidationError, by the kind of number where it is one of these.
    """
    entity = ClientEntity(
        client=client, name=name, country=country or country_of(client), **only(columns, ENTITY_COLUMNS)
    )
    check_entity(entity)
    place(entity, is_main=is_main)
    tell_change(client.pk, ["entities"], by)
    return entity


def check_entity(entity: ClientEntity) -> None:
    wrong: dict[str, Any] = {}
    try:
        check(entity)
    except ValidationError as error:
        wrong |= error.error_dict
    try:
        entity.registry_ids = requisites.validate_ids(entity.country, entity.registry_ids)
    except ValidationError as error:
        wrong |= error.error_dict
    if wrong:
        raise ValidationError(wrong)


@action(CHANGE)
def change_entity(
    *, entity: ClientEntity, values: dict[str, Any], base: dict[str, Any] | None = None, by: Actor
) -> ClientEntity:
    """Write some of ENTITY_COLUMNS over `base`; one number alone is called "registry_ids.npwp"."""
    numbers = frozenset(column for column in values if column.startswith("registry_ids."))
    fresh, changed = put(entity, only(values, ENTITY_COLUMNS | numbers), base, by)
    check_entity(fresh)
    if changed:
        fresh.save()
        tell_change(fresh.client_id, ["entities"], by)
    return fresh


@action(CHANGE)
def add_account(
    *,
    client: Client,
    account: str,
    entity: ClientEntity | None = None,
    is_main: bool = False,
    by: Actor,
    **columns: Any,
) -> BankAccount:
    """A bank account of `client`, of one of its legal persons if it has several."""
    belongs(entity, client)
    row = BankAccount(client=client, entity=entity, account=account, **only(columns, ACCOUNT_COLUMNS))
    check_account(row)
    place(row, is_main=is_main)
    tell_change(client.pk, ["bank_accounts"], by)
    return row


def check_account(row: BankAccount) -> None:
    country = row.entity.country if row.entity_id else country_of(row.client)
    row.currency = row.currency.strip().upper()
    check(row)
    row.bank_code, row.account = requisites.validate_bank(country, row.bank_code, row.account)


@action(CHANGE)
def change_account(
    *, bank_account: BankAccount, values: dict[str, Any], base: dict[str, Any] | None = None, by: Actor
) -> BankAccount:
    """Write some of ACCOUNT_COLUMNS over `base`."""
    fresh, changed = put(bank_account, only(values, ACCOUNT_COLUMNS), base, by)
    check_account(fresh)
    if changed:
        fresh.save()
        tell_change(fresh.client_id, ["bank_accounts"], by)
    return fresh
