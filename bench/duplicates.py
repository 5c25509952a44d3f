"""The nightly search for clients that stand on two cards, at 50,000, 100,000 and 250,000 of them.

It is linear: at 250,000 a client, or a pair that is compared, takes at most one and a half times the processor's time
that it takes at 50,000. Pairs are counted too, for the more clients are made up, the oftener their names repeat. The
whole process stays under 300 MB, apart from pages of the database that the system maps in and takes back.
"""

import json
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

from bench.harness import Figure, firm_of, in_firm, scaled

SIZES = (50_000, 100_000, 250_000)
MEGABYTE = 1_000 if sys.platform != "darwin" else 1_000_000


def run() -> Iterator[Figure]:
    found = {size: in_firm(firm_of(scaled(size)), "bench.duplicates") for size in SIZES}
    for size, told in found.items():
        yield Figure(f"duplicates.{size}.compared", told["compared"], "pairs")
        yield Figure(f"duplicates.{size}.kept", told["kept"], "pairs")
        yield Figure(f"duplicates.{size}.seconds", told["seconds"], "s")
        yield Figure(f"duplicates.{size}.memory", told["memory"], "MB", limit=300)
    smallest, largest = (each(found[size]) for size in (SIZES[0], SIZES[-1]))
    yield Figure("duplicates.each_at_250000_to_50000", largest / smallest, "ratio", limit=1.5)


def each(told: dict[str, Any]) -> float:
    return told["seconds"] / (told["clients"] + told["compared"])


def measure() -> dict[str, Any]:
    from kartu.clients.duplicates.search import find_pairs, forget_before, keep  # noqa: PLC0415 - not before setup
    from kartu.clients.models import Client, DuplicatePair  # noqa: PLC0415

    DuplicatePair.objects.all().delete()
    start = time.process_time()
    pairs = find_pairs()
    kept = keep(pairs, 1)
    forget_before(1)
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE - mapped()
    clients = Client.objects.as_system("counting what was measured").count()
    return {"compared": len(pairs), "kept": kept, "seconds": seconds, "memory": memory, "clients": clients}


def mapped() -> float:
    """Megabytes of files that are mapped into the process, where the system tells."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(line.split()[1]) for line in lines if line.startswith("RssFile:")) / 1000


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measure()))
