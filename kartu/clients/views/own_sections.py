"""The sections that the firm has added to the card: fields edited in place or together, and rows of tables."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.clients import actions
from kartu.clients.actions.custom import ENTITY
from kartu.clients.card import Card, client_for_card
from kartu.clients.forms.custom import NewRowForm, OwnForm, fields_of_client
from kartu.clients.models import Client, ClientRow
from kartu.clients.own_sections import related_list, rows_of, section_of, shown_field, shown_of, ticks_of
from kartu.clients.rights import CHANGE, VIEW
from kartu.clients.views.common import (
    acted,
    client_or_404,
    edit_page,
    in_place,
    part_or_404,
    piece,
    posted,
    save,
    told_shown,
)
from kartu.core.access import access
from kartu.core.actors import Actor
from kartu.core.expressions import ExpressionError
from kartu.records.custom.definitions import FieldShape, SectionShape, sections_for
from kartu.records.custom.references import prepare
from kartu.records.custom.related import PAGE, SHORT
from kartu.records.custom.showing import Values, is_shown, said
from kartu.records.lists.asking import Asking
from kartu.records.rights import SHAPE
from kartu.records.undoing import undoable


def section_or_404(request: HttpRequest, pk: int) -> SectionShape:
    """A section that the person sees; another one is no section at all."""
    section = section_of(pk, request.user)
    if section is None:
        raise Http404(f"no section {pk} for {request.user}")
    return section


@require_GET
@access(VIEW)
def section(request: HttpRequest, pk: int, section: int) -> HttpResponse:
    return section_piece(request, client_for_card(pk, request.user), section_or_404(request, section))


def section_piece(request: HttpRequest, client: Client, shape: SectionShape) -> HttpResponse:
    card = Card(client, request.user)
    if not is_shown(shape, Values(ENTITY, client)):
        context = {"section": shape, "when": said(shape, ENTITY, Asking(request.user))}
        return piece(request, "clients/_section_not_shown.html", context, client, shape.key)
    if shape.is_related:
        context = {"section": shape, "may_shape": request.user.may(SHAPE), **listed(client, shape, request, SHORT)}
        return piece(request, "clients/_section_related.html", context, client, shape.key)
    if shape.is_files:
        url = reverse("records:section_files", args=[ENTITY, client.pk, shape.id])
        context = {"section": shape, "url": url, "may_shape": request.user.may(SHAPE)}
        return piece(request, "clients/_section_files.html", context, client, shape.key)
    whole, shape = shape, shown_of(client, shape)
    context: dict[str, Any] = {"card": card, "section": shape, "may_shape": request.user.may(SHAPE)}
    context["has_formulas"] = any(field.type.is_worked_out for field in shape.fields)
    context["is_nothing_shown"] = bool(whole.fields) and not shape.fields
    context["may_change"] = card.may_change and any(field.may_type(request.user) for field in shape.fields)
    if shape.is_table:
        rows = rows_of(client, shape, request.user)
        prepare(shape.fields, [row.own_values for row in rows])
        context["rows"] = [
            {"row": row, "cells": [cell_of(row, field, request.user) for field in shape.fields]} for row in rows
        ]
    else:
        prepare(shape.fields, [client.own_values])
        context["fields"] = [
            (shown_field(client, field, request.user), card.may_change and may_edit_in_place(field, request.user))
            for field in shape.fields
        ]
    if shape.is_checklist:
        context["ticks"] = ticks_of(card, shape)
    return piece(request, "clients/_own_section.html", context, client, f"s{shape.id}")


def cell_of(row: ClientRow, field: FieldShape, by: Actor) -> tuple[FieldShape, str, str]:
    """(field, as text, as HTML where it has links) of a row of a table."""
    kept = field.kept_in(row.own_values)
    return field, field.said_in(row.own_values), "" if kept is None else field.type.html(kept, field, by)


def may_edit_in_place(field: FieldShape, by: Actor) -> bool:
    return (field.type.edits_in_place or field.type.is_handed_in) and field.may_change(by)


def listed(client: Client, shape: SectionShape, request: HttpRequest, limit: int) -> dict[str, Any]:
    """One page of a related list; `wrong`: its filter asks for what is there no more."""
    found = related_list(client, shape, request.user)
    if found is None:
        return {"list": None}
    try:
        rows, more = found.page(request.GET.get("before", ""), limit)
    except ExpressionError as error:
        return {"list": found, "wrong": error.message}
    return {"list": found, "rows": [found.cells(row) for row in rows], "more": more}


@require_GET
@access(VIEW)
def all_related(request: HttpRequest, pk: int, section: int) -> HttpResponse:
    """All that a related list holds, a page after the other."""
    client, shape = client_or_404(request, pk), section_or_404(request, section)
    if not shape.is_related:
        raise Http404(f"section {section} lists nothing")
    context = {"client": client, "section": shape, **listed(client, shape, request, PAGE)}
    return render(request, "clients/section_related.html", context)


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def edit(request: HttpRequest, pk: int, section: int) -> HttpResponse:
    """All fields of a section together."""
    client = client_or_404(request, pk, CHANGE)
    shape = section_or_404(request, section)
    if shape.is_table or shape.is_files or shape.is_related:
        raise Http404(f"section {section} has no fields of its own")
    form = OwnForm(posted(request), row=client, shapes=list(shape.fields), by=request.user)
    shown_url = reverse("clients:section_shown", args=[pk, section])
    note = _("Files are put in on the card, not here.") if any(each.type.is_handed_in for each in shape.fields) else ""
    words = {"title": shape.name, "told": shape.told, "done": _("Saved"), "tab": f"s{section}", "note": note}
    return edit_page(request, form, client, shown_url=shown_url, **words)


@require_POST
@access(CHANGE)
def shown(request: HttpRequest, pk: int, section: int) -> HttpResponse:
    """Which fields of the section's form are shown, as it is filled in just now."""
    client = client_or_404(request, pk, CHANGE)
    shape = section_or_404(request, section)
    return told_shown(OwnForm(request.POST, row=client, shapes=list(shape.fields), by=request.user))


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def field(request: HttpRequest, pk: int, field: int) -> HttpResponse:
    """One field in place: GET gives its control, POST saves what was typed."""
    client = client_or_404(request, pk, CHANGE)
    shape = next((each for each in fields_of_client(request.user) if each.id == field), None)
    if shape is None or not shape.may_type(request.user):
        raise Http404(f"no field {field} for {request.user}")
    form = OwnForm(sent_of(request, client, shape), row=client, shapes=[shape], by=request.user)
    if request.method == "GET":
        return render(request, "clients/_control.html", {"bound": form[shape.key]})
    result = save(request, form, shape.told) if form.is_valid() else None
    if form.conflicts:
        return render(request, "clients/_field_conflict.html", conflict_of(form, shape), status=409)
    if result is None:
        words = " ".join(message for messages in form.errors.values() for message in messages)
        return HttpResponse(words, status=422, content_type="text/plain; charset=utf-8")
    fresh, changes = result
    context = {"value": shown_field(fresh, shape, request.user), "may_change": True}
    response = render(request, "clients/_field.html", context)
    return in_place(response, _("Saved"), changes, client, fresh)


@require_POST
@access(CHANGE)
def tick(request: HttpRequest, pk: int, field: int) -> HttpResponse:
    """Tick one thing of a checklist off, or on again; answers with the section as it stands then."""
    client = client_or_404(request, pk, CHANGE)
    found = [
        (section, shape)
        for section in sections_for(ENTITY, request.user)
        for shape in section.fields
        if section.is_checklist and shape.id == field and shape.may_change(request.user)
    ]
    if not found:
        raise Http404(f"nothing to tick off: {field} for {request.user}")
    [(section, shape)] = found
    value = True if request.POST.get("done") else None
    with undoable(request, shape.told) as changes:
        fresh = actions.set_custom(client=client, values={shape.column: value}, by=request.user)
    response = section_piece(request, client_for_card(pk, request.user), section)
    return in_place(response, _("Saved"), changes, client, fresh)


def sent_of(request: HttpRequest, client: Client, shape: FieldShape) -> QueryDict | None:
    """What was sent of one field, as a whole form would send it; None of a GET."""
    if request.method == "GET":
        return None
    form = OwnForm(row=client, shapes=[shape], by=request.user)
    seen = form.saw
    if request.POST.get("keep") != "mine" and "base" in request.POST:
        seen = {shape.column: form.read(shape.key, request.POST["base"])}
    data = QueryDict(mutable=True)
    data.setlist(shape.key, request.POST.getlist(shape.key))
    data["base"] = json.dumps(seen)
    return data


def conflict_of(form: OwnForm, shape: FieldShape) -> dict[str, Any]:
    client = Client.objects.visible_to(form.by).get(pk=form.row.pk)
    mine = shape.said_in({str(shape.id): form.typed_values[shape.column]})
    return {"value": shown_field(client, shape, form.by), "mine": mine, **form.conflicts[shape.key]}


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def new_row(request: HttpRequest, pk: int, section: int) -> HttpResponse:
    client = client_or_404(request, pk, CHANGE)
    shape = table_or_404(request, section)
    form = NewRowForm(posted(request), client=client, section_id=section, by=request.user)
    return edit_page(
        request, form, client, title=shape.name, told=shape.told, done=_("Added"), tab=f"s{section}", verb=_("Add")
    )


def table_or_404(request: HttpRequest, pk: int) -> SectionShape:
    shape = section_or_404(request, pk)
    if not shape.is_table:
        raise Http404(f"section {pk} is no table")
    return shape


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def row(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    found = part_or_404(request, ClientRow, pk, part)
    shape = table_or_404(request, found.section_id)
    form = OwnForm(posted(request), row=found, shapes=list(shape.fields), by=request.user)
    return edit_page(
        request, form, found.client, title=shape.name, told=shape.told, done=_("Saved"), tab=f"s{shape.id}"
    )


@require_POST
@access(CHANGE)
def remove_row(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    found = part_or_404(request, ClientRow, pk, part)
    shape = table_or_404(request, found.section_id)
    text = _("%(what)s moved to the trash") % {"what": shape.told}
    with undoable(request, text) as changes:
        actions.remove_row(row=found, by=request.user)
    return acted(request, found.client, text, changes)
