from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import islice

from django.db import connection, transaction

from kartu.core.registry import Registry

SHOWN = 20  # broken things told of one invariant; the rest is counted up to MOST
MOST = 100_000


@dataclass(frozen=True)
class Invariant:
    """One thing that must hold. `check` gives each broken thing in words; none: all is well.

    It runs beside people at work and sees the database as it stood at one moment, whatever they write meanwhile, and
    holds nobody up. `looks_twice`: it has to see how things go on, and reads without that.
    """

    key: str
    doc: str
    check: Callable[[], Iterable[str]]
    order: int
    looks_twice: bool = False


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
        with nullcontext() if invariant.looks_twice else snapshot():
            found = iter(invariant.check())
            broken = list(islice(found, SHOWN))
            return Finding(invariant, broken, len(broken) + sum(1 for _ in islice(found, MOST)))
    except Exception as error:  # a check that cannot be made is not a check that was passed
        return Finding(invariant, [f"could not be looked at: {type(error).__name__}: {error}"], 1)


@contextmanager
def snapshot() -> Iterator[None]:
    """Read the firm's database as it stands now, to the end of the block. Nobody waits for it."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with deferred(), transaction.atomic():
            yield
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


@contextmanager
def deferred() -> Iterator[None]:
    """Let SQLite begin as a reader: else every transaction of ours takes the one place of the writer."""
    connection.ensure_connection()
    usual, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        connection.transaction_mode = usual
