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


@dataclass(frozen=True)
class DraftRow:
    """A row of the table section `section_id`; `custom` as `ClientRow.custom` keeps it."""

    section_id: int
    custom: dict[str, Any]


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
    # Cells that name colleagues who take part, with the place of their column.
    collaborators: list[tuple[str, int]] = field(default_factory=list)
    # The colleagues among these who are to be named, and are not yet: ids and names.
    taking_part: dict[int, str] = field(default_factory=dict)
    # The number of the client in this program, as an export gives it.
    number: int | None = None
    # The fields that the row fills.
    given: frozenset[str] = frozenset()
    # The firm's own fields, as `Client.custom` keeps them.
    custom: dict[str, Any] = field(default_factory=dict)
    # The rows of tables that the row brings, one at most for each table.
    rows: list[DraftRow] = field(default_factory=list)
    # The client's name as it stands, where the row says nothing else but what it brings to tables.
    called: str = ""
    # What could not be read and is kept in words all the same.
    unread: str = ""
    # The number of the earlier row whose client this row's person, or rows of tables, belong to.
    joins_row: int = 0
    # The row adds a person, and rows of tables, but nothing else to a client that an earlier row means.
    adds_person: bool = False
    # It adds rows of tables alone.
    adds_rows: bool = False

    def leave_rows(self) -> None:
        """All else that the row says an earlier one has said; only what could not be read stays, as a note."""
        self.adds_rows = True
        self.people, self.ways, self.touches, self.note = [], [], [], self.unread

    @property
    def has_entity(self) -> bool:
        return bool(self.registry_ids or self.legal_name or self.legal_address)

    @property
    def city(self) -> str:
        return next((address.city for address in self.addresses if address.city), "")
