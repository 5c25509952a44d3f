"""Conditions and chips: what a list is filtered by, as it stands in an address, as SQL and as a sentence.

A condition is `column:operation:value,value`; a chip holds one or several, joined by `|`, of which one must be
true. All chips must be. Signs that part the parts are percent-escaped inside a value.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartu.records.lists.asking import Asking, BadQuestion
from kartu.records.lists.kinds import MAX_VALUES
from kartu.records.lists.operations import DAYS, MANY, NONE, ONE, OPERATIONS, TWO, Operation

if TYPE_CHECKING:
    from kartu.records.lists.spec import Column

MAX_CHIPS = 12
MAX_CONDITIONS = 12
MAX_WORDS = 60  # a chip longer than that says "2 conditions"


@dataclass(frozen=True)
class Condition:
    """One comparison of one column. `texts`: its values in the spelling of addresses."""

    column: "Column"
    operation: Operation
    texts: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str, columns: Mapping[str, "Column"]) -> "Condition":
        """The condition that `text` spells; BadQuestion for one that the list does not offer."""
        parts = text.split(":")
        if len(parts) not in (2, 3):
            raise BadQuestion("This is no condition")
        texts = tuple(unquote(part) for part in parts[2].split(",")) if len(parts) == 3 else ()
        return cls.of(parts[0], parts[1], texts, columns)

    @classmethod
    def of(cls, key: str, code: str, texts: tuple[str, ...], columns: Mapping[str, "Column"]) -> "Condition":
        column = columns.get(key)
        if column is None or not column.can_filter:
            raise BadQuestion("The list has no such filter")
        if code not in column.kind.operations:
            raise BadQuestion("This column is not compared so")
        condition = cls(column, OPERATIONS[code], texts)
        condition.check()
        return condition

    def check(self) -> None:
        wanted = {NONE: (0, 0), ONE: (1, 1), DAYS: (1, 1), TWO: (2, 2), MANY: (1, MAX_VALUES)}[self.operation.takes]
        if not wanted[0] <= len(self.texts) <= wanted[1]:
            raise BadQuestion("The comparison has too few values, or too many")
        self.values  # noqa: B018 - raises for a bad one

    @property
    def values(self) -> list:
        return self.column.kind.clean(self.operation.code, self.texts)

    def __str__(self) -> str:
        values = ",".join(quote(text, safe="") for text in self.texts)
        return ":".join([self.column.key, self.operation.code, *([values] if self.texts else [])])

    def check_for(self, asking: Asking) -> None:
        self.column.kind.check(self.values, asking)

    def state(self, asking: Asking) -> Hashable:
        return self.column.kind.state(self.values, asking)

    def where(self, asking: Asking) -> Q:
        return self.column.kind.where(self.column.filter_field, self.operation.code, self.values, asking)

    def hint(self) -> Q | None:
        return self.column.kind.hint(self.column.filter_field, self.operation.code, self.values)

    def said(self, asking: Asking) -> str:
        """What is said of the column: "is Bandung or Jakarta", "more than 90 days ago"."""
        values = self.values
        if self.operation.takes == MANY and len(values) > 2:
            text = _("any of %(count)s") if self.operation.code == "any" else _("none of %(count)s")
            return text % {"count": len(values)}
        words = [value if self.operation.takes == DAYS else self.column.kind.said(value, asking) for value in values]
        if self.operation.takes == MANY and len(words) == 2:
            words = [_("%(one)s or %(other)s") % {"one": words[0], "other": words[1]}]
        return str(self.operation.sentence % dict(zip(("value", "other"), words, strict=False)))


@dataclass(frozen=True)
class Chip:
    """Conditions of which one must be true."""

    conditions: tuple[Condition, ...]

    @classmethod
    def parse(cls, text: str, columns: Mapping[str, "Column"]) -> "Chip":
        parts = text.split("|")
        if len(parts) > MAX_CONDITIONS:
            raise BadQuestion("Too many conditions in one filter")
        return cls(tuple(Condition.parse(part, columns) for part in parts))

    def __str__(self) -> str:
        return self._text

    @cached_property
    def _text(self) -> str:
        return "|".join(map(str, self.conditions))

    def check_for(self, asking: Asking) -> None:
        """BadQuestion for what only this person may not ask."""
        for condition in self.conditions:
            condition.check_for(asking)

    def key(self, asking: Asking) -> Hashable:
        """All that decides its SQL, together with who asks and when."""
        return (str(self), *(condition.state(asking) for condition in self.conditions))

    def where(self, asking: Asking) -> Q:
        return reduce(or_, (condition.where(asking) for condition in self.conditions))

    @property
    def hint(self) -> Q | None:
        """A wider condition, told by an index of its own; None where one of the conditions has none."""
        hints = [condition.hint() for condition in self.conditions]
        return None if None in hints else reduce(or_, hints)

    @property
    def fields(self) -> frozenset[str]:
        """The model's columns that the chip looks at."""
        return frozenset(condition.column.filter_field for condition in self.conditions)

    @property
    def label(self) -> str:
        return str(self.conditions[0].column.label)

    def said(self, asking: Asking) -> str:
        """What stands after the label of the first column."""
        first, *others = self.conditions
        words = first.said(asking)
        for condition in others:
            alike = condition.column.key == first.column.key
            said = condition.said(asking) if alike else f"{condition.column.label} {condition.said(asking)}"
            words = _("%(one)s or %(other)s") % {"one": words, "other": said}
        if others and len(words) > MAX_WORDS:
            count = len(self.conditions)
            return ngettext("%(count)s condition", "%(count)s conditions", count) % {"count": count}
        return words

    def sentence(self, asking: Asking) -> str:
        return f"{self.label} {self.said(asking)}"


def values_demanded(condition: Q, field: str) -> set | None:
    """What a condition that says nothing but "`field` is one of these" demands."""
    if condition.negated or len(condition.children) != 1 or not isinstance(condition.children[0], tuple):
        return None
    lookup, value = condition.children[0]
    return {field: lambda: {value}, f"{field}__in": lambda: set(value)}.get(lookup, lambda: None)()


def columns_of(condition: Q) -> list[str]:
    """The model's columns that a condition looks at."""
    columns: list[str] = []
    for child in condition.children:
        columns += columns_of(child) if isinstance(child, Q) else [child[0].split("__")[0]]
    return columns
