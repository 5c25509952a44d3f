"""The page of letting somebody go: what is his and to whom it goes, how far it is, what came of it, the way back."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core.access import access
from kartu.core.formats import format_number
from kartu.core.models import Job
from kartu.core.toasts import flash, toast
from kartu.firm.models import User
from kartu.firm.rights import PEOPLE
from kartu.records.leaving import acts
from kartu.records.leaving.forms import PlanForm
from kartu.records.models import Departure
from kartu.security.leaving.owned import owned, owns_something
from kartu.security.leaving.revoked import revoked


def colleague_or_404(pk: int) -> User:
    return get_object_or_404(User.objects.select_related("role", "team"), pk=pk)


@require_http_methods(["GET", "POST"])
@access(PEOPLE)
def leaving(request: HttpRequest, pk: int) -> HttpResponse:
    """Three steps on one address: who gets what, what will happen, and what came of it."""
    person = colleague_or_404(pk)
    departure = acts.last_departure(person)
    if departure and departure.is_busy:
        return render(request, "records/leaving/busy.html", busy(departure))
    is_settled = departure and departure.change_set_id and departure.state == Departure.State.DONE
    if is_settled and not person.is_active and not owns_something(person.pk):
        return render(request, "records/leaving/done.html", outcome(departure))
    form = PlanForm(request.POST if request.method == "POST" else None, person=person, by=request.user)
    context = {"form": form, "colleague": person, "ends": ends(person), "departure": departure}
    if request.method == "POST" and form.is_valid():
        if "sure" not in request.POST:
            sent = [(name, value) for name, value in request.POST.items() if name in form.fields]
            return render(request, "records/leaving/sure.html", {**context, "sent": sent, "said": form.said()})
        try:
            acts.let_go(person=person, plan=form.plan(), by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            flash(request, _("%(name)s has no access any more") % {"name": person.name})
            return redirect("records:leaving", pk)
    return render(request, "records/leaving/plan.html", context, status=422 if form.errors else 200)


def ends(person: User) -> list[dict[str, Any]]:
    """What ends at once; nothing for somebody who has no access already."""
    if not person.is_active:
        return []
    lines = [{"label": kind.label, "count": kind.count(person)} for kind in revoked]
    return [line for line in lines if line["count"] != 0]


def busy(departure: Departure) -> dict[str, Any]:
    job = Job.objects.filter(pk=departure.job_id).first()
    return {
        "departure": departure,
        "colleague": departure.person,
        "done": job.done_units if job else 0,
        "total": (job and job.total_units) or 0,
        "note": job.message if job else "",
    }


def outcome(departure: Departure) -> dict[str, Any]:
    """What went to whom."""
    people = User.objects.in_bulk({int(pk) for counts in departure.moved.values() for pk in counts})
    moved = [
        {"label": kind.label, "count": format_number(count), "to": people.get(int(pk))}
        for kind in owned
        for pk, count in departure.moved.get(kind.key, {}).items()
        if count
    ]
    return {"departure": departure, "colleague": departure.person, "moved": moved}


@require_GET
@access(PEOPLE)
def now(request: HttpRequest, pk: int) -> HttpResponse:
    """The piece of the page that shows how far it is; the whole page when it is over."""
    departure = acts.last_departure(colleague_or_404(pk))
    if departure and departure.is_busy:
        return render(request, "records/leaving/_progress.html", busy(departure))
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse("records:leaving", args=[pk])
    return response


@require_POST
@access(PEOPLE)
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the hand-over back; `let_in=1`: and let the person in again."""
    person = colleague_or_404(pk)
    departure = acts.last_departure(person)
    is_let_in = request.POST.get("let_in") == "1"
    response = HttpResponse(status=204)
    if departure is None:
        return toast(response, _("Nothing was handed over"))
    try:
        acts.return_work(departure=departure, is_let_in=is_let_in, by=request.user)
    except ValidationError as refused:
        return toast(response, " ".join(refused.messages))
    flash(
        request,
        _("%(name)s can sign in again") % {"name": person.name} if is_let_in else _("The hand-over is taken back"),
    )
    response["HX-Redirect"] = reverse("firm:person" if is_let_in else "records:leaving", args=[pk])
    return response
