import os
from pathlib import Path

from django.conf import settings

from kartu.records.imports.cells import Row
from kartu.records.imports.reading import About, open_table
from kartu.records.imports.tables import Wanted


def samples_folder() -> Path | None:
    """Where the sample files lie: KARTU_SAMPLES, or shared/samples beside the program."""
    candidates = [Path(os.environ.get("KARTU_SAMPLES", "/nowhere")), settings.BASE_DIR.parent / "shared" / "samples"]
    return next((folder for folder in candidates if folder.is_dir()), None)


def read(path: Path, **wanted: str) -> tuple[About, list[Row]]:
    with open_table(path, Wanted(**wanted)) as table:
        return table.about, list(table)


def values(path: Path, **wanted: str) -> list[list]:
    return [row.cells for row in read(path, **wanted)[1]]
