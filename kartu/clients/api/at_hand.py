"""What a person keeps at hand, and what is amiss with the data, for programs."""

from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query, Status

from kartu.clients import actions, quality
from kartu.clients.api.resource import CLIENTS, client_or_404
from kartu.clients.models import Doubt
from kartu.clients.rights import VIEW
from kartu.core.access import access
from kartu.core.api import Resource
from kartu.core.api.schemas import Out
from kartu.records.api.doing import doing

QUALITY = Resource("quality", gettext_lazy("Quality of data"), order=130)


class FigureOut(Out):
    """`count` ends at 10,001; `url` is the page that shows them."""

    label: str
    count: int
    url: str


class DoubtOut(Out):
    """A value that cannot be right, as it stands on the card."""

    id: int
    client_id: int
    value: str


class DoubtPage(Out):
    """`next`: the number to send as `after` for more."""

    items: list[DoubtOut]
    next: int | None


@CLIENTS.post("/clients/{int:pk}/favourite", None, status=204)
@access(VIEW)
def keep_at_hand(request: HttpRequest, pk: int) -> Status:
    """Make it a favourite of the token's person; once is enough."""
    client = client_or_404(request, pk)
    with doing(request, _("Among your favourites")):
        actions.keep_at_hand(client=client, by=request.user)
    return Status(204, None)


@CLIENTS.delete("/clients/{int:pk}/favourite")
@access(VIEW)
def let_go(request: HttpRequest, pk: int) -> Status:
    client = client_or_404(request, pk)
    with doing(request, _("No longer among your favourites")):
        actions.let_go(client=client, by=request.user)
    return Status(204, None)


@QUALITY.get("/quality", list[FigureOut])
@access(VIEW)
def read_figures(request: HttpRequest) -> list[dict[str, Any]]:
    """What is missing, doubtful or there twice among the clients that the person sees."""
    return [
        {"label": str(figure.label), "count": figure.count, "url": request.build_absolute_uri(figure.url)}
        for figure in quality.figures(request.user)
    ]


@QUALITY.get("/quality/{kind}", DoubtPage)
@access(VIEW)
def read_doubts(
    request: HttpRequest,
    kind: Literal[*Doubt.Kind.values],
    after: int | None = Query(None, ge=1, le=2**53, description="Only those behind this one."),
    limit: int = Query(50, ge=1, le=200),
) -> dict[str, Any]:
    """Numbers that cannot be right, as the nightly search has found them."""
    rows = quality.doubts(kind, request.user)
    page = list((rows.filter(pk__gt=after) if after else rows).order_by("pk")[: limit + 1])
    items = [
        {"id": row.pk, "client_id": row.client_id, "value": quality.shown(row, request.user)} for row in page[:limit]
    ]
    return {"items": items, "next": page[limit - 1].pk if len(page) > limit else None}
