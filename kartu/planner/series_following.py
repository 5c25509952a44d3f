"""What follows from a change of a recurring task that is for each client of a segment, however it was made: an act, an
undo. Its clients have theirs at once, and not only at night."""

from typing import Any

from kartu.planner.jobs import follow_segment
from kartu.planner.models import Series

WHY = "which of the recurring tasks just written are for the clients of a segment"


def follow_written(*, roots: set[tuple[str, int]], **signal: Any) -> None:
    """Handler of `audit.written`."""
    ids = {pk for label, pk in roots if label == Series._meta.label_lower}
    if not ids:
        return
    wholes = Series.objects.as_system(WHY).filter(pk__in=ids, segment__isnull=False)
    for pk in wholes.values_list("pk", flat=True):
        follow_segment.later(series=pk, dedupe=f"planner.segment:{pk}")
