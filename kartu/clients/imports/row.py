"""A row of a file in hand: its cells by the fields they feed, the draft that grows from it, and its problems."""

import re

from django.utils.translation import gettext as _

from kartu.clients.imports.drafts import Draft
from kartu.clients.imports.fields import own_fields, tables_for, targets_for
from kartu.core.actors import Actor
from kartu.core.text import fold
from kartu.records.exporting import unguarded
from kartu.records.imports.cells import NO_RESULT, Cell, Fault, Row, as_text
from kartu.records.imports.importers import Plan, Problem
from kartu.records.imports.letters import repaired
from kartu.records.imports.mapping import OVERWRITE, Choice, Kind
from kartu.records.imports.values import LONGEST_NOTHING, DateOrder, is_nothing, parse_bool

UNSHOWABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffd]")
# Words in a header or a label that say that a phone is the office's and not the person's.
COMPANY_WORDS = re.compile(r"company|main|компани|организац|фирм|perusahaan|kantor|toko", re.IGNORECASE)
# 7.9161E+10: a sheet has cut the number, and nobody can put its digits back.
CUT_NUMBER = re.compile(r"^\d+[.,]?\d*[eE]\+?\d{1,2}$")
LONGEST = {
    "name": 300, "company": 300, "person": 300, "family": 120, "given": 120, "patronymic": 120, "suffix": 60,
    "salutation": 40, "position": 120, "department": 120, "extension": 20, "fax": 60, "messenger": 254,
    "legal_name": 300, "legal_address": 300, "bank_name": 200, "about": 200, "status": 80, "category": 80,
    "source": 80, "address": 300, "street": 300, "street_more": 300, "city": 120, "region": 120, "postcode": 20,
}  # fmt: skip
SHORTEST_LIMIT = min(LONGEST.values())


class RowReader:
    """What is the same for all rows of one import. `country` says how bare numbers are meant."""

    def __init__(self, plan: Plan, country: str, by: Actor) -> None:
        self.plan, self.by = plan, by
        self.targets = targets_for(by)
        self.own = {shape.key: shape for shape in own_fields(by)}
        self.country = country
        self._order = DateOrder(plan.answers.get("dates") or DateOrder.DMY)
        self.repairs = plan.answers.get("letters") == "repair"
        self.who = plan.answers.get("names", "auto")
        self.columns: dict[str, list[Choice]] = {}
        for choice in plan.choices:
            if choice.target in self.targets:
                self.columns.setdefault(choice.target, []).append(choice)
        self.mapped = [choice for choices in self.columns.values() for choice in choices]
        # The tables to which the file brings rows, each with all fields that may be filled in.
        self.tables = {
            section.id: section
            for section in tables_for(by)
            if any(shape.key in self.columns for shape in section.fields)
        }
        self.in_tables = {shape.key for section in self.tables.values() for shape in section.fields}
        self._labels: dict[int, str] = {}
        self._are_companys = {
            choice.at: bool(COMPANY_WORDS.search(plan.titles.get(choice.at, ""))) for choice in self.mapped
        }

    def overwrites(self, *targets: str) -> bool:
        """Whether a column of one of `targets` is to overwrite what is here."""
        return any(choice.mode == OVERWRITE for target in targets for choice in self.columns.get(target, ()))

    def is_companys(self, choice: Choice) -> bool:
        """Whether the header of a column says that what stands in it is the office's and not the person's."""
        return self._are_companys[choice.at]

    def order_of(self, choice: Choice) -> DateOrder:
        """How the dates of a column are written: as they show themselves, else as the person said."""
        return DateOrder(choice.order) if choice.order else self._order

    def label_of(self, choice: Choice) -> str:
        """What the header of the column says beyond "phone" or "e-mail"; worked out once a column."""
        if choice.at not in self._labels:
            self._labels[choice.at] = label_of(self.plan.titles.get(choice.at, ""))
        return self._labels[choice.at]


class RowInHand:
    """The row that is being read. What is found goes into `draft`, what is left over into `notes`."""

    def __init__(self, reader: RowReader, row: Row) -> None:
        self.reader, self.row = reader, row
        self.draft = Draft()
        self.problems: list[Problem] = []
        self.notes: list[str] = []
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
        if len(text) > SHORTEST_LIMIT and len(text) > (limit := LONGEST.get(choice.target, len(text))):
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

    def note(self, choice: Choice, text: str) -> None:
        """Keep in the note what no field takes."""
        self.notes.append(f"{self.title(choice)}: {text}".removeprefix(": "))

    def title(self, choice: Choice) -> str:
        return self.reader.plan.titles.get(choice.at, "")


# Words of a header that are the noun itself and tell nothing about which one it is.
NOUNS = frozenset(
    "phone telephone tel number phones email mail address contact value no nomor telepon telp tlp hp handphone surel "
    "alamat телефон тел телефоны номер почта эл электронная адрес контактный e web site website url сайт основной "
    "primary whatsapp wa person organization контакта клиента".split()
)


def label_of(title: str) -> str:
    """ "work" of "Work phone", "моб" of "Тел. (моб.)", nothing of "Phone 2"."""
    words = [word for word in re.split(r"[^\w]+", fold(title)) if word and word not in NOUNS and not word.isdigit()]
    return " ".join(words)[:60]
