from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from kartu.core.registry import Registry

SHOWN = 20  # broken things told of one invariant; the rest is counted up to MOST
MOST = 100_000


@dataclass(frozen=True)
class Invariant:
    """One thing that must hold. `check` gives each broken thing in words; none: all is well.

    It runs beside people at work: it must not lock, and must look twice where a row may change under its eyes.
    """

    key: str
    doc: str
    check: Callable[[], Iterable[str]]
    order: int


@dataclass(frozen=True)
class Finding:
    """What an invariant found: the first broken things, and how many there are in all."""

    invariant: Invariant
    broken: list[str]
    count: int

    @property
    def is_well(self) -> bool:
        return not self.count


invariants: Registry[Invariant] = Registry(
    "security.invariants", "What must always hold of the data: an Invariant, asked by `kartu check`."
)


def verify(keys: Iterable[str] = ()) -> Iterator[Finding]:
    """Ask every invariant, or those whose key begins with one of `keys`, one after the other."""
    wanted = tuple(keys)
    for invariant in invariants:
        if not wanted or invariant.key.startswith(wanted):
            yield ask(invariant)


def ask(invariant: Invariant) -> Finding:
    try:
        found = iter(invariant.check())
        broken = list(islice(found, SHOWN))
        return Finding(invariant, broken, len(broken) + sum(1 for _ in islice(found, MOST)))
    except Exception as error:  # a check that cannot be made is not a check that was passed
        return Finding(invariant, [f"could not be looked at: {type(error).__name__}: {error}"], 1)
