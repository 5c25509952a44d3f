"""The routine of a month: who has how much of it, each time of it, on paper and as a file; and runs of what is due."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core.access import access
from kartu.core.text import whole
from kartu.core.toasts import flash
from kartu.planner.models import Series
from kartu.planner.rights import CHANGE, EXPORT, PRINT, VIEW
from kartu.planner.routine import run as runs
from kartu.planner.routine import sheets
from kartu.planner.routine.asked import Asked, saw_routine
from kartu.planner.series_page import sentence_of
from kartu.records.lists.asking import Asking
from kartu.records.printing import NotPrintable
from kartu.records.undoing import undo_url
from kartu.records.views.lists.common import refusal
from kartu.records.views.lists.out import take_out_now
from kartu.security.alerts.freezing import Frozen


@require_GET
@access(VIEW)
def routine(request: HttpRequest) -> HttpResponse:
    """`?month=2026-12`, `?whose=` me, all or a team, `?by=` person, team or segment."""
    asked = Asked(request.user, request.GET)
    saw_routine(asked)
    context = {
        **{"asked": asked, "lines": asked.lines, "has_any": any(load.duties for load in asked.loads)},
        **{"may_print": request.user.may(PRINT), "may_export": request.user.may(EXPORT)},
        **{"print_url": asked.url("routine_print"), "file_url": asked.url("routine_file")},
    }
    return render(request, "planner/routine/page.html", context)


@require_GET
@access(VIEW)
def times(request: HttpRequest) -> HttpResponse:
    """Each time behind a number: `?person=`, `?series=`, `?team=`, `?segment=`, `?only=`, `?day=`,
    `?beside=` the series with which it collides."""
    asked = Asked(request.user, request.GET)
    saw_routine(asked)
    found = asked.happenings
    known = [each.minutes for each in found if each.minutes is not None]
    context = {"asked": asked, "found": found, "minutes": sum(known), "unestimated": len(found) - len(known)}
    return render(request, "planner/routine/times.html", context)


@require_GET
@access(PRINT)
def on_paper(request: HttpRequest) -> HttpResponse:
    asked = Asked(request.user, request.GET, PRINT)
    try:
        paper = sheets.pdf(asked.inventory, asked.loads, request.user)
    except Frozen as frozen:
        return refusal(str(frozen), status=403)
    except NotPrintable as error:
        return refusal(str(error), status=503)
    return HttpResponse(
        paper,
        content_type="application/pdf",
        headers={"Content-Disposition": content_disposition_header(False, f"routine-{asked.first:%Y-%m}.pdf")},
    )


@require_POST
@access(EXPORT)
def as_file(request: HttpRequest) -> HttpResponse:
    """For Excel, for a `purpose`, as a list leaves."""
    return take_out_now(request, sheets.RoutineFile(Asked(request.user, request.GET, EXPORT)), "xlsx", EXPORT)


# --- a run ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def run(request: HttpRequest) -> HttpResponse:
    """What is late or stands today of `?series=`, of `?person=`: done, moved or handed over in one go."""
    chosen = runs.Chosen(whole(request.GET.get("series", "")), whole(request.GET.get("person", "")))
    asking = Asking(request.user)
    if request.method == "GET":
        return run_page(request, chosen, asking, runs.forms_of(asking))
    rows = runs.due(chosen, asking)
    ids = list(rows.filter(pk__in=ids_sent(request)).values_list("pk", flat=True))
    forms = runs.forms_of(asking, request.POST, ids)
    key = request.POST.get("act", "")
    if not ids or key not in forms:
        return run_page(request, chosen, asking, forms, wrong=_("Choose what is to be done, and for which"), status=422)
    if not forms[key].is_valid():
        return run_page(request, chosen, asking, forms, status=422)
    own = runs.own_results(request.POST)
    changes, outcome = runs.run(key=key, ids=ids, values=forms[key].cleaned_data, own=own, by=request.user)
    if outcome.left:
        told = _("Done: %(done)s. Left: %(left)s") % {"done": outcome.done, "left": outcome.left}
        more = {"reasons": dict(outcome.reasons), "wrong": told, "undo": undo_url(changes) if outcome.done else ""}
        return run_page(request, chosen, asking, forms, status=422, **more)
    told = ngettext("Done for %(count)s task", "Done for %(count)s tasks", outcome.done) % {"count": outcome.done}
    flash(request, told, undo_url(changes))
    return HttpResponseRedirect(request.get_full_path())


def ids_sent(request: HttpRequest) -> list[int]:
    return [pk for text in request.POST.getlist("task")[: runs.MOST] if (pk := whole(text))]


def run_page(
    request: HttpRequest, chosen: runs.Chosen, asking: Asking, forms: dict[str, Any], *, status: int = 200, **more: Any
) -> HttpResponse:
    rows = runs.due(chosen, asking).select_related("client", "person")
    tasks = list(rows[: runs.MOST + 1])
    series = Series.objects.visible_to(request.user).filter(pk=chosen.series).first() if chosen.series else None
    sent = set(ids_sent(request)) if request.method == "POST" else None
    own, reasons = (runs.own_results(request.POST) if sent is not None else {}), more.pop("reasons", {})
    lines = [
        {
            "task": task,
            "is_on": sent is None or task.pk in sent,
            "own": own.get(task.pk, ""),
            "why": reasons.get(task.pk),
        }
        for task in tasks[: runs.MOST]
    ]
    context = {
        **{"lines": lines, "series": series, "forms": forms, "act": request.POST.get("act", ""), **more},
        **{"sentence": sentence_of(series, request.user) if series else "", "is_cut": len(tasks) > runs.MOST},
    }
    return render(request, "planner/routine/run.html", context, status=status)
