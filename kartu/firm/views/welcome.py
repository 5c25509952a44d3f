from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kartu.core.access import signed_in
from kartu.firm.steps import steps_for


@require_safe
@signed_in("where everybody begins")
def welcome(request: HttpRequest) -> HttpResponse:
    return render(request, "firm/welcome.html", {"steps": steps_for(request.user)})
