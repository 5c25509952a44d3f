"""Cells pasted from Excel: first shown, old beside new, then written as one change set."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kartu.core.access import signed_in
from kartu.core.drawers import changed
from kartu.core.text import fold
from kartu.core.toasts import toast
from kartu.records import changes
from kartu.records.lists.asking import Asking, BadQuestion
from kartu.records.lists.kinds import id_of
from kartu.records.lists.page import changeable_columns
from kartu.records.lists.spec import Column, ListSpec
from kartu.records.models import ChangeSet
from kartu.records.views.lists.cells import base_of, initial_of, version_of, write
from kartu.records.views.lists.common import OWN_RIGHT, list_or_404, refusal
from kartu.security.rows import Conflict, GuardedModel

MOST_CELLS = 2_000
SALT = "records.lists.paste"
KEEP = 3600


@dataclass
class Cell:
    """One pasted cell: what stands there, what was pasted, and why it cannot be taken, if so."""

    row: GuardedModel
    column: Column
    text: str
    error: str = ""

    @property
    def was(self) -> str:
        return version_of(self.row, self.column)

    @property
    def shown_was(self) -> str:
        """What stands there, in words: a record by its name."""
        related = self.column.field.removesuffix("_id")
        return str(getattr(self.row, related) or "–") if related != self.column.field else self.was or "–"


@require_POST
@signed_in(OWN_RIGHT)
def paste(request: HttpRequest, key: str) -> HttpResponse:
    """`cells` (text divided by TABs) onto rows `ids` and `columns`; the answer shows what would change.

    With `paste`, the signed note of such a preview, it is done.
    """
    spec = list_or_404(request, key)
    if "paste" in request.POST:
        return put(request, spec, request.POST["paste"])
    asking = Asking(request.user)
    try:
        cells = cells_of(request, spec, asking)
    except ValidationError as error:
        return refusal(" ".join(error.messages))
    new = [cell for cell in cells if cell.error or differs(cell, asking)]
    if not new:
        return refusal(_("These cells hold that already"))
    note = [(cell.row.pk, cell.column.key, cell.text, cell.was) for cell in new if not cell.error]
    context = {
        "cells": new,
        "wrong": sum(bool(cell.error) for cell in new),
        "count": len(note),
        "note": signing.dumps([request.user.pk, spec.key, note], salt=SALT, compress=True),
        "url": reverse("records:list_paste", args=[key]),
        "list": spec,
    }
    return render(request, "records/lists/_paste.html", context)


def cells_of(request: HttpRequest, spec: ListSpec, asking: Asking) -> list[Cell]:
    block = [
        line.split("\t") for line in request.POST.get("cells", "").rstrip("\r\n").replace("\r\n", "\n").split("\n")
    ]
    ids = [id_of(text) for text in request.POST.get("ids", "").split(",") if text][: len(block)]
    keys = request.POST.get("columns", "").split(",")[: max(map(len, block))]
    known = spec.shown_to(request.user)
    columns = [known[key] for key in keys if key in known]
    if not ids or len(columns) != len(keys) or sum(map(len, block)) > MOST_CELLS:
        raise BadQuestion("no such cells, or too many")
    changeable = changeable_columns(spec, columns, request.user)
    if fixed := [column for column in columns if column.key not in changeable]:
        text = _("%(column)s is not changed here") % {"column": fixed[0].label}
        raise ValidationError(text, code="fixed")
    rows = {row.pk: row for row in spec.rows(request.user, spec.rights["change"]).filter(pk__in=ids)}
    cells = []
    for pk, line in zip(ids, block, strict=False):
        for column, text in zip(columns, line, strict=False):
            if pk in rows:
                cells.append(checked(Cell(rows[pk], column, text.strip()), asking))
    return cells


def checked(cell: Cell, asking: Asking) -> Cell:
    try:
        typed_value(cell.column, cell.text, asking)
    except ValidationError as error:
        cell.error = " ".join(error.messages)
    return cell


def differs(cell: Cell, asking: Asking) -> bool:
    value = typed_value(cell.column, cell.text, asking)
    value = getattr(value, "pk", value)
    return str(value or "") != str(initial_of(cell.row, cell.column) or "")


def typed_value(column: Column, text: str, asking: Asking) -> Any:
    """What a pasted text means to the column; a record is found by its name."""
    field = column.edit.form_field(asking)
    if isinstance(field, forms.ModelChoiceField) and text:
        named = {fold(str(label)): value for value, label in field.choices if value != ""}
        if fold(text) not in named:
            raise ValidationError(_("There is no “%(name)s” to choose") % {"name": text[:60]}, code="unknown")
        return field.clean(getattr(named[fold(text)], "value", named[fold(text)]))
    if isinstance(field, forms.ChoiceField) and text:
        named = {fold(str(label)): value for value, label in field.choices}
        text = named.get(fold(text), text)
    return field.clean(text)


def put(request: HttpRequest, spec: ListSpec, note: str) -> HttpResponse:
    try:
        person, key, cells = signing.loads(note, salt=SALT, max_age=KEEP)
    except signing.BadSignature:
        return refusal(_("This is too old. Paste the cells again."))
    if (person, key) != (request.user.pk, spec.key):
        raise BadQuestion("somebody else's paste")
    done, left = 0, 0
    asking = Asking(request.user)
    title = _("Pasted into %(list)s") % {"list": spec.title}
    with changes.change_set(ChangeSet.Kind.BULK, title, by=request.user) as made:
        rows = spec.rows(request.user, spec.rights["change"]).in_bulk([pk for pk, *_rest in cells])
        known = spec.shown_to(request.user)
        for pk, column_key, text, was in cells:
            if put_cell(spec, rows.get(pk), known.get(column_key), text, was, asking):
                done += 1
            else:
                left += 1
    return toast(changed(HttpResponse(status=204), spec.label), said(done, left), made.undo_url)


def said(done: int, left: int) -> str:
    text = ngettext("%(count)s cell pasted", "%(count)s cells pasted", done) % {"count": done}
    if left:
        kept = ngettext(
            "%(count)s was changed meanwhile, and stays", "%(count)s were changed meanwhile, and stay", left
        )
        text += ". " + kept % {"count": left}
    return text


def put_cell(
    spec: ListSpec, row: GuardedModel | None, column: Column | None, text: str, was: str, asking: Asking
) -> bool:
    if row is None or column is None or column.edit is None:
        return False
    try:
        write(spec, column, row, typed_value(column, text, asking), base_of(row, column, was), asking.person)
    except (ValidationError, changes.EditConflicts, Conflict):
        return False
    return True
