"""The trash: what lies in it, taking it out again, removing it for good."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core.access import access, out_of_reach, signed_in
from kartu.core.drawers import changed, saved
from kartu.core.toasts import toast
from kartu.firm.views.again import asks_again
from kartu.records.emptying import end_time
from kartu.records.jobs import empty_trash, remove_ended
from kartu.records.purging import what_goes
from kartu.records.rights import EMPTY
from kartu.records.trash import Trashed, trash
from kartu.security.rows import KEPT_IN_TRASH, GuardedModel

NEWEST = 100


@require_GET
@signed_in("shows to each person only what it may take out again")
def trash_page(request: HttpRequest) -> HttpResponse:
    kinds = [{"kind": kind, "rows": list(kind.rows(request.user).order_by("-trashed_at")[:NEWEST])} for kind in trash]
    filled = [kind for kind in kinds if kind["rows"]]
    for row in (row for kind in filled for row in kind["rows"]):
        row.removed_on = row.trashed_at + KEPT_IN_TRASH
    context = {"kinds": filled, "newest": NEWEST, "may_empty": request.user.may(EMPTY), "days": KEPT_IN_TRASH.days}
    return render(request, "records/trash.html", context)


@require_POST
@signed_in("takes out only what the person could put in")
def take_out(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    kind, row = thrown_away(request, key, pk)
    try:
        kind.restore(row, request.user)
    except ValidationError as error:
        return toast(HttpResponse(status=204), " ".join(error.messages))
    return toast(changed(HttpResponse(status=204), key, pk), _("Taken out of the trash: %(what)s") % {"what": row})


def thrown_away(request: HttpRequest, key: str, pk: int) -> tuple[Trashed, GuardedModel]:
    """What lies in the trash within the person's reach, and its kind. Raises Http404."""
    kind = trash.get(key)
    row = kind.rows(request.user).filter(pk=pk).first() if kind else None
    if row is None:
        raise out_of_reach(request.user, f"{key} {pk} in the trash")
    return kind, row


@require_http_methods(["GET", "POST"])
@access(EMPTY)
@asks_again
def remove(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """GET: what goes with it, in a drawer. POST: it is gone for good."""
    kind, row = thrown_away(request, key, pk)
    if request.method == "GET":
        context = {"kind": kind, "row": row, "goes": what_goes(row)}
        return render(request, "records/trash_remove.html", context)
    with transaction.atomic():
        end_time(rows=[row], by=request.user)
        remove_ended.later(by=request.user)
    text = _("Removed for good: %(what)s") % {"what": row}
    return saved(request, kind=key, pk=pk, label=str(row), url=reverse("records:trash"), text=text)


@require_http_methods(["GET", "POST"])
@access(EMPTY)
@asks_again
def empty(request: HttpRequest) -> HttpResponse:
    """GET: how much of what lies there, in a drawer. POST: all of it goes, in the background."""
    if request.method == "GET":
        goes = [(kind.label, kind.rows(request.user).count()) for kind in trash]
        return render(request, "records/trash_empty.html", {"goes": [pair for pair in goes if pair[1]]})
    empty_trash.later(by=request.user, dedupe="records.empty_trash")
    text = _("The trash is being emptied")
    return saved(request, kind="records.trash", pk=0, label=text, url=reverse("records:trash"), text=text)
