from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kartu.core.access import signed_in
from kartu.security import views_log


@require_GET
@signed_in("the frame with nothing in it, against which every other page is measured")
def blank(request: HttpRequest) -> HttpResponse:
    views_log.saw("page", by=request.user, object_type="blank")
    return render(request, "security/blank.html")
