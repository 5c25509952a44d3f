"""A role: how far each of its rights reaches, and what changes for whom if that is saved."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kartu.core.access import access
from kartu.core.drawers import saved
from kartu.core.rights import rights
from kartu.core.toasts import flash
from kartu.firm.actions import roles as actions
from kartu.firm.forms.roles import NameForm, NewRoleForm, ReachForm, in_words, said
from kartu.firm.models import Role
from kartu.firm.models.role import READY_NAMES
from kartu.firm.rights import ROLES
from kartu.firm.views.again import asks_again
from kartu.firm.views.answers import form_page
from kartu.security import reached
from kartu.security.views.rights import grouped


@require_http_methods(["GET", "POST"])
@access(ROLES)
@asks_again
def role(request: HttpRequest, pk: int) -> HttpResponse:
    """The rights of a role, to be changed; the owner's are only to be read."""
    row = role_or_404(pk)
    form = ReachForm(request.POST or None, role=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_reach(role=row, reach=form.reach, seen=form.cleaned_data["seen"], by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return saved_page(request, row, _("What %(role)s may do is saved"))
    return form_page(request, "security/role.html", form, **context_of(row, form, request))


def context_of(row: Role, form: ReachForm, request: HttpRequest) -> dict[str, Any]:
    return {
        "role": row,
        "is_owner": row.code == Role.OWNER,
        "is_own": not request.user.is_owner and row.pk == request.user.role_id,
        "base": READY_NAMES.get(row.based_on, ""),
        "people": reached.people_of(row),
        "changed": sum(right.code in row.grants for right in rights),
        "groups": [
            {"label": label, "lines": [line(right, row, form) for right in some]} for label, some in grouped(rights)
        ],
    }


def line(right: Any, row: Role, form: ReachForm) -> dict[str, Any]:
    ready = said(row.ready_scope(right.code), right)
    return {
        "label": right.label,
        "field": form[right.code],
        "ready": ready if row.scope(right.code) is not row.ready_scope(right.code) else "",
    }


@require_POST
@access(ROLES)
def effects(request: HttpRequest, pk: int) -> HttpResponse:
    """A piece: what would change, for whom, if the form were saved. Nothing is."""
    row = role_or_404(pk)
    form = ReachForm(request.POST, role=row)
    if row.code == Role.OWNER or not form.is_valid():
        return HttpResponse(_("This cannot be saved."), status=422, content_type="text/plain; charset=utf-8")
    wanted = row.with_reach(form.reach)
    changes = [
        {"label": each.label, "before": in_words_of(each, each.before), "after": in_words_of(each, each.after)}
        for each in reached.changes_between(row, wanted)
    ]
    context = {"changes": changes, "effects": reached.effects(row, wanted) if changes else []}
    return render(request, "security/_role_effects.html", context)


def in_words_of(change: reached.Change, scope: Any) -> str:
    return in_words(scope, change) or _("no")


@require_POST
@access(ROLES)
@asks_again
def back(request: HttpRequest, pk: int) -> HttpResponse:
    """Every right as the ready role has it."""
    row = role_or_404(pk)
    reach = {right.code: row.ready_scope(right.code) for right in rights}
    try:
        actions.set_reach(role=row, reach=reach, seen=row.stamp, by=request.user)
    except ValidationError as refused:
        return said_why_not(refused)
    flash(request, _("%(role)s has the ready settings again") % {"role": row})
    return moved(reverse("security:role", args=[pk]))


@require_http_methods(["GET", "POST"])
@access(ROLES)
@asks_again
def new_role(request: HttpRequest) -> HttpResponse:
    form = NewRoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.add_role(by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return HttpResponseRedirect(reverse("security:role", args=[row.pk]))
    return form_page(request, "security/role_name.html", form)


@require_http_methods(["GET", "POST"])
@access(ROLES)
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    row = role_or_404(pk)
    form = NameForm(request.POST or None, initial={"name": row.name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.rename_role(role=row, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return saved_page(request, row, _("The role is called %(role)s"))
    return form_page(request, "security/role_name.html", form, role=row)


@require_POST
@access(ROLES)
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    row = role_or_404(pk)
    try:
        actions.retire_role(role=row, by=request.user)
    except ValidationError as refused:
        return said_why_not(refused)
    flash(request, _("%(role)s is no role any more") % {"role": row})
    return moved(reverse("security:rights"))


def said_why_not(refused: ValidationError) -> HttpResponse:
    return HttpResponse(" ".join(refused.messages), status=422, content_type="text/plain; charset=utf-8")


def role_or_404(pk: int) -> Role:
    return get_object_or_404(Role.objects.in_use(), pk=pk)


def saved_page(request: HttpRequest, row: Role, text: str) -> HttpResponse:
    url = reverse("security:role", args=[row.pk])
    return saved(request, kind="firm.role", pk=row.pk, label=str(row), url=url, text=text % {"role": row})


def moved(url: str) -> HttpResponse:
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response
