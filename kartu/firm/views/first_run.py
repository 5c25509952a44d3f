"""The first run: one page, opened once by the link that was printed where Kartu was started."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kartu.core.access import public
from kartu.core.actors import System
from kartu.firm.actions.founding import Founded, found
from kartu.firm.countries import country as country_by_code
from kartu.firm.forms.door import FirstRunForm
from kartu.firm.middleware import LANGUAGES
from kartu.firm.models import Firm, SetupLink, Trade
from kartu.firm.views.answers import come_in
from kartu.firm.zones import country_asked_by


@never_cache
@require_http_methods(["GET", "POST"])
@public("nobody can sign in before the firm is there; the one-time link is the key")
def first_run(request: HttpRequest, token: str) -> HttpResponse:
    link = SetupLink.find(token)
    if link is None or Firm.current():
        return closed(request)
    typed = request.POST.dict() if request.method == "POST" else proposed(request)
    language = request.POST.get("switch") or typed.get("language", "")
    with translation.override(language if language in LANGUAGES else translation.get_language()):
        if request.method == "GET" or "switch" in request.POST:
            return show(request, proposal(typed, request))
        form = FirstRunForm(request.POST, request.FILES, country=typed.get("country", ""))
        if not form.is_valid():
            return show(request, form, status=422)
        return begin(request, link, form)


def begin(request: HttpRequest, link: SetupLink, form: FirstRunForm) -> HttpResponse:
    try:
        owner = found(link=link, beginning=form.beginning(), by=System("the first run"))
    except Founded:
        return closed(request)
    return come_in(request, owner, reverse("firm:welcome"))


def proposed(request: HttpRequest) -> dict[str, str]:
    """What the browser lets us guess."""
    return {"country": country_asked_by(request.headers.get("Accept-Language", "")), "trade": Trade.OTHER}


def proposal(typed: dict[str, str], request: HttpRequest) -> FirstRunForm:
    """The page as it stands, unchecked: all that was typed, with the country's own currency and zone if it is new."""
    typed = {**typed, "language": translation.get_language()}
    if typed.get("country") != typed.get("country_before"):
        typed.pop("currency", None)
        typed.pop("time_zone", None)
    if home := country_by_code(typed.get("country", "")):
        typed.setdefault("currency", home.currency)
        typed.setdefault("time_zone", home.time_zone)
    form = FirstRunForm(initial=typed, country=typed.get("country", ""))
    with suppress(ValidationError):  # a bad picture is refused when the page is sent
        form.keep_logo(request.FILES.get("logo"), typed.get("logo_kept", ""))
    return form


def show(request: HttpRequest, form: FirstRunForm, status: int = 200) -> HttpResponse:
    response = render(request, "firm/first_run.html", {"form": form}, status=status)
    response["Content-Language"] = translation.get_language()
    return response


def closed(request: HttpRequest) -> HttpResponse:
    return render(request, "firm/first_run_closed.html", {"firm": Firm.current()}, status=410)
