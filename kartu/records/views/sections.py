"""Sections and fields of cards, set up by clicks: a page of Settings, the steps from "+" on a card, and their acts."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core.access import access
from kartu.core.actors import Actor
from kartu.core.drawers import changed, saved
from kartu.core.expressions.words import LONGEST
from kartu.core.models import Job
from kartu.core.toasts import flash, toast
from kartu.core.views.jobs import named
from kartu.records.custom import actions, showing
from kartu.records.custom.definitions import FieldShape, fields_of
from kartu.records.custom.entities import Entity, entities
from kartu.records.custom.forms import FieldForm, NewSectionForm, SectionForm
from kartu.records.custom.related import source_of, sources_for
from kartu.records.custom.trying import tried
from kartu.records.custom.types import TYPES, FieldType
from kartu.records.jobs import work_out_formulas
from kartu.records.lists.asking import Asking
from kartu.records.models import Field, Section
from kartu.records.models.custom import Definition
from kartu.records.rights import SHAPE
from kartu.records.undoing import undo_url, undoable
from kartu.security.views import get_or_404


@require_GET
@access(SHAPE)
def sections(request: HttpRequest) -> HttpResponse:
    """All sections of all kinds of cards, with their fields."""
    rows = Section.objects.visible_to(request.user)
    shown = [
        (entity, [row for row in rows if row.entity == entity.key], showing.conditions_of(entity.key).broken)
        for entity in entities
    ]
    return render(request, "records/sections/list.html", {"shown": shown})


@require_http_methods(["GET", "POST"])
@access(SHAPE)
def new(request: HttpRequest) -> HttpResponse:
    """What the section is called and what it holds; a click on the kind makes it."""
    entity = entity_or_404(request.GET.get("of", ""))
    form = NewSectionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with undoable(request, _("Section added")) as changes:
            section = form.save(entity.key, request.POST.get("kind", ""), request.user)
        if section:
            flash(request, _("“%(name)s” stands on every card") % {"name": section.name}, undo_url(changes))
            return HttpResponseRedirect(reverse("records:section", args=[section.pk]) + came_from(request))
    context = {"form": form, "kinds": kinds(), "entity": entity, "back": back_of(request)}
    return render(request, "records/sections/new.html", context, status=422 if form.errors else 200)


def kinds() -> list[tuple[Section.Kind, str, str]]:
    """(kind, icon, what it is good for) of all that is offered."""
    return [
        (Section.Kind.FIELDS, "forms", _("Fields on the card: numbers, dates, choices")),
        (Section.Kind.CHECKLIST, "list-check", _("Things to tick off for each client: papers, steps")),
        (Section.Kind.FILES, "files", _("Files of one sort: contracts, passports, photos")),
        (Section.Kind.RELATED, "list-details", _("What hangs on the client: calls, people, tasks")),
        (Section.Kind.TABLE, "table", _("Rows of the client's own: machines, contracts, pets")),
    ]


def entity_or_404(key: str) -> Entity:
    entity = entities.get(key)
    if entity is None:
        raise Http404(f"no cards of {key[:40]}")
    return entity


def back_of(request: HttpRequest) -> str:
    """The card that the person came from; "" where it came from Settings."""
    url = request.GET.get("back", "")
    return url if url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None) else ""


def came_from(request: HttpRequest) -> str:
    back = back_of(request)
    return f"?{QueryDict.fromkeys(['back'], back).urlencode()}" if back else ""


@require_GET
@access(SHAPE)
def section(request: HttpRequest, pk: int) -> HttpResponse:
    """The fields of one section, and what else it can hold."""
    row = get_or_404(Section, pk, request.user)
    back = back_of(request)
    context = {
        "section": row,
        "fields": fields_in(row, request.user),
        "job": working_job(request.user),
        "types": types_for(row),
        "others": others_of(row, request.user),
        "broken": showing.conditions_of(row.entity).broken,
        "sources": sources_for(row.entity, request.user) if row.is_related else [],
        "source": source_of(row.options, row.entity, request.user),
        "when": showing.said(actions.shape_of(row, row.entity), row.entity, Asking(request.user)),
        "done_url": f"{back}?tab=s{row.pk}" if back else reverse("records:sections"),
        "here": request.get_full_path(),
        "came": came_from(request),
    }
    return render(request, "records/sections/section.html", context)


def types_for(row: Section) -> list[FieldType]:
    """What a field of the section can hold."""
    if row.is_checklist:
        return [TYPES["flag"]]
    return [each for each in TYPES.values() if not (row.is_table and each.is_handed_in)]


def fields_in(row: Section, by: Actor) -> list[tuple[Field, FieldType, FieldShape | None]]:
    """The fields of a section with their types, and what everybody knows of them."""
    shapes = fields_of(row.entity)
    rows = Field.objects.visible_to(by).filter(section=row)
    return [(field, TYPES[field.type], shapes.get(f"custom.{field.pk}")) for field in rows]


def working_job(by: Actor) -> Job | None:
    """The job that works formulas out, while it does and where `by` may follow it."""
    mine = Job.objects.open().filter(name=work_out_formulas.key)
    found = (mine if by.may("core.jobs") else mine.filter(actor_id=by.pk)).order_by("-pk").first()
    return named(found) if found else None


def others_of(row: Section, by: Actor) -> list[Section]:
    """The sections that fields of `row` can be moved to."""
    if row.is_table or not row.has_fields:
        return []
    beside = Section.objects.visible_to(by).filter(entity=row.entity, kind=row.kind)
    return list(beside.exclude(pk=row.pk))


@require_http_methods(["GET", "POST"])
@access(SHAPE)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_or_404(Section, pk, request.user)
    form = SectionForm(request.POST if request.method == "POST" else None, section=row)
    return form_page(request, form, row, title=_("Section"), done=_("Saved"))


@require_http_methods(["GET", "POST"])
@access(SHAPE)
def new_field(request: HttpRequest, pk: int, type: str) -> HttpResponse:
    if type not in TYPES:
        raise Http404(f"no type {type[:20]}")
    row = get_or_404(Section, pk, request.user)
    form = FieldForm(request.POST if request.method == "POST" else None, section=row, type=type)
    return form_page(request, form, row, title=TYPES[type].label, done=_("Added"), verb=_("Add"))


@require_http_methods(["GET", "POST"])
@access(SHAPE)
def change_field(request: HttpRequest, pk: int) -> HttpResponse:
    field = get_or_404(Field, pk, request.user)
    row = get_or_404(Section, field.section_id, request.user)
    data = request.POST if request.method == "POST" else None
    form = FieldForm(data, section=row, type=field.type, field=field)
    return form_page(request, form, row, title=field.name, done=_("Saved"))


@require_GET
@access(SHAPE)
def try_formula(request: HttpRequest, pk: int) -> HttpResponse:
    """What a formula gives as it stands in the form, on a real record; or what is wrong with it."""
    row = get_or_404(Section, pk, request.user)
    at = request.GET.get("of", "")
    field = get_or_404(Field, int(at), request.user) if at.isdecimal() and len(at) < 10 else None
    told = {"key": f"f{field.pk}", "before": field.options} if field else {}
    trial = tried(request.GET.get("formula", "")[: LONGEST + 1], row, by=request.user, **told)
    return render(request, "records/sections/_trial.html", {"trial": trial})


def form_page(request: HttpRequest, form: Any, row: Section, *, title: str, done: str, verb: str = "") -> HttpResponse:
    url = reverse("records:section", args=[row.pk])
    if form.is_valid():
        with undoable(request, f"{row.name}: {title}") as changes:
            made = form.save(request.user)
        if made:
            return saved(
                request, kind=made._meta.label_lower, pk=made.pk, label=made.name, url=url,
                text=f"{made.name}: {done}", undo_url=undo_url(changes),
            )  # fmt: skip
    context = {"form": form, "title": title, "verb": verb, "section": row, "section_url": url}
    return render(request, "records/sections/form.html", context, status=422 if form.errors else 200)


@require_POST
@access(SHAPE)
def order(request: HttpRequest) -> HttpResponse:
    """The order in which sections were dragged: their ids with commas."""
    entity = entity_or_404(request.GET.get("of", ""))
    actions.order_sections(entity=entity.key, ids=ids_of(request), by=request.user)
    return toast(HttpResponse(status=204), _("In the new order"))


def ids_of(request: HttpRequest) -> list[int]:
    return [int(part) for part in request.POST.get("columns", "").split(",") if part.isdecimal() and len(part) < 10]


@require_POST
@access(SHAPE)
def order_fields(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_or_404(Section, pk, request.user)
    actions.order_fields(section=row, ids=ids_of(request), by=request.user)
    return toast(HttpResponse(status=204), _("In the new order"))


@require_POST
@access(SHAPE)
def move_field(request: HttpRequest, pk: int, section: int) -> HttpResponse:
    field = get_or_404(Field, pk, request.user)
    other = get_or_404(Section, section, request.user)
    try:
        with undoable(request, _("Moved")) as changes:
            actions.move_field(field=field, section=other, by=request.user)
    except ValidationError as error:
        return toast(HttpResponse(status=204), " ".join(error.messages))
    return told(
        field, _("%(name)s stands under “%(section)s” now") % {"name": field, "section": other}, undo_url(changes)
    )


MODELS = {"sections": Section, "fields": Field}


def definition_or_404(request: HttpRequest, noun: str, pk: int) -> Definition:
    if noun not in MODELS:
        raise Http404(f"nothing called {noun[:20]}")
    return get_or_404(MODELS[noun], pk, request.user)


@require_POST
@access(SHAPE)
def hide(request: HttpRequest, noun: str, pk: int) -> HttpResponse:
    """Out of sight, or in sight again."""
    row = definition_or_404(request, noun, pk)
    title = _("“%(name)s” is in sight again") if row.is_hidden else _("“%(name)s” is out of sight; nothing is lost")
    try:
        with undoable(request, title % {"name": row}) as changes:
            actions.hide(definition=row, is_hidden=not row.is_hidden, by=request.user)
    except ValidationError as refused:
        return toast(HttpResponse(status=204), " ".join(refused.messages))
    return told(row, title % {"name": row}, undo_url(changes))


@require_POST
@access(SHAPE)
def trash(request: HttpRequest, noun: str, pk: int) -> HttpResponse:
    row = definition_or_404(request, noun, pk)
    text = _("“%(name)s” is in the trash; what was filled in comes back with it") % {"name": row}
    try:
        with undoable(request, text) as changes:
            actions.trash(definition=row, by=request.user)
    except ValidationError as refused:
        return toast(HttpResponse(status=204), " ".join(refused.messages))
    return told(row, text, undo_url(changes))


def told(row: Definition, text: str, url: str) -> HttpResponse:
    return toast(changed(HttpResponse(status=204), row._meta.label_lower, row.pk), text, url)
