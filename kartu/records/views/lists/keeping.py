"""Columns, widths, views and their counts."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core.access import signed_in
from kartu.core.drawers import changed, saved
from kartu.core.toasts import toast
from kartu.records import changes
from kartu.records.lists import keeping
from kartu.records.lists.asking import Asking, BadQuestion
from kartu.records.lists.finding import Finding
from kartu.records.lists.page import ListPage, number_said
from kartu.records.lists.question import Question, as_query
from kartu.records.models import ChangeSet, SavedView
from kartu.records.rights import SHARE_VIEWS
from kartu.records.views.lists.common import OWN_RIGHT, asked, list_or_404
from kartu.security.views import get_or_404


@require_http_methods(["GET", "POST"])
@signed_in(OWN_RIGHT)
def columns(request: HttpRequest, key: str) -> HttpResponse:
    """Which columns are shown, in which order: the pop-over, and what it posts (`columns=name,phone`)."""
    spec = list_or_404(request, key)
    if request.method == "POST":
        keys = [name for name in request.POST.get("columns", "").split(",") if name]
        keeping.keep_columns(spec, request.user, keys)
        return changed(HttpResponse(status=204), spec.label)
    page = ListPage(spec, Asking(request.user), QueryDict())
    first = spec.columns[0]
    rest = [column for column in spec.shown_to(request.user).values() if column not in page.columns]
    context = {"shown": [column for column in page.columns if column is not first], "rest": rest, "first": first}
    return render(
        request, "records/lists/_columns.html", {**context, "url": reverse("records:list_columns", args=[key])}
    )


@require_POST
@signed_in(OWN_RIGHT)
def width(request: HttpRequest, key: str) -> HttpResponse:
    spec = list_or_404(request, key)
    name, pixels = request.POST.get("column", ""), request.POST.get("width", "")
    if name not in spec.shown_to(request.user) or not pixels.isdecimal() or len(pixels) > 5:
        raise BadQuestion("no such column or width")
    keeping.keep_width(spec, request.user, name, int(pixels))
    return HttpResponse(status=204)


@require_http_methods(["GET", "POST"])
@signed_in(OWN_RIGHT)
def views(request: HttpRequest, key: str) -> HttpResponse:
    """Keep a question under a name: the form in a drawer, and what it posts."""
    spec = list_or_404(request, key)
    query = request.POST.get("query", "") or request.GET.get("query", "")
    question = asked(request, spec, query)
    context = {
        "list": spec,
        "query": query,
        "sentence": question.sentence(Asking(request.user)),
        "may_share": request.user.may(SHARE_VIEWS),
        "name": request.POST.get("name", ""),
        "is_shared": request.POST.get("is_shared") == "1",
    }
    if request.method == "GET":
        return render(request, "records/lists/save_view.html", context)
    try:
        with changes.change_set(ChangeSet.Kind.EDIT, _("View kept"), by=request.user):
            view = keeping.save_view(
                list_key=key,
                name=context["name"],
                question=question.parts(),
                is_shared=context["is_shared"],
                by=request.user,
            )
    except ValidationError as error:
        return render(
            request, "records/lists/save_view.html", {**context, "error": " ".join(error.messages)}, status=422
        )
    if request.POST.get("is_first") == "1":
        keeping.begin_with(spec, request.user, str(view.pk))
    url = f"{spec.url}?v={view.pk}"
    response = saved(request, kind="records.savedview", pk=view.pk, label=view.name, url=url, text=_("View kept"))
    response.headers.setdefault("HX-Redirect", url)
    return response


@require_POST
@signed_in(OWN_RIGHT)
def remove_view(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    spec = list_or_404(request, key)
    view = get_or_404(SavedView, pk, request.user, SavedView.row_rule.change)
    with changes.change_set(ChangeSet.Kind.EDIT, _("View removed: %(name)s") % {"name": view}, by=request.user) as made:
        keeping.remove_view(view=view, by=request.user)
    return toast(changed(HttpResponse(status=204), spec.label), _("View removed"), made.undo_url)


@require_POST
@signed_in(OWN_RIGHT)
def begin_with(request: HttpRequest, key: str) -> HttpResponse:
    """Open the list with the view `v` from now on."""
    spec = list_or_404(request, key)
    name = request.POST.get("v", "")
    if name and name not in {view.key for view in keeping.views_of(spec, request.user)}:
        raise BadQuestion("no such view")
    keeping.begin_with(spec, request.user, name)
    return toast(HttpResponse(status=204), _("The list begins with this view from now on"))


@require_GET
@signed_in(OWN_RIGHT)
def counts(request: HttpRequest, key: str) -> JsonResponse:
    """How many rows each view finds: {"mine": "86", ...}; fetched when the page already stands."""
    spec, asking = list_or_404(request, key), Asking(request.user)
    found = {}
    for view in keeping.views_of(spec, request.user):
        if view.question:
            try:
                question = Question.of(spec, as_query(view.question), asking)
            except BadQuestion:
                continue
            found[view.key] = number_said(Finding(question, asking).count)
    return JsonResponse(found)
