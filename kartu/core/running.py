"""One data folder, one running program. Only the standard library: the supervisor is built on it."""

import os
from pathlib import Path
from typing import IO

if os.name == "nt":
    import msvcrt
else:
    import fcntl


# A file of this name stands in the data folder while `kartu restore` exchanges old and new data.
RESTORING = "restore-unfinished"
# While an update changes the tables: the backup it began with.
UPGRADING = "upgrade-unfinished"
# What stands in RESTORING while an update that failed is taken back: the next start can finish that by itself.
OF_AN_UPGRADE = "of an upgrade"


def hold(folder: Path) -> IO | None:
    """The lock of a data folder, held until closed or until this process ends, however it ends; None: taken."""
    folder.mkdir(parents=True, exist_ok=True)
    file = open(folder / "running.lock", "a+")
    try:
        if os.name == "nt":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def write_whole(path: Path, text: str) -> None:
    """Write a small file that is there whole or not at all, also after a power cut."""
    part = path.with_name(f"{path.name}.part")
    with open(part, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def unfinished(folder: Path) -> str:
    """What `RESTORING` says of an exchange of data that was cut off; "" where none was."""
    try:
        return (folder / RESTORING).read_text(encoding="utf-8").strip() or RESTORING
    except FileNotFoundError:
        return ""
