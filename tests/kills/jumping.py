"""The clock of a process is wrong by so many seconds as a file says, and a test writes into it while the process runs.

`follow` is called before any model is loaded: their defaults keep the function that tells the time. Monotonic time goes
on as it is, as it does in a real jump; so does the clock of a PostgreSQL server, which is another computer's.
"""

import time
from datetime import timedelta
from pathlib import Path

from django.utils import timezone


def follow(file: Path) -> None:
    now, seconds = timezone.now, time.time

    def wrong_by() -> float:
        try:
            return float(file.read_text() or 0)
        except FileNotFoundError:
            return 0

    timezone.now = lambda: now() + timedelta(seconds=wrong_by())
    time.time = lambda: seconds() + wrong_by()
