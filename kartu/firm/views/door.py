"""Signing in and out."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kartu.core.access import public, signed_in
from kartu.firm import door
from kartu.firm.actions.door import leave
from kartu.firm.forms.door import SignInForm
from kartu.firm.middleware import LANGUAGES
from kartu.firm.models import Firm, User
from kartu.firm.passkeys import open_the_door_at
from kartu.firm.required import open_before_second
from kartu.firm.views.answers import come_in, next_page, wait


@require_http_methods(["GET", "POST"])
@public("whoever wants to sign in is not signed in yet")
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return HttpResponseRedirect(next_page(request))
    if language := request.GET.get("language"):
        return speak(request, language)
    form = SignInForm(request.POST or None)
    if not Firm.current() or not form.is_bound:
        return show(request, form)
    if not form.is_valid():
        return show(request, form, 422)
    try:
        person = door.first_step(request, form.cleaned_data["email"], form.cleaned_data["password"])
    except door.Wrong:
        form.add_error(None, _("E-mail and password do not fit together. Look at the language of the keyboard."))
        return show(request, form, 422)
    except door.TooSoon as soon:
        form.add_error(None, soon.told)
        return wait(show(request, form, 429), soon)
    return come_in(request, person, next_page(request))


def show(request: HttpRequest, form: SignInForm, status: int = 200, **more: object) -> HttpResponse:
    firm = Firm.current()
    context = {"form": form, "firm": firm, "next": next_page(request), "languages": settings.LANGUAGES, **more}
    context["takes_passkeys"] = open_the_door_at(request)
    if firm and firm.is_demo:
        return show_people(request, firm, context, status)
    return render(request, "firm/sign_in.html", context, status=status)


def show_people(request: HttpRequest, firm: Firm, context: dict, status: int) -> HttpResponse:
    """The door of the demo firm: its people, in the language it was made in unless this browser has chosen another.

    Only who joined it later has a password to type.
    """
    is_chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    people = User.objects.of_the_demo()
    context |= {"people": people, "asks_password": User.objects.active().exclude(pk__in=people.values("pk")).exists()}
    with translation.override(request.LANGUAGE_CODE if is_chosen else firm.language):
        response = render(request, "firm/sign_in_demo.html", context, status=status)
        response["Content-Language"] = translation.get_language()
    return response


def speak(request: HttpRequest, language: str) -> HttpResponse:
    """The same page in another language, remembered by this browser."""
    query = request.GET.copy()
    del query["language"]
    response = HttpResponseRedirect(f"{request.path}?{query.urlencode()}" if query else request.path)
    if language in LANGUAGES:
        remember_language(response, language)
    return response


def remember_language(response: HttpResponse, language: str) -> None:
    """The pages before signing in speak it from now on, in this browser."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )


@require_POST
@signed_in("everybody may leave")
@open_before_second
def sign_out(request: HttpRequest) -> HttpResponse:
    language = translation.get_language()
    leave(request=request, by=request.user)
    response = HttpResponseRedirect(reverse("firm:sign_in"))
    # The next one at this computer finds nothing: no page in the cache, no half-written form.
    response["Clear-Site-Data"] = '"cache", "storage"'
    remember_language(response, language)
    return response
