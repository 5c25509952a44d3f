"""One cell of a list, changed where it stands."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kartu.core.access import signed_in
from kartu.core.components import forms as face
from kartu.core.drawers import changed
from kartu.core.toasts import toast
from kartu.records import changes
from kartu.records.lists.asking import Asking
from kartu.records.lists.cells import content_html
from kartu.records.lists.keeping import setting_of, shown_columns
from kartu.records.lists.look import Look
from kartu.records.lists.rows import read_rows
from kartu.records.lists.spec import Column, ListSpec
from kartu.records.models import ChangeSet
from kartu.records.views.lists.common import OWN_RIGHT, list_or_404, refusal
from kartu.security.rows import Conflict, GuardedModel
from kartu.security.views import get_or_404

NAME = "value"


@require_http_methods(["GET", "POST"])
@signed_in(OWN_RIGHT)
def cell(request: HttpRequest, key: str, pk: int, column: str) -> HttpResponse:
    """GET: the control, with the value as it is now. POST: `value` over `version`, what the person saw."""
    spec = list_or_404(request, key)
    shown = spec.shown_to(request.user).get(column)
    if shown is None or shown.edit is None:
        raise Http404(f"no cell {column[:40]} of {key}")
    right = shown.edit.right or spec.rights["change"]
    row = get_or_404(spec.model, pk, request.user, right)
    asking = Asking(request.user)
    field = shown.edit.form_field(asking)
    if request.method == "GET":
        return HttpResponse(control_html(field, shown, row))
    try:
        value = field.clean(request.POST.get(NAME, ""))
    except ValidationError as error:
        return refusal(" ".join(error.messages))
    base = base_of(row, shown, request.POST.get("version", ""))
    return save(request, spec, shown, row, value, base)


def save(
    request: HttpRequest, spec: ListSpec, column: Column, row: GuardedModel, value: Any, base: Any
) -> HttpResponse:
    title = _("%(what)s: %(column)s") % {"what": row, "column": column.label}
    try:
        with changes.change_set(ChangeSet.Kind.LIST, title, by=request.user) as made:
            write(spec, column, row, value, base, request.user)
    except ValidationError as error:
        return refusal(" ".join(error.messages))
    except (changes.EditConflicts, Conflict):
        return conflict(request, spec, column, row.pk, value)
    response = HttpResponse(edit_html(request, spec, column, row.pk))
    is_gone = not read_rows(spec, [column], [row.pk], Asking(request.user))  # handed over: it is the person's no more
    if is_gone or shows_what_follows(spec, request.user):
        changed(response, spec.label, row.pk)
    return toast(response, _("Saved: %(column)s") % {"column": column.label}, made.undo_url)


def shows_what_follows(spec: ListSpec, person: Any) -> bool:
    """Whether another cell may say something else now: the list shows what is worked out from others."""
    return any(column.follows for column, _width in shown_columns(spec, setting_of(spec, person), person))


def write(spec: ListSpec, column: Column, row: GuardedModel, value: Any, base: Any, by: Any) -> None:
    """The app's own action, with what the field gave and what the person saw."""
    if column.edit.save is not None:
        column.edit.save(row=row, value=value, base=base, by=by)
    else:
        spec.change(row=row, values={column.field: plain(value)}, base={column.field: base}, by=by)


def plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def initial_of(row: GuardedModel, column: Column) -> Any:
    return column.edit.initial(row) if column.edit.initial else getattr(row, column.field)


def version_of(row: GuardedModel, column: Column) -> str:
    """What the person sees in the cell, as text that comes back with what it types."""
    value = initial_of(row, column)
    return "" if value is None else str(value)


def base_of(row: GuardedModel, column: Column, text: str) -> Any:
    """`text` of `version_of` as the column holds it. A text that is none gives a value that nobody ever saw."""
    if column.edit.initial:
        return text
    field = row._meta.get_field(column.field)
    if text == "" and field.null:
        return None
    try:
        return field.target_field.to_python(text) if field.is_relation else field.to_python(text)
    except ValidationError:
        return text


def control_html(field: forms.Field, column: Column, row: GuardedModel) -> SafeString:
    """The control alone; edit.js puts it into the cell."""
    css = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
    said = {"class": css, "aria-label": str(column.label), "data-version": version_of(row, column)}
    value = field.prepare_value(initial_of(row, column)) if hasattr(field, "prepare_value") else initial_of(row, column)
    if isinstance(field, forms.DateField) and not isinstance(field, forms.DateTimeField):
        field.widget.input_type = "date"
        value = value.isoformat() if value else ""
    return field.widget.render(NAME, value, said)


def edit_html(request: HttpRequest, spec: ListSpec, column: Column, pk: int) -> SafeString:
    """The cell's content, ready to be changed again."""
    asking = Asking(request.user)
    shown = read_rows(spec, [column], [pk], asking)
    content = mark_safe(content_html(shown[0], column, Look(asking, spec.row_url))) if shown else ""  # noqa: S308 - cells.py escapes
    row = spec.rows(request.user).filter(pk=pk).first()
    return face.edit(
        format_html("{}", content),
        url=reverse("records:list_cell", args=[spec.key, pk, column.key]),
        name=NAME,
        label=str(column.label),
        kind="piece",
        version=version_of(row, column) if row else "",
    )


def conflict(request: HttpRequest, spec: ListSpec, column: Column, pk: int, typed: Any) -> HttpResponse:
    row = get_or_404(spec.model, pk, request.user)
    who = last_writer(row)
    (shown,) = read_rows(spec, [column], [pk], Asking(request.user))
    answer = face.conflict(
        edit_html(request, spec, column, pk),
        who=who,
        label=str(column.label),
        theirs=str(column.kind.value(shown, column.field) or "–"),
        mine=str(typed if typed is not None else "–"),
        version=version_of(row, column),
    )
    return HttpResponse(answer, status=409)


def last_writer(row: GuardedModel) -> str:
    told = changes.AuditRow.objects.filter(object_type=row._meta.label_lower, object_id=row.pk).order_by("-id").first()
    person = (
        changes.ChangeSet._meta.get_field("by").related_model.objects.filter(pk=told.actor_id).first() if told else None
    )
    return str(person or _("Somebody"))
