"""A colleague comes in by the link of his invitation."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kartu.core.access import public
from kartu.core.actors import System
from kartu.firm.actions import people
from kartu.firm.forms.door import JoinForm
from kartu.firm.middleware import LANGUAGES
from kartu.firm.models import Firm, Invitation
from kartu.firm.views.answers import come_in


@never_cache
@require_http_methods(["GET", "POST"])
@public("whoever joins has no password yet; the link of the invitation is the key")
def join(request: HttpRequest, token: str) -> HttpResponse:
    invitation = Invitation.find(token)
    if invitation is None or not invitation.invited_by.is_active:
        return gone(request)
    language = request.POST.get("switch") or request.POST.get("language", "")
    with translation.override(language if language in LANGUAGES else translation.get_language()):
        return answer(request, invitation)


def answer(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if request.method == "GET" or "switch" in request.POST:
        typed = {**request.POST.dict(), "language": translation.get_language()}
        return show(request, invitation, JoinForm(initial=typed, invitation=invitation))
    form = JoinForm(request.POST, invitation=invitation)
    if not form.is_valid():
        return show(request, invitation, form, 422)
    try:
        person = people.join(invitation=invitation, by=System("the link of an invitation"), **form.cleaned_data)
    except people.LinkGone:
        return gone(request)
    except ValidationError as refused:
        form.add_error(None, refused)
        return show(request, invitation, form, 422)
    return come_in(request, person, reverse("firm:welcome"))


def show(request: HttpRequest, invitation: Invitation, form: JoinForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "invitation": invitation, "firm": Firm.current()}
    response = render(request, "firm/join.html", context, status=status)
    response["Content-Language"] = translation.get_language()
    return response


def gone(request: HttpRequest) -> HttpResponse:
    return render(request, "firm/join_gone.html", {"firm": Firm.current()}, status=410)
