"""Bringing back: everything is unpacked and verified first, then put in place of what is there, which is kept."""

import os
import shutil
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from kartu.core import running
from kartu.core.actors import System
from kartu.core.jobs.queue import release_all
from kartu.firm.models import Device
from kartu.security.audit import record
from kartu.security.backup import databases
from kartu.security.backup.archive import Manifest, Reader
from kartu.security.backup.errors import Unusable
from kartu.security.backup.keys import RecoveryKey, keep, keyring
from kartu.security.models.audit import Verb
from kartu.security.models.backup import Restoration


def bring_back(path: Path, key: RecoveryKey | None = None) -> Path:
    """Replace all data by that of the backup at `path`; returns the folder where the former data is kept.

    `key` opens it where the server's own keys do not; a server without any makes its backups under it from now on.
    Raises Unusable, and has changed nothing then: while Kartu runs, for a damaged file, for another kind of
    database, for a backup of a newer version; KeyNeeded, where no key fits.
    """
    home = Path(settings.DATA_DIR)
    lock = held(home)
    at_hand = keyring()
    with lock, closing(Reader(path, [*at_hand, key] if key else at_hand)) as backup:
        check_fits(backup.manifest)
        check_alone()
        moment = timezone.now().strftime("%Y-%m-%d-%H%M%S")
        fresh, kept = home / f".restore-{moment}", home / f"before-restore-{moment}"
        try:
            unpack(backup, fresh)
            exchange(home, fresh, kept)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        bring_up_to_date()
        begin_anew(path, backup.manifest)
        # Until here Kartu does not start: neither on half of each nor while letters could go out.
        (home / running.UPGRADING).unlink(missing_ok=True)
        (home / running.RESTORING).unlink()
        if key and not at_hand:
            keep(key)
        return kept


def held(home: Path) -> IO:
    """The lock of the data folder. Raises Unusable while Kartu runs on it."""
    lock = running.hold(home)
    if lock is None:
        raise Unusable("Kartu is running on this data. Stop it first.")
    return lock


def begin_anew(path: Path, manifest: Manifest) -> None:
    """Show everybody out, put down what was in hand and hold the letters: since the moment of the backup the world has
    gone on, and no worker of then lives."""
    with transaction.atomic():
        release_all()
        Device.objects.all().delete()
        Restoration.objects.create(file=path.name, made_at=datetime.fromisoformat(manifest.made_at))
        record(Verb.SETTING, by=System(f"kartu restore of {path.name}"), values={"made_at": manifest.made_at})


def put_databases_back(path: Path) -> None:
    """The tables as they were in the backup at `path`, made a moment ago; files stay. Raises Unusable."""
    with (
        closing(Reader(path, keyring())) as backup,
        tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=".restore-") as scratch,
    ):
        check_alone()
        fresh = Path(scratch, "fresh")
        unpack(backup, fresh)
        replace_databases(fresh)


def check_fits(manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        raise Unusable(f"This backup is of a {manifest.database} database; Kartu runs on {connection.vendor} here.")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if newer := sorted(set(manifest.migrations) - known):
        raise Unusable(f"This backup is of a newer version of Kartu (it has {newer[-1]}). Update Kartu first.")
    if not any(member.name.startswith("databases/default.") for member in manifest.members):
        raise Unusable("This backup holds no database.")


def check_alone() -> None:
    if connection.vendor == "postgresql":
        databases.postgres_alone()
        return
    for alias, path in sqlite_files().items():
        connections[alias].close()
        databases.sqlite_alone(path)


def unpack(backup: Reader, fresh: Path) -> None:
    """Everything of the backup into the folder `fresh`, verified down to the tables."""
    size = sum(member.size for member in backup.manifest.members)
    fresh.mkdir(mode=0o700)
    free = shutil.disk_usage(fresh).free
    if size > free:
        raise Unusable(f"There is too little room: {size // 2**20} MB are needed, {free // 2**20} MB are free.")
    backup.extract(fresh)
    if connection.vendor == "postgresql":
        databases.postgres_verify(fresh / "databases" / "default.dump", fresh / "default.sql")
        return
    for alias in connections:
        databases.sqlite_verify(fresh / "databases" / f"{alias}.sqlite3")


def exchange(home: Path, fresh: Path, kept: Path) -> None:
    """Put the data of `fresh` in its place and the former data into `kept`. Interrupted, it can be done again."""
    kept.mkdir(mode=0o700)
    keep_databases(kept)
    marker = home / running.RESTORING
    marker.write_text(kept.name)
    files = Path(settings.MEDIA_ROOT)
    if files.exists():
        files.rename(kept / "files")
    (fresh / "files").mkdir(exist_ok=True)
    (fresh / "files").rename(files)
    replace_databases(fresh)


def keep_databases(kept: Path) -> None:
    if connection.vendor == "postgresql":
        databases.postgres_dump(kept / "default.dump")
        return
    for path in sqlite_files().values():
        if path.exists():
            shutil.copy2(path, kept / path.name)


def replace_databases(fresh: Path) -> None:
    if connection.vendor == "postgresql":
        connection.close()
        databases.postgres_replace(fresh / "default.sql")
        return
    for alias, path in sqlite_files().items():
        put_in_place(fresh / "databases" / f"{alias}.sqlite3", path)


def put_in_place(fresh: Path, path: Path) -> None:
    """One database file; where the process died between two of them, all of them are put in place again."""
    os.replace(fresh, path)


def sqlite_files() -> dict[str, Path]:
    return {alias: Path(connections[alias].settings_dict["NAME"]) for alias in connections}


def bring_up_to_date() -> None:
    """A backup of an older version gets the tables of this one."""
    for alias in connections:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
