"""The builder of filters: what its form holds while a chip is being put together."""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from kartu.records.lists.asking import Asking, BadQuestion
from kartu.records.lists.conditions import MAX_CONDITIONS, Chip, Condition
from kartu.records.lists.kinds import ID
from kartu.records.lists.operations import DAYS, MANY, NONE, OPERATIONS, TWO
from kartu.records.lists.question import Question
from kartu.records.lists.spec import Column


@dataclass
class Draft:
    """One line of the builder: a column, how to compare, what was typed."""

    column: Column
    code: str
    typed: list[str] = field(default_factory=list)
    error: str = ""

    @property
    def operations(self) -> list[tuple[str, str]]:
        return [(code, str(OPERATIONS[code].label)) for code in self.column.kind.operations]

    @property
    def takes(self) -> str:
        return OPERATIONS[self.code].takes

    @property
    def input(self) -> str:
        """What stands for the value: none, days, choice, pick, words, date, dates, number, numbers, text."""
        if self.takes in (NONE, DAYS):
            return self.takes
        kind = self.column.kind.input
        return f"{kind}s" if self.takes == TWO else kind

    @property
    def value(self) -> str:
        return ", ".join(self.typed) if self.input == "words" else (self.typed or [""])[0]

    @property
    def other(self) -> str:
        return (self.typed + ["", ""])[1]

    def options(self, asking: Asking) -> list[tuple[str, str, bool]]:
        if self.input == "pick":
            kind = self.column.kind
            return [(text, kind.said(int(text), asking), True) for text in self.typed if ID.fullmatch(text)]
        return [(value, label, value in self.typed) for value, label in self.column.kind.options(asking)]

    def condition(self, columns: dict[str, Column]) -> Condition:
        """The condition that the line spells; ValueError with a sentence for a value that is none."""
        # What was typed for another way to compare is sent once more, while its control is still there.
        texts = [] if self.takes == NONE else [text for text in self.typed if text.strip()]
        kind = self.column.kind
        if self.takes == MANY and kind.input == "words":
            texts = [part.strip() for text in texts for part in text.split(",") if part.strip()]
        elif self.takes not in (NONE, DAYS) and kind.input not in ("choice", "pick"):
            texts = [kind.typed(text) for text in texts]
        return Condition.of(self.column.key, self.code, tuple(texts), columns)


def drafts_of_chip(chip: Chip) -> list[Draft]:
    return [Draft(each.column, each.operation.code, list(each.texts)) for each in chip.conditions]


def drafts_of_form(data: QueryDict, question: Question) -> list[Draft]:
    """The lines that a form holds: k0, o0, v0 (several), k1, ..."""
    drafts = []
    for number in range(MAX_CONDITIONS):
        key = data.get(f"k{number}")
        if key is None:
            continue
        column = question.columns.get(key)
        if column is None or not column.can_filter:
            raise BadQuestion("The list has no such filter")
        code = data.get(f"o{number}", "")
        if code not in column.kind.operations:
            code = column.kind.operations[0]
        drafts.append(Draft(column, code, [text[:200] for text in data.getlist(f"v{number}")]))
    return drafts


def new_draft(question: Question) -> Draft:
    column = next(column for column in question.columns.values() if column.can_filter)
    return Draft(column, column.kind.operations[0])


def chip_of(drafts: list[Draft], columns: dict[str, Column]) -> Chip | None:
    """The chip that the lines make; None, with errors on the lines, while something is missing."""
    conditions: list[Any] = []
    for draft in drafts:
        try:
            conditions.append(draft.condition(columns))
        except BadQuestion:
            draft.error = "?"
        except ValueError as error:
            draft.error = str(error)
    return Chip(tuple(conditions)) if conditions and len(conditions) == len(drafts) else None
