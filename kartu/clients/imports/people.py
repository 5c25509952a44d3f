"""Whether a bare name is a company's or a person's, and the people that stand in one cell."""

import re
import tomllib
from functools import cache
from pathlib import Path

from kartu.core.text import fold
from kartu.firm import names

WORDS_FILE = Path(__file__).parent.parent / "data" / "business_words.toml"
NOT_IN_A_PERSON = re.compile(r"[\d«»\"“”„&@/|#+]")
LETTERS = re.compile(r"[^\W\d_][\w'’.-]*\.?,?")
NUMBER_IN_A_NAME = re.compile(r"\+?\d[\d\s()\-–.]{6,}\d")
LINKED = re.compile(r"\s(?:и|dan|and)\s", re.IGNORECASE)
BETWEEN_PEOPLE = re.compile(r"\s*[;\n\r|]+\s*|\s+(?:и|dan|and)\s+(?=[^\W\d_]+\s+[^\W\d_])", re.IGNORECASE)


@cache
def business_words() -> frozenset[str]:
    with open(WORDS_FILE, "rb") as file:
        return frozenset(map(fold, tomllib.load(file)["words"]))


def is_company_name(text: str, country: str) -> bool:
    """Whether a client called `text` is likelier a company. A legal form settles it; words and shape suggest it."""
    form, rest = names.split_company(text)
    if form:
        return True
    words = rest.split()
    if NOT_IN_A_PERSON.search(text) or len(words) > 5 or not all(LETTERS.fullmatch(word) for word in words):
        return True
    person = names.split_person(text, country)
    if person.salutation or person.title or person.patronymic:
        return False
    if any(fold(word).strip(".,") in business_words() for word in words):
        return True
    if len(words) == 1 and text.isupper():
        return len(text) <= 4
    return not all(word[0].isupper() for word in words)


def divide_people(text: str) -> tuple[list[str], list[str]]:
    """The names in a cell that may hold several people, and the numbers that stand among them."""
    if text.replace(" ", "").isalpha() and not LINKED.search(text):
        return [text], []
    numbers = [match[0].strip() for match in NUMBER_IN_A_NAME.finditer(text)]
    people = [part.strip(" ,:-–—") for part in BETWEEN_PEOPLE.split(NUMBER_IN_A_NAME.sub(" ", text))]
    return [" ".join(person.split()) for person in people if any(map(str.isalpha, person))], numbers


def is_legal(name: str) -> bool:
    """Whether the name carries a legal form."""
    return bool(names.split_company(name)[0])
