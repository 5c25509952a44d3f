"""Inviting a colleague: a link that is shown once, as text and as a QR code."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kartu.core.access import access
from kartu.core.toasts import flash
from kartu.firm import rights
from kartu.firm.actions import people as actions
from kartu.firm.forms.people import InviteForm
from kartu.firm.models import Invitation, User
from kartu.firm.qr import qr_svg
from kartu.firm.views.again import asks_again
from kartu.firm.views.answers import form_page


@require_http_methods(["GET", "POST"])
@access(rights.PEOPLE)
@asks_again
def invite(request: HttpRequest) -> HttpResponse:
    form = InviteForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            invitation, token = actions.invite(by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error("role", refused)
        else:
            return show_link(request, reverse("firm:join", args=[token]), invitation.expires_at)
    return form_page(request, "firm/invite.html", form)


def show_link(request: HttpRequest, path: str, until: datetime, colleague: User | None = None) -> HttpResponse:
    """A link that lets somebody in: a new colleague, or one who has forgotten the password.

    No redirect, and no copy for whoever sends the form again: the link is known now and never again.
    """
    link = request.build_absolute_uri(path)
    context = {
        "link": link,
        "until": until,
        "colleague": colleague,
        "qr": qr_svg(link, _("The link as a code for the phone")),
        "is_here_only": request.get_host().partition(":")[0] in ("localhost", "127.0.0.1"),
    }
    response = render(request, "firm/link.html", context)
    response.is_shown_once = True
    return response


@require_POST
@access(rights.PEOPLE)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.still_open(), pk=pk)
    actions.take_back(invitation=invitation, by=request.user)
    flash(request, _("The invitation is taken back"))
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse("firm:people")
    return response
