"""Which seals hold given lines of the log, and whether these lines are what was sealed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from kartu.security.models import Seal
from kartu.security.seals import ids as ranges
from kartu.security.seals.findings import Finding, Outcome
from kartu.security.seals.spelling import SEAL_COLUMNS, SEALS
from kartu.security.seals.verifying import Verification

SEALS_AT_ONCE = 200


@dataclass(frozen=True)
class Covering:
    """A seal, and those of the lines asked for that it holds."""

    number: int
    hash: str
    at: datetime
    rows: frozenset[int]


def seals_over(store: str, rows: Collection[int]) -> list[Covering]:
    """The seals that hold `rows` (ids) of `store` ("acts", "views"), by number; none for those that wait."""
    left, found = set(rows), []
    number = first_that_reaches(store, min(left)) if left else None
    while left and number is not None:
        some = Seal.objects.filter(store=store, number__gte=number).order_by("number")[:SEALS_AT_ONCE]
        some = list(some.values_list("number", "hash", "at", "members"))
        for each, hash, at, members in some:
            if held := left & within(ranges.read(members), left):
                found.append(Covering(each, hash, at, frozenset(held)))
                left -= held
        number = some[-1][0] + 1 if some else None
    return found


def within(members: list[ranges.Range], rows: set[int]) -> set[int]:
    return {row for row in rows if any(first <= row <= last for first, last in members)}


def first_that_reaches(store: str, row: int) -> int | None:
    """The first seal of `store` that can hold `row`: how far seals reach only grows, so it is found by halving."""
    low, high = 1, Seal.objects.filter(store=store).order_by("-number").values_list("number", flat=True).first()
    if high is None:
        return None
    while low < high:
        middle = (low + high) // 2
        before = Seal.objects.filter(store=store, number__lte=middle).order_by("-number")
        if (before.values_list("reach", flat=True).first() or 0) >= row:
            high = middle
        else:
            low = middle + 1
    return low


def broken_under(numbers: Collection[int]) -> list[Finding]:
    """What is wrong with the seals `numbers` and with all lines that they hold."""
    verification = Verification(None, Outcome())
    found: list[Finding] = []
    for row in SEALS.between(ranges.ranges_of(sorted(numbers))):
        found += verification.sealed(dict(zip(SEAL_COLUMNS, row, strict=True)), with_rows=True)
    return found
