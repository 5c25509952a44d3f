"""What was done together, and the way back, for programs."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query

from kartu.core.access import access, reached
from kartu.core.api import Resource
from kartu.core.api.schemas import Moment, Named, Out, named
from kartu.records.actions import undo_changes
from kartu.records.models import ChangeSet
from kartu.records.rights import UNDO
from kartu.records.views.changes import counts_of, seen_by

CHANGES = Resource("changes", _("Changes and Undo"), order=400)


class ChangesOut(Out):
    """`rows`: how many records were changed; `is_undone`: the last word on it is an undo."""

    id: int
    kind: str
    title: str
    at: Moment
    by: Named | None
    rows: int
    is_undone: bool
    undoes_id: int | None


class ConflictOut(Out):
    """A field that keeps its newer value, `theirs`; `ours` is what the undo would have set."""

    object_type: str
    object_id: int
    column: str
    theirs: Any
    ours: Any
    is_gone: bool


class UndoOut(Out):
    """`id`: the change set of the undo itself, which can be undone."""

    id: int
    restored: int
    conflicts: list[ConflictOut]


@CHANGES.get("/changes", list[ChangesOut])
@access(UNDO)
def read_changes(
    request: HttpRequest,
    before: int | None = Query(None, ge=1, le=2**53, description="Only older ones than this number."),
    limit: int = Query(50, ge=1, le=200),
) -> list[dict[str, Any]]:
    """The newest first."""
    sets = seen_by(request.user).order_by("-pk")
    return told(list((sets.filter(pk__lt=before) if before else sets)[:limit]))


def told(sets: list[ChangeSet]) -> list[dict[str, Any]]:
    counts = counts_of(sets)
    return [
        {
            "id": each.pk,
            "kind": each.kind,
            "title": each.title,
            "at": each.at,
            "by": named(each.by),
            "rows": counts.get(each.pk, 0),
            "is_undone": each.is_undone,
            "undoes_id": each.undoes_id,
        }
        for each in sets
    ]


@CHANGES.get("/changes/{int:pk}", ChangesOut)
@access(UNDO)
def read_change(request: HttpRequest, pk: int) -> dict[str, Any]:
    return told([reached(seen_by(request.user), pk, request.user)])[0]


@CHANGES.post("/changes/{int:pk}/undo", UndoOut, status=200)
@access(UNDO)
def undo_change(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Take it back, except where somebody has built on it since: that is listed under `conflicts`."""
    changes = reached(seen_by(request.user), pk, request.user)
    undoing = undo_changes(changes=changes, by=request.user)
    return {"id": undoing.change_set.pk, "restored": undoing.restored, "conflicts": undoing.conflicts}
