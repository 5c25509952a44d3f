"""Who a row is about: a company with its people, or a person."""

from functools import cache

from kartu.clients.imports.drafts import DraftPerson
from kartu.clients.imports.people import divide_people, is_company_name, is_legal
from kartu.clients.imports.row import LONGEST, RowInHand
from kartu.clients.imports.ways import add_numbers
from kartu.clients.models import Channel, Client
from kartu.core.text import fold
from kartu.firm.names import PersonName, split_person
from kartu.records.imports.texts import said_everywhere

PARTS = ("family", "given", "patronymic")


def read_who(row: RowInHand) -> None:
    """The client and its people: the company, else the name, else the person is the client."""
    draft = row.draft
    company, bare = row.one("company"), row.one("name")
    people, numbers = _people(row)
    if not company and bare:
        if people or _is_company(row, bare):
            company = bare
        else:
            people = [bare]
    elif company and bare and fold(company) != fold(bare) and not people:
        people = [bare]
    if not company and people and is_legal(people[0]):
        company, people = people[0], people[1:]
    draft.is_company = bool(company)
    if company:
        draft.name = company
        draft.people = [_person(row, person, has_parts=at == 0) for at, person in enumerate(people)]
    elif people:
        _client_is(row, people[0])
        draft.people = [_person(row, person) for person in people[1:]]
    _role(row)
    for number in numbers:
        add_numbers(row, None, number, Channel.Kind.PHONE)


def _client_is(row: RowInHand, name: str) -> None:
    person = _person(row, name, has_parts=True)
    row.draft.name, row.draft.parts = person.name, person.parts
    row.draft.salutation = row.one("salutation") or person.salutation


def _is_company(row: RowInHand, name: str) -> bool:
    if said := kinds().get(fold(row.one("kind"))):
        return said == Client.Kind.COMPANY
    if row.reader.who in ("company", "person"):
        return row.reader.who == "company" or is_legal(name)
    has_company_papers = bool(row.one("kpp") or row.one("legal_name"))
    return has_company_papers or is_company_name(name, row.reader.country)


@cache
def kinds() -> dict[str, Client.Kind]:
    """What a column may say of who the client is, folded."""
    said = {fold(label): kind for kind in Client.Kind for label in [kind.value, *said_everywhere(kind.label)]}
    return said | {"organization": Client.Kind.COMPANY, "организация": Client.Kind.COMPANY}


def _people(row: RowInHand) -> tuple[list[str], list[str]]:
    """Whole names, from one cell or put together from their parts, and the numbers that stood among them."""
    people: list[str] = []
    numbers: list[str] = []
    for _choice, text in row.all("person"):
        found, among = divide_people(text)
        people += found
        numbers += among
    parts = [row.one(part) for part in PARTS]
    if any(parts):
        whole = PersonName("", *parts).in_order(row.reader.country) or " ".join(filter(None, parts))
        people = [" ".join(filter(None, [whole, row.one("suffix")])), *people[1:]]
    return list(dict.fromkeys(people)), numbers


def _person(row: RowInHand, name: str, *, has_parts: bool = False) -> DraftPerson:
    """`has_parts`: the columns of family name and given name, where there are such, are this person's."""
    parts = [row.one(part) for part in PARTS]
    if has_parts and any(parts):
        return DraftPerson(name, PersonName(name, *parts), salutation=row.one("salutation"))
    split = split_person(name, row.reader.country)
    # As when a name is typed on a card: a salutation leaves it, a title stays.
    name = split.whole if split.salutation and not split.title else name
    return DraftPerson(name, split, salutation=(has_parts and row.one("salutation")) or split.salutation[:40])


def _role(row: RowInHand) -> None:
    """Position and department go to the first person of a company; of a person alone they are noted."""
    role = ", ".join(filter(None, [row.one("position"), row.one("department")]))
    if not role:
        return
    if row.draft.is_company and row.draft.people and len(role) <= LONGEST["position"]:
        row.draft.people[0].position = role
    else:
        row.notes.append(role)
