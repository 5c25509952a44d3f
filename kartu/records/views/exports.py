"""Exports that wait for a second person."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kartu.core.access import access, reached
from kartu.core.drawers import changed
from kartu.core.toasts import toast
from kartu.firm.views.again import asks_again
from kartu.records.lists import approval
from kartu.records.lists.spec import lists
from kartu.records.lists.takeouts import take_out_kinds
from kartu.records.models import ExportRequest
from kartu.records.rights import APPROVE_EXPORTS
from kartu.security.rights import ALERTS

NEWEST = 100


@require_GET
@access(APPROVE_EXPORTS)
def requests(request: HttpRequest) -> HttpResponse:
    """The newest requests; those that wait first."""
    rows = list(approval.requests_for(request.user)[:NEWEST])
    rows.sort(key=lambda row: row.state != ExportRequest.State.WAITING)
    shown = [{"request": row, "title": title_of(row.list_key), "may_decide": may_decide(row, request)} for row in rows]
    return render(request, "records/exports.html", {"rows": shown, "may_search": request.user.may(ALERTS)})


def title_of(key: str) -> str | Promise:
    kind = lists.get(key) or take_out_kinds.get(key)
    return kind.title if kind else key


def may_decide(row: ExportRequest, request: HttpRequest) -> bool:
    return row.state == ExportRequest.State.WAITING and row.person_id != request.user.pk


@require_POST
@access(APPROVE_EXPORTS)
@asks_again
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    return decided(request, pk, approval.approve, _("The file is being written"))


@require_POST
@access(APPROVE_EXPORTS)
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    return decided(request, pk, approval.refuse, _("Refused: nothing leaves"))


def decided(request: HttpRequest, pk: int, act: Callable, done: str) -> HttpResponse:
    row = reached(approval.requests_for(request.user), pk, request.user)
    response = changed(HttpResponse(status=204), "records.exportrequest", pk)
    try:
        act(request=row, now=timezone.now(), by=request.user)
    except ValidationError as refused:
        return toast(response, " ".join(refused.messages))
    return toast(response, done)
