"""How texts and questions are cut into words: alike, or nothing would be found."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kartu.core.text import digits, plain, sounds
from kartu.firm.names import split_company

LONGEST_TEXT = 5000  # letters of one object that are searched
LONGEST_QUESTION = 120
MOST_WORDS = 8

_SEPARATORS = re.compile(r"[\s!-/:-@\[-`{-~\u00a1-\u00bf\u2010-\u2027\u2030-\u205e\u3000-\u303f]+")
_PHONE_LIKE = re.compile(r"[\d\s()+./\-–—]+")
_AROUND_ADDRESS = "<>()[]{},;:\"'"


def words(text: str) -> list[str]:
    """The words of `text`, folded and without accents; an e-mail address or @name stays in one piece."""
    return [word for token in plain(text).split() for word in _cut(token, "@" not in token)]


def words_and_pieces(text: str) -> list[str]:
    """`words`, and the pieces of addresses too: what is found by "ivan@firma.ru" is found by "firma.ru" as well."""
    found = words(text)
    return found + [piece for word in found if "@" in word for piece in _cut(word, True)]


def _cut(token: str, in_pieces: bool) -> list[str]:
    pieces = _SEPARATORS.split(token) if in_pieces else [token.strip(_AROUND_ADDRESS)]
    return [piece for piece in pieces if piece]


def title_key(title: str) -> str:
    """What the beginning of a question is compared with: the words of a name without its legal form."""
    return " ".join(words(split_company(title)[1]))


def spaced(tokens: Iterable[str]) -> str:
    """Tokens with a space before and behind each, so that a word's beginning can be asked for."""
    joined = " ".join(dict.fromkeys(tokens))[:LONGEST_TEXT]
    return f" {joined} " if joined else ""


def spoken(names: Iterable[str]) -> list[list[str]]:
    """All sounds of all words of `names`."""
    return [readings for name in names for readings in sounds(name)]


@dataclass(frozen=True)
class Question:
    """What was typed: its words, its digits if it looks like a phone, its title key, and the sounds of its words."""

    typed: str
    words: tuple[str, ...]
    digits: str
    title: str
    sounds: tuple[tuple[str, ...], ...]

    @property
    def is_empty(self) -> bool:
        return not self.words

    @property
    def is_address(self) -> bool:
        """Whether an address of e-mail is among the words: it sounds like nothing but itself."""
        return any("@" in word for word in self.words)

    @property
    def has_letters(self) -> bool:
        return any(not word.isdigit() for word in self.words)


def question(typed: str) -> Question:
    typed = typed[:LONGEST_QUESTION]
    asked = words(typed)[:MOST_WORDS]
    number = digits(typed) if _PHONE_LIKE.fullmatch(plain(typed) or "-") else ""
    return Question(
        typed=typed,
        words=tuple(dict.fromkeys(asked)),
        digits=number.removeprefix("00") if len(number) >= 3 else "",
        title=title_key(typed),
        sounds=tuple(tuple(readings) for readings in sounds(typed)[:MOST_WORDS]),
    )
