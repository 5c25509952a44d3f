"""Segments: their list, the builder, and the page of one."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.clients import actions
from kartu.clients.models import Segment
from kartu.clients.rights import VIEW
from kartu.clients.segments import showing
from kartu.clients.segments.fields import fields_for
from kartu.clients.segments.meaning import Usable, usable
from kartu.clients.segments.overlap import MOST
from kartu.clients.segments.ready import ready_for
from kartu.core.access import access, out_of_reach
from kartu.core.drawers import changed
from kartu.core.toasts import flash, toast
from kartu.records import changes
from kartu.records.conditions.building import pressed, tree_from
from kartu.records.lists.asking import Asking, BadQuestion
from kartu.records.lists.kinds import id_of
from kartu.records.models import ChangeSet
from kartu.records.rights import SAVE_VIEWS, SHARE_VIEWS


@require_GET
@access(VIEW)
def segment_list(request: HttpRequest) -> HttpResponse:
    asking = Asking(request.user)
    context = {
        "shown": showing.lines(asking),
        "ready": ready_for(asking).values(),
        "may_keep": request.user.may(SAVE_VIEWS),
    }
    return render(request, "clients/segments/list.html", context)


@require_GET
@access(VIEW)
def segment(request: HttpRequest, pk: int) -> HttpResponse:
    asking = Asking(request.user)
    found = one(request, asking, pk)
    return render(request, "clients/segments/page.html", showing.page(found, asking))


def one(request: HttpRequest, asking: Asking, pk: int) -> Usable:
    """The segment, if the person may use it. One that asks for what he may not know is not there for him."""
    found = usable(asking).get(pk)
    if found is None:
        raise out_of_reach(request.user, f"clients.segment {pk}")
    return found


@require_GET
@access(VIEW)
def compare(request: HttpRequest) -> HttpResponse:
    """How two to four segments overlap (`?s=5&s=8`)."""
    asking = Asking(request.user)
    wanted = list(dict.fromkeys(id_of(text) for text in request.GET.getlist("s") if text))
    if len(wanted) > MOST:
        raise BadQuestion("Too many segments")
    chosen = [one(request, asking, pk) for pk in wanted]
    return render(request, "clients/segments/overlap.html", showing.comparison(chosen, asking))


def own_or_404(request: HttpRequest, found: Usable) -> None:
    rows = Segment.objects.visible_to(request.user, Segment.row_rule.change)
    if not rows.filter(pk=found.segment.pk).exists():
        raise out_of_reach(request.user, f"clients.segment {found.segment.pk}", SAVE_VIEWS)


@require_GET
@access(VIEW)
def build(request: HttpRequest) -> HttpResponse:
    """The builder as its form stands; `act` is what was pressed in it."""
    return render(request, "records/conditions/_builder.html", built(request, request.GET))


def built(request: HttpRequest, data: QueryDict) -> dict:
    asking = Asking(request.user)
    kept = {"name": data.get("name", ""), "is_shared": data.get("is_shared") == "1"}
    tree, wrong = pressed(data, fields_for(asking))
    return {**showing.builder(tree, asking, **kept), **wrong}


@require_http_methods(["GET", "POST"])
@access(SAVE_VIEWS)
def new(request: HttpRequest) -> HttpResponse:
    """Build one, from nothing, or from a ready one (`ready=silent`)."""
    asking = Asking(request.user)
    if request.method == "GET":
        ready = ready_for(asking).get(request.GET.get("ready", ""))
        tree = tree_from(ready.text if ready else "", fields_for(asking))
        context = showing.builder(tree, asking, name=str(ready.label) if ready else "")
        return render(request, "clients/segments/edit.html", page_of(request, context))
    return keep(request, None)


@require_http_methods(["GET", "POST"])
@access(SAVE_VIEWS)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    asking = Asking(request.user)
    found = one(request, asking, pk)
    own_or_404(request, found)
    if request.method == "POST":
        return keep(request, found.segment)
    segment, tree = found.segment, tree_from(found.segment.text, fields_for(asking))
    context = showing.builder(tree, asking, name=segment.name, is_shared=segment.is_shared)
    return render(request, "clients/segments/edit.html", page_of(request, context, segment))


def page_of(request: HttpRequest, context: dict, segment: Segment | None = None) -> dict:
    return {**context, "segment": segment, "may_share": request.user.may(SHARE_VIEWS), "action": request.path}


def keep(request: HttpRequest, segment: Segment | None) -> HttpResponse:
    """What the form posts: a pressed button of the builder, or all of it to be kept."""
    context = built(request, request.POST)
    if request.POST.get("act"):  # without scripts, the buttons of the builder post
        return render(request, "clients/segments/edit.html", page_of(request, context, segment))
    given = {"name": context["name"], "text": context["given"], "is_shared": context["is_shared"]}
    try:
        with changes.change_set(ChangeSet.Kind.EDIT, _("Segment kept"), by=request.user) as made:
            if segment is None:
                segment = actions.add_segment(**given, by=request.user)
            else:
                actions.change_segment(segment=segment, **given, by=request.user)
    except ValidationError as error:
        errors = error.message_dict
        name_error = " ".join(errors.get("name", []))
        text_error = _("Something is missing in a condition") if "text" in errors else ""
        context = {**context, "name_error": name_error, "text_error": text_error}
        return render(request, "clients/segments/edit.html", page_of(request, context, segment), status=422)
    flash(request, _("Segment kept"), made.undo_url)
    return HttpResponseRedirect(reverse("clients:segment", args=[segment.pk]))


@require_POST
@access(SAVE_VIEWS)
def freeze(request: HttpRequest, pk: int) -> HttpResponse:
    segment = freezable(request, pk)
    try:
        with changes.change_set(ChangeSet.Kind.EDIT, _("Segment frozen"), by=request.user) as made:
            frozen = actions.freeze_segment(segment=segment, by=request.user)
    except ValidationError as error:
        flash(request, " ".join(error.messages))
        return HttpResponseRedirect(reverse("clients:segment", args=[pk]))
    flash(request, _("Frozen: these clients stay in it, whatever becomes of them"), made.undo_url)
    return HttpResponseRedirect(reverse("clients:segment", args=[frozen.pk]))


def freezable(request: HttpRequest, pk: int) -> Segment:
    found = one(request, Asking(request.user), pk)
    if found.segment.is_frozen:
        raise out_of_reach(request.user, f"clients.segment {pk}")
    return found.segment


@require_POST
@access(SAVE_VIEWS)
def trash(request: HttpRequest, pk: int) -> HttpResponse:
    found = one(request, Asking(request.user), pk)
    own_or_404(request, found)
    title = _("Segment removed: %(name)s") % {"name": found.segment}
    with changes.change_set(ChangeSet.Kind.EDIT, title, by=request.user) as made:
        actions.trash_segment(segment=found.segment, by=request.user)
    if request.headers.get("HX-Request"):
        return toast(changed(HttpResponse(status=204), "clients.segment"), _("Segment removed"), made.undo_url)
    flash(request, _("Segment removed"), made.undo_url)
    return HttpResponseRedirect(reverse("clients:segments"))
