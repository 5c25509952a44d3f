"""The log to be read: all its lines, filtered, newest first."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from kartu.core.access import access, reached
from kartu.core.formats import format_number
from kartu.firm.models import User
from kartu.security import views_log
from kartu.security.logbook.asked import Asked, Reach
from kartu.security.logbook.day import asked_of, story_of
from kartu.security.logbook.forms import DayForm, LogForm
from kartu.security.logbook.kinds import kind_of
from kartu.security.logbook.pages import CAP, Cursor, Found, Reading
from kartu.security.logbook.places import log_ways_out
from kartu.security.logbook.words import entries, named
from kartu.security.models import AuditRow, ViewRow
from kartu.security.rights import READ_LOG


@require_GET
@access(READ_LOG)
def lines(request: HttpRequest) -> HttpResponse:
    """`?person=`, `kind`, `since`, `until`, `address`, `on` (a record) filter; `before` goes on where a page ended."""
    form = LogForm(request.GET, reach=Reach.of(request.user))
    if not form.is_valid():
        return render(request, "security/log/lines.html", {"form": form}, status=422)
    asked, cursor = form.asked(), Cursor.read(request.GET.get("before", ""))
    reading = Reading(asked)
    found = reading.page(cursor)
    tell_reading(asked, len(found.rows), request)
    context = {
        "form": form,
        "entries": entries(found.rows, request.user),
        "older": asked.query(before=found.next) if found.next else "",
        "is_partial": found.is_partial,
        "is_first": cursor == Cursor(),
        "count": counted(reading, found) if cursor == Cursor() else "",
        **around(asked, request),
    }
    return render(request, "security/log/lines.html", context)


@require_GET
@access(READ_LOG)
def story(request: HttpRequest, pk: int) -> HttpResponse:
    """What the person `pk` did on `?day=` (today, where it says none), hour by hour."""
    reach = Reach.of(request.user)
    people = User.objects.all() if reach.people is None else User.objects.filter(pk__in=reach.people)
    person = reached(people, pk, request.user)
    today = timezone.localdate()
    form = DayForm(request.GET)
    day = (form.cleaned_data["day"] if form.is_valid() else None) or today
    asked = asked_of(person.pk, day, reach)
    told = story_of(asked, Cursor.read(request.GET.get("before", "")), request.user)
    tell_reading(asked, told.shown, request)
    context = {
        "colleague": person,
        "day": day,
        "story": told,
        "before_url": f"?day={day - timedelta(days=1)}",
        "after_url": f"?day={day + timedelta(days=1)}" if day < today else "",
        "earlier_url": f"?day={day}&before={told.earlier}",
        "lines_query": asked.query(),
    }
    return render(request, "security/log/story.html", context)


def tell_reading(asked: Asked, shown: int, request: HttpRequest) -> None:
    """Whoever reads the log stands in it: one line a page, however many lines it shows."""
    detail = {**asked.parts(), "shown": shown}
    views_log.saw(ViewRow.PAGE, by=request.user, object_type=AuditRow._meta.label_lower, detail=detail)


def counted(reading: Reading, found: Found) -> str:
    count = reading.count(found)
    if count is None:
        return ""
    return f"{format_number(CAP)}+" if count > CAP else format_number(count)


def around(asked: Asked, request: HttpRequest) -> dict[str, Any]:
    """The record that is asked for, by name, and the ways out."""
    by, record = request.user, None
    if asked.record:
        model, pk = asked.record
        name, url = named(model, {pk}, by).get(pk, (f"{kind_of(model)} № {pk}".strip(), ""))
        without = Asked(**{**vars(asked), "record": None})
        record = {"name": name, "url": url, "without": f"?{without.query()}"}
    ways = [way for way in log_ways_out if by.may(way.right)]
    return {
        "record": record,
        "query": asked.query(),
        "is_filtered": bool(asked.parts()),
        "asked_person": asked.person,
        "day_query": str(asked.until or asked.since or timezone.localdate()),
        "ways": [{"key": way.key, "label": way.label, "icon": way.icon, "url": reverse(way.url_name)} for way in ways],
    }
