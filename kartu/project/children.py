"""Child processes that die with their parent, on every system.

The parent keeps one end of a pipe to each child's standard input. When it closes its end, or dies in whatever way,
the child reads the end of the file and stops: no signals, no process groups, the same on Windows.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

FAREWELL = b"stop"
PATIENCE = 20  # seconds a child has to finish what it is doing
LONGEST_PAUSE = 4  # seconds: with the start itself, people wait less than ten however often it falls


class Child:
    """A process that has to run; `tend` starts it again, each time a little later, when it fell over."""

    def __init__(self, title: str, module: str) -> None:
        self.title = title
        self.command = [sys.executable, "-m", module]
        self.process: subprocess.Popen | None = None
        self.failures = 0
        self.start_at = 0.0
        self.started_at = 0.0

    def tend(self) -> None:
        """To be called about every second."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self._start(now)
            return
        code = self.process.poll()
        if code is None:
            return
        self.process = None
        lived = now - self.started_at
        if code == 0 and lived > 10:  # it has grown old and makes room for a young one
            self._start(now)
            return
        self.failures = 1 if lived > 60 else self.failures + 1
        delay = min(2 ** (self.failures - 1), LONGEST_PAUSE)
        self.start_at = now + delay
        print(f"{self.title} stopped (code {code}); it starts again in {delay} s.", file=sys.stderr, flush=True)

    def _start(self, now: float) -> None:
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE)
        self.started_at = now

    def ask_to_stop(self) -> None:
        """A word says that the end is wanted: where it is missing, the parent was killed."""
        if self.process:
            with contextlib.suppress(OSError):
                self.process.stdin.write(FAREWELL)
                self.process.stdin.flush()
            with contextlib.suppress(OSError):
                self.process.stdin.close()

    def wait(self, until: float) -> None:
        """Wait until the moment `until` of the monotonic clock, then end the process the hard way."""
        if not self.process:
            return
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Parting:
    """How the parent went: `is_wanted`, it asked for the end before."""

    is_wanted: bool = False


def live_with_parent(stop: Callable[[], None]) -> Parting:
    """In a child: call `stop` once the parent asks for it or is gone, and end by force if that does not help.

    Ctrl+C in a console reaches the children too; they leave it to the parent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    parting = Parting()

    def watch() -> None:
        while said := os.read(0, 1024):
            parting.is_wanted = FAREWELL in said
        stop()
        time.sleep(PATIENCE + 5)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()
    return parting
