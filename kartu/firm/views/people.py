"""Colleagues: the list, the page of one, and his place in the firm."""

from django.core.exceptions import ValidationError
from django.db.models import Q
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
from kartu.firm.actions.beyond import may_end
from kartu.firm.facts import facts_of
from kartu.firm.forms.people import PlaceForm
from kartu.firm.links import marks_of, person_acts
from kartu.firm.middleware import zone_of
from kartu.firm.models import Invitation, TemporaryRight, User
from kartu.firm.second import ways_of
from kartu.firm.views.again import asks_again
from kartu.firm.views.answers import form_page
from kartu.firm.working_section import working_section


@require_GET
@signed_in("colleagues know each other")
def people(request: HttpRequest) -> HttpResponse:
    colleagues = User.objects.select_related("role", "team", "branch")
    may_change = request.user.may(rights.PEOPLE)
    working = list(colleagues.filter(is_active=True).order_by("name"))
    closed = list(colleagues.filter(is_active=False).order_by("name")) if may_change else []
    if may_change:
        put_marks([*working, *closed])
    context = {
        "people": working,
        "closed": closed,
        "invitations": open_invitations() if may_change else [],
        "may_change": may_change,
    }
    return render(request, "firm/people.html", context)


def put_marks(colleagues: list[User]) -> None:
    marks = marks_of(colleagues)
    for each in colleagues:
        each.marks = marks[each.pk]


def open_invitations() -> list[Invitation]:
    return list(Invitation.still_open().select_related("role", "team", "invited_by").order_by("-created_at"))


@require_GET
@signed_in("colleagues know each other")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    colleague = get_object_or_404(User.objects.select_related("role", "team", "branch"), pk=pk)
    may_change = request.user.may(rights.PEOPLE)
    if may_change:
        put_marks([colleague])
    context = {
        "colleague": colleague,
        "facts": facts_of(colleague, request.user),
        "working": working_section(colleague, request.user),
        "given": given_to_see(colleague, request.user),
        "may_give": colleague.is_active and request.user.may(rights.ROLES),
        "may_name_deputy": colleague.is_active and (request.user.pk == pk or may_change),
        "may_change": may_change,
        "acts": [
            {"label": act.label, "icon": act.icon, "url": act.url(colleague), "kind": act.kind}
            for act in person_acts
            if may_change and act.is_for(colleague)
        ],
        "second_steps": ways_of(colleague) if may_change else [],
        "may_reset": request.user.is_owner and request.user.pk != colleague.pk,
        "may_see_devices": request.user.may(rights.DEVICES),
        "clock": timezone.localtime(timezone=zone_of(colleague.time_zone)),
    }
    return render(request, "firm/person.html", context)


def given_to_see(colleague: User, by: User) -> list[dict]:
    """What he has for a time, and who stands in for him: everybody knows that of everybody."""
    rows = TemporaryRight.open().filter(Q(person=colleague) | Q(absent=colleague))
    return [{"row": row, "may_end": may_end(row, by)} for row in rows]


@require_GET
@signed_in("colleagues know each other")
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """A look at a colleague from wherever the name stands: who it is, how to reach them."""
    colleague = get_object_or_404(User.objects.select_related("role", "team", "branch"), pk=pk)
    clock = timezone.localtime(timezone=zone_of(colleague.time_zone))
    return render(request, "firm/look.html", {"colleague": colleague, "clock": clock})


@require_http_methods(["GET", "POST"])
@access(rights.PEOPLE)
@asks_again
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
        return HttpResponse(" ".join(refused.messages), status=422, content_type="text/plain; charset=utf-8")
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
