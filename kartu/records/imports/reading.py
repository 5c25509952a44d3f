"""Reading a file of whatever kind: it is parsed in a child process with limits, and its rows arrive as a stream.

    with open_table(path) as table:
        table.about.kind, table.about.sheet ...
        for row in table: ...

Raises `Refused` at opening or while rows are taken; the child is ended in every case.
"""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kartu.records.imports import limits
from kartu.records.imports.cells import Row, unpack
from kartu.records.imports.kinds import Kind
from kartu.records.imports.refusals import Refused, Why
from kartu.records.imports.tables import Sheet, Wanted

logger = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[3]
# What another reader of .xlsx may still make sense of.
WORTH_A_SECOND_TRY = {Why.TOO_MUCH_MEMORY, Why.DAMAGED}


@dataclass(frozen=True)
class About:
    """What was found out about a file before its first row. Rows and columns count from 1."""

    kind: Kind
    sheets: list[Sheet] = field(default_factory=list)
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    hidden_rows: list[int] = field(default_factory=list)
    merged: list[list[int]] = field(default_factory=list)
    has_header: bool = False


def open_table(path: str | os.PathLike, wanted: Wanted | None = None) -> "TableStream":
    """The table in the file, open. `wanted` says which sheet, encoding or delimiter, where the person chose one."""
    wanted = wanted or Wanted()
    if os.path.getsize(path) > limits.FILE_BYTES:
        raise Refused(Why.TOO_BIG)
    try:
        return TableStream(path, wanted)
    except Refused as refused:
        if refused.why not in WORTH_A_SECOND_TRY:
            raise
        try:
            return TableStream(path, wanted, slow=True)
        except Refused:
            raise refused from None


class TableStream:
    """Rows of a file as the child reads them; a context manager and an iterator, to be used once."""

    def __init__(self, path: str | os.PathLike, wanted: Wanted, *, slow: bool = False) -> None:
        self._process = _start()
        self._clock = threading.Timer(limits.CHILD_WALL_SECONDS, self._process.kill)
        self._clock.daemon = True
        self._clock.start()
        self._is_over = False
        request = {"path": os.fspath(path), "wanted": asdict(wanted), "slow": slow}
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.close()
            self.about = about_from(self._message()["about"])
        except BaseException as failed:
            self.close()
            if isinstance(failed, BrokenPipeError):
                raise Refused(Why.DAMAGED, detail="the reading process did not start") from failed
            raise

    def __enter__(self) -> "TableStream":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Row]:
        while not self._is_over:
            message = self._message()
            if "rows" in message:
                yield from unpack(message)
            else:
                self._is_over = True

    def close(self) -> None:
        self._clock.cancel()
        if self._process.poll() is None:
            self._process.kill()
        self._process.stdout.close()
        if not self._process.stdin.closed:
            self._process.stdin.close()
        self._process.wait()

    def _message(self) -> dict:
        line = self._process.stdout.readline(limits.PIPE_LINE_BYTES)
        if not line.endswith(b"\n"):
            raise self._death()
        message = json.loads(line)
        if "refused" in message:
            logger.info("File refused: %s", message)
            raise Refused(Why(message["refused"]), at=message["at"], detail=message["detail"])
        return message

    def _death(self) -> Refused:
        """Why the child ended without a word: a signal of the clock, of the CPU limit, or of memory."""
        was_stopped = not self._clock.is_alive()
        self._process.kill()
        code = self._process.wait()
        logger.info("Reading process ended with %s", code)
        slow = was_stopped or code in (-24, -9)  # SIGXCPU, and SIGKILL at its hard limit
        return Refused(Why.TOO_SLOW if slow else Why.TOO_MUCH_MEMORY, detail=f"ended with {code}")


def _start() -> subprocess.Popen:
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "TMP", "LANG") if name in os.environ}
    # One arena: each further one reserves address space, which is what the memory limit counts.
    environment = kept | {"PYTHONPATH": os.fspath(ROOT), "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "kartu.records.imports.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=os.fspath(ROOT),
    )


def about_from(message: dict) -> About:
    sheets = [Sheet(**sheet) for sheet in message["sheets"]]
    return About(**message | {"kind": Kind(message["kind"]), "sheets": sheets})
