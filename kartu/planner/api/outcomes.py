"""How calls and meetings can end, from the firm's list."""

from typing import Any

from django.http import HttpRequest

from kartu.core.access import access
from kartu.core.api.schemas import Out
from kartu.planner.api.resource import TASKS
from kartu.planner.models import Outcome
from kartu.planner.rights import VIEW


class OutcomeOut(Out):
    """`kind`: of which tasks, "" of all. `next_kind` and `next_after` (minutes): what is offered as the next step; with
    `needs_next` nothing ends like this without one."""

    id: int
    kind: str
    name: str
    is_success: bool
    next_kind: str
    next_after: int | None
    needs_next: bool


@TASKS.get("/outcomes", list[OutcomeOut])
@access(VIEW)
def read_outcomes(request: HttpRequest) -> list[dict[str, Any]]:
    """Those that are in use."""
    rows = Outcome.objects.filter(is_active=True)
    return [{"id": row.pk, **{name: getattr(row, name) for name in FIELDS}} for row in rows]


FIELDS = [name for name in OutcomeOut.model_fields if name != "id"]
