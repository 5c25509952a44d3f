"""A row of a file in hand: its cells by the fields that they feed, tidied, and what is wrong with them."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from kartu.records.exporting import unguarded
from kartu.records.imports.cells import NO_RESULT, Cell, Fault, Row, as_text
from kartu.records.imports.importers import Plan, Problem
from kartu.records.imports.letters import repaired
from kartu.records.imports.mapping import Choice, Kind, Target
from kartu.records.imports.values import LONGEST_NOTHING, DateOrder, is_nothing, parse_bool

UNSHOWABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffd]")


class Reader:
    """What is the same for all rows of one import: which columns feed which of `targets`, and how they are written."""

    # Field -> the most letters that a cell may have.
    longest: Mapping[str, int] = {}

    def __init__(self, plan: Plan, targets: Mapping[str, Target]) -> None:
        self.plan, self.targets = plan, targets
        self.shortest_limit = min(self.longest.values(), default=0)
        self._order = DateOrder(plan.answers.get("dates") or DateOrder.DMY)
        self.repairs = plan.answers.get("letters") == "repair"
        self.columns: dict[str, list[Choice]] = {}
        for choice in plan.choices:
            if choice.target in self.targets:
                self.columns.setdefault(choice.target, []).append(choice)
        self.mapped = [choice for choices in self.columns.values() for choice in choices]

    def order_of(self, choice: Choice) -> DateOrder:
        """How the dates of a column are written: as they show themselves, else as the person said."""
        return DateOrder(choice.order) if choice.order else self._order


class Hand:
    """The row that is being read."""

    def __init__(self, reader: Reader, row: Row) -> None:
        self.reader, self.row = reader, row
        self.problems: list[Problem] = []
        self.texts: dict[int, str] = {}
        self._filled: dict[str, list[tuple[Choice, str]]] = {}
        for choice in reader.mapped:
            if text := self._text(choice):
                self.texts[choice.at] = text
                if len(text) > LONGEST_NOTHING or not is_nothing(text) or self._is_a_no(choice, text):
                    self._filled.setdefault(choice.target, []).append((choice, text))

    def _is_a_no(self, choice: Choice, text: str) -> bool:
        """Whether a word for nothing is an answer: "нет" says "no" where yes or no is asked."""
        is_asked = self.reader.targets[choice.target].kind is Kind.FLAG
        return is_asked and text.isalpha() and parse_bool(text) is not None

    def _text(self, choice: Choice) -> str:
        """The cell as text that can be shown; what cannot is told as a problem."""
        cell = self.cell(choice)
        if cell is None:
            return ""
        if isinstance(cell, Fault):
            self._fault(choice, cell)
            return ""
        text = (cell if type(cell) is str else as_text(cell)).strip()
        if text[:1] == "'":
            is_phone = self.reader.targets[choice.target].kind is Kind.PHONE
            # How a sheet is told that a number is text; and how our own export guards what begins like a formula.
            text = text[1:] if is_phone else unguarded(text)
        if self.reader.repairs:
            text = repaired(text)
        if not text.isprintable() or "\ufffd" in text:
            text = text.replace("\x0b", "\n")
            if UNSHOWABLE.search(text):
                self.complain(choice, _("Holds signs that cannot be shown"), UNSHOWABLE.sub("\ufffd", text))
                return ""
        longest, least = self.reader.longest, self.reader.shortest_limit
        if longest and len(text) > least and len(text) > (limit := longest.get(choice.target, len(text))):
            told = _("Longer than %(limit)s letters, this has %(count)s") % {"limit": limit, "count": len(text)}
            self.complain(choice, told, text)
            return ""
        return text

    def cell(self, choice: Choice) -> Cell:
        return self.row.cells[choice.at] if choice.at < len(self.row.cells) else None

    def _fault(self, choice: Choice, fault: Fault) -> None:
        if fault.code == NO_RESULT:
            told = _("A formula without its result. Open the file in Excel, save it, drop it again")
        else:
            told = _("The sheet shows an error here: %(code)s") % {"code": fault.code}
        self.complain(choice, told, "" if fault.code == NO_RESULT else fault.code)

    def complain(self, choice: Choice, told: str, value: str = "") -> None:
        self.problems.append(Problem(told, choice.at, value or self.texts.get(choice.at, "")))

    @property
    def given(self) -> frozenset[str]:
        """The fields that the row fills."""
        return frozenset(self._filled)

    def all(self, target: str) -> list[tuple[Choice, str]]:
        """The filled columns of a field, in their order; words for "nothing" are nothing."""
        return self._filled.get(target, [])

    def one(self, target: str) -> str:
        found = self._filled.get(target)
        return found[0][1] if found else ""

    def title(self, choice: Choice) -> str:
        return self.reader.plan.titles.get(choice.at, "")
