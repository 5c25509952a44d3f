"""Which column feeds which field: by what its header says in any language, then by what its values look like."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from kartu.records.imports.guess import Column, Looks
from kartu.records.imports.headers import Header, header_of


class Kind(StrEnum):
    """How a field reads its cells."""

    TEXT = "text"
    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    DATE = "date"
    NUMBER = "number"
    FLAG = "flag"
    LIST = "list"
    LONG = "long"
    # Says which one the value in the next column is: "mobile", "work".
    LABEL = "label"


@dataclass(frozen=True)
class Target:
    """A field that columns can feed. `many`: several columns may; `sets`: they make several things (addresses).

    `adds`: of a record that is here, what the file says more is added, nothing is filled or overwritten; `is_kept`:
    it is left alone. `divides`: a cell holds several things, and is divided unless a person wants it left whole.
    """

    key: str
    label: Any
    kind: Kind = Kind.TEXT
    group: Any = ""
    many: bool = False
    sets: bool = False
    looks: tuple[Looks, ...] = ()
    adds: bool = False
    is_kept: bool = False
    divides: bool = False

    @property
    def may_overwrite(self) -> bool:
        return self.kind is not Kind.LABEL and not self.adds and not self.is_kept


OVERWRITE = "over"


@dataclass
class Choice:
    """What feeds what: a column, its field ("" = not taken), and which thing of several it belongs to.

    `order` is how the dates of the column are written (DateOrder), empty where the dates do not tell. `mode` says what
    becomes of a value that is here: OVERWRITE, or only what is empty is filled. `is_whole`: its cells are not divided.
    """

    at: int
    target: str = ""
    set: str = ""
    certainty: float = 0.0
    order: str = ""
    mode: str = ""
    is_whole: bool = False


class Words:
    """The known headers of an importer's fields, from its data file: {"phone": {"en": ["phone", ...], ...}}."""

    def __init__(
        self,
        data: Mapping[str, Mapping[str, Iterable[str]]],
        sets: Mapping[str, Iterable[str]],
        owners: Iterable[str] = (),
        labels: Mapping[str, str] | None = None,
        heads: Mapping[str, str] | None = None,
    ) -> None:
        """`sets`: words that tell several addresses apart; `owners`: words that say whose the thing is, in front.

        `labels`: names of our own fields -> field, which come before the words; `heads`: heads of our own exports ->
        field, which come after them.
        """
        self._owners = frozenset(owners)
        self._exact: dict[tuple[str, ...], str] = {}
        for label, target in (labels or {}).items():
            self._exact.setdefault(header_of(label).words, target)
        for target, languages in data.items():
            for word in (word for words in languages.values() for word in words):
                self._exact.setdefault(header_of(word).words, target)
        for head, target in (heads or {}).items():
            self._exact.setdefault(header_of(head).words, target)
        self._sets = {word: name for name, words in sets.items() for word in words}

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._exact))

    def knows(self, text: str) -> bool:
        """Whether `text` is a header, as it stands or but for its numbers and idle words."""
        return bool(text) and self.find(header_of(text))[1] >= 0.8

    def find(self, header: Header) -> tuple[str, float, str]:
        """(field, certainty from 0 to 1, the set it belongs to); ("", 0, "") for a header nobody knows."""
        if not header.words:
            return "", 0.0, ""
        index = str(header.index) if header.index > 1 else ""
        if target := self._exact.get(header.words):
            return target, 1.0, index
        bare = header.without_noise()
        if target := self._exact.get(bare.words):
            return target, 0.95, index
        named = [self._sets[word] for word in bare.words if word in self._sets]
        if named:
            rest = tuple(word for word in bare.words if word not in self._sets)
            if rest and (target := self._exact.get(rest)):
                return target, 0.9, named[0] + index
        if bare.words[0] in self._owners and (target := self._exact.get(bare.words[1:])):
            return target, 0.85, index
        return self._longest_part(bare, (named[0] if named else "") + index)

    def _longest_part(self, header: Header, set_name: str) -> tuple[str, float, str]:
        """The longest known header that stands inside this one; the more of it, the surer."""
        words = header.words
        for length in range(min(len(words), self._longest), 0, -1):
            # What comes last names the thing, in Russian and Indonesian what comes first: the ends before the middle.
            for start in sorted(
                range(len(words) - length + 1), key=lambda start: min(start, len(words) - length - start)
            ):
                if target := self._exact.get(words[start : start + length]):
                    return target, 0.35 + 0.4 * length / len(words), set_name
        return "", 0.0, ""


@dataclass
class Guessed:
    """The mapping of a table and how sure it is, from 0 to 1, for the page that shows it."""

    choices: list[Choice] = field(default_factory=list)

    def __getitem__(self, at: int) -> Choice:
        return next(choice for choice in self.choices if choice.at == at)


def guess_mapping(columns: list[Column], targets: Mapping[str, Target], words: Words) -> Guessed:
    """The likeliest field of each column. No field that takes one column is given to two."""
    wishes = [_wish(column, targets, words) for column in columns]
    taken: set[tuple[str, str]] = set()
    fills = {column.at: column.filled for column in columns}
    for choice in sorted(wishes, key=lambda choice: (-choice.certainty, -(fills[choice.at] > 0), choice.at)):
        target = targets.get(choice.target)
        if target is None:
            choice.target = ""
            continue
        place = (choice.target, choice.set)
        if not target.many and place in taken:
            if target.sets:
                choice.set = _free_set(choice, taken)
                place = (choice.target, choice.set)
            else:
                choice.target, choice.certainty = "", 0.0
                continue
        taken.add(place)
    return Guessed(sorted(wishes, key=lambda choice: choice.at))


def _free_set(choice: Choice, taken: set[tuple[str, str]]) -> str:
    number = 2
    while (choice.target, f"{choice.set}{number}") in taken:
        number += 1
    return f"{choice.set}{number}"


def _wish(column: Column, targets: Mapping[str, Target], words: Words) -> Choice:
    target, certainty, set_name = words.find(header_of(column.header)) if column.header else ("", 0.0, "")
    if target in targets and _contradicts(targets[target], column):
        certainty *= 0.5
    if certainty < 0.45:
        by_looks = next((key for key, each in targets.items() if column.looks in each.looks), "")
        if by_looks and (not column.header or certainty == 0):
            return Choice(column.at, by_looks, "", 0.4)
        if certainty < 0.4:
            return Choice(column.at)
    sets = target in targets and targets[target].sets
    return Choice(column.at, target, set_name if sets else "", certainty)


CANNOT = {
    Kind.EMAIL: {Looks.PHONE, Looks.DATE, Looks.NUMBER, Looks.FLAG},
    Kind.PHONE: {Looks.EMAIL, Looks.DATE, Looks.FLAG, Looks.LONG},
    Kind.DATE: {Looks.EMAIL, Looks.PHONE, Looks.LONG, Looks.FLAG},
    Kind.NAME: {Looks.EMAIL, Looks.PHONE, Looks.DATE, Looks.NUMBER, Looks.FLAG},
    Kind.NUMBER: {Looks.EMAIL, Looks.LONG},
}


def _contradicts(target: Target, column: Column) -> bool:
    """Whether the values of the column cannot be what its header says ("Company" over ids, "E-mail" over flags)."""
    return column.looks in CANNOT.get(target.kind, set())
