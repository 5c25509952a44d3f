"""Checked rows written a chunk a transaction, each chunk noted with what it wrote."""

from typing import Protocol

from kartu.core.faults import fail_point
from kartu.core.jobs import chunk
from kartu.records.imports.importers import Fate, Outcome, Writer
from kartu.records.imports.pace import Pace
from kartu.records.imports.writing import Stale

# Somebody else may change a card between our reading and our writing, but not for ever.
TRIES = 5


class Noting(Protocol):
    """Keeps what became of the rows."""

    def progress(self, some: list[Outcome]) -> tuple[int, int]:
        """How many rows are done with these, of how many."""

    def note(self, some: list[Outcome]) -> None:
        """Note it, in the transaction that writes them; raises Stopped where somebody else has gone on."""

    def committed(self) -> None:
        """What was noted last stands."""


def write_chunks(outcomes: list[Outcome], writer: Writer, pace: Pace, ledger: Noting) -> None:
    while outcomes:
        length = _chunk_length(outcomes[: pace.rows])
        some, outcomes = outcomes[:length], outcomes[length:]
        _write(some, writer, pace, ledger)
        fail_point("imports.after_chunk")


def _chunk_length(outcomes: list[Outcome]) -> int:
    """How many of them can be written at once: a record that two rows mean is read anew between them."""
    meant: set[int] = set()
    for at, outcome in enumerate(outcomes):
        if outcome.fate is Fate.CHANGE:
            if outcome.object_id in meant:
                return at
            meant.add(outcome.object_id)
    return len(outcomes)


def _write(some: list[Outcome], writer: Writer, pace: Pace, ledger: Noting) -> None:
    """One chunk; made ready anew where somebody has changed one of its records meanwhile."""
    for _try in range(TRIES):
        prepared = writer.prepare(some)
        try:
            with chunk(*ledger.progress(some)):
                pace.begin()
                writer.write(prepared)
                ledger.note(some)
        except Stale:
            continue
        ledger.committed()
        pace.end()
        return
    raise Stale
