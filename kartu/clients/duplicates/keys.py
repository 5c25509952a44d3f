"""The key under which two spellings of one name meet: its words by their sound, in alphabetical order.

"ООО «Ромашка»", "Romashka LLC" and "РОМАШКА" have one key, "Иван Петров" and "Petrov Ivan" another. Phones, e-mails and
tax numbers need none: `Channel.value` and `ClientEntity.tax_id` hold the one normal spelling already.
"""

import re

from kartu.core.text import fold, sound
from kartu.firm.names import company_key, split_person

LONGEST = 160
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z]")
_ALIKE_LATIN = "ABCEHKMOPTXYaceopxy"
_ALIKE_CYRILLIC = "АВСЕНКМОРТХУасеорху"
_TO_CYRILLIC = str.maketrans(_ALIKE_LATIN, _ALIKE_CYRILLIC)
_TO_LATIN = str.maketrans(_ALIKE_CYRILLIC, _ALIKE_LATIN)


def key_of_company(name: str) -> str:
    """Without the legal form, quotes and signs."""
    return _key(company_key(unmixed(name)))


def key_of_person(name: str, family: str, given: str) -> str:
    """Of the family name and the given one where the name divides, for few lists have the patronymic; else of all."""
    name = f"{family} {given}" if family and given else split_person(name).whole or name
    return _key(unmixed(name))


def _key(text: str) -> str:
    return " ".join(sorted(sound(text).split()))[:LONGEST]


def unmixed(text: str) -> str:
    """`text` with each of its words in one alphabet: "Pомашка" with a Latin P becomes wholly Cyrillic."""
    return _WORD.sub(lambda word: _in_one_alphabet(word[0]), text) if is_mixed(text) else text


def is_mixed(text: str) -> bool:
    """Whether a word of `text` has letters of both alphabets, which no reader can tell apart."""
    if text.isascii():
        return False
    return any(_CYRILLIC.search(word) and _LATIN.search(word) for word in _WORD.findall(text))


def _in_one_alphabet(word: str) -> str:
    if all(letter in _ALIKE_LATIN for letter in _LATIN.findall(word)):
        return word.translate(_TO_CYRILLIC)
    return word.translate(_TO_LATIN) if all(each in _ALIKE_CYRILLIC for each in _CYRILLIC.findall(word)) else word


def exact_name(name: str, *, is_company: bool) -> str:
    """What two names share that are the same but for case, spaces, legal form and the form of their letters (NFC,
    NFD): beyond doubt, so an import goes by it. A Latin "a" is no Cyrillic one."""
    return company_key(name) if is_company else fold(name)


def same_name(one: str, other: str) -> bool:
    return any(exact_name(one, is_company=kind) == exact_name(other, is_company=kind) for kind in (False, True))
