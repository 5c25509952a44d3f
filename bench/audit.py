"""The log: sealing a million rows at once, and verifying them against their seals.

The measure is the bare work on the same bytes: reading the same columns of the same rows from the database, payloads
included, and hashing each row as it comes.
"""

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import django

from bench.harness import Figure, in_firm, interleaved, manage, remark, scaled

ROWS = 1_000_000
CARDS = 20_000
ROUNDS = 3


def run() -> Iterator[Figure]:
    count = scaled(ROWS)
    with tempfile.TemporaryDirectory(prefix="kartu-bench-audit-") as folder:
        environment = {**os.environ, "KARTU_DATA": folder, "DJANGO_SETTINGS_MODULE": "kartu.project.settings"}
        for database in ("default", "views"):
            manage(["migrate", "-v0", "--database", database], environment)
        remark(f"Writing and sealing {count} rows of the log")
        few = in_firm(Path(folder), "bench.audit", str(count // 4))
        many = in_firm(Path(folder), "bench.audit", str(count))
    yield Figure("audit.seal", many["sealed"] / many["sealing"], "rows/s")
    yield Figure("audit.verify", many["waited"], "s", limit=60)
    yield Figure("audit.verify_of_raw", many["raw"] / many["verifying"], "ratio", limit=0.5, at_least=True)
    longer = (many["verifying"] / count) / (few["verifying"] / (count // 4))
    yield Figure("audit.verify_a_row_at_4_times_the_rows", longer, "ratio", limit=1.3)
    yield Figure("audit.verify_memory_at_4_times_the_rows", many["memory"] / few["memory"], "ratio", limit=1.3)
    yield Figure("audit.who_touched_a_card", many["touched"], "ms", limit=2000)


def measured(count: int) -> dict[str, float]:
    """Bring the log to `count` rows; how long sealing the new ones and reading all of them takes."""
    from kartu.security.models import AuditRow  # noqa: PLC0415 - apps are not loaded before setup
    from kartu.security.seals.sealing import seal_new  # noqa: PLC0415
    from kartu.security.seals.verifying import verify_log  # noqa: PLC0415

    fill(AuditRow.objects.count(), count)
    began = time.perf_counter()
    sealed = seal_new()
    sealing = time.perf_counter() - began
    outcomes = []
    began = time.perf_counter()
    outcomes.append(verify_log())
    waited = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if {(outcome.count, outcome.rows) for outcome in outcomes} != {(0, count)}:
        raise AssertionError(f"A clean log of {count} rows was found to be {outcomes[0]}")
    card = AuditRow.objects.filter(root_type="clients.client", root_id=7).order_by("-id")[:200]
    jobs = {"verifying": verify_log, "raw": read_raw, "touched": lambda: list(card.all())}
    # By the processor, and the quickest: others use the machine too.
    quickest = {name: min(times) for name, times in interleaved(jobs, ROUNDS, 0, time.process_time).items()}
    return {**quickest, "sealed": sealed, "sealing": sealing, "waited": waited, "memory": memory}


def fill(start: int, count: int) -> None:
    from django.db import transaction  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from kartu.core import bulk  # noqa: PLC0415
    from kartu.security.audit import digest  # noqa: PLC0415
    from kartu.security.models import AuditPayload, AuditRow  # noqa: PLC0415

    columns = (
        "at actor_id why verb object_type object_id root_type root_id change_set_id session address request_id digest"
    )
    begun, kind = timezone.now() - timedelta(days=400), "clients.client"
    for first in range(start, count, 20_000):
        rows, payloads = [], []
        with transaction.atomic():
            wanted = min(20_000, count - first)
            for pk in bulk.reserve_ids(AuditRow, wanted):
                told = {"before": {"name": f"PT Sinar {pk}"}, "after": {"name": f"ПТ Синар {pk}", "owner_id": pk % 40}}
                at, card = begun + timedelta(seconds=pk * 7), pk % CARDS
                where = ("9f86d081884c7d65", "192.168.1.17", f"{pk:016x}", digest(told))
                rows.append((pk, at, pk % 40, "", "change", kind, card, kind, card, None, *where))
                payloads.append((pk, json.dumps(told)))
            bulk.insert(AuditRow, ["id", *columns.split()], rows)
            bulk.insert(AuditPayload, ["row_id", "values"], payloads)


def read_raw() -> None:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT a.*, p."values" FROM security_auditrow a LEFT JOIN security_auditpayload p ON p.row_id = a.id '
            "ORDER BY a.id"
        )
        while rows := cursor.fetchmany(500):
            for row in rows:
                sha256(repr(row).encode()).digest()


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measured(int(sys.argv[1]))))
