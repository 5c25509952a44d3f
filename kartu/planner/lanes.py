"""What overlaps stands side by side."""

from collections.abc import Iterable
from typing import Protocol

# A shorter one is drawn so tall all the same, or nothing could be read on it.
SHORTEST = 20


class Laid(Protocol):
    at: int
    minutes: int
    lane: int
    lanes: int


def lay(items: Iterable[Laid]) -> None:
    """Give each of `items`, all of one day, its lane and how many lanes there are where it stands."""
    together: list[Laid] = []
    ends: list[int] = []
    last = 0
    for item in sorted(items, key=lambda item: (item.at, -item.minutes)):
        if ends and item.at >= last:
            close(together, len(ends))
            together, ends, last = [], [], 0
        item.lane = next((lane for lane, end in enumerate(ends) if end <= item.at), len(ends))
        until = item.at + max(item.minutes, SHORTEST)
        ends[item.lane : item.lane + 1] = [until]
        last = max(last, until)
        together.append(item)
    close(together, len(ends))


def close(together: list[Laid], lanes: int) -> None:
    for item in together:
        item.lanes = lanes
