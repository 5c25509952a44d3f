"""Bytes without a row (a crash between the two), and rows without their bytes."""

import time

from kartu.records.files import store
from kartu.records.models import File

OLD = 24 * 3600  # seconds; younger ones may belong to an upload that still runs


def discard_old() -> int:
    """Delete bytes that no row names and that are older than a day; how many."""
    known = set(File.objects.as_system("which bytes on the disk are still named").values_list("stored", flat=True))
    gone = 0
    for path in store.names_on_disk():
        if path.stem not in known and time.time() - path.stat().st_mtime > OLD:
            path.unlink()
            gone += 1
    return gone


def broken() -> list[str]:
    """Invariant I10 in words: every file row has its file with its hash, no orphan is older than a day."""
    told = []
    known = set()
    for file in File.objects.as_system("whether every file still has its bytes").iterator(500):
        known.add(file.stored)
        digest = store.digest_of(file.stored)
        if digest is None:
            told.append(f"file {file.pk}: its bytes are gone")
        elif digest != file.sha256:
            told.append(f"file {file.pk}: its bytes have changed")
    old = [path for path in store.names_on_disk() if time.time() - path.stat().st_mtime > OLD + 6 * 3600]
    told += [f"{path.name}: bytes that no file row names" for path in old if path.stem not in known]
    return told
