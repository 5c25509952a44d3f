"""A row of a file of clients in hand: the draft that grows from it, and what no field takes."""

import re

from kartu.clients.imports.drafts import Draft
from kartu.clients.imports.fields import own_fields, tables_for, targets_for
from kartu.core.actors import Actor
from kartu.core.text import fold
from kartu.records.imports.cells import Row
from kartu.records.imports.hand import Hand, Reader
from kartu.records.imports.importers import Plan
from kartu.records.imports.mapping import OVERWRITE, Choice

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


class RowReader(Reader):
    """What is the same for all rows of one import of clients. `country` says how bare numbers are meant."""

    longest = LONGEST

    def __init__(self, plan: Plan, country: str, by: Actor) -> None:
        super().__init__(plan, targets_for(by))
        self.by = by
        self.own = {shape.key: shape for shape in own_fields(by)}
        self.country = country
        self.who = plan.answers.get("names", "auto")
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

    def label_of(self, choice: Choice) -> str:
        """What the header of the column says beyond "phone" or "e-mail"; worked out once a column."""
        if choice.at not in self._labels:
            self._labels[choice.at] = label_of(self.plan.titles.get(choice.at, ""))
        return self._labels[choice.at]


class RowInHand(Hand):
    """The row that is being read. What is found goes into `draft`, what is left over into `notes`."""

    reader: RowReader

    def __init__(self, reader: RowReader, row: Row) -> None:
        super().__init__(reader, row)
        self.draft = Draft()
        self.notes: list[str] = []

    def note(self, choice: Choice, text: str) -> None:
        """Keep in the note what no field takes."""
        self.notes.append(f"{self.title(choice)}: {text}".removeprefix(": "))


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
