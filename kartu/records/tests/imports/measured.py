"""Read a file in a fresh process, and say what became of it and what the largest reading process took.

What the system keeps of a child's memory counts from the fork, when the child is still as large as its parent, and of
all children that a process ever had only the largest. So neither can be asked of the process that runs the tests.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from kartu.records.imports.reading import open_table
from kartu.records.imports.refusals import Refused, Why

try:
    import resource
except ImportError:  # Windows: nobody counts there
    resource = None


@dataclass(frozen=True)
class Measured:
    """`why` the file was refused (None: it was read, `rows` of it) and `peak`, in bytes."""

    why: Why | None
    rows: int
    peak: int


def measured(path: Path) -> Measured:
    run = subprocess.run(
        [sys.executable, "-m", __name__, os.fspath(path)], check=True, stdout=subprocess.PIPE, text=True
    )
    found = json.loads(run.stdout)
    return Measured(Why(found["why"]) if found["why"] else None, found["rows"], found["peak"])


def main(path: str) -> None:
    why, rows = None, 0
    try:
        with open_table(path) as table:
            rows = sum(1 for _row in table)
    except Refused as refused:
        why = refused.why
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 if resource else 0
    print(json.dumps({"why": why, "rows": rows, "peak": peak}))


if __name__ == "__main__":
    main(sys.argv[1])
