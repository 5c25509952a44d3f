"""Open tasks of people whom nobody stands in for: only how many fall into an absence, not which."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models.functions import Coalesce

from kartu.planner.models import Task


def open_tasks(people: Iterable[int], start: datetime, end: datetime) -> list[tuple[int, datetime]]:
    """Whose, and when it begins or is due; what has no time falls into no absence."""
    rows = Task.objects.as_system("counting what falls into an absence").filter(
        person__in=list(people), state=Task.State.OPEN, trashed_at=None
    )
    moments = rows.annotate(moment=Coalesce("at", "late_at")).filter(moment__gte=start, moment__lt=end)
    return list(moments.values_list("person_id", "moment"))
