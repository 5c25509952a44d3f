"""A client as one row describes it, before anything is written."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kartu.clients.models import Address, Channel, Touch
from kartu.firm.names import PersonName


@dataclass
class DraftWay:
    """A way to reach the client, or, with `is_persons`, its first person. Values are those of clients.channels."""

    kind: Channel.Kind
    value: str
    typed: str
    extension: str = ""
    label: str = ""
    is_persons: bool = False

    def names_the_same(self, other: "DraftWay") -> bool:
        return (self.kind, self.value, self.extension) == (other.kind, other.value, other.extension)


@dataclass
class DraftAddress:
    """`whole` is the line that the address stood in, where it stood in one, `by_whole` the parts that it told."""

    kind: Address.Kind = Address.Kind.OFFICE
    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    whole: str = ""
    by_whole: frozenset[str] = frozenset()


@dataclass(frozen=True)
class DraftTouch:
    """Something said on a day of its own."""

    at: datetime
    kind: Touch.Kind
    text: str


@dataclass
class DraftPerson:
    name: str
    parts: PersonName
    salutation: str = ""
    position: str = ""
    birthday: date | None = None


@dataclass
class Draft:
    """What one row says. A person with a company is among `people`; a person without one is the client itself."""

    is_company: bool = True
    name: str = ""
    parts: PersonName | None = None
    salutation: str = ""
    people: list[DraftPerson] = field(default_factory=list)
    ways: list[DraftWay] = field(default_factory=list)
    addresses: list[DraftAddress] = field(default_factory=list)
    legal_name: str = ""
    legal_address: str = ""
    registry_ids: dict[str, str] = field(default_factory=dict)
    tax_id: str = ""
    bank: tuple[str, str, str] = ("", "", "")
    country: str = ""
    language: str = ""
    about: str = ""
    note: str = ""
    touches: list[DraftTouch] = field(default_factory=list)
    birthday: date | None = None
    consent_at: date | None = None
    created_at: datetime | None = None
    status: str = ""
    category: str = ""
    source: str = ""
    tags: list[str] = field(default_factory=list)
    responsible: str = ""
    # The number of the client in this program, as an export gives it.
    number: int | None = None
    # The fields that the row fills.
    given: frozenset[str] = frozenset()
    # The firm's own fields, as `Client.custom` keeps them.
    custom: dict[str, Any] = field(default_factory=dict)
    # The number of the earlier row whose company this row's person belongs to.
    joins_row: int = 0
    # The row adds a person, and nothing else, to a client that an earlier row means.
    adds_person: bool = False

    @property
    def has_entity(self) -> bool:
        return bool(self.registry_ids or self.legal_name or self.legal_address)

    @property
    def city(self) -> str:
        return next((address.city for address in self.addresses if address.city), "")
