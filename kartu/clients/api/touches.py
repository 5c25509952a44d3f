"""What passed between the firm and a client."""

from typing import Any, Literal

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Status
from pydantic import Field

from kartu.clients import actions
from kartu.clients.api.resource import CLIENTS, client_or_404, contact_of, part_or_404
from kartu.clients.models import Touch
from kartu.clients.rights import CHANGE, VIEW
from kartu.core.access import access
from kartu.core.api.schemas import Id, In, Moment, Named, Out, changes_of, named, words
from kartu.records.api.doing import base_sent, doing, show_version


class TouchFields(In):
    """`at` is now, if it is left out; a note needs a text. Colleagues named with @ are told."""

    kind: Literal[*Touch.Kind.values] = "note"
    direction: Literal["", *Touch.Direction.values] = ""
    at: Moment | None = None
    minutes: int | None = Field(None, ge=0, le=100_000)
    text: words(100_000) = ""
    result: words(200) = ""
    contact_id: Id | None = None


class TouchIn(TouchFields):
    pass


TouchChange = changes_of(TouchFields, "TouchChange")


class TouchOut(Out):
    id: int
    version: int
    client_id: int
    kind: str
    direction: str
    at: Moment
    minutes: int | None
    text: str
    result: str
    contact_id: int | None
    by: Named | None


class TouchPage(Out):
    """`next`: the number to send as `before` for older ones."""

    items: list[TouchOut]
    next: int | None


def told(touch: Touch) -> dict[str, Any]:
    plain = {name: getattr(touch, name) for name in TouchOut.model_fields if name not in ("id", "by")}
    return {"id": touch.pk, **plain, "by": named(touch.by)}


@CLIENTS.get("/clients/{int:pk}/touches", TouchPage)
@access(VIEW)
def read_touches(
    request: HttpRequest,
    pk: int,
    before: int | None = Query(None, ge=1, le=2**53, description="Only those that stand behind this one."),
    limit: int = Query(50, ge=1, le=200),
) -> dict[str, Any]:
    """The newest first."""
    client = client_or_404(request, pk)
    rows = Touch.objects.visible_to(request.user).filter(client=client)
    if before:
        last = part_or_404(request, Touch, pk, before, VIEW)
        rows = rows.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    touches = list(rows.select_related("by").order_by("-at", "-pk")[: limit + 1])
    further = touches[limit - 1].pk if len(touches) > limit else None
    return {"items": [told(touch) for touch in touches[:limit]], "next": further}


@CLIENTS.post("/clients/{int:pk}/touches", TouchOut)
@access(CHANGE)
def log_touch(request: HttpRequest, pk: int, data: TouchIn) -> Status:
    client = client_or_404(request, pk, CHANGE)
    contact = contact_of(client, data.contact_id, request.user)
    with doing(request, _("Written down")):
        touch = actions.log_touch(client=client, contact=contact, by=request.user, **data.given("contact_id"))
    show_version(request, touch)
    return Status(201, told(touch))


@CLIENTS.get("/clients/{int:pk}/touches/{int:part}", TouchOut)
@access(VIEW)
def read_touch(request: HttpRequest, pk: int, part: int) -> dict[str, Any]:
    touch = part_or_404(request, Touch, pk, part, VIEW)
    show_version(request, touch)
    return told(touch)


@CLIENTS.patch("/clients/{int:pk}/touches/{int:part}", TouchOut)
@access(CHANGE)
def change_touch(request: HttpRequest, pk: int, part: int, data: TouchChange) -> dict[str, Any]:
    """Open to whoever wrote it, and to those who may put whole clients in the trash."""
    touch = part_or_404(request, Touch, pk, part)
    values = data.sent("version")
    base = base_sent(request, touch, data, values)
    if values.get("at", touch.at) is None:
        del values["at"]
    if "contact_id" in values:
        values["contact"] = contact_of(touch.client, values.pop("contact_id"), request.user)
    with doing(request, touch.get_kind_display()):
        touch = actions.change_touch(touch=touch, values=values, base=base, by=request.user)
    show_version(request, touch)
    return told(touch)


@CLIENTS.delete("/clients/{int:pk}/touches/{int:part}")
@access(CHANGE)
def remove_touch(request: HttpRequest, pk: int, part: int) -> Status:
    touch = part_or_404(request, Touch, pk, part)
    with doing(request, _("Moved to the trash")):
        actions.remove_touch(touch=touch, by=request.user)
    return Status(204, None)
