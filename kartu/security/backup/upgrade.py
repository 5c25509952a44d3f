"""A newer version meets older data: they are saved first, and put back where the way to the new tables fails."""

import sys
from collections.abc import Callable
from pathlib import Path

from kartu.core.actors import System
from kartu.security.audit import record
from kartu.security.backup import keeping
from kartu.security.backup.errors import Unusable
from kartu.security.backup.keys import in_use
from kartu.security.backup.restore import put_databases_back
from kartu.security.backup.save import write
from kartu.security.models.audit import Verb
from kartu.security.models.backup import Backup


class Failed(Exception):
    """The data could not be brought up to date; str() says in one line how they are now and what to do."""


def safely(migrate: Callable[[], None]) -> None:
    """Save the data, then `migrate`. Raises Failed; the tables are as before then, or it says how to get them back.

    The log and the list of backups hear of it behind the migration: before it their tables are the old ones.
    """
    print("Saving the data before the update ...", file=sys.stderr, flush=True)
    path = keeping.folder() / keeping.file_name()
    try:
        manifest = write(path, in_use())
    except Unusable as why:
        raise Failed(f"{why} The data are not updated without a backup: KARTU_UPGRADE_WITHOUT_BACKUP=1 does.") from why
    try:
        migrate()
    except Exception as error:
        raise Failed(go_back(path, error)) from error
    keeping.note(path, manifest, Backup.Kind.UPGRADE)
    record(Verb.EXPORT, by=System("saved before an update of Kartu"), values={"file": path.name})


def go_back(path: Path, error: Exception) -> str:
    failed = f"The update of the data failed ({str(error).strip().splitlines()[0] if str(error).strip() else error!r})."
    try:
        put_databases_back(path)
    except Unusable as why:
        return f"{failed} {why} With the former version of Kartu: kartu restore {path}"
    return f"{failed} The data are as they were before. Start the former version of Kartu again; a backup is {path}"
