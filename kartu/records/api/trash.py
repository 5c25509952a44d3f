"""The trash, for programs: what lies in it, taking it out."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query, Status

from kartu.core.access import signed_in
from kartu.core.api import Resource
from kartu.core.api.schemas import Moment, Out
from kartu.records.api.doing import doing
from kartu.records.trash import trash
from kartu.records.views.trash import NEWEST, thrown_away
from kartu.security.rows import KEPT_IN_TRASH

TRASH = Resource("trash", gettext_lazy("Trash"), order=410)


class TrashedOut(Out):
    kind: str
    id: int
    name: str
    trashed_at: Moment
    removed_at: Moment


@TRASH.get("/trash", list[TrashedOut])
@signed_in("shows to each person only what it may take out again")
def read_trash(
    request: HttpRequest, kind: str = Query("", max_length=60, description="clients.client, records.file; all of them.")
) -> list[dict[str, Any]]:
    """Of each kind the newest hundred."""
    return [
        {
            "kind": each.key,
            "id": row.pk,
            "name": str(row),
            "trashed_at": row.trashed_at,
            "removed_at": row.trashed_at + KEPT_IN_TRASH,
        }
        for each in trash
        if kind in ("", each.key)
        for row in each.rows(request.user).order_by("-trashed_at")[:NEWEST]
    ]


@TRASH.post("/trash/{kind}/{int:pk}/restore", None, status=204)
@signed_in("takes out only what the person could put in")
def restore(request: HttpRequest, kind: str, pk: int) -> Status:
    """Take it out: it stands where it stood."""
    of, row = thrown_away(request, kind, pk)
    with doing(request, _("Taken out of the trash")):
        of.restore(row, request.user)
    return Status(204, None)
