"""Sealing what is new in the log, in steps of bounded size, beside people at work and beside other workers."""

import os
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection
from django.utils import timezone

from kartu.core.jobs import chunk
from kartu.security.models import Seal
from kartu.security.seals import ids
from kartu.security.seals.spelling import FORMAT, LEAF, MODELS, TABLES, canonical, hashed, moment

CHUNK = 5000  # rows of one seal at most
# A number that was given out and never came is waited for until all transactions of its time have ended, and that
# many seals longer: between taking its number and its first trace a transaction cannot be seen.
PATIENCE = 10

Gap = list[int]  # first id, last id, transaction, number of the seal


def seal_new() -> int:
    """Seal all rows of the log that are not sealed yet; returns how many this call has sealed.

    Whoever is overtaken by another worker leaves the rest to that one.
    """
    return sum(seal_store(store) for store in MODELS)


def seal_store(store: str) -> int:
    total = 0
    while count := seal_some(store):
        total += count
    return total


def seal_some(store: str) -> int:
    """One seal over at most CHUNK rows; how many there were."""
    # In this order: what another worker seals from here on takes our number, and the database refuses ours.
    head = Seal.objects.order_by("-number").values_list("number", "hash").first() or (0, "")
    last = Seal.objects.filter(store=store).order_by("-number").values_list("reach", "awaits").first() or (0, [])
    settled = settled_up_to()
    rows = unsealed(store, *last)
    if not rows:
        return 0
    if len(rows) == CHUNK:
        settled = 0  # perhaps not all that came late was read
    keep_on_disk(store)
    seal = over(store, rows, head, last[0])
    try:
        with chunk():
            seal.awaits = awaited(ids.read(seal.members), last, seal.number, settled)
            seal.hash = hashed(values_of(seal)).hex()
            seal.save(force_insert=True)
    except IntegrityError:
        return 0
    return len(rows)


def unsealed(store: str, reach: int, awaits: list[Gap]) -> list[list[Any]]:
    """The next rows, in the order of their ids: those that came late, and those behind all that is sealed."""
    table, rows = TABLES[FORMAT, store], []
    for row in table.between([(first, last) for first, last, *_ in awaits]):
        rows.append(row)
        if len(rows) == CHUNK:
            return rows
    return rows + list(table.beyond(reach, CHUNK - len(rows)))


def over(store: str, rows: list[list[Any]], head: tuple[int, str], reach: int) -> Seal:
    """A seal over `rows`, worked out before the transaction that saves it, so that nobody waits for the hashing."""
    return Seal(
        number=head[0] + 1,
        format=FORMAT,
        store=store,
        members=ids.written(ids.ranges_of(row[0] for row in rows)),
        count=len(rows),
        digest=hashed(rows).hex(),
        leaves=b"".join(hashed(row)[:LEAF] for row in rows),
        reach=max(reach, rows[-1][0]),
        before=head[1],
        at=timezone.now(),
    )


def values_of(seal: Seal) -> list[Any]:
    """What of a seal is hashed: all but the hash, in the order of SEAL_COLUMNS, spelled as they will be read."""
    return [
        *(seal.number, seal.format, seal.store, seal.members, seal.count, seal.digest, seal.leaves.hex()),
        *(seal.reach, canonical(seal.awaits), seal.before, moment(seal.at)),
    ]


def awaited(members: list[ids.Range], last: tuple[int, list[Gap]], number: int, settled: int) -> list[Gap]:
    """The gaps in which rows may still appear. On SQLite, which has one writer at a time, none ever do."""
    if connection.vendor != "postgresql":
        return []
    reach, awaits = last
    kept = []
    for first, end, transaction, since in awaits:
        if settled > transaction and number - since >= PATIENCE:
            continue
        inside = [(a, b) for a, b in members if first <= a and b <= end]
        kept += [[a, b, transaction, since] for a, b in ids.gaps(first, end, inside)]
    fresh = [(a, b) for a, b in members if a > reach]
    if met := ids.gaps(reach + 1, fresh[-1][1], fresh) if fresh else []:
        transaction = own_transaction()
        kept += [[a, b, transaction, number] for a, b in met]
    return kept


def settled_up_to() -> int:
    """The oldest transaction still open. Asked before the rows are read, which then hold all that older ones wrote."""
    return ask("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")


def own_transaction() -> int:
    """Newer than every transaction that had begun to write when the rows were read."""
    return ask("SELECT pg_current_xact_id()::text::bigint")


def ask(sql: str) -> int:
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def keep_on_disk(store: str) -> None:
    """A seal must not outlive what it seals: the log of views may lose its last second in a power cut.

    SQLite keeps that second in its journal, which holds no locks and can be pressed onto the disk by anybody.
    """
    database = TABLES[FORMAT, store].connection
    if database.vendor == "sqlite" and settings.SYNCHRONOUS[database.alias] == "NORMAL":
        with suppress(FileNotFoundError):
            journal = os.open(f"{database.settings_dict['NAME']}-wal", os.O_RDWR)
            try:
                os.fsync(journal)
            finally:
                os.close(journal)
