"""Who is away when, and who stands in."""

from datetime import timedelta
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core.access import access, out_of_reach, signed_in
from kartu.core.drawers import changed, saved
from kartu.core.text import fold
from kartu.core.toasts import toast
from kartu.firm import strip
from kartu.firm.absences import away_themselves, deputies_of, lines, unattended_words, work_in
from kartu.firm.actions import absences as actions
from kartu.firm.clock import moment
from kartu.firm.forms.absences import AbsenceForm
from kartu.firm.lifting import reaches, within
from kartu.firm.models import Absence, User
from kartu.firm.rights import ABSENCES
from kartu.firm.views.answers import form_page

KIND = "firm.absence"
MOST_LATER = 50
UNDONE = "firm.absences"


@require_GET
@signed_in("everybody knows who is away, though not why")
def absences(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    first = strip.month_of(request.GET.get("month", ""), today)
    after = strip.next_month(first)
    zone = timezone.get_current_timezone()
    start, end = moment(zone, first), moment(zone, after)
    live = Absence.objects.live().select_related("person").order_by("from_at", "pk")
    rows = [*live.filter(from_at__lt=end, until_at__gt=start), *live.filter(from_at__gte=end)[:MOST_LATER]]
    told = lines(rows, request.user)
    context = {
        "rows": strip.rows(User.objects.active(), first, request.user),
        "first": first,
        "before_url": f"?month={first - timedelta(days=1):%Y-%m}",
        "after_url": f"?month={after:%Y-%m}",
        "today": today,
        "here": [line for line in told if line.absence.from_at < end],
        "later": [line for line in told if line.absence.from_at >= end],
        "may_note": request.user.may(ABSENCES),
    }
    return render(request, "firm/absences.html", context)


@require_http_methods(["GET", "POST"])
@access(ABSENCES)
def absence(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """An absence, a new one without `pk`."""
    row = reached(request, pk) if pk else Absence(person=whose(request))
    was = state_of(row) if pk else {}
    form = AbsenceForm(request.POST or None, absence=row, by=request.user)
    if request.method == "POST" and form.is_valid():
        deputies = list(form.cleaned_data["deputies"])
        try:
            row = actions.set_absence(absence=form.wanted, deputies=deputies, by=request.user)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            return noted(request, row, deputies, undo_url(row, was))
    context = {"absence": row, "action": request.get_full_path()}
    return form_page(request, "firm/absence.html", form, **context)


def reached(request: HttpRequest, pk: int) -> Absence:
    row = Absence.objects.live().select_related("person__role").filter(pk=pk).first()
    if row is None or not request.user.may(ABSENCES) or not reaches(row.person, ABSENCES, request.user):
        raise out_of_reach(request.user, f"{KIND} {pk}")
    return row


def whose(request: HttpRequest) -> User:
    """The person whom the address names, if he is within reach; else whoever asks."""
    named = request.GET.get("person", "")
    people = within(User.objects.active().select_related("role"), ABSENCES, request.user)
    found = people.filter(pk=named).first() if named.isdecimal() and len(named) < 18 else None
    return found or User.objects.select_related("role").get(pk=request.user.pk)


def noted(request: HttpRequest, row: Absence, deputies: list[User], undo: str) -> HttpResponse:
    """Done; that nobody stands in is told, or who stands in and is away himself."""
    text = _("%(name)s: the absence is noted") % {"name": row.person}
    warned = away_themselves({row: deputies}).get(row.pk, [])
    if not deputies and not row.is_past:
        warned = [unattended_words(work_in([row])[row.pk])]
    return saved(
        request,
        kind=KIND,
        pk=row.pk,
        label=str(row),
        url=reverse("firm:absences"),
        text=". ".join([text, *warned]),
        undo_url=undo,
    )


def state_of(row: Absence) -> dict[str, Any]:
    """What it takes to have an absence again as it was."""
    return {
        "kind": row.kind,
        "from_at": row.from_at.isoformat(),
        "until_at": row.until_at.isoformat(),
        "whole_days": row.whole_days,
        "zone": row.zone,
        "note": row.note,
        "deputies": [deputy.pk for deputy in deputies_of(row)],
    }


def undo_url(row: Absence, was: dict[str, Any]) -> str:
    asked = urlencode({"was": signing.dumps(was, salt=UNDONE)})
    return f"{reverse('firm:put_back_absence', args=[row.pk])}?{asked}"


@require_POST
@access(ABSENCES)
def put_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what was done to an absence: how it was stands in the address. A new one is called off."""
    row = Absence.objects.select_related("person__role").filter(pk=pk).first()
    if row is None or not reaches(row.person, ABSENCES, request.user):
        raise out_of_reach(request.user, f"{KIND} {pk}")
    try:
        was = signing.loads(request.GET.get("was", ""), salt=UNDONE)
    except signing.BadSignature:
        raise Http404("nothing to put back") from None
    try:
        put_as(row, was, request.user)
    except ValidationError as refused:
        return HttpResponse(" ".join(refused.messages), status=422, content_type="text/plain; charset=utf-8")
    return changed(toast(HttpResponse(status=204), _("It is as it was")), KIND, pk)


def put_as(row: Absence, was: dict[str, Any], by: User) -> None:
    deputies = list(User.objects.active().filter(pk__in=was.get("deputies", [])))
    if not was:
        actions.cancel_absence(absence=row, by=by)
    elif not row.is_live:
        actions.restore_absence(absence=row, deputies=deputies, by=by)
    else:
        row.from_at, row.until_at = parse_datetime(was["from_at"]), parse_datetime(was["until_at"])
        for name in ("kind", "whole_days", "zone", "note"):
            setattr(row, name, was[name])
        actions.set_absence(absence=row, deputies=deputies, by=by)


@require_POST
@access(ABSENCES)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    row = reached(request, pk)
    undo = undo_url(row, state_of(row))
    actions.cancel_absence(absence=row, by=request.user)
    text = _("%(name)s: the absence is called off") % {"name": row.person}
    return changed(toast(HttpResponse(status=204), text, undo), KIND, pk)


@require_GET
@signed_in("colleagues know each other")
def pick(request: HttpRequest) -> JsonResponse:
    """Colleagues by a part of the name, for a picker."""
    wanted = fold(request.GET.get("q", ""))
    people = User.objects.active().select_related("role")
    found = [person for person in people if wanted in fold(person.name)][:20]
    return JsonResponse({"items": [{"id": each.pk, "label": each.name, "hint": str(each.role)} for each in found]})
