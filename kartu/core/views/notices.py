"""The remarks on top of every page, for pages that stand open while something happens."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kartu.core.access import signed_in


@require_GET
@signed_in("what stands on top of every page is for everybody who sees the page")
def notices(request: HttpRequest) -> HttpResponse:
    return render(request, "core/_pieces/notices.html")
