"""A person's name and its parts, kept in step."""

from collections.abc import Iterable

from kartu.clients.models import Client, Contact
from kartu.firm.names import PersonName, split_person

PARTS = frozenset({"family_name", "given_name", "patronymic"})


def settle_name(person: Client | Contact, typed: Iterable[str], country: str) -> None:
    """Typed parts make the name, a typed name makes its parts; a name that is one thing has none.

    `typed` names the columns that were written, `country` whose custom of names holds.
    """
    written = set(typed)
    if PARTS & written:
        parts = PersonName("", person.family_name, person.given_name, person.patronymic)
        person.name = parts.in_order(country) or person.given_name or person.name
    elif written & {"name", "kind"} or person._state.adding:
        divide(person, country)


def divide(person: Client | Contact, country: str) -> None:
    name = split_person(person.name, country)
    person.family_name, person.given_name, person.patronymic = name.family, name.given, name.patronymic
    if name.salutation and not person.salutation:
        person.salutation = name.salutation[:40]
    if name.salutation and not name.title:
        person.name = name.whole
