"""Where this installation lives and listens. Read from the environment, without Django: the supervisor has none."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(os.environ.get("KARTU_DATA") or BASE_DIR / "data").resolve()
PORT = int(os.environ.get("KARTU_PORT") or 8420)
BIND = os.environ.get("KARTU_BIND") or "127.0.0.1"
DEBUG = os.environ.get("KARTU_DEBUG") == "1"
# How much of SQLite's file a process maps: what is mapped is read without a call of the system. The pages stay the
# system's, which takes them back where memory is wanted; but a worker, who counts what he holds, counts them too.
MAPPED_MB, WEB_MAPPED_MB = 128, 2000
WEB_LOCK_WAIT = 5

IS_LOOPBACK = BIND in {"127.0.0.1", "::1", "localhost"}
IS_EVERYWHERE = BIND in {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound
HOST = "localhost" if IS_LOOPBACK or IS_EVERYWHERE else BIND
ADDRESS = f"http://{HOST}:{PORT}"
