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
