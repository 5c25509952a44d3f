"""The production calendar of the firm: a year of days, and what the firm itself says of some of them."""

from datetime import date
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core.access import access, out_of_reach, signed_in
from kartu.core.actors import Scope
from kartu.core.drawers import changed, saved
from kartu.core.formats import format_date
from kartu.core.toasts import flash, toast
from kartu.firm import calendar_file as calendar_file_days
from kartu.firm import calendars
from kartu.firm.actions import hours as actions
from kartu.firm.countries import choices
from kartu.firm.forms.calendar import CalendarFileForm, CalendarForm, DayForm
from kartu.firm.models import CalendarDay, Firm, User
from kartu.firm.rights import HOURS
from kartu.firm.views.answers import form_page
from kartu.firm.year import FIRST, LAST, Year, weekday_heads, year_of

KIND = "firm.calendarday"
UNDONE, TAKEN = "firm.calendar_days", "firm.calendar_file"


def may_set(person: User) -> bool:
    return person.scope(HOURS) is Scope.ALL


@require_GET
@signed_in("everybody knows which days are off")
def production_calendar(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    number = year_of(request.GET.get("year", ""), today)
    firm = Firm.current()
    country = firm.calendar_country
    known = calendars.known_until(country)
    context = {
        "year": Year(number),
        "today": today,
        "heads": weekday_heads(),
        "before_url": f"?year={number - 1}" if number > FIRST else "",
        "after_url": f"?year={number + 1}" if number < LAST else "",
        "country": dict(choices()).get(country, country),
        "source": calendars.source(country, number),
        "known_until": known,
        "is_announced": known is not None and number <= known,
        "ends": calendars.ends_soon(country, today),
        "may_set": may_set(request.user),
        "form": CalendarForm(firm=firm),
    }
    return render(request, "firm/production_calendar.html", context)


@require_POST
@access(HOURS)
def choose_calendar(request: HttpRequest) -> HttpResponse:
    must_set(request, "firm.firm")
    form = CalendarForm(request.POST, firm=Firm.current())
    if not form.is_valid():
        raise Http404("no such calendar")
    actions.choose_calendar(calendar=form.cleaned_data["calendar"], by=request.user)
    flash(request, _("The calendar is chosen"))
    return HttpResponseRedirect(reverse("firm:production_calendar"))


def must_set(request: HttpRequest, what: str) -> None:
    if not may_set(request.user):
        raise out_of_reach(request.user, what)


@require_http_methods(["GET", "POST"])
@access(HOURS)
def calendar_day(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """What the firm says of a day, of a new one without `pk`."""
    must_set(request, f"{KIND} {pk}")
    row = get_object_or_404(CalendarDay, pk=pk) if pk else CalendarDay(day=asked_day(request))
    form = DayForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data.get("day") or row.day
        old = CalendarDay.objects.filter(day=day).first()
        try:
            row = actions.set_calendar_day(**{**form.cleaned_data, "day": day}, by=request.user)
        except ValidationError as refused:
            form.add_error("day" if "day" in form.fields else None, refused.messages)
        else:
            return noted(request, row, undo_url([(day, old.said if old else {})]))
    return form_page(request, "firm/calendar_day.html", form, row=row, action=request.get_full_path())


def asked_day(request: HttpRequest) -> date | None:
    try:
        return parse_date(request.GET.get("day", ""))
    except ValueError:
        return None


def noted(request: HttpRequest, row: CalendarDay, undo: str) -> HttpResponse:
    url = f"{reverse('firm:production_calendar')}?year={row.day.year}"
    text = _("%(day)s is noted") % {"day": format_date(row.day)}
    return saved(request, kind=KIND, pk=row.pk, label=str(row), url=url, text=text, undo_url=undo)


def undo_url(days: list[tuple[date, dict[str, Any]]]) -> str:
    """`days`: what was said of each before."""
    told = [[day.isoformat(), said] for day, said in days]
    done = signing.dumps(told, salt=UNDONE, compress=True)
    return f"{reverse('firm:put_back_calendar_day')}?{urlencode({'done': done})}"


@require_POST
@access(HOURS)
def remove_calendar_day(request: HttpRequest, pk: int) -> HttpResponse:
    must_set(request, f"{KIND} {pk}")
    row = get_object_or_404(CalendarDay, pk=pk)
    undo = undo_url([(row.day, row.said)])
    actions.remove_calendar_day(row=row, by=request.user)
    text = _("%(day)s is as the country has it") % {"day": format_date(row.day)}
    return changed(toast(HttpResponse(status=204), text, undo), KIND, pk)


@require_POST
@access(HOURS)
def put_back_calendar_day(request: HttpRequest) -> HttpResponse:
    """Take back what was said of a day; how it was stands in the address."""
    must_set(request, KIND)
    try:
        done = signing.loads(request.GET.get("done", ""), salt=UNDONE)
    except signing.BadSignature:
        raise Http404("nothing to put back") from None
    days = [(date.fromisoformat(day), said) for day, said in done]
    actions.put_back_calendar_days(days=days, by=request.user)
    return changed(toast(HttpResponse(status=204), _("It is as it was")), KIND, None)


# --- from a file ---------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@access(HOURS)
def calendar_file(request: HttpRequest) -> HttpResponse:
    """A file is looked at first, and taken in by a second button."""
    must_set(request, KIND)
    if "days" in request.POST:
        return take_days(request)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CalendarFileForm(*sent)
    if form.is_valid():
        try:
            found = calendar_file_days.compared(calendar_file_days.read(form.cleaned_data["file"].read()))
        except calendar_file_days.Unreadable as unreadable:
            form.add_error("file", str(unreadable))
        else:
            new = [each for each in found if each.is_new]
            days = signing.dumps([[f"{each.day}", each.kind, each.name] for each in new], salt=TAKEN, compress=True)
            context = {"found": found, "new": len(new), "days": days}
            context |= {"same": sum(each.is_same for each in found), "wrong": sum(bool(each.problem) for each in found)}
            return form_page(request, "firm/calendar_file.html", form, action=request.path, **context)
    return form_page(request, "firm/calendar_file.html", form, action=request.path)


def take_days(request: HttpRequest) -> HttpResponse:
    try:
        told = signing.loads(request.POST["days"], salt=TAKEN)
    except signing.BadSignature:
        raise Http404("nothing that was looked at") from None
    days = [(date.fromisoformat(day), kind, name) for day, kind, name in told]
    before = actions.take_calendar_days(days=days, by=request.user)
    text = ngettext("%(count)s day is noted", "%(count)s days are noted", len(before)) % {"count": len(before)}
    flash(request, text, undo_url(before) if before else None)
    year = f"?year={min(day for day, _said in before).year}" if before else ""
    return HttpResponseRedirect(reverse("firm:production_calendar") + year)
