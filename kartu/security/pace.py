"""How many calls a program may make in a minute, counted in memory: a call costs no writing for it.

Each token has a bucket that holds a minute's calls and fills again evenly, so that a burst after a pause is let through
and a program that never pauses goes on at the even pace. Each web process counts for itself, and forgets at its end.
"""

import math
import time
from dataclasses import dataclass, field
from threading import Lock

from django.conf import settings

FORGOTTEN_ABOVE = 1000  # buckets; the full ones say nothing and are dropped then


@dataclass
class Bucket:
    calls: float
    at: float


@dataclass
class Pace:
    buckets: dict[str, Bucket] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def wait(self, key: str) -> int:
        """Count a call of `key`, and 0; or the seconds until the next one is let through."""
        most, now = settings.CALLS_PER_MINUTE, time.monotonic()
        with self.lock:
            self.forget_full(most, now)
            bucket = self.buckets.setdefault(key, Bucket(most, now))
            bucket.calls, bucket.at = filled(bucket, most, now), now
            if bucket.calls < 1:
                return math.ceil((1 - bucket.calls) * 60 / most)
            bucket.calls -= 1
        return 0

    def forget_full(self, most: int, now: float) -> None:
        if len(self.buckets) > FORGOTTEN_ABOVE:
            self.buckets = {key: bucket for key, bucket in self.buckets.items() if filled(bucket, most, now) < most}


def filled(bucket: Bucket, most: int, now: float) -> float:
    return min(most, bucket.calls + (now - bucket.at) * most / 60)


pace = Pace()
