"""Branches and teams."""

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kartu.core.access import access, signed_in
from kartu.core.drawers import saved
from kartu.firm import rights
from kartu.firm.actions import structure as actions
from kartu.firm.forms.house import BranchForm, TeamForm
from kartu.firm.models import Branch, Team
from kartu.firm.views.answers import form_page


@require_GET
@signed_in("everybody knows who works with whom")
def teams(request: HttpRequest) -> HttpResponse:
    rows = Team.objects.select_related("head", "branch").order_by("-is_active", "name")
    rows = rows.annotate(size=Count("members", filter=Q(members__is_active=True)))
    return render(request, "firm/teams.html", {"teams": rows, "may_change": request.user.may(rights.SETTINGS)})


@require_http_methods(["GET", "POST"])
@access(rights.SETTINGS)
def team(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A team, a new one without `pk`."""
    row = get_object_or_404(Team, pk=pk) if pk else Team()
    form = TeamForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.keep_team(team=form.instance, by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            url, text = reverse("firm:teams"), _("%(name)s is saved") % {"name": row.name}
            return saved(request, kind="firm.team", pk=row.pk, label=row.name, url=url, text=text)
    return form_page(request, "firm/team.html", form, team=row)


@require_GET
@signed_in("everybody knows where his colleagues work")
def branches(request: HttpRequest) -> HttpResponse:
    rows = Branch.objects.order_by("-is_active", "name")
    rows = rows.annotate(size=Count("people", filter=Q(people__is_active=True)))
    return render(request, "firm/branches.html", {"branches": rows, "may_change": request.user.may(rights.SETTINGS)})


@require_http_methods(["GET", "POST"])
@access(rights.SETTINGS)
def branch(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A branch, a new one without `pk`."""
    row = get_object_or_404(Branch, pk=pk) if pk else Branch()
    form = BranchForm(request.POST or None, instance=row, country=request.user.firm_country)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.keep_branch(branch=form.instance, by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            url, text = reverse("firm:branches"), _("%(name)s is saved") % {"name": row.name}
            return saved(request, kind="firm.branch", pk=row.pk, label=row.name, url=url, text=text)
    return form_page(request, "firm/branch.html", form, branch=row)
