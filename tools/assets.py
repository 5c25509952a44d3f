"""What is done to the built front end before it is served."""

import gzip
from pathlib import Path

TEXT = {".css", ".js", ".mjs", ".svg", ".json", ".map", ".html", ".txt", ".webmanifest", ".bpmn"}


def compress(folder: Path) -> None:
    """Lay a gzipped copy beside every text file of `folder` that gains by it; the same input gives the same bytes."""
    for path in sorted(folder.rglob("*")):
        if path.suffix not in TEXT or path.stat().st_size < 1024:
            continue
        small = gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)
        path.with_name(path.name + ".gz").write_bytes(small)
