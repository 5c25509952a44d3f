"""My day."""

from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kartu.core.access import access, out_of_reach, signed_in
from kartu.core.drawers import changed, in_drawer, saved
from kartu.core.spoken_times import find_moment
from kartu.core.toasts import flash, toast
from kartu.planner.models import Outcome, Task
from kartu.planner.queue import acts
from kartu.planner.queue.day import Group, Queue
from kartu.planner.queue.items import Item, why
from kartu.planner.rights import BULK, CHANGE, CREATE
from kartu.planner.spoken import not_understood
from kartu.records.undoing import undo_url, undoable

OWN = "everybody has a queue of his own"


def shown(request: HttpRequest) -> dict[str, Any]:
    queue = Queue(request.user, everything=request.GET.get("all") == "1")
    wanted = {Group(int(each)) for each in request.GET.getlist("open") if each in GROUP_NUMBERS}
    return {"queue": queue, "parts": queue.parts(wanted), "now": queue.now, "wanted": wanted}


GROUP_NUMBERS = {str(group.value) for group in Group}


@require_GET
@signed_in(OWN)
def day(request: HttpRequest) -> HttpResponse:
    more = {"may_add": request.user.may(CREATE), "sees_team": request.user.may(BULK)}
    return render(request, "queue/day.html", {**shown(request), **more})


@require_GET
@signed_in(OWN)
def now(request: HttpRequest) -> HttpResponse:
    """The list itself, as it stands now."""
    return render(request, "queue/_queue.html", shown(request))


@require_GET
@signed_in(OWN)
def item(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """One thing of one's queue, with all that can be done with it."""
    queue = Queue(request.user, everything=True)
    found = queue.find(f"{kind}:{pk}")
    if found is None:
        raise not_in(request, f"{kind} {pk}")
    context = {"item": found, "why": why(found, queue.now), "until": put_off_choices(), **for_tasks(request, found)}
    return render(request, "queue/_item.html" if "rail" in request.GET else "queue/item.html", context)


def for_tasks(request: HttpRequest, found: Item) -> dict[str, Any]:
    """Whether it is finished, moved and handed over from here, and how such a task usually ends."""
    if found.source != "tasks" or not request.user.may(CHANGE):
        return {}
    kinds = ("", Task.objects.visible_to(request.user).values_list("kind", flat=True).get(pk=found.pk))
    return {
        "may_act": True,
        "outcomes": Outcome.objects.filter(is_active=True, kind__in=kinds),
    }


def not_in(request: HttpRequest, what: str) -> Http404:
    return out_of_reach(request.user, f"{what[:80]} in the own queue")


def put_off_choices() -> list[tuple[str, str]]:
    """(moment, words) of what is offered."""
    here = timezone.localtime().replace(second=0, microsecond=0)
    tomorrow = datetime.combine(here.date() + timedelta(days=1), time(9), here.tzinfo)
    monday = tomorrow + timedelta(days=(7 - tomorrow.weekday()) % 7)
    choices = [(here + timedelta(hours=1), _("In an hour")), (here + timedelta(hours=3), _("In three hours"))]
    choices += [(tomorrow, _("Tomorrow morning")), (monday, _("Monday morning"))]
    return [(moment.isoformat(), words) for moment, words in choices]


@require_POST
@access(CREATE)
def add(request: HttpRequest) -> HttpResponse:
    """A line becomes a task of one's own."""
    line = " ".join(request.POST.get("line", "").split())[:300]
    try:
        with undoable(request, _("Task set")) as changes:
            task = acts.task_of_line(line=line, by=request.user)
    except ValidationError as wrong:
        return render(request, "queue/_add.html", {"line": line, "wrong": wrong.messages[0]}, status=422)
    if not request.headers.get("HX-Request"):
        flash(request, _("Task set"), undo_url(changes))
        return HttpResponseRedirect(reverse("queue:day"))
    response = changed(render(request, "queue/_add.html", {}), "planner.task", task.pk)
    return toast(response, _("Task set: %(title)s") % {"title": task.title}, undo_url(changes))


@require_POST
@signed_in(OWN)
def put_off(request: HttpRequest) -> HttpResponse:
    """Fold a thing away until a moment, typed in words or chosen; without one it is shown again."""
    key = request.POST.get("key", "")
    if Queue(request.user, everything=True).find(key) is None:
        raise not_in(request, key)
    try:
        until = moment_of(request.POST.get("until", ""))
        acts.put_off(key=key, until=until, by=request.user)
    except ValidationError as wrong:
        return HttpResponse(wrong.messages[0], status=422, content_type="text/plain; charset=utf-8")
    return done(request, _("Put off") if until else _("Shown again"))


def moment_of(text: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
    except ValueError:
        found = find_moment(text[:100])
    if found is None:
        raise ValidationError(not_understood())
    return found[0]


def done(request: HttpRequest, text: str) -> HttpResponse:
    """The answer to a button: the toast, and word to the queue to show itself anew."""
    url = reverse("queue:day")
    if in_drawer(request) or not request.headers.get("HX-Request"):
        return saved(request, kind="planner.queue", pk=0, label="", url=url, text=text)
    return toast(changed(HttpResponse(status=204), "planner.queue"), text)
