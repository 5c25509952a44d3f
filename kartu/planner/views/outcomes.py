"""Settings: how tasks can end."""

from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.clients.views.common import form_page, is_sent, posted
from kartu.core.access import access
from kartu.core.drawers import changed, saved
from kartu.core.toasts import toast
from kartu.firm.rights import SETTINGS
from kartu.planner import actions
from kartu.planner.forms.outcomes import OutcomeForm, after_words
from kartu.planner.models import Outcome, Task

LABEL = Outcome._meta.label_lower
# What stands in addresses for results that every kind of task can have.
EVERY = "every"
KINDS = (Task.Kind.CALL, Task.Kind.MEETING, Task.Kind.LETTER, Task.Kind.VISIT, Task.Kind.TASK)


@require_GET
@access(SETTINGS)
def outcomes(request: HttpRequest) -> HttpResponse:
    counts = counts_for(request)
    rows = list(Outcome.objects.all())
    lists = [list_of(kind.value, kind.label, kind.value, rows, counts) for kind in KINDS]
    lists.append(list_of(EVERY, _("Whatever it is"), "", rows, counts))
    return render(request, "planner/outcomes.html", {"lists": lists})


def list_of(key: str, label: str, kind: str, rows: list[Outcome], counts: dict[int, int]) -> dict[str, Any]:
    """The results of one kind, those out of use last, and how many tasks ended like that."""
    told = [
        {"outcome": row, "count": counts.get(row.pk, 0), "after": after_words(row)} for row in rows if row.kind == kind
    ]
    return {"key": key, "label": label, "rows": sorted(told, key=lambda each: not each["outcome"].is_active)}


def counts_for(request: HttpRequest) -> dict[int, int]:
    """Of the tasks that the person sees: the number leads to their list."""
    rows = Task.objects.visible_to(request.user).exclude(outcome=None).order_by()
    return dict(rows.values_list("outcome_id").annotate(count=Count("pk")))


@require_http_methods(["GET", "POST"])
@access(SETTINGS)
def new_outcome(request: HttpRequest, key: str) -> HttpResponse:
    kind = kind_or_404(key)
    form = OutcomeForm(posted(request), kind=kind, by=request.user)
    return answer(request, form, title=_("New result"), verb=_("Add"), note=label_of(kind))


@require_http_methods(["GET", "POST"])
@access(SETTINGS)
def outcome(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Outcome, pk=pk)
    form = OutcomeForm(posted(request), kind=row.kind, outcome=row, by=request.user)
    return answer(request, form, title=row.name, verb=_("Save"), note=label_of(row.kind))


def answer(request: HttpRequest, form: OutcomeForm, **words: str) -> HttpResponse:
    url = reverse("planner:outcomes")
    if is_sent(request, form) and (row := form.save()):
        return saved(request, kind=LABEL, pk=row.pk, label=row.name, url=url, text=_("Saved"))
    return form_page(request, form, back=url, **words)


def kind_or_404(key: str) -> str:
    if key not in (EVERY, *Task.Kind.values):
        raise Http404
    return "" if key == EVERY else key


def label_of(kind: str) -> str:
    return Task.Kind(kind).label if kind else _("Whatever it is")


@require_POST
@access(SETTINGS)
def retire_outcome(request: HttpRequest, pk: int) -> HttpResponse:
    row = actions.retire_outcome(outcome=get_object_or_404(Outcome, pk=pk), by=request.user)
    return told(row, _("%(name)s is offered no more") % {"name": row})


@require_POST
@access(SETTINGS)
def use_outcome(request: HttpRequest, pk: int) -> HttpResponse:
    row = actions.use_outcome_again(outcome=get_object_or_404(Outcome, pk=pk), by=request.user)
    return told(row, _("%(name)s is offered again") % {"name": row})


@require_POST
@access(SETTINGS)
def order_outcomes(request: HttpRequest, key: str) -> HttpResponse:
    """The order in which they were dragged: their ids with commas."""
    ids = [int(part) for part in request.POST.get("columns", "").split(",") if part.isdigit()]
    actions.order_outcomes(kind=kind_or_404(key), ids=ids, by=request.user)
    return toast(HttpResponse(status=204), _("In the new order"))


def told(row: Outcome, text: str) -> HttpResponse:
    return toast(changed(HttpResponse(status=204), LABEL, row.pk), text)
