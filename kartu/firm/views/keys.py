"""A new password for a colleague who has forgotten his: a link from whoever looks after the people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kartu.core.access import access, public
from kartu.core.actors import System
from kartu.firm import rights
from kartu.firm.actions import people as actions
from kartu.firm.forms.door import NewKeyForm
from kartu.firm.models import KeyLink, User
from kartu.firm.views.again import asks_again
from kartu.firm.views.answers import come_in, form_page
from kartu.firm.views.invitations import show_link


@require_http_methods(["GET", "POST"])
@access(rights.PEOPLE)
@asks_again
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether, then show the link: once."""
    colleague = get_object_or_404(User.objects.select_related("role").filter(is_active=True), pk=pk)
    if request.method == "GET":
        return render(request, "firm/give_key.html", {"colleague": colleague})
    link, token = actions.give_key(person=colleague, by=request.user)
    return show_link(request, reverse("firm:take_key", args=[token]), link.expires_at, colleague)


@never_cache
@require_http_methods(["GET", "POST"])
@public("whoever has forgotten the password cannot sign in; the link is the key")
def take(request: HttpRequest, token: str) -> HttpResponse:
    link = KeyLink.find(token)
    if link is None or not link.person.is_active or not link.given_by.is_active:
        return gone(request)
    form = NewKeyForm(request.POST or None, person=link.person)
    if not form.is_valid():
        return form_page(request, "firm/take_key.html", form, colleague=link.person)
    try:
        person = actions.take_key(link=link, by=System("a link for a new password"), **form.cleaned_data)
    except actions.LinkGone:
        return gone(request)
    return come_in(request, person, reverse("firm:welcome"))


def gone(request: HttpRequest) -> HttpResponse:
    return render(request, "firm/key_gone.html", status=410)
