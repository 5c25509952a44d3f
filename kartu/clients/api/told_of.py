"""What the log tells of a client, for programs: who changed what, and who looked."""

from typing import Any

from django.http import HttpRequest
from ninja import Query

from kartu.clients.access_log import looks_at
from kartu.clients.api.resource import CLIENTS, client_or_404
from kartu.clients.history import lines_of, rows_about
from kartu.clients.rights import ACCESS_LOG, HISTORY
from kartu.core.access import access
from kartu.core.api.schemas import Day, Moment, Out


class FieldChangeOut(Out):
    label: str
    before: str
    after: str


class LineOut(Out):
    """`what` names the kind of thing (client, contact, touch), `name` the thing; both and `changes` as on the card."""

    id: int
    at: Moment
    verb: str
    who_id: int | None
    who: str
    what: str
    name: str
    changes: list[FieldChangeOut]


class LinePage(Out):
    """`next`: the number to send as `before` for older ones."""

    items: list[LineOut]
    next: int | None


class LookOut(Out):
    """What one person did on one day: the last time, and how often."""

    day: Day
    last: Moment
    who_id: int | None
    who: str
    did: str
    count: int


@CLIENTS.get("/clients/{int:pk}/history", LinePage)
@access(HISTORY)
def read_history(
    request: HttpRequest,
    pk: int,
    before: int | None = Query(None, ge=1, le=2**53, description="Only older lines than this one."),
    limit: int = Query(50, ge=1, le=200),
) -> dict[str, Any]:
    """Every change of the client and of what hangs on it, old value and new; the newest first."""
    client = client_or_404(request, pk, HISTORY)
    rows = rows_about(client, request.user)
    rows = rows.filter(pk__lt=before) if before else rows
    page = list(rows.select_related("payload").order_by("-id")[: limit + 1])
    lines = lines_of(page[:limit], request.user)
    items = [{"id": line.number, **{name: getattr(line, name) for name in LINE}} for line in lines]
    return {"items": items, "next": page[limit - 1].pk if len(page) > limit else None}


LINE = [name for name in LineOut.model_fields if name != "id"]


@CLIENTS.get("/clients/{int:pk}/looks", list[LookOut])
@access(ACCESS_LOG)
def read_looks(request: HttpRequest, pk: int) -> list[dict[str, Any]]:
    """Who looked at the client, printed it, or was refused: the newest days first."""
    client = client_or_404(request, pk, ACCESS_LOG)
    looks = [(day, look) for day, looks in looks_at(client, request.user) for look in looks]
    names = [name for name in LookOut.model_fields if name != "day"]
    return [{"day": day, **{name: getattr(look, name) for name in names}} for day, look in looks]
