"""Kinds of columns: how a value is filtered, said, shown, copied, exported and typed.

Values of a filter lie in addresses and saved views as texts of one spelling (numbers with a point, days as
2026-11-23); `clean` turns them into Python and refuses anything else, `typed` makes them from what a person typed.
"""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Expression, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kartu.core import formats
from kartu.core.fields import Minor, prefix_range
from kartu.core.money import Money, parse_amount
from kartu.core.text import digits, searched, sort_key
from kartu.records.lists.asking import Asking, BadQuestion

if TYPE_CHECKING:
    from kartu.records.lists.look import Look

MAX_VALUES = 500
MAX_TEXT = 200
MAX_DAYS = 36_600
NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,6})?")
DAYS = re.compile(r"\d{1,5}")
ID = re.compile(r"\d{1,18}")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Kind:
    """What a column holds. `field` in the methods below is the path of the model's column."""

    operations: ClassVar[tuple[str, ...]] = ("empty", "filled")
    # How the database says that there is no value: NULL, or an empty text.
    blank: ClassVar[bool] = False
    # Whether many rows share a value, so that they stand by name among themselves; else by their age.
    has_namesakes: ClassVar[bool] = False
    is_number: ClassVar[bool] = False
    # Whether the value lies in a table of its own, whose index does not know the names of the rows.
    is_joined: ClassVar[bool] = False
    # What the builder of filters shows for a value: text, words (with commas between), number, date or choice.
    input: ClassVar[str] = "text"

    def clean(self, operation: str, texts: Sequence[str]) -> list[Any]:
        """Python values of the texts in an address; BadQuestion for texts that are none."""
        if operation in ("last", "next", "older"):
            return [days_of(texts[0])]
        return [self.clean_one(text) for text in texts]

    def clean_one(self, text: str) -> Any:
        return text_of(text)

    def typed(self, text: str) -> str:
        """The one spelling of what a person typed; ValueError with a sentence that says what is wrong."""
        return text.strip()

    def where(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        if operation == "empty":
            return self.is_empty(field)
        if operation == "filled":
            return self.is_filled(field)
        return self.compare(field, operation, values, asking)

    def is_empty(self, field: str) -> Q:
        return Q(**{field: ""}) if self.blank else Q(**{f"{field}__isnull": True})

    def is_filled(self, field: str) -> Q:
        """Spelt so, and not as "not empty", that an index of the column finds where such rows begin."""
        return Q(**{f"{field}__gt": ""}) if self.blank else Q(**{f"{field}__isnull": False})

    def compare(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        raise NotImplementedError

    def hint(self, field: str, operation: str, values: list) -> Q | None:
        """A condition that every row found by `where` meets, and that an index tells; None: there is none."""
        return None

    def check(self, values: list, asking: Asking) -> None:
        """Raise BadQuestion for values that only `asking.person` may not ask for."""

    def state(self, values: list, asking: Asking) -> Hashable:
        """What the SQL of `where` depends on besides its arguments, for values that stand for something kept."""
        return None

    def said(self, value: Any, asking: Asking) -> str:
        """A filter's value as a chip says it."""
        return str(value)

    def options(self, asking: Asking) -> list[tuple[str, str]]:
        """(value, label) of what can be chosen, for kinds whose input is "choice"."""
        return []

    # --- rows --------------------------------------------------------------------------------------------------

    def reads(self, field: str) -> dict[str, Expression]:
        """Further values that a row must bring along: name -> expression."""
        return {}

    def value(self, row: Any, field: str) -> Any:
        """What an export writes: text, number, date, datetime or None."""
        return getattr(row, field)

    def printed(self, row: Any, field: str) -> str:
        """The cell on paper, where nothing can be hovered: whole dates, in one piece."""
        return on_paper(self.value(row, field))

    def html(self, row: Any, field: str, look: "Look") -> str:
        """The cell's content, escaped."""
        value = self.value(row, field)
        return escape(str(value)) if value not in (None, "") else ""

    def bare(self, row: Any, field: str) -> str | None:
        """What copying to Excel takes where it differs from what is shown: a number without marks, an ISO date."""
        return None


def on_paper(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        words = formats.format_datetime(value) if isinstance(value, datetime) else formats.format_date(value)
        return words.replace(" ", formats.NBSP)
    return value if isinstance(value, str) else formats.format_number(value)


def text_of(text: str, *, limit: int = MAX_TEXT) -> str:
    """`text`, if both databases can look for it."""
    if len(text) > limit or _UNFIT.search(text):
        raise BadQuestion("This is no text to look for")
    return text


def days_of(text: str) -> int:
    if not DAYS.fullmatch(text) or int(text) > MAX_DAYS:
        raise BadQuestion("This is no number of days")
    return int(text)


def id_of(text: str) -> int:
    if not ID.fullmatch(text):
        raise BadQuestion("This is no number of a record")
    return int(text)


@dataclass(frozen=True)
class Text(Kind):
    """Words. `field` holds their folded key; `shown` is the column that is shown, if another one.

    `pieces(field, text)` tells by an index which rows may have a part in their text; None where it cannot.
    """

    operations: ClassVar = ("has", "starts", "is", "empty", "filled")
    blank: ClassVar = True

    shown: str = ""
    pieces: Callable[[str, str], Q | None] | None = None

    def compare(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        text = values[0]
        key = self.part(text) if operation == "has" else self.key(text)
        if not key:  # nothing but signs that do not count: every text has them, none is made of them
            return Q(pk__in=[]) if operation == "is" else self.is_filled(field)
        if operation == "has":
            return Q(**{f"{field}__contains": key})
        if operation == "is":
            return Q(**{field: key})
        start, end = prefix_range(key)
        return Q(**{f"{field}__gte": start, f"{field}__lt": end})

    def hint(self, field: str, operation: str, values: list) -> Q | None:
        part = self.part(values[0]) if operation == "has" and self.pieces else ""
        return self.pieces(field, part) if part else None

    def part(self, text: str) -> str:
        """What the column has in it where it has `text`."""
        return searched(text)

    def key(self, text: str) -> str:
        return sort_key(text)

    def said(self, value: Any, asking: Asking) -> str:
        return f"“{value}”"

    def value(self, row: Any, field: str) -> str:
        return getattr(row, self.shown or field)


@dataclass(frozen=True)
class Word(Text):
    """A text of which there are few: a city. Several may be asked for at once."""

    operations: ClassVar = ("any", "none", "has", "starts", "empty", "filled")
    input: ClassVar = "words"
    has_namesakes: ClassVar = True

    def compare(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        if operation not in ("any", "none"):
            return super().compare(field, operation, values, asking)
        chosen = Q(**{f"{field}__in": [key for key in map(self.key, values) if key]})
        return chosen if operation == "any" else ~chosen

    def said(self, value: Any, asking: Asking) -> str:
        return str(value)


@dataclass(frozen=True)
class Phone(Text):
    """A telephone number in its one spelling (+62…). Whatever is typed is compared by its digits."""

    operations: ClassVar = ("has", "starts", "empty", "filled")
    spell: Callable[[str], str] = str

    def compare(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        number = digits(values[0])
        if not number:
            return Q(pk__in=[])
        if operation == "has":
            return super().compare(field, operation, values, asking)
        start, end = prefix_range(f"+{number}")
        return Q(**{f"{field}__gte": start, f"{field}__lt": end})

    def part(self, text: str) -> str:
        return digits(text)

    def printed(self, row: Any, field: str) -> str:
        return self.spell(getattr(row, field) or "").replace(" ", formats.NBSP)

    def html(self, row: Any, field: str, look: "Look") -> str:
        number = getattr(row, field)
        return f'<a class="t2 tn" href="tel:{escape(number)}">{escape(self.spell(number))}</a>' if number else ""


@dataclass(frozen=True)
class Email(Text):
    """An e-mail address in small letters."""

    def key(self, text: str) -> str:
        return text.strip().lower()

    def html(self, row: Any, field: str, look: "Look") -> str:
        address = escape(getattr(row, field))
        return f'<a class="t2" href="mailto:{address}">{address}</a>' if address else ""


@dataclass(frozen=True)
class Masked(Kind):
    """A text of which the reader gets the mask that `veil` gives it. Compared it would be told letter by letter: all
    that may be asked is whether there is one. `cell(row, mask)`: the content of the cell, escaped."""

    blank: ClassVar = True

    veil: Callable[[str], str] = str
    cell: Callable[[Any, str], str] | None = None

    def value(self, row: Any, field: str) -> str:
        text = getattr(row, field)
        return str(self.veil(text)) if text else ""

    def html(self, row: Any, field: str, look: "Look") -> str:
        text = getattr(row, field)
        mask = self.veil(text) if text else ""
        return self.cell(row, mask) if self.cell and mask else escape(mask)


@dataclass(frozen=True)
class Number(Kind):
    """A count or a measure. `unit` stands in the head of the column."""

    operations: ClassVar = ("is", "more", "less", "between", "empty", "filled")
    is_number: ClassVar = True
    input: ClassVar = "number"

    def clean_one(self, text: str) -> Any:
        if not NUMBER.fullmatch(text):
            raise BadQuestion("This is no number")
        return Decimal(text)

    def typed(self, text: str) -> str:
        try:
            return f"{formats.parse_number(text):f}"
        except ValueError:
            raise ValueError(_("Write a number, like 1500")) from None

    def compare(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        values = [self.stored(value) for value in values]
        if operation == "between":
            return Q(**{f"{field}__gte": min(values), f"{field}__lte": max(values)})
        return Q(**{{"is": field, "more": f"{field}__gt", "less": f"{field}__lt"}[operation]: values[0]})

    def stored(self, value: Decimal) -> Any:
        return value

    def said(self, value: Any, asking: Asking) -> str:
        return formats.format_number(value)

    def html(self, row: Any, field: str, look: "Look") -> str:
        return number_html(self.value(row, field))

    def bare(self, row: Any, field: str) -> str | None:
        value = self.value(row, field)
        return None if value is None else f"{Decimal(value):f}"


def number_html(value: Decimal | int | None) -> str:
    if value is None:
        return ""
    return formats.format_number(value) if value else '<span class="t3">0</span>'


@dataclass(frozen=True)
class Amount(Number):
    """Money in one currency, which `currency()` names and the head of the column shows."""

    currency: Callable[[], str] = lambda: ""

    def typed(self, text: str) -> str:
        try:
            return f"{parse_amount(text):f}"
        except ValueError:
            raise ValueError(_("Write an amount, like 1500")) from None

    def stored(self, value: Decimal) -> Money:
        return Money(value, self.currency()).rounded()

    def value(self, row: Any, field: str) -> Decimal | None:
        minor = getattr(row, field)
        return None if minor is None else Money.from_minor(Minor(minor), self.currency()).amount


@dataclass(frozen=True)
class Choice(Kind):
    """One of a few values that the program itself knows: (value, label), in the order in which they sort."""

    operations: ClassVar = ("any", "none")
    input: ClassVar = "choice"
    blank: ClassVar = True

    choices: Sequence[tuple[str, str | Promise]] = ()

    def clean_one(self, text: str) -> str:
        if text not in dict(self.choices):
            raise BadQuestion("There is no such choice")
        return text

    def compare(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        chosen = Q(**{f"{field}__in": values})
        return chosen if operation == "any" else ~chosen

    def said(self, value: Any, asking: Asking) -> str:
        return str(dict(self.choices)[value])

    def options(self, asking: Asking) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in self.choices]

    def ranks(self, asking: Asking) -> list[str]:
        """All values in the order of sorting."""
        return [value for value, _label in self.choices]

    def value(self, row: Any, field: str) -> str:
        value = getattr(row, field)
        return str(dict(self.choices).get(value, value))
