from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from kartu.core.access import signed_in
from kartu.core.menu import menu_for
from kartu.firm.steps import steps_for


@require_safe
@signed_in("everybody comes in here")
def home(request: HttpRequest) -> HttpResponse:
    """The first place of the person's menu."""
    places = [item.url_name for item in menu_for(request.user) if not item.at_end]
    return HttpResponseRedirect(reverse(places[0] if places else "firm:welcome"))


@require_safe
@signed_in("where everybody begins")
def welcome(request: HttpRequest) -> HttpResponse:
    return render(request, "firm/welcome.html", {"steps": steps_for(request.user)})
