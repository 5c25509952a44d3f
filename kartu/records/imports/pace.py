"""How long a chunk may be."""

import time

# A chunk grows and shrinks so that it holds the write lock about this long; 200 ms is the promise, also where the
# machine is busy with other things.
LOCK_SECONDS = 0.05
FIRST_CHUNK, SMALLEST_CHUNK, LARGEST_CHUNK = 50, 10, 500


class Pace:
    """How many rows go into a chunk, by how long the last one held the write lock; waiting for it does not count."""

    def __init__(self) -> None:
        self.rows = FIRST_CHUNK
        self._since = 0.0

    def begin(self) -> None:
        self._since = time.monotonic()

    def end(self) -> None:
        took = time.monotonic() - self._since
        wanted = self.rows * LOCK_SECONDS / max(took, 0.001)
        self.rows = int(min(LARGEST_CHUNK, max(SMALLEST_CHUNK, min(wanted, self.rows * 1.5))))
