"""Open schedulers hear of what has moved, whoever has moved it and however: an act, a bulk act, an undo."""

from typing import Any

from kartu.core import live
from kartu.planner.models import Task

# Beyond so many at once a page reads everything again.
MOST = 100


def tell_written(*, roots: set[tuple[str, int]], **signal: Any) -> None:
    """Handler of `audit.written`. Numbers only: each page asks anew for what it may see."""
    tasks = {pk for label, pk in roots if label == Task._meta.label_lower}
    if tasks:
        live.send("planner.moved", {"tasks": sorted(tasks) if len(tasks) <= MOST else []}, to=None)
