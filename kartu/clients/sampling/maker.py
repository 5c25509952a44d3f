"""Made-up clients as plain values: the same seed and language give the same clients."""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from kartu.clients.sampling.latin import latin
from kartu.clients.sampling.words import BY_LANGUAGE, City, Words
from kartu.firm.names import split_company

T = TypeVar("T")
TRIES = 60
FEMALE_ENDINGS = (("ский", "ская"), ("ов", "ова"), ("ев", "ева"), ("ёв", "ёва"), ("ин", "ина"), ("ын", "ына"))


@dataclass
class MadePerson:
    """A person: `family` is empty for whoever has one name only."""

    given: str
    family: str
    patronymic: str
    phone: str  # E.164
    email: str
    position: str = ""

    @property
    def name(self) -> str:
        """As the country writes it: in Russia the family name stands first."""
        parts = (self.family, self.given, self.patronymic) if self.patronymic else (self.given, self.family)
        return " ".join(filter(None, parts))


@dataclass
class MadeClient:
    """A company with its people, or a person."""

    is_company: bool
    name: str
    about: str
    city: str
    region: str
    postcode: str
    street: str
    country: str
    phone: str  # E.164
    email: str
    people: list[MadePerson] = field(default_factory=list)
    owner: MadePerson | None = None  # of a firm that bears a name, and of a client who is a person


class Maker:
    """Makes clients up. `language` is "en", "id", "ru", or "mixed" for all three in turn.

    `apart`: no two clients and hardly two people get one name, and numbers reserved for stories are used where a
    country has such. For a firm that people look at; of millions neither can be had.
    """

    def __init__(self, language: str, seed: int = 1, *, apart: bool = False) -> None:
        self.random = random.Random(seed)  # noqa: S311 - made-up clients are no secret
        self.words = list(BY_LANGUAGE.values()) if language == "mixed" else [BY_LANGUAGE[language]]
        self.apart = apart
        self._taken: set[str] = set()
        self._addresses: Counter[str] = Counter()

    def clients(self, count: int, *, company_share: float = 0.75) -> Iterator[MadeClient]:
        for _ in range(count):
            words = self.random.choice(self.words)
            yield self.company(words) if self.random.random() < company_share else self._person_client(words)

    def company(self, words: Words) -> MadeClient:
        owner = self.person(words)
        city = self.random.choice(words.cities)
        name, about, is_owners = self._fresh(lambda: self._firm(words, city, owner), key=lambda firm: firm[0])
        made = self._client(words, city, is_company=True, name=name, about=about)
        domain = f"{_slug(owner.family if is_owners else split_company(name)[1])}.{words.domain}"
        made.people = [self.person(words) for _ in range(self.random.choice((1, 1, 1, 2, 2, 3)))]
        if is_owners:
            owner.position = words.positions[0]
            made.people[0], made.owner = owner, owner
        for person in made.people:
            person.email = self._email(f"{_slug(person.given)}.{_slug(person.family)}".strip("."), domain)
        made.email = self._email("info", domain)
        return made

    def renamed(self, made: MadeClient, name: str, about: str, words: Words) -> MadeClient:
        """`made` under a name that was given, its people's addresses with it."""
        made.name, made.about, made.owner = name, about, None
        domain = f"{_slug(split_company(name)[1])}.{words.domain}"
        for each in (made, *made.people):
            each.email = f"{each.email.partition('@')[0]}@{domain}"
        return made

    def _firm(self, words: Words, city: City, owner: MadePerson) -> tuple[str, str, bool]:
        pattern, about = self.random.choice(words.firms)
        initials = f"{owner.given[0]}. {owner.patronymic[:1]}."
        first = self.random.choice(words.firm_first)
        name = pattern.format(first=first, family=owner.family, city=city.name, initials=initials)
        return name, about, "{family}" in pattern

    def _person_client(self, words: Words) -> MadeClient:
        person = self.person(words)
        made = self._client(words, self.random.choice(words.cities), is_company=False, name=person.name)
        made.phone, made.email, made.owner = person.phone, person.email, person
        return made

    def _client(self, words: Words, city: City, *, is_company: bool, name: str, about: str = "") -> MadeClient:
        return MadeClient(
            is_company=is_company,
            name=name,
            about=about,
            city=city.name,
            region=city.region,
            postcode=city.postcode,
            street=self.street(words),
            country=words.country,
            phone=self._number(words, city.area, words.landline_length) if is_company else "",
            email="",
        )

    def street(self, words: Words) -> str:
        street, house = self.random.choice(words.streets), self.random.randint(1, 240)
        return f"{house} {street}" if words.country == "GB" else f"{street} {house}"

    def person(self, words: Words) -> MadePerson:
        given, family, patronymic = self._fresh(lambda: self._names(words), key=" ".join)
        return MadePerson(
            given=given,
            family=family,
            patronymic=patronymic,
            phone=self.phone(words),
            email=self._email(f"{_slug(given)}.{_slug(family)}".strip("."), words.domain),
            position=self.random.choice(words.positions[1:]),
        )

    def _names(self, words: Words) -> tuple[str, str, str]:
        if words.single and self.random.random() < words.single_share:
            return self.random.choice(words.single), "", ""
        is_woman = self.random.random() < 0.5
        given = self.random.choice(words.women if is_woman else words.men)
        family = self.random.choice(words.family)
        patronymic = self.random.choice(words.patronymics)[is_woman] if words.patronymics else ""
        return given, of_a_woman(family) if is_woman and words.country == "RU" else family, patronymic

    def _fresh(self, make: Callable[[], T], key: Callable[[T], str]) -> T:
        """What `make` gives, made again while it has been there already (where names are to be kept apart)."""
        made = make()
        for _ in range(TRIES if self.apart else 0):
            if key(made) not in self._taken:
                break
            made = make()
        self._taken.add(key(made)) if self.apart else None
        return made

    def phone(self, words: Words) -> str:
        prefixes = words.invented if self.apart and words.invented else words.mobiles
        return self._number(words, self.random.choice(prefixes), words.phone_length)

    def _number(self, words: Words, prefix: str, length: int) -> str:
        rest = length - len(prefix)
        lowest = 2 * 10 ** (rest - 1) if rest > 4 else 0  # what is left of a whole number begins with neither 0 nor 1
        return self._fresh(
            lambda: f"+{words.calling_code}{prefix}{self.random.randrange(lowest, 10**rest):0{rest}d}", key=str
        )

    def _email(self, name: str, domain: str) -> str:
        address = f"{name or 'mail'}@{domain}"
        self._addresses[address] += 1
        return address.replace("@", f"{self._addresses[address]}@") if self._addresses[address] > 1 else address


def of_a_woman(family: str) -> str:
    """A Russian family name as a woman bears it."""
    for his, hers in FEMALE_ENDINGS:
        if family.endswith(his):
            return family.removesuffix(his) + hers
    return family


def _slug(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", latin(text).lower().replace("'", "")))[:40].strip("-")
