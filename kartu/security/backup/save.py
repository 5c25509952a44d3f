"""Saving: a moment of every database, then the files that stood beside it."""

import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from kartu.core.actors import System
from kartu.security.audit import record
from kartu.security.backup import databases
from kartu.security.backup.archive import Unusable, Writer
from kartu.security.models.audit import Verb
from kartu.security.seals.heads import current_head


def save(path: Path) -> Path:
    """Write a backup of all data to `path`; returns it. People may go on working. Raises Unusable.

    The databases come first: a file is there before the row that names it, and is taken away after it.
    """
    now = timezone.now()
    path.parent.mkdir(parents=True, exist_ok=True)
    # A backup takes everything out of the house: the log says so, also the copy of it in the backup.
    record(Verb.EXPORT, by=System(f"kartu backup to {path.name}"), values={"file": path.name})
    head = current_head()  # before the databases, which so hold it
    writer = Writer(path)
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as scratch:
            for name in snapshots(Path(scratch)):
                with open(Path(scratch, name), "rb") as source:
                    writer.add(f"databases/{name}", source)
        add_files(writer, Path(settings.MEDIA_ROOT))
        writer.finish(now.isoformat(), connection.vendor, applied(), str(head or ""))
    except OSError as error:
        writer.give_up()
        raise Unusable(f"The backup could not be written: {error}") from error
    except BaseException:
        writer.give_up()
        raise
    return path


def snapshots(folder: Path) -> list[str]:
    """A file of each database in `folder`; returns their names."""
    if connection.vendor == "postgresql":
        databases.postgres_dump(folder / "default.dump")
        return ["default.dump"]
    names = []
    for alias in connections:
        source = Path(connections[alias].settings_dict["NAME"])
        free = shutil.disk_usage(folder).free
        if source.stat().st_size * 2 > free:
            raise Unusable(f"There is too little room for a backup in {folder.parent}: {free // 2**20} MB.")
        databases.sqlite_snapshot(source, folder / f"{alias}.sqlite3")
        names.append(f"{alias}.sqlite3")
    return names


def add_files(writer: Writer, folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        try:
            source = open(path, "rb")
        except FileNotFoundError:
            continue  # taken away for good since we listed it, and its row with it
        with source:
            writer.add(f"files/{path.relative_to(folder).as_posix()}", source)


def applied() -> list[str]:
    """Every migration the data has seen, so that an older program never opens it."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
