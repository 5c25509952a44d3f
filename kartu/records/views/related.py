"""What a related list on a card lists: its source, its columns, its filter."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core.access import access, out_of_reach
from kartu.core.drawers import saved
from kartu.core.expressions import ExpressionError
from kartu.core.toasts import flash
from kartu.records.conditions import building
from kartu.records.conditions.tree import Group
from kartu.records.custom import actions
from kartu.records.custom.related import Related, fields_of, source_of
from kartu.records.lists.asking import Asking
from kartu.records.models import Section
from kartu.records.rights import SHAPE
from kartu.records.undoing import undo_url, undoable
from kartu.records.views.sections import came_from
from kartu.security.views import get_or_404


@require_POST
@access(SHAPE)
def choose(request: HttpRequest, pk: int, source: str) -> HttpResponse:
    """List the rows of `source`, with all its columns."""
    section = get_or_404(Section, pk, request.user)
    if source_of({"source": source}, section.entity, request.user) is None or not section.is_related:
        raise out_of_reach(request.user, f"records.related {source[:20]}", SHAPE)
    with undoable(request, section.name) as changes:
        actions.list_related(section=section, source=source, by=request.user)
    flash(request, _("“%(name)s” stands on every card") % {"name": section.name}, undo_url(changes))
    return HttpResponseRedirect(reverse("records:section", args=[pk]) + came_from(request))


@require_http_methods(["GET", "POST"])
@access(SHAPE)
def arrange(request: HttpRequest, pk: int) -> HttpResponse:
    """Which columns, and which of the rows."""
    section, source = listed(request, pk)
    if request.method == "GET":
        return page(request, section, source, begun(request, section, source))
    context = built(request, section, source, request.POST)
    if request.POST.get("act"):  # without scripts, the buttons of the builder post
        return page(request, section, source, context)
    if context["tree"].parts and not context["given"]:
        return page(request, section, source, context | {"text_error": _("Something is missing in a condition")}, 422)
    given = {"columns": request.POST.getlist("columns"), "filter": context["given"]}
    try:
        with undoable(request, section.name) as changes:
            actions.list_related(section=section, source=source.key, by=request.user, **given)
    except ValidationError as error:
        return page(request, section, source, context | {"text_error": " ".join(error.messages)}, 422)
    return saved(
        request, kind=section._meta.label_lower, pk=pk, label=section.name, undo_url=undo_url(changes),
        url=reverse("records:section", args=[pk]), text=_("%(name)s: saved") % {"name": section.name},
    )  # fmt: skip


def listed(request: HttpRequest, pk: int) -> tuple[Section, Related]:
    section = get_or_404(Section, pk, request.user)
    source = source_of(section.options, section.entity, request.user) if section.is_related else None
    if source is None:
        raise out_of_reach(request.user, f"records.section {pk}", SHAPE)
    return section, source


def page(
    request: HttpRequest, section: Section, source: Related, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    context |= {"section": section, "section_url": reverse("records:section", args=[section.pk])}
    return render(request, "records/sections/related.html", context, status=status)


def begun(request: HttpRequest, section: Section, source: Related) -> dict[str, Any]:
    fields, text = fields_of(source, Asking(request.user)), section.options["filter"]
    try:
        tree = building.tree_from(text, fields) if text else Group()
    except ExpressionError as error:
        told = {"whole_error": error.message, "text": text}
        return shown(request, section, source, Group(), section.options["columns"]) | told
    return shown(request, section, source, tree, section.options["columns"])


def built(request: HttpRequest, section: Section, source: Related, data: QueryDict) -> dict[str, Any]:
    tree, wrong = building.pressed(data, fields_of(source, Asking(request.user)))
    return {**shown(request, section, source, tree, data.getlist("columns")), **wrong}


def shown(request: HttpRequest, section: Section, source: Related, tree: Group, chosen: list[str]) -> dict[str, Any]:
    asking = Asking(request.user)
    context, _condition = building.shown(tree, asking, fields_of(source, asking))
    return {
        **context,
        "unfinished": _("Fill in every condition") if tree.parts else _("All of them"),
        "build_url": reverse("records:build_related", args=[section.pk]),
        "choices": [(column.key, column.label, column.key in chosen) for column in source.columns],
    }


@require_GET
@access(SHAPE)
def build(request: HttpRequest, pk: int) -> HttpResponse:
    """The builder of the filter as its form stands; `act` is what was pressed in it."""
    section, source = listed(request, pk)
    return render(request, "records/conditions/_builder.html", built(request, section, source, request.GET))
