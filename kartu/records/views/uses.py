"""Where a record is used, at the side of whatever shows it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kartu.core.access import out_of_reach, signed_in
from kartu.records.uses import used, uses_of


@require_GET
@signed_in("each kind of record says itself who may know of it")
def used_in(request: HttpRequest, model: str, pk: int) -> HttpResponse:
    kind = used.get(model)
    row = kind.find(pk, request.user) if kind else None
    if row is None:
        raise out_of_reach(request.user, f"{model[:60]} {pk}")
    context = {"row": row, "url": kind.url(row), "uses": uses_of(row, by=request.user)}
    return render(request, "records/used_in.html", context)
