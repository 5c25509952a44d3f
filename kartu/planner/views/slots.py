"""Empty places: a task is set in one, and one is looked for that several people have in common."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kartu.clients.views.common import form_page, is_sent, posted, save
from kartu.core.access import access
from kartu.core.drawers import saved
from kartu.core.formats import format_time
from kartu.firm.clock import moment
from kartu.planner.forms.slots import FreeForm, SlotForm
from kartu.planner.free import free_slots
from kartu.planner.minutes import minute, moment_of
from kartu.planner.models import Task
from kartu.planner.rights import CREATE, VIEW
from kartu.planner.telling.words import to_the_minute
from kartu.planner.timeline import people_of
from kartu.records.undoing import undo_url

SEARCHED = timedelta(days=14)


@require_http_methods(["GET", "POST"])
@access(CREATE)
def slot(request: HttpRequest) -> HttpResponse:
    """A task at `?start=&end=` (minutes of the epoch) in the row `?row=p5`; `?with=1,2` come along."""
    form = SlotForm(posted(request), by=request.user, initial=asked(request))
    if is_sent(request, form) and (done := save(request, form, _("New task"))):
        task, changes = done
        text = _("“%(title)s” is set") % {"title": task.title}
        url = reverse("planner:scheduler")
        return saved(
            request, kind="planner.task", pk=task.pk, label=task.title, url=url, text=text, undo_url=undo_url(changes)
        )
    back = reverse("planner:scheduler")
    return form_page(request, form, title=_("New task"), verb=_("Set the task"), back=back, draft="planner.slot")


def asked(request: HttpRequest) -> dict[str, object]:
    row = request.GET.get("row", "").removeprefix("p")
    start = asked_moment(request, "start") or timezone.now().replace(second=0, microsecond=0)
    end = asked_moment(request, "end") or start + timedelta(minutes=30)
    along = [part for part in request.GET.get("with", "").split(",") if part.isdecimal()]
    return {
        "person": row if row.isdecimal() else request.user.pk,
        "kind": Task.Kind.MEETING if along else Task.Kind.TASK,
        "start_at": timezone.localtime(start),
        "end_at": timezone.localtime(end),
        "attendees": along,
    }


def asked_moment(request: HttpRequest, name: str) -> datetime | None:
    try:
        return moment_of(int(request.GET[name]))
    except (KeyError, ValueError, OverflowError, OSError):
        return None


@require_GET
@access(VIEW)
def free(request: HttpRequest) -> HttpResponse:
    people = people_of(request.user, None)
    form = FreeForm(
        request.GET if "people" in request.GET else None, people=people, initial={"people": [request.user.pk]}
    )
    slots = found(request, form) if form.is_bound and form.is_valid() else None
    status = 422 if form.errors else 200
    return render(request, "planner/free.html", {"form": form, "slots": slots}, status=status)


def found(request: HttpRequest, form: FreeForm) -> list[dict[str, object]]:
    wanted = form.cleaned_data
    start = max(moment(timezone.get_current_timezone(), wanted["day"]), timezone.now())
    slots = free_slots(list(wanted["people"]), start=start, until=start + SEARCHED, minutes=wanted["minutes"])
    others = ",".join(str(person.pk) for person in wanted["people"] if person.pk != request.user.pk)
    new = reverse("planner:slot")
    return [
        {
            "words": f"{to_the_minute(begins)}–{format_time(ends)}",
            "url": f"{new}?{urlencode({'start': minute(begins), 'end': minute(ends), 'with': others})}",
        }
        for begins, ends in slots
    ]
