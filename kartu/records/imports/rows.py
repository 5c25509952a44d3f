"""The rows of an import, laid out on this machine, as a person has put them right."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from kartu.core.jobs import progress
from kartu.records.imports.cells import Row
from kartu.records.imports.staging import Staged, stage
from kartu.records.imports.tables import Wanted
from kartu.records.models import Import


def staged_path(source: Import) -> Path:
    return settings.DATA_DIR / "work" / "imports" / f"{source.pk}.rows"


def staged(source: Import) -> Staged:
    """The rows of the import, laid out anew where this machine has lost them or never had them."""
    path = staged_path(source)
    if path.exists() and path.with_suffix(".count").exists():
        return Staged(path)
    return lay_out(source)


def lay_out(source: Import) -> Staged:
    with _local(source) as path:
        return stage(path, staged_path(source), Wanted(**source.wanted), lambda done: progress(done))


@contextmanager
def _local(source: Import) -> Iterator[str]:
    """The original as a file of this machine, wherever it is stored."""
    if isinstance(source.file.storage, FileSystemStorage):
        yield source.file.path
        return
    with tempfile.NamedTemporaryFile(prefix="import-") as copy, source.file.open("rb") as original:
        for piece in original.chunks():
            copy.write(piece)
        copy.flush()
        yield copy.name


def data_rows(source: Import, rows: Staged, skip: int = 0) -> Iterator[Row]:
    """The rows below the header as a person has put them right; `skip` of these are passed by."""
    fixes = {number: cells for number, cells in source.fixes.exclude(cells={}).values_list("number", "cells")}
    # `survey` has counted what lies above.
    for row in rows.rows(source.layout["above"] + skip):
        yield fixed(row, fixes[row.number]) if row.number in fixes else row


def fixed(row: Row, cells: dict[str, str]) -> Row:
    """The row with the `cells` that a person typed over it."""
    whole = list(row.cells)
    for at, text in cells.items():
        whole += [None] * (int(at) + 1 - len(whole))
        whole[int(at)] = text or None
    return Row(row.number, whole)
