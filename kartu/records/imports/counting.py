"""How many rows met which fate, and what is remembered of those that were not simply taken."""

from dataclasses import dataclass

from kartu.records.imports.importers import Fate, Outcome
from kartu.records.models import Import, ImportRow

TAKEN = (Fate.NEW, Fate.CHANGE)


@dataclass
class Counts:
    """How many rows met which fate."""

    read: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    rejected: int = 0
    remarks: int = 0

    def add(self, outcomes: list[Outcome]) -> None:
        self.read += len(outcomes)
        for outcome in outcomes:
            self.count(outcome.fate)
            self.remarks += bool(outcome.problems) and outcome.fate in TAKEN

    def count(self, fate: str, by: int = 1) -> None:
        name = {Fate.NEW: "new", Fate.CHANGE: "changed", Fate.SAME: "same", Fate.REJECTED: "rejected"}[Fate(fate)]
        setattr(self, name, getattr(self, name) + by)

    def move(self, left_as: str, outcome: Outcome) -> None:
        """A row that was counted as `left_as` has met another fate."""
        self.count(left_as, -1)
        self.count(outcome.fate)
        self.remarks += bool(outcome.problems) and outcome.fate in TAKEN

    def columns(self) -> dict[str, int]:
        return {
            "read_count": self.read,
            "new_count": self.new,
            "change_count": self.changed,
            "same_count": self.same,
            "rejected_count": self.rejected,
            "remark_count": self.remarks,
        }

    @classmethod
    def of(cls, source: Import) -> "Counts":
        """The counts as the last committed chunk left them."""
        return cls(
            source.read_count,
            source.new_count,
            source.change_count,
            source.same_count,
            source.rejected_count,
            source.remark_count,
        )


def kept_row(source: Import, outcome: Outcome) -> ImportRow:
    """What is remembered of a row, unsaved."""
    return ImportRow(
        source=source,
        number=outcome.row.number,
        fate=outcome.fate.value,
        title=outcome.title[:120],
        problems=[[each.at, each.text[:300], each.value[:300], each.url] for each in outcome.problems],
        changes=[[str(each.label), each.before[:300], each.after[:300]] for each in outcome.changes],
        object_id=outcome.object_id,
    )
