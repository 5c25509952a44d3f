"""How long the computer ran, and how long it was awake, by clocks that nobody can set: what tells a computer that slept
from one whose clock was put forward."""

import ctypes
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """Three clocks at one moment, in seconds: the one on the wall, the one that sleep does not stop, and the one that
    stands still while the computer sleeps. Only their differences mean something."""

    wall: float
    running: float
    awake: float


@dataclass(frozen=True)
class Passed:
    """What happened between two readings, in whole seconds: how long the computer slept, and by how much its clock was
    put forward (or, below zero, back)."""

    slept: int
    moved: int


def read() -> Reading:
    return Reading(time.time(), running(), awake())


def passed(before: Reading, after: Reading) -> Passed:
    ran = after.running - before.running
    return Passed(
        slept=max(0, round(ran - (after.awake - before.awake))),
        moved=round(after.wall - before.wall - ran),
    )


def running() -> float:
    """Linux counts sleep in a clock of its own, macOS in the monotonic one, Windows in what Python calls monotonic."""
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"):
        if hasattr(time, name):
            return time.clock_gettime(getattr(time, name))
    return time.monotonic()


def awake() -> float:
    if sys.platform == "win32":
        since_start = ctypes.c_ulonglong()  # in 100 ns
        ctypes.windll.kernel32.QueryUnbiasedInterruptTime(ctypes.byref(since_start))
        return since_start.value / 1e7
    name = "CLOCK_UPTIME_RAW" if sys.platform == "darwin" else "CLOCK_MONOTONIC"
    return time.clock_gettime(getattr(time, name)) if hasattr(time, name) else time.monotonic()
