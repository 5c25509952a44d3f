"""The trash: what lies in it, and taking it out again."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kartu.core.access import out_of_reach, signed_in
from kartu.core.drawers import changed
from kartu.core.toasts import toast
from kartu.records.trash import trash

NEWEST = 100


@require_GET
@signed_in("shows to each person only what it may take out again")
def trash_page(request: HttpRequest) -> HttpResponse:
    kinds = [{"kind": kind, "rows": list(kind.rows(request.user).order_by("-trashed_at")[:NEWEST])} for kind in trash]
    filled = [kind for kind in kinds if kind["rows"]]
    return render(request, "records/trash.html", {"kinds": filled, "newest": NEWEST})


@require_POST
@signed_in("takes out only what the person could put in")
def take_out(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    kind = trash.get(key)
    row = kind.rows(request.user).filter(pk=pk).first() if kind else None
    if row is None:
        raise out_of_reach(request.user, f"{key} {pk} in the trash")
    try:
        kind.restore(row, request.user)
    except ValidationError as error:
        return toast(HttpResponse(status=204), " ".join(error.messages))
    return toast(changed(HttpResponse(status=204), key, pk), _("Taken out of the trash: %(what)s") % {"what": row})
