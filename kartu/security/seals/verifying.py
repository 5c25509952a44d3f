"""Verifying the log against its seals: one pass in the order of the seals, in bounded memory, beside people at work.

Rows and seals are only ever added, so that no snapshot is needed: whatever comes after the head at the beginning is
left to the next time.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Sum

from kartu.security.models import Seal, ToldHead
from kartu.security.seals import ids
from kartu.security.seals.dropped import dropped_up_to
from kartu.security.seals.erasing import Erased
from kartu.security.seals.findings import Finding, Outcome
from kartu.security.seals.spelling import (
    FORMAT,
    LEAF,
    MODELS,
    SEAL_COLUMNS,
    SEALS,
    TABLES,
    WITH_PAYLOADS,
    hashed,
)
from kartu.security.seals.told import broken_payload

SEALS_AT_ONCE = 20
TOLD_AT_ONCE = 20

Progress = Callable[[int, int], None]


class NoAnchor(ValueError):
    """What was given as an anchor is none."""


@dataclass(frozen=True)
class Anchor:
    """A head that was told before, and is known from outside the database."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> "Anchor":
        """From "NUMBER:HASH", as it stands in letters and backups. Raises NoAnchor."""
        number, _colon, hash = text.strip().partition(":")
        hash = hash.strip().lower()
        if not number.isdigit() or len(hash) != 64 or set(hash) - set("0123456789abcdef"):
            raise NoAnchor(text)
        return cls(int(number), hash)


@dataclass
class Covered:
    """What the seals of one store cover, as far as they have been read."""

    ranges: list[ids.Range] = field(default_factory=list)
    reach: int = 0
    awaits: list[ids.Range] = field(default_factory=list)
    present: int = 0

    def add(self, members: list[ids.Range], seal: dict[str, Any], present: int) -> None:
        self.ranges += members
        if len(self.ranges) > 10_000:
            self.ranges = ids.joined(self.ranges)
        self.reach = max(self.reach, seal["reach"])
        self.awaits = [(first, last) for first, last, *_ in json.loads(seal["awaits"])]
        self.present += present


def verify_log(anchor: Anchor | None = None, progress: Progress = lambda done, total: None) -> Outcome:
    """Read all sealed rows and compare them with their seals, the seals with each other and with all told heads."""
    outcome = Outcome()
    verification = Verification(anchor, outcome, progress)
    for finding in verification.findings():
        outcome.add(finding)
    outcome.waiting = verification.waiting()
    return outcome


def verify_chain(rows_of_last: int) -> Iterator[Finding]:
    """The cheap part: all seals, and the rows of the last ones."""
    verification = Verification(None, Outcome())
    newest = Seal.objects.order_by("-number").values_list("number", flat=True).first() or 0
    return verification.chain(rows_after=newest - rows_of_last)


class Verification:
    def __init__(self, anchor: Anchor | None, outcome: Outcome, progress: Progress = lambda done, total: None) -> None:
        self.outcome, self.progress = outcome, progress
        self.covered = {store: Covered() for store in MODELS}
        self.chain_is_whole = True
        self.erased = Erased()
        # Number -> the hashes that were told of it.
        self.told: dict[int, set[str]] = {}
        for number, hash in ToldHead.objects.values_list("number", "hash"):
            self.told.setdefault(number, set()).add(hash)
        if anchor:
            self.told.setdefault(anchor.number, set()).add(anchor.hash)

    def findings(self) -> Iterator[Finding]:
        yield from self.chain()
        # Rows of a lost or altered seal would all look slipped in.
        for store in MODELS if self.chain_is_whole else []:
            yield from self.inserted(store)

    def chain(self, rows_after: int = 0) -> Iterator[Finding]:
        """Each seal, and the rows of those with a number above `rows_after`; at the end what was told and is gone."""
        whole = Seal.objects.aggregate(rows=Sum("count"))["rows"] or 0
        number, before = 0, ""
        for seal in seals():
            number += 1
            if broken := self.out_of_line(seal, number, before):
                self.chain_is_whole = False
                yield broken
            number = seal["number"]
            if self.told.pop(number, {seal["hash"]}) != {seal["hash"]}:
                yield Finding("replaced", seal=number)
            yield from self.sealed(seal, with_rows=number > rows_after)
            before = seal["hash"]
            self.outcome.head = f"{number}:{before}"
            self.progress(min(self.outcome.rows, whole), whole)
        for lost in sorted(self.told):
            yield Finding("cut" if lost > number else "seal_missing", seal=lost)

    @staticmethod
    def out_of_line(seal: dict[str, Any], number: int, before: str) -> Finding | None:
        if seal["number"] != number:
            return Finding("seal_missing", seal=number)
        return Finding("seal_loose", seal=number) if seal["before"] != before else None

    def sealed(self, seal: dict[str, Any], *, with_rows: bool) -> Iterator[Finding]:
        """A seal that was altered says nothing of its rows."""
        self.outcome.seals += 1
        if hashed([seal[column] for column in SEAL_COLUMNS[:-1]]).hex() != seal["hash"] or not is_sensible(seal):
            self.chain_is_whole = False
            yield Finding("seal_changed", seal=seal["number"])
        elif with_rows:
            yield from self.rows_of(seal)

    def rows_of(self, seal: dict[str, Any]) -> Iterator[Finding]:
        store = seal["store"]
        members = ids.read(seal["members"])
        rows, lost = [], []
        for row in WITH_PAYLOADS[seal["format"], store].between(members):
            if store == "acts" and (what := broken_payload(row.pop(), row[-1])):
                if what != "emptied" or row[0] not in self.erased:
                    lost.append(Finding(what, seal["number"], row[0], store))
            rows.append(row)
        self.outcome.rows += len(rows)
        self.covered[store].add(members, seal, len(rows))
        if hashed(rows).hex() != seal["digest"]:
            altered = list(altered_rows(seal, members, rows))
            known = {finding.row for finding in altered}
            lost = altered + [finding for finding in lost if finding.row not in known]
        yield from sorted(lost, key=lambda finding: finding.row)

    def inserted(self, store: str) -> Iterator[Finding]:
        """Rows that no seal covers, at places where no row could come any more."""
        covered, table = self.covered[store], TABLES[FORMAT, store]
        everything = MODELS[store]._default_manager.filter(pk__lte=covered.reach).count()
        if everything == covered.present:
            return
        known = ids.joined([*covered.ranges, *covered.awaits])
        lowest = MODELS[store]._default_manager.order_by("pk").values_list("pk", flat=True).first() or 0
        for gap in ids.gaps(min(lowest, 1), covered.reach, known):
            for row in table.between([gap]):
                yield Finding("inserted", row=row[0], store=store)

    def waiting(self) -> int:
        """How many rows are not sealed yet."""
        beyond = (
            MODELS[store]._default_manager.filter(pk__gt=covered.reach).count()
            for store, covered in self.covered.items()
        )
        return sum(beyond)


def seals() -> Iterator[dict[str, Any]]:
    """All seals up to the newest of this moment, their columns spelled."""
    newest = Seal.objects.order_by("-number").values_list("number", flat=True).first()
    after = -(2**63)
    while newest is not None and after < newest:
        some = list(SEALS.beyond(after, SEALS_AT_ONCE))
        for row in some:
            if row[0] <= newest:
                yield dict(zip(SEAL_COLUMNS, row, strict=True))
        if not some:
            return
        after = some[-1][0]


def is_sensible(seal: dict[str, Any]) -> bool:
    """Whether it can be one of ours at all: whoever makes a seal of his own may have hashed nonsense."""
    try:
        members = ids.read(seal["members"])
    except ValueError:
        return False
    count = sum(last - first + 1 for first, last in members)
    return (seal["format"], seal["store"]) in TABLES and count == seal["count"] == len(seal["leaves"]) / 2 / LEAF


def altered_rows(seal: dict[str, Any], members: list[ids.Range], rows: list[list[Any]]) -> Iterator[Finding]:
    """Of what was dropped for its age nothing has to be there, and what is must be what was sealed."""
    is_dropped = seal["number"] <= dropped_up_to(seal["store"])
    found = located(seal, members, rows) if rows or not is_dropped else ()
    return (finding for finding in found if not (is_dropped and finding.what == "missing"))


def located(seal: dict[str, Any], members: list[ids.Range], rows: list[list[Any]]) -> Iterator[Finding]:
    """Which rows are not what was sealed."""
    hashes = {row[0]: hashed(row) for row in rows}
    leaves, number, store = bytes.fromhex(seal["leaves"]), seal["number"], seal["store"]
    for place, row in enumerate(ids.each_of(members)):
        if row not in hashes:
            yield Finding("missing", number, row, store)
        elif hashes[row][:LEAF] != leaves[place * LEAF : (place + 1) * LEAF]:
            yield Finding("changed", number, row, store)
