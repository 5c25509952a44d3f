"""Saving: a moment of every database, then the files that stood beside it."""

import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from kartu.core.actors import Actor, System
from kartu.security.audit import record
from kartu.security.backup import databases
from kartu.security.backup.archive import Manifest, Writer
from kartu.security.backup.contents import Contents, of_sqlite, together
from kartu.security.backup.errors import Unusable
from kartu.security.backup.keys import RecoveryKey
from kartu.security.models.audit import Verb
from kartu.security.seals.heads import current_head


def save(path: Path, *, key: RecoveryKey | None, by: Actor | None = None) -> Manifest:
    """Write a backup of all data to `path`, sealed with `key`; returns what it says of itself. People go on working.

    Raises Unusable, and has left nothing then.
    """
    # A backup takes everything out of the house: the log says so, also the copy of it in the backup.
    record(Verb.EXPORT, by=by or System(f"kartu backup to {path.name}"), values={"file": path.name})
    # The seal is taken before the databases, which so hold it.
    return write(path, key, log_head=str(current_head() or ""))


def write(path: Path, key: RecoveryKey | None, log_head: str = "") -> Manifest:
    """`save` without a word in the log: also of tables that are older than this program.

    The databases come first: a file is there before the row that names it, and is taken away after it.
    """
    now = timezone.now()
    writer = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        writer = Writer(path, key)
        # Beside the data, for they are as open as the data are; the backup may go to a disk that others read.
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=".backup-") as scratch:
            tables = snapshots(Path(scratch))
            for snapshot in sorted(Path(scratch).iterdir()):
                with open(snapshot, "rb") as source:
                    writer.add(f"databases/{snapshot.name}", source)
        add_files(writer, Path(settings.MEDIA_ROOT))
        return writer.finish(now.isoformat(), connection.vendor, applied(), tables, log_head=log_head)
    except BaseException as error:
        if writer:
            writer.give_up()
        if isinstance(error, OSError):
            raise Unusable(f"The backup could not be written: {error}") from error
        raise


def snapshots(folder: Path) -> Contents:
    """A file of each database in `folder`; returns what they hold."""
    if connection.vendor == "postgresql":
        return databases.postgres_dump(folder / "default.dump")
    held = {}
    for alias in connections:
        source = Path(connections[alias].settings_dict["NAME"])
        free = shutil.disk_usage(folder).free
        if source.stat().st_size * 2 > free:
            raise Unusable(f"There is too little room for a backup in {folder.parent}: {free // 2**20} MB.")
        databases.sqlite_snapshot(source, folder / f"{alias}.sqlite3")
        held[alias] = of_sqlite(folder / f"{alias}.sqlite3")
    return together(held)


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
