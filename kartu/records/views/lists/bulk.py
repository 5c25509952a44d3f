"""Acts on the selected rows of a list."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kartu.core.access import signed_in
from kartu.core.drawers import changed, in_drawer, saved
from kartu.core.toasts import flash, toast
from kartu.records.idempotency import claim
from kartu.records.lists import bulk
from kartu.records.lists.asking import Asking
from kartu.records.lists.bulk import BulkAct, Outcome, Selection
from kartu.records.lists.jobs import bulk_in_background
from kartu.records.lists.page import number_said
from kartu.records.lists.spec import ListSpec
from kartu.records.models import ChangeSet
from kartu.records.rights import UNDO
from kartu.records.views.lists.common import OWN_RIGHT, asked, list_or_404, may_or_404, tell_refusal

# So many rows are told of before it is done.
PREVIEWED = 5


@require_http_methods(["GET", "POST"])
@signed_in(OWN_RIGHT)
def act(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """GET: the act's form, in a drawer. POST: do it to `ids`, or to `all=1` that `query` finds."""
    spec = list_or_404(request, key)
    may_or_404(request, spec, "bulk")
    chosen = bulk.bulk_acts.get(name)
    if chosen is None or chosen.list_key != key:
        raise Http404(f"no act {name[:40]} on {key}")
    if not request.user.may(chosen.right):
        tell_refusal(request, chosen.right, spec)
        raise Http404(f"no {name} for {request.user}")
    data = request.POST if request.method == "POST" else request.GET
    asking = Asking(request.user)
    question = asked(request, spec, data.get("query", "")) if data.get("all") == "1" else None
    selection = Selection.of(spec, data, asking, question)
    blank = chosen.form(asking) if chosen.form else forms.Form
    if chosen.preview and "preview" in request.GET:
        return preview(request, chosen, selection, blank(request.GET))
    form = blank(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return ask(request, spec, chosen, selection, form, 422 if form.is_bound else 200)
    return do(request, spec, chosen, selection, form.cleaned_data)


def ask(
    request: HttpRequest, spec: ListSpec, act: BulkAct, selection: Selection, form: forms.Form, status: int
) -> HttpResponse:
    data = request.POST if request.method == "POST" else request.GET
    count = selection.rows(Asking(request.user))[: bulk.MOST_IDS * 20 + 1].count()
    context = {
        "list": spec,
        "act": act,
        "form": form,
        "counted": str(spec.count(count)) % {"count": number_said(count)},
        "sent": {name: data.get(name, "") for name in ("ids", "all", "query")},
        "url": reverse("records:list_bulk", args=[spec.key, act.key]),
    }
    return render(request, "records/lists/bulk.html", context, status=status)


def preview(request: HttpRequest, act: BulkAct, selection: Selection, form: forms.Form) -> HttpResponse:
    """What would come of the first rows, as the form stands while it is being filled in."""
    form.is_valid()
    rows = selection.rows(Asking(request.user)).order_by("pk")
    lines = act.preview(list(rows[:PREVIEWED]), form.cleaned_data) or []
    count = rows[: bulk.MOST_IDS * 20 + 1].count()
    context = {"lines": lines, "more": count - len(lines) if lines else 0}
    return render(request, "records/lists/_bulk_preview.html", context)


def do(request: HttpRequest, spec: ListSpec, act: BulkAct, selection: Selection, values: dict) -> HttpResponse:
    asking = Asking(request.user)
    ids = list(selection.rows(asking).order_by("pk").values_list("pk", flat=True)[: bulk.AT_ONCE + 1])
    if len(ids) > bulk.AT_ONCE:
        return later(request, spec, act, selection, values)
    outcome = Outcome()
    # All of them or none: whoever is cut off and sends it again is told that it is done.
    with transaction.atomic():
        changes = bulk.new_change_set(act, values, request.user)
        bulk.do_chunk(act, spec, ids, values, changes, outcome, request.user)
    more_url = reverse("records:change", args=[changes.pk]) if outcome.left and request.user.may(UNDO) else ""
    undo_url = changes.undo_url if outcome.done else None
    return done(request, spec, said(changes, outcome), undo_url, more_url)


def said(changes: ChangeSet, outcome: Outcome) -> str:
    text = f"{changes.title}: {outcome.done}"
    if outcome.left:
        left = ngettext("%(count)s was left: %(why)s", "%(count)s were left: %(why)s", outcome.left)
        text += ". " + left % {"count": outcome.left, "why": outcome.reasons[0][1]}
    return text


def done(request: HttpRequest, spec: ListSpec, text: str, undo_url: str | None, more_url: str) -> HttpResponse:
    told = {"text": text, "undo_url": undo_url, "more_url": more_url}
    if in_drawer(request):
        return saved(request, kind=spec.label, pk=0, label=text, url=spec.url, **told)
    return toast(changed(HttpResponse(status=204), spec.label), **told)


def later(
    request: HttpRequest, spec: ListSpec, act: BulkAct, selection: Selection, values: dict[str, Any]
) -> HttpResponse:
    """Too many for an answer: the background does it, the list shows how far it is."""
    typed = {name: request.POST.getlist(name) for name in request.POST if name not in ("csrfmiddlewaretoken", "ids")}
    with transaction.atomic():
        claim()
        job = bulk_in_background.later(
            by=request.user,
            list_key=spec.key,
            act_key=act.key,
            selection=selection.parts(),
            typed=typed,
            change_set_id=bulk.new_change_set(act, values, request.user).pk,
        )
    request.session["list_jobs"] = {**request.session.get("list_jobs", {}), spec.key: job.pk}
    flash(request, _("This goes on in the background. You can go on working."))
    return HttpResponse(status=204, headers={"HX-Redirect": spec.url})
