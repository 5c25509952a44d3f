"""Colleagues: the list, the page of one, and his place in the firm."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core.access import access, signed_in
from kartu.core.drawers import saved
from kartu.core.toasts import flash
from kartu.firm import rights
from kartu.firm.actions import people as actions
from kartu.firm.facts import facts_of
from kartu.firm.forms.people import PlaceForm
from kartu.firm.middleware import zone_of
from kartu.firm.models import Invitation, User
from kartu.firm.views.answers import form_page


@require_GET
@signed_in("colleagues know each other")
def people(request: HttpRequest) -> HttpResponse:
    colleagues = User.objects.select_related("role", "team", "branch")
    may_change = request.user.may(rights.PEOPLE)
    context = {
        "people": colleagues.filter(is_active=True).order_by("name"),
        "closed": colleagues.filter(is_active=False).order_by("name") if may_change else [],
        "invitations": open_invitations() if may_change else [],
        "may_change": may_change,
    }
    return render(request, "firm/people.html", context)


def open_invitations() -> list[Invitation]:
    return list(Invitation.still_open().select_related("role", "team", "invited_by").order_by("-created_at"))


@require_GET
@signed_in("colleagues know each other")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    colleague = get_object_or_404(User.objects.select_related("role", "team", "branch"), pk=pk)
    context = {
        "colleague": colleague,
        "facts": facts_of(colleague, request.user),
        "may_change": request.user.may(rights.PEOPLE),
        "clock": timezone.localtime(timezone=zone_of(colleague.time_zone)),
    }
    return render(request, "firm/person.html", context)


@require_GET
@signed_in("colleagues know each other")
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """A look at a colleague from wherever the name stands: who it is, how to reach them."""
    colleague = get_object_or_404(User.objects.select_related("role", "team", "branch"), pk=pk)
    clock = timezone.localtime(timezone=zone_of(colleague.time_zone))
    return render(request, "firm/look.html", {"colleague": colleague, "clock": clock})


@require_http_methods(["GET", "POST"])
@access(rights.PEOPLE)
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Role, team and branch of a colleague."""
    colleague = get_object_or_404(User.objects.select_related("role"), pk=pk)
    form = PlaceForm(request.POST or None, instance=colleague, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.place(person=colleague, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            url = reverse("firm:person", args=[pk])
            text = _("%(name)s has a new place") % {"name": colleague.name}
            return saved(request, kind="firm.user", pk=pk, label=colleague.name, url=url, text=text)
    return form_page(request, "firm/place.html", form, colleague=colleague)


@require_POST
@access(rights.PEOPLE)
def close_access(request: HttpRequest, pk: int) -> HttpResponse:
    colleague = get_object_or_404(User.objects.select_related("role"), pk=pk)
    try:
        actions.close_access(person=colleague, by=request.user)
    except ValidationError as refused:
        return HttpResponse(" ".join(refused.messages), status=422, content_type="text/plain")
    return again(request, colleague, _("%(name)s cannot sign in any more") % {"name": colleague.name})


@require_POST
@access(rights.PEOPLE)
def open_access(request: HttpRequest, pk: int) -> HttpResponse:
    colleague = get_object_or_404(User.objects.select_related("role"), pk=pk)
    actions.open_access(person=colleague, by=request.user)
    return again(request, colleague, _("%(name)s can sign in again") % {"name": colleague.name})


def again(request: HttpRequest, colleague: User, text: str) -> HttpResponse:
    """The colleague's page anew."""
    flash(request, text)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse("firm:person", args=[colleague.pk])
    return response
