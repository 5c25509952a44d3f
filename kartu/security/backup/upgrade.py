"""A newer version meets older data: they are saved first, and put back where the way to the new tables fails.

Killed at any moment, the next start of Kartu goes on: forward while the tables were being renewed, back while the data
were being put back (decision 0117). A file in the data folder says which backup was made, so that ten starts that are
killed make one backup, of the data as they were before the first.
"""

import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection

from kartu.core import running
from kartu.core.actors import System
from kartu.security.audit import record
from kartu.security.backup import keeping
from kartu.security.backup.archive import Manifest, Reader
from kartu.security.backup.errors import Unusable
from kartu.security.backup.keys import in_use, keyring
from kartu.security.backup.restore import put_databases_back
from kartu.security.backup.save import write
from kartu.security.models.audit import AuditRow, Verb
from kartu.security.models.backup import Backup


class Failed(Exception):
    """The data could not be brought up to date; str() says in one line how they are now and what to do."""


def safely(migrate: Callable[[], None]) -> None:
    """Save the data, then `migrate`. Raises Failed; the tables are as before then, or it says how to get them back.

    The log and the list of backups hear of it behind the migration: before it their tables are the old ones.
    """
    path, manifest = begun_before() or begin()
    try:
        migrate()
    except Exception as error:
        raise Failed(go_back(path, error)) from error
    settle(path, manifest)


def finish() -> None:
    """The tables are up to date: whatever an update that was cut off behind its last step has left to be noted."""
    if found := begun_before():
        settle(*found)
    marker().unlink(missing_ok=True)


def settle(path: Path, manifest: Manifest) -> None:
    if not Backup.objects.filter(file=path.name).exists():
        keeping.note(path, manifest, Backup.Kind.UPGRADE)
        record(Verb.EXPORT, by=System("saved before an update of Kartu"), values={"file": path.name})
    marker().unlink(missing_ok=True)


def finish_going_back() -> None:
    """Put the data back as they were before the update, where that was cut off: half of it may be done.

    Raises Failed where it cannot be done.
    """
    cut = "Kartu was cut off while it took an update back."
    try:
        path, _stamp = begun_with()
    except (OSError, ValueError) as why:
        raise Failed(f"{cut} {by_hand(keeping.folder())}") from why
    try:
        put_databases_back(path)
    except (Unusable, OSError) as why:
        raise Failed(f"{cut} {why} {by_hand(path)}") from why
    settle_back()


def begin() -> tuple[Path, Manifest]:
    print("Saving the data before the update ...", file=sys.stderr, flush=True)
    path = keeping.folder() / keeping.file_name()
    try:
        manifest = write(path, in_use())
    except Unusable as why:
        raise Failed(f"{why} The data are not updated without a backup: KARTU_UPGRADE_WITHOUT_BACKUP=1 does.") from why
    running.write_whole(marker(), f"{path.name} {stamp()}")
    return path, manifest


def begun_before() -> tuple[Path, Manifest] | None:
    """The backup of an update that was cut off; None without one, and where anybody has worked since it was made."""
    try:
        path, then = begun_with()
        if then != stamp():
            return None
        with closing(Reader(path, keyring())) as backup:
            return path, backup.manifest
    except (Unusable, OSError, ValueError):
        return None


def begun_with() -> tuple[Path, str]:
    """The backup with which the update began, and the stamp of the data then. Raises OSError, ValueError."""
    name, then = marker().read_text(encoding="utf-8").split()
    return keeping.folder() / name, then


def stamp() -> str:
    """Another one after each start of Kartu, of whichever version: each writes into the log. "0": there is no log yet.

    Asked past the models, which know other columns than older data have.
    """
    if AuditRow._meta.db_table not in connection.introspection.table_names():
        return "0"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(id) FROM {AuditRow._meta.db_table}")  # noqa: S608 - a name of ours
        return str(cursor.fetchone()[0] or 0)


def go_back(path: Path, error: Exception) -> str:
    failed = f"The update of the data failed ({str(error).strip().splitlines()[0] if str(error).strip() else error!r})."
    running.write_whole(home() / running.RESTORING, running.OF_AN_UPGRADE)
    try:
        put_databases_back(path)
    except Unusable as why:
        return f"{failed} {why} {by_hand(path)}"
    settle_back()
    return f"{failed} The data are as they were before. Start the former version of Kartu again; a backup is {path}"


def settle_back() -> None:
    marker().unlink(missing_ok=True)
    (home() / running.RESTORING).unlink(missing_ok=True)


def by_hand(path: Path) -> str:
    return f"With the former version of Kartu: kartu restore {path}"


def home() -> Path:
    return Path(settings.DATA_DIR)


def marker() -> Path:
    return home() / running.UPGRADING
