"""What is dropped from the log goes to a file first: JSON lines, packed, that the seals still prove.

Each seal is a line {"seal", "hash", "digest"}, followed by its rows, each a list of the columns as they were hashed and
what the act told. Lies in the data folder, `log-archive/`; where it goes from there is the owner's.
"""

import gzip
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from kartu.security.models import Seal
from kartu.security.seals import ids
from kartu.security.seals.findings import Finding
from kartu.security.seals.spelling import WITH_PAYLOADS, hashed, spelled
from kartu.security.seals.told import broken_payload


class NoArchive(ValueError):
    """The file is no archive of the log."""


def folder() -> Path:
    found = Path(settings.DATA_DIR) / "log-archive"
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


def keep(seals: Sequence[Seal]) -> tuple[str, str]:
    """Write the acts under `seals` to a file, safely on the disk when this returns; (its name, SHA-256)."""
    path = folder() / f"log-acts-{seals[0].number}-{seals[-1].number}.jsonl.gz"
    lines = "".join(f"{line}\n" for line in lines_of(seals)).encode()
    packed = gzip.compress(lines, mtime=0)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(packed)
        file.flush()
        os.fsync(file.fileno())
    return path.name, hashlib.sha256(packed).hexdigest()


def lines_of(seals: Sequence[Seal]) -> Iterator[str]:
    for seal in seals:
        yield json.dumps({"seal": seal.number, "hash": seal.hash, "digest": seal.digest})
        for row in WITH_PAYLOADS[seal.format, seal.store].between(ids.read(seal.members)):
            yield spelled(row)


def verify(path: Path) -> tuple[int, list[Finding]]:
    """How many acts the archive holds, and what in it is not what the seals of the log say. Raises NoArchive."""
    count, found = 0, []
    for told, rows in sections(path):
        seal = Seal.objects.filter(number=told.get("seal"), store="acts").first()
        count += len(rows)
        if seal is None or (seal.hash, seal.digest) != (told.get("hash"), told.get("digest")):
            found.append(Finding("seal_missing" if seal is None else "seal_changed", seal=told.get("seal")))
            continue
        found += [
            Finding("told", seal.number, row[0], "acts") for row in rows if broken_payload(row[-1], row[-2]) == "told"
        ]
        if hashed([row[:-1] for row in rows]).hex() != seal.digest:
            found.append(Finding("archive", seal.number, store="acts"))
    return count, found


def sections(path: Path) -> Iterator[tuple[dict[str, Any], list[list[Any]]]]:
    told: dict[str, Any] | None = None
    rows: list[list[Any]] = []
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in map(json.loads, file):
                if isinstance(line, dict):
                    if told is not None:
                        yield told, rows
                    told, rows = line, []
                else:
                    rows.append(line)
    except (OSError, EOFError, ValueError) as broken:
        raise NoArchive(str(broken)) from broken
    if told is None:
        raise NoArchive("there is nothing in it")
    yield told, rows
