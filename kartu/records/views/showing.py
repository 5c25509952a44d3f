"""When a section or field of a card is shown: its condition, put together by clicks or written as text."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kartu.core.access import access
from kartu.core.drawers import saved
from kartu.core.expressions import ExpressionError
from kartu.records.conditions import building
from kartu.records.conditions.tree import Group
from kartu.records.custom import actions, showing
from kartu.records.custom.actions import entity_of, shape_of
from kartu.records.lists.asking import Asking
from kartu.records.models import Section
from kartu.records.models.custom import Definition
from kartu.records.rights import SHAPE
from kartu.records.undoing import undo_url, undoable
from kartu.records.views.sections import definition_or_404


@require_http_methods(["GET", "POST"])
@access(SHAPE)
def when(request: HttpRequest, noun: str, pk: int) -> HttpResponse:
    row = definition_or_404(request, noun, pk)
    if request.method == "GET":
        return page(request, row, noun, begun(request, row, noun))
    context = built(request, row, noun, request.POST)
    if request.POST.get("act"):  # without scripts, the buttons of the builder post
        return page(request, row, noun, context)
    text = "" if request.POST.get("always") or not context["tree"].parts else context["given"]
    if not text and context["tree"].parts and not request.POST.get("always"):
        context["text_error"] = _("Something is missing in a condition")
        return page(request, row, noun, context, status=422)
    try:
        with undoable(request, _("When “%(name)s” is shown") % {"name": row.name}) as changes:
            actions.show_when(definition=row, text=text, by=request.user)
    except ValidationError as error:
        context["text_error"] = " ".join(error.messages)
        return page(request, row, noun, context, status=422)
    words = _("“%(name)s” is shown by its condition") if text else _("“%(name)s” is always shown")
    return saved(
        request, kind=row._meta.label_lower, pk=row.pk, label=row.name, url=section_url(row),
        text=words % {"name": row.name}, undo_url=undo_url(changes),
    )  # fmt: skip


def section_url(row: Definition) -> str:
    return reverse("records:section", args=[row.pk if isinstance(row, Section) else row.section_id])


def page(request: HttpRequest, row: Definition, noun: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context |= {"row": row, "section_url": section_url(row)}
    return render(request, "records/sections/when.html", context, status=status)


def begun(request: HttpRequest, row: Definition, noun: str) -> dict[str, Any]:
    """The builder as the kept condition has it; one that can be asked no more is only told."""
    fields = fields_of(request, row)
    try:
        return shown(request, row, noun, building.tree_from(row.shown_when, fields))
    except ExpressionError as error:
        context = shown(request, row, noun, building.tree_from("", fields))
        return context | {"whole_error": error.message, "text": row.shown_when}


def built(request: HttpRequest, row: Definition, noun: str, data: QueryDict) -> dict[str, Any]:
    tree, wrong = building.pressed(data, fields_of(request, row))
    return {**shown(request, row, noun, tree), **wrong}


def fields_of(request: HttpRequest, row: Definition) -> Any:
    entity = entity_of(row)
    return showing.fields_for(shape_of(row, entity), entity, Asking(request.user))


def shown(request: HttpRequest, row: Definition, noun: str, tree: Group) -> dict[str, Any]:
    context, _condition = building.shown(tree, Asking(request.user), fields_of(request, row))
    unfinished = _("Fill in every condition") if tree.parts else _("Always shown")
    return {**context, "unfinished": unfinished, "build_url": reverse("records:build_when", args=[noun, row.pk])}


@require_GET
@access(SHAPE)
def build(request: HttpRequest, noun: str, pk: int) -> HttpResponse:
    """The builder as its form stands; `act` is what was pressed in it."""
    row = definition_or_404(request, noun, pk)
    return render(request, "records/conditions/_builder.html", built(request, row, noun, request.GET))
