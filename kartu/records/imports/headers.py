"""Headers of columns, made comparable: "Тел. (моб.) 2*", "phoneNumber", "property_phone" and "E-mail 1 - Value"."""

import re
from dataclasses import dataclass

from kartu.core.text import fold

CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
NOT_WORDS = re.compile(r"[^\w#+]+|_+")
NUMBER = re.compile(r"^\d{1,2}$")
# Words that tell nothing about what stands in a column.
NOISE = frozenset(
    "the of a an in and your property field custom value values c main primary first1 default full "
    "основной основная основное главный обязательно поле значение "
    "utama wajib isi kolom".split()
)


@dataclass(frozen=True)
class Header:
    """A header as words; `index` is the number in it ("Phone 2" -> 2), or 0."""

    words: tuple[str, ...]
    index: int = 0

    def __str__(self) -> str:
        return " ".join(self.words)

    def without_noise(self) -> "Header":
        return Header(tuple(word for word in self.words if word not in NOISE) or self.words, self.index)


def header_of(text: str) -> Header:
    """The header in `text`; equal for all spellings of the same words."""
    parts = CAMEL.sub(" ", text) if text.isascii() and " " not in text.strip() else text
    words = NOT_WORDS.sub(" ", fold(parts).replace("e-mail", "email").replace("e mail", "email")).split()
    joined = [word for word in _joined(words)]
    numbers = [int(word) for word in joined if NUMBER.match(word)]
    return Header(tuple(word for word in joined if not NUMBER.match(word)), numbers[0] if numbers else 0)


# A digit glued to a word: "phone2", "тел1", "address1".
GLUED = re.compile(r"^([^\W\d]{3,})(\d)$")


def _joined(words: list[str]) -> list[str]:
    out = []
    for word in words:
        match = GLUED.match(word)
        out += [match[1], match[2]] if match else [word]
    return out
