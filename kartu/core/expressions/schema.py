"""What names an expression may use, and of which type each is. It knows no model: whoever asks makes one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db.models import Expression, F, Q

from kartu.core.text import digits, fold, plain, searched, sort_key


class Kind(Enum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"
    YESNO = "yesno"
    ONE = "one"  # one record, or one of a few known values
    MANY = "many"  # several records: tags
    DAYS = "days"  # a length of time


@dataclass(frozen=True)
class Spelling:
    """How texts of one sort are compared: each is brought into a key first, and keys are compared letter by letter.

    `whole` makes the key that the database keeps; `part` and `start` what a key has in it, or begins with.
    """

    whole: Callable[[str], str]
    part: Callable[[str], str]
    start: Callable[[str], str]


def _email(text: str) -> str:
    return text.strip().lower()


def _phone(text: str) -> str:
    number = digits(text)
    return f"+{number}" if number else ""


WORDS = Spelling(sort_key, searched, sort_key)
EMAIL = Spelling(_email, plain, _email)
PHONE = Spelling(_phone, digits, _phone)


@dataclass(frozen=True)
class Type:
    """A `kind`, and what belongs to it: the `currency` of money, the `spelling` of texts, `of` what records are."""

    kind: Kind
    currency: str = ""
    spelling: Spelling = WORDS
    of: str = ""

    def is_any(self, *kinds: Kind) -> bool:
        return self.kind in kinds

    @property
    def is_number(self) -> bool:
        return self.is_any(Kind.NUMBER, Kind.MONEY)

    @property
    def is_time(self) -> bool:
        return self.is_any(Kind.DAY, Kind.MOMENT)


TEXT, NUMBER, DAY, MOMENT = Type(Kind.TEXT), Type(Kind.NUMBER), Type(Kind.DAY), Type(Kind.MOMENT)
YESNO, DAYS = Type(Kind.YESNO), Type(Kind.DAYS)


@dataclass(frozen=True)
class Field:
    """A name that may be used.

    In Python its value is found by its dotted name in plain dictionaries: None (or an empty text) where there is none,
    Decimal or int, `Money`, str, date, aware datetime, bool, an id or a code, a collection of ids. A field that
    `takes_days` (`calls.count(90)`) has a dictionary there, from the days (None: of all time) to the value.

    In SQL it is `expression(days)`: the stored key of a text, a number times ten to the power of `scale`, minor units
    of money, or None where it can only be compared with what is known beforehand. Such a comparison goes by
    `where(how, values, days)`, if it gives a Q that is never NULL: `how` as of the node `Compare`, or in, empty,
    filled, last, next, older. None: there is no such short cut.
    `options()` gives (value, label) of what ONE and MANY choose from; `is_person`: `me` is one of them. `label`: what
    people call it, who may write it in brackets.
    """

    name: str
    type: Type
    expression: Callable[[int | None], Expression | F] | None = None
    where: Callable[[str, list[Any], int | None, Any], Q | None] | None = None
    takes_days: bool = False
    scale: int = 0
    options: Callable[[], Sequence[tuple[Any, str]]] = tuple
    is_person: bool = False
    label: str = ""


@dataclass(frozen=True)
class Schema:
    """The fields by name. What a person may not know of is left out: it is answered like what never was."""

    fields: Mapping[str, Field]

    @classmethod
    def of(cls, *fields: Field) -> "Schema":
        return cls({field.name: field for field in fields})

    def get(self, name: str) -> Field | None:
        return self.fields.get(name)

    def labelled(self, label: str) -> list[Field]:
        """The fields that people call so."""
        return [field for field in self.fields.values() if field.label and fold(field.label) == fold(label)]
