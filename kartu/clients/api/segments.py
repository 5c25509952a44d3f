"""Segments, for programs: what they ask, who is in them, keeping and freezing them."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Status
from pydantic import Field

from kartu.clients import actions
from kartu.clients.api.clients import ClientPage, clients_of
from kartu.clients.api.resource import CLIENTS, client_or_404
from kartu.clients.models import Segment
from kartu.clients.rights import VIEW
from kartu.clients.segments.fields import fields_for
from kartu.clients.segments.following import moves, stays_of
from kartu.clients.segments.meaning import Usable, usable
from kartu.clients.segments.showing import counted, last_sizes, may_know_size
from kartu.clients.views.segments import freezable, one, own_or_404
from kartu.core.access import access
from kartu.core.api import Resource
from kartu.core.api.schemas import Day, In, Moment, Named, Out, changes_of, named, words
from kartu.records.api.doing import doing, only_over, show_version
from kartu.records.api.lists import After, Before, Limit, Sort, Words
from kartu.records.conditions.texts import readable
from kartu.records.conditions.tree import sentence
from kartu.records.lists.asking import Asking
from kartu.records.rights import SAVE_VIEWS

SEGMENTS = Resource("segments", gettext_lazy("Segments"), order=120)


class SegmentIn(In):
    """`text` as the builder writes it under "As text": docs/expressions.md."""

    name: words(80, shortest=1)
    text: words(4000, shortest=1)
    is_shared: bool = False


SegmentChange = changes_of(SegmentIn, "SegmentChange")


class SegmentOut(Out):
    """`says` is the condition in words. A frozen one keeps the clients of `frozen_at`, out of `source_id`.

    `size` is that of last night, null where it is not the person's to know.
    """

    id: int
    version: int
    name: str
    text: str
    says: str
    is_shared: bool
    is_own: bool
    frozen_at: Moment | None
    source_id: int | None
    size: int | None
    url: str


class SegmentNow(SegmentOut):
    count: int = Field(description="How many clients are in it just now, as far as the person sees; ends at 10,001.")


class MoveOut(Out):
    night: Day
    client: Named
    has_come: bool


class MovesOut(Out):
    """`since`: the first night that was noted; null: none yet, or not the person's to know. `came` and `left` count the
    last 30 days, null where more are in it than are followed. `items`: the newest 50."""

    since: Day | None
    came: int | None
    left: int | None
    items: list[MoveOut]


class StayOut(Out):
    """`since` null: longer than the nights are noted."""

    segment: Named
    since: Day | None


def told(found: Usable, asking: Asking, sizes: dict[int, int] | None = None) -> dict[str, Any]:
    segment = found.segment
    if sizes is None:
        sizes = sizes_of([found], asking)
    return {
        "id": segment.pk,
        **{name: getattr(segment, name) for name in ("version", "name", "is_shared", "frozen_at", "source_id")},
        "text": readable(found.condition),
        "says": sentence(found.condition.node, asking, fields_for(asking)),
        "is_own": segment.person_id == asking.person.pk,
        "size": sizes.get(segment.pk),
        "url": reverse("clients:segment", args=[segment.pk]),
    }


def sizes_of(found: list[Usable], asking: Asking) -> dict[int, int]:
    return last_sizes([each.segment.pk for each in found if may_know_size(each.segment, asking)])


def kept(request: HttpRequest, segment: Segment) -> dict[str, Any]:
    """A segment after an act on it."""
    asking = Asking(request.user)
    show_version(request, segment)
    return told(usable(asking)[segment.pk], asking)


@SEGMENTS.get("/segments", list[SegmentOut])
@access(VIEW)
def read_segments(request: HttpRequest) -> list[dict[str, Any]]:
    """Own and shared ones of which the person may know all that they ask for, by name."""
    asking = Asking(request.user)
    found = list(usable(asking).values())
    sizes = sizes_of(found, asking)
    return [told(each, asking, sizes) for each in found]


@SEGMENTS.get("/segments/{int:pk}", SegmentNow)
@access(VIEW)
def read_segment(request: HttpRequest, pk: int) -> dict[str, Any]:
    asking = Asking(request.user)
    found = one(request, asking, pk)
    show_version(request, found.segment)
    return {**told(found, asking), "count": counted(found.rows(asking))}


@SEGMENTS.get("/segments/{int:pk}/clients", ClientPage)
@access(VIEW)
def read_segment_clients(
    request: HttpRequest,
    pk: int,
    q: str = Words,
    s: str = Sort,
    after: str = After,
    before: str = Before,
    limit: int = Limit,
) -> dict[str, Any]:
    """Who is in it: the clients that `GET /clients?f=segment:any:5` finds."""
    one(request, Asking(request.user), pk)
    data: QueryDict = request.GET.copy()
    data.setlist("f", [*data.getlist("f"), f"segment:any:{pk}"])
    return clients_of(request, limit, data)


@SEGMENTS.get("/segments/{int:pk}/moves", MovesOut)
@access(VIEW)
def read_segment_moves(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Who came in and who went out in the last 30 days, as it is noted at night; the newest first."""
    asking = Asking(request.user)
    found = moves(one(request, asking, pk), asking)
    if found is None:
        return {"since": None, "came": None, "left": None, "items": []}
    counts = {"came": None, "left": None} if found.watch.is_too_large else {"came": found.came, "left": found.left}
    items = [{"night": each.day, "client": named(each.client), "has_come": each.has_come} for each in found.shown]
    return {"since": found.watch.began, **counts, "items": items}


@CLIENTS.get("/clients/{int:pk}/segments", list[StayOut])
@access(VIEW)
def read_client_segments(request: HttpRequest, pk: int) -> list[dict[str, Any]]:
    """The segments that the client was in last night, and frozen ones that keep it."""
    client = client_or_404(request, pk)
    stays = stays_of(client, Asking(request.user))
    return [{"segment": named(stay.segment), "since": stay.since} for stay in stays]


@SEGMENTS.post("/segments", SegmentOut)
@access(SAVE_VIEWS)
def add_segment(request: HttpRequest, data: SegmentIn) -> Status:
    with doing(request, _("Segment kept")):
        segment = actions.add_segment(**data.given(), by=request.user)
    return Status(201, kept(request, segment))


@SEGMENTS.patch("/segments/{int:pk}", SegmentOut)
@access(SAVE_VIEWS)
def change_segment(request: HttpRequest, pk: int, data: SegmentChange) -> dict[str, Any]:
    """One condition is one field: whatever somebody changed since your `version` is a conflict."""
    segment = own(request, pk)
    only_over(request, segment, data)
    values = {name: getattr(segment, name) for name in SegmentIn.model_fields} | data.sent("version")
    with doing(request, _("Segment kept")):
        segment = actions.change_segment(segment=segment, **values, by=request.user)
    return kept(request, segment)


def own(request: HttpRequest, pk: int) -> Segment:
    found = one(request, Asking(request.user), pk)
    own_or_404(request, found)
    return found.segment


@SEGMENTS.post("/segments/{int:pk}/freeze", SegmentOut)
@access(SAVE_VIEWS)
def freeze_segment(request: HttpRequest, pk: int) -> Status:
    """A new segment of the clients that are in this one just now."""
    segment = freezable(request, pk)
    with doing(request, _("Segment frozen")):
        frozen = actions.freeze_segment(segment=segment, by=request.user)
    return Status(201, kept(request, frozen))


@SEGMENTS.delete("/segments/{int:pk}")
@access(SAVE_VIEWS)
def remove_segment(request: HttpRequest, pk: int) -> Status:
    segment = own(request, pk)
    with doing(request, _("Segment removed: %(name)s") % {"name": segment}):
        actions.trash_segment(segment=segment, by=request.user)
    return Status(204, None)
