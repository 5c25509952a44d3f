"""Promises to call a client at a minute."""

from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Status
from pydantic import Field

from kartu.clients import actions
from kartu.clients.api.resource import CLIENTS, client_or_404, contact_of, part_or_404, person_of
from kartu.clients.api.touches import TouchOut
from kartu.clients.api.touches import told as touch_told
from kartu.clients.models import CallBack, Touch
from kartu.clients.rights import CHANGE, VIEW
from kartu.core.access import access
from kartu.core.api.schemas import UNSENT, Id, In, Moment, Named, Out, named, words
from kartu.records.api.doing import doing


class CallBackIn(In):
    """Without `person_id` it is the token's person who calls."""

    due_at: Moment
    what: words(200) = ""
    person_id: Id | None = None
    contact_id: Id | None = None


class CallBackMove(In):
    due_at: Moment
    what: words(200) = UNSENT
    person_id: Id | None = None


class CallBackFinish(In):
    """What came of it, which is written down as a touch; `again_at` promises the next one."""

    kind: Literal[*Touch.Kind.values] = "call"
    text: words(100_000) = ""
    result: words(200) = ""
    minutes: int | None = Field(None, ge=0, le=100_000)
    again_at: Moment | None = None


class CallBackOut(Out):
    id: int
    version: int
    client_id: int
    due_at: Moment
    what: str
    contact_id: int | None
    person: Named
    done_at: Moment | None


def told(call_back: CallBack) -> dict[str, Any]:
    plain = {name: getattr(call_back, name) for name in CallBackOut.model_fields if name not in ("id", "person")}
    return {"id": call_back.pk, **plain, "person": named(call_back.person)}


@CLIENTS.get("/clients/{int:pk}/call-backs", list[CallBackOut])
@access(VIEW)
def read_call_backs(
    request: HttpRequest, pk: int, done: bool = Query(False, description="Those that were kept, too.")
) -> list[dict[str, Any]]:
    """By their minute, the nearest first; at most the newest 200."""
    rows = client_or_404(request, pk).call_backs.select_related("person")
    rows = rows if done else rows.filter(done_at=None)
    return [told(row) for row in sorted(rows.order_by("-due_at", "-pk")[:200], key=lambda row: row.due_at)]


@CLIENTS.post("/clients/{int:pk}/call-backs", CallBackOut)
@access(CHANGE)
def set_call_back(request: HttpRequest, pk: int, data: CallBackIn) -> Status:
    client = client_or_404(request, pk, CHANGE)
    people = {
        "person": person_of(data.person_id, "person_id"),
        "contact": contact_of(client, data.contact_id, request.user),
    }
    with doing(request, _("Call-back set")):
        row = actions.set_call_back(client=client, due_at=data.due_at, what=data.what, by=request.user, **people)
    return Status(201, told(row))


@CLIENTS.patch("/clients/{int:pk}/call-backs/{int:part}", CallBackOut)
@access(CHANGE)
def move_call_back(request: HttpRequest, pk: int, part: int, data: CallBackMove) -> dict[str, Any]:
    row = part_or_404(request, CallBack, pk, part)
    person = person_of(data.person_id, "person_id")
    with doing(request, _("Call-back moved")):
        row = actions.move_call_back(call_back=row, due_at=data.due_at, what=data.what, person=person, by=request.user)
    return told(row)


@CLIENTS.post("/clients/{int:pk}/call-backs/{int:part}/finish", TouchOut)
@access(CHANGE)
def finish_call_back(request: HttpRequest, pk: int, part: int, data: CallBackFinish) -> Status:
    """The promise is kept. Answers with the touch that says what came of it."""
    row = part_or_404(request, CallBack, pk, part)
    with doing(request, _("Call-back done")):
        _kept, touch = actions.finish_call_back(call_back=row, by=request.user, **data.given())
    return Status(201, touch_told(touch))


@CLIENTS.delete("/clients/{int:pk}/call-backs/{int:part}")
@access(CHANGE)
def drop_call_back(request: HttpRequest, pk: int, part: int) -> Status:
    """It is not needed any more."""
    row = part_or_404(request, CallBack, pk, part)
    with doing(request, _("Moved to the trash")):
        actions.drop_call_back(call_back=row, by=request.user)
    return Status(204, None)
