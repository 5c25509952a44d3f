"""What a person has beyond his role for a time, and who stands in for him."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kartu.core.access import access, denied, signed_in
from kartu.core.drawers import saved
from kartu.firm.actions import beyond as actions
from kartu.firm.forms.beyond import DeputyForm, GiveForm
from kartu.firm.models import TemporaryRight, User
from kartu.firm.rights import PEOPLE, ROLES
from kartu.firm.views.again import asks_again
from kartu.firm.views.answers import form_page
from kartu.firm.views.people import again


@require_http_methods(["GET", "POST"])
@access(ROLES)
@asks_again
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """A further role, or the rows of a team, from one minute to another."""
    colleague = person_or_404(pk)
    form = GiveForm(request.POST or None, person=colleague)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        when = {"from_at": data["from_at"], "until_at": data["until_at"]}
        try:
            if data["role"]:
                actions.give_role_for_a_time(person=colleague, role=data["role"], by=request.user, **when)
            else:
                team = {"team": data["team"], "may_change": data["may_change"]}
                actions.give_team_for_a_time(person=colleague, by=request.user, **team, **when)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return kept(request, colleague, _("%(name)s has it for that time") % {"name": colleague.name})
    return form_page(request, "firm/give_for_a_time.html", form, colleague=colleague)


@require_http_methods(["GET", "POST"])
@signed_in("everybody says who stands in for him; for others the action asks who may")
def deputy(request: HttpRequest, pk: int) -> HttpResponse:
    colleague = person_or_404(pk)
    if request.user.pk != pk and not request.user.may(PEOPLE):
        denied.send(sender=None, by=request.user, right=PEOPLE, target=request.path)
        raise PermissionDenied(PEOPLE)
    form = DeputyForm(request.POST or None, absent=colleague, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_deputy(absent=colleague, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            text = _("%(name)s stands in for that time") % {"name": form.cleaned_data["deputy"].name}
            return kept(request, colleague, text)
    return form_page(request, "firm/name_deputy.html", form, colleague=colleague)


@require_POST
@signed_in("the action asks who may")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    given = get_object_or_404(TemporaryRight.objects.select_related("person", "absent"), pk=pk)
    actions.end_given(given=given, by=request.user)
    return again(request, given.absent or given.person, _("It holds no more"))


def person_or_404(pk: int) -> User:
    return get_object_or_404(User.objects.select_related("role"), pk=pk, is_active=True)


def kept(request: HttpRequest, colleague: User, text: str) -> HttpResponse:
    url = reverse("firm:person", args=[colleague.pk])
    return saved(request, kind="firm.user", pk=colleague.pk, label=colleague.name, url=url, text=text)
