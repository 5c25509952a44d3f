"""Made-up clients as plain values: the same seed and language give the same clients."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from kartu.clients.sampling.words import BY_LANGUAGE, Words
from kartu.core.text import sound


@dataclass
class MadePerson:
    """A person: `family` is empty for whoever has one name only."""

    given: str
    family: str
    phone: str  # E.164
    email: str
    position: str = ""

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}".strip()


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


class Maker:
    """Makes clients up. `language` is "en", "id", "ru", or "mixed" for all three in turn."""

    def __init__(self, language: str, seed: int = 1) -> None:
        self.random = random.Random(seed)  # noqa: S311 - made-up clients are no secret
        self.words = list(BY_LANGUAGE.values()) if language == "mixed" else [BY_LANGUAGE[language]]
        self._number = 0

    def clients(self, count: int, *, company_share: float = 0.75) -> Iterator[MadeClient]:
        for _ in range(count):
            words = self.random.choice(self.words)
            is_company = self.random.random() < company_share
            yield self._company(words) if is_company else self._person_client(words)

    def _company(self, words: Words) -> MadeClient:
        choose = self.random.choice
        core = f"{choose(words.firm_first)} {choose(words.firm_second)}"
        if words.country == "RU":
            first, second = core.split(" ", 1)
            core = f"{first}{second}" if second[0].islower() else f"{first} {second}"
        made = self._client(words, is_company=True, name=self._with_form(words, core))
        made.about = choose(words.trades)
        made.people = [self.person(words) for _ in range(self.random.choice((1, 1, 1, 2, 2, 3)))]
        return made

    def _with_form(self, words: Words, core: str) -> str:
        form = self.random.choice(words.legal_forms)
        if words.country == "GB":
            return f"{core} {form}"
        if words.country == "RU":
            if form == "ИП":
                person = self.person(words)
                return f"ИП {person.family} {person.given[0]}. {self.random.choice(words.given)[0]}."
            return f"{form} «{core}»"
        return f"{form} {core}"

    def _person_client(self, words: Words) -> MadeClient:
        person = self.person(words)
        made = self._client(words, is_company=False, name=person.name)
        made.phone, made.email = person.phone, person.email
        return made

    def _client(self, words: Words, *, is_company: bool, name: str) -> MadeClient:
        city, region, postcode = self.random.choice(words.cities)
        return MadeClient(
            is_company=is_company,
            name=name,
            about="",
            city=city,
            region=region,
            postcode=postcode,
            street=f"{self.random.choice(words.streets)} {self.random.randint(1, 240)}",
            country=words.country,
            phone=self.phone(words),
            email=self._email(words, name),
        )

    def person(self, words: Words) -> MadePerson:
        given = self.random.choice(words.given)
        family = self.random.choice(words.family) if self.random.random() < words.family_share else ""
        if words.country == "RU" and given[-1] in "ая" and family.endswith(("ов", "ев", "ёв", "ин")):
            family += "а"
        return MadePerson(
            given=given,
            family=family,
            phone=self.phone(words),
            email=self._email(words, f"{given} {family}"),
            position=self.random.choice(words.positions),
        )

    def phone(self, words: Words) -> str:
        prefix = self.random.choice(words.phone_prefixes)
        rest = words.phone_length - len(prefix)
        return f"+{words.calling_code}{prefix}{self.random.randrange(10**rest):0{rest}d}"

    def _email(self, words: Words, name: str) -> str:
        self._number += 1
        heard = (sound(word) for word in name.split())
        word = max(("".join(filter(str.isalpha, each)) for each in heard), key=len)
        return f"{word or 'kontak'}{self._number}@{words.domain}"
