"""Calendars of other programs: the address under which they read a person's tasks, and files that are taken in."""

from datetime import timedelta
from hashlib import sha256

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core.access import access, public
from kartu.core.toasts import flash
from kartu.firm.middleware import zone_of
from kartu.firm.models import User
from kartu.planner import actions
from kartu.planner.ics.reading import Unreadable, read
from kartu.planner.ics.writing import calendar_of
from kartu.planner.models import CalendarFeed, FromCalendar, Participant, Task
from kartu.planner.rights import CREATE, VIEW
from kartu.records.undoing import undo_url, undoable

BACK, AHEAD = timedelta(days=60), timedelta(days=400)
MOST = 3000
NOTED_EVERY = timedelta(minutes=10)


class CalendarFile(forms.Form):
    file = forms.FileField(label=gettext_lazy("Calendar file (.ics)"))


@require_GET
@access(VIEW)
def elsewhere(request: HttpRequest) -> HttpResponse:
    return page(request)


def page(request: HttpRequest, *, status: int = 200, **context: object) -> HttpResponse:
    feed = CalendarFeed.objects.filter(person=request.user, ended_at=None).first()
    context = {"feed": feed, "form": CalendarFile(), "may_take": request.user.may(CREATE), **context}
    return render(request, "planner/elsewhere.html", context, status=status)


@require_POST
@access(VIEW)
def open_feed(request: HttpRequest) -> HttpResponse:
    """A new address; it is shown this once."""
    secret = actions.open_feed(by=request.user)
    url = request.build_absolute_uri(reverse("planner:feed", args=[secret]))
    return page(request, address=url)


@require_POST
@access(VIEW)
def close_feed(request: HttpRequest) -> HttpResponse:
    actions.close_feed(by=request.user)
    flash(request, _("The address opens nothing any more"))
    return redirect("planner:elsewhere")


@require_http_methods(["GET", "HEAD"])
@public("a calendar program brings the secret address of one person, and cannot sign in")
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    rows = CalendarFeed.objects.filter(digest=CalendarFeed.digest_of(secret), ended_at=None)
    found = rows.select_related("person__role", "person__team").first()
    if found is None or not found.person.is_active or not found.person.may(VIEW):
        raise Http404
    note_reading(found)
    with translation.override(found.person.language):
        body = calendar_for(found.person, request.get_host().partition(":")[0])
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    return HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={
            "ETag": tag,
            "Cache-Control": "private, no-cache",
            "Content-Disposition": 'inline; filename="kartu.ics"',
        },
    )


def note_reading(found: CalendarFeed) -> None:
    now = timezone.now()
    if found.read_at is None or now - found.read_at > NOTED_EVERY:
        CalendarFeed.objects.filter(pk=found.pk).update(read_at=now)


def calendar_for(person: User, host: str) -> bytes:
    """What `person` has to do, or comes along to: two months back, a year ahead, and what has no date."""
    now = timezone.now()
    comes = Participant.objects.visible_to(person).filter(person_id=person.pk, kind="attendee", trashed_at=None)
    whose = Q(person_id=person.pk) | Q(pk__in=list(comes.values_list("task_id", flat=True)))
    rows = Task.objects.visible_to(person).exclude(state=Task.State.DROPPED).filter(whose)
    dated = rows.filter(at__gte=now - BACK, at__lt=now + AHEAD).select_related("client").order_by("at", "pk")[:MOST]
    undated = rows.filter(at=None, state=Task.State.OPEN).select_related("client").order_by("pk")[:MOST]
    tasks = [*dated, *undated]
    sources = FromCalendar.objects.visible_to(person).filter(task__in=[task.pk for task in tasks], trashed_at=None)
    name = _("Kartu: %(name)s") % {"name": person}
    return calendar_of(name, host, tasks, {each.task_id: each for each in sources}, zone_of(person.time_zone))


@require_POST
@access(CREATE)
def take(request: HttpRequest) -> HttpResponse:
    form = CalendarFile(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, status=422, form=form)
    try:
        entries = read(form.cleaned_data["file"].read(), timezone.get_current_timezone())
    except Unreadable as error:
        form.add_error("file", str(error))
        return page(request, status=422, form=form)
    with undoable(request, _("Tasks from a calendar file")) as changes:
        taken = actions.take_calendar(entries=entries, by=request.user)
    done = bool(taken.new or taken.changed)
    return page(request, taken=taken, undo=undo_url(changes) if done else "")
