import math
from urllib.parse import urlencode

from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from kartu.firm import door
from kartu.firm.actions.door import enter
from kartu.firm.models import User
from kartu.firm.second import ways_of
from kartu.firm.throttle import know_browser


def form_page(request: HttpRequest, template: str, form: BaseForm, **context: object) -> HttpResponse:
    """A page around `form`: 422 when the form refuses what was sent."""
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


def next_page(request: HttpRequest) -> str:
    """Where the person was going before the door, if that is a page of ours."""
    target = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return settings.LOGIN_REDIRECT_URL


def come_in(request: HttpRequest, person: User, goes: str) -> HttpResponse:
    """The answer to whoever has proved to be `person`: on to the page `goes`, or to the second step, if one is due."""
    is_in = enter(request=request, by=person)
    return arrived(request, person, goes) if is_in else to_second_step(person, goes)


def arrived(request: HttpRequest, person: User, goes: str) -> HttpResponse:
    """The answer to whoever has just been let in: on to `goes`, and the browser is known from now on."""
    response = HttpResponseRedirect(goes)
    know_browser(request, response, person.email)
    return response


def to_second_step(person: User, goes: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse(ways_of(person)[0].url_name)}?{urlencode({'next': goes})}")


def wait(response: HttpResponse, soon: door.TooSoon) -> HttpResponse:
    """Tell programs, too, for how long."""
    response["Retry-After"] = str(math.ceil(soon.wait.total_seconds()))
    return response
