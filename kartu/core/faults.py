"""Named places where a test makes the program die, fail or wait: fail points.

They work only where the test kit is installed (releases carry no `kartu.core.testing`) and
KARTU_FAIL_POINTS names them: "mail.after_send=kill@3,jobs.before_done=kill%0.2,import.chunk=raise,x=sleep:2"
(at the third passing, with a chance of 0.2, each time).
"""

import importlib.util
import os
import random
import signal
import time
from dataclasses import dataclass

TEST_BUILD = importlib.util.find_spec("kartu.core.testing") is not None


class Fault(Exception):
    """What a fail point told to raise raises."""


@dataclass
class FailPoint:
    name: str
    act: str
    at: int = 0
    chance: float = 1.0
    passed: int = 0

    @classmethod
    def parse(cls, text: str) -> "FailPoint":
        name, _equals, act = text.strip().partition("=")
        if "@" in act:
            act, _sign, at = act.partition("@")
            return cls(name, act, at=int(at))
        if "%" in act:
            act, _sign, chance = act.partition("%")
            return cls(name, act, chance=float(chance))
        return cls(name, act)

    def pass_by(self) -> None:
        self.passed += 1
        if (self.at and self.passed != self.at) or random.random() >= self.chance:  # noqa: S311 - no secret
            return
        if self.act == "kill":
            os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        elif self.act.startswith("sleep:"):
            time.sleep(float(self.act.removeprefix("sleep:")))
        else:
            raise Fault(self.name)


def armed(text: str) -> dict[str, FailPoint]:
    points = [FailPoint.parse(part) for part in text.split(",") if part.strip()] if TEST_BUILD else []
    return {point.name: point for point in points}


_armed = armed(os.environ.get("KARTU_FAIL_POINTS", ""))


def fail_point(name: str) -> None:
    """Die, fail or wait here if a test has asked for it; costs one look into an empty dictionary otherwise."""
    if _armed and name in _armed:
        _armed[name].pass_by()
