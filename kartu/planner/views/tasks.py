"""A task: its page, the look from a list, made, changed, put in the trash."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.clients.models import Client, Contact
from kartu.clients.views.touches import attach
from kartu.core.access import access
from kartu.core.addresses import address
from kartu.core.drawers import in_drawer
from kartu.planner import actions
from kartu.planner.forms.tasks import NewTaskForm, TaskForm
from kartu.planner.minutes import moment_of
from kartu.planner.models import Series, Task
from kartu.planner.page import TaskPage
from kartu.planner.rights import CHANGE, CREATE, TRASH, VIEW
from kartu.planner.views.common import form_answer, into_trash, out_of_trash, posted, task_or_404, task_url
from kartu.security.views import get_or_404
from kartu.security.views_log import saw

TITLE, TEXT = (Task._meta.get_field(name).max_length for name in ("title", "text"))


@require_GET
@access(VIEW)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is needed to do it; asked again by itself when something has changed."""
    task = task_or_404(request, pk)
    told = TaskPage(task, request.user)
    if request.headers.get("HX-Request"):
        return render(request, "planner/_task.html", {"page": told, "task": task})
    note_look(request, told)
    return render(request, "planner/task.html", {"page": told, "task": task})


@require_GET
@access(VIEW)
def look(request: HttpRequest, pk: int) -> HttpResponse:
    task = task_or_404(request, pk)
    told = TaskPage(task, request.user)
    note_look(request, told)
    return render(request, "planner/_look.html", {"page": told, "task": task})


def note_look(request: HttpRequest, page: TaskPage) -> None:
    """A look at a task is one at its client, whose phone stands there."""
    saw("page", by=request.user, row=page.task)
    if page.client:
        saw("card", by=request.user, row=page.client, detail={"look": True})


@require_http_methods(["GET", "POST"])
@access(CREATE)
def new(request: HttpRequest) -> HttpResponse:
    form = NewTaskForm(posted(request), request.FILES or None, by=request.user, initial=given(request))
    if request.FILES and not in_drawer(request) and not form.is_valid():  # at the side the page keeps them itself
        form.add_error("files", _("Choose the files once more"))
    return new_task_page(request, form, done=_("Task set"), and_then=partial(attach, request))


def new_task_page(request: HttpRequest, form: NewTaskForm, *, done: str = "", **options: Any) -> HttpResponse:
    context = {"title": _("New task"), "verb": _("Set the task"), "draft": "planner.new" if not request.GET else ""}
    return form_answer(request, form, done=done, template="planner/new_task.html", **options, **context)


def given(request: HttpRequest) -> dict[str, Any]:
    """What the page that sends here knows already, of what the person at the screen sees."""
    asked = request.GET
    found = shared(asked)
    if asked.get("kind") in Task.Kind.values:
        found["kind"] = asked["kind"]
    for name, model in (("client", Client), ("contact", Contact), ("parent", Task)):
        if (number := number_in(asked.get(name))) and model.objects.visible_to(request.user).filter(pk=number).exists():
            found[name] = number
    if number := number_in(asked.get("person")):
        found["person"] = number
    if along := [each for part in asked.get("with", "").split(",") if (each := number_in(part))]:
        found = {"kind": Task.Kind.MEETING, **found, "attendees": along}
    if start := moment_in(asked.get("start", "")):
        found |= {"start_at": start, "end_at": moment_in(asked.get("end", ""))}
    if moment := moment_in(asked.get("due", "")):
        found["due_at"] = moment
    elif day := day_in(asked.get("due", "")):
        found["due_on"] = day
    return found


def shared(asked: Mapping[str, str]) -> dict[str, Any]:
    """Title and details, as an address or the "Share" of a phone gives them: a message has a text and no title."""
    title, text = (asked.get(name, "").strip() for name in ("title", "text"))
    if not title:
        title, _break, text = text.partition("\n")
    title, rest = title[:TITLE], title[TITLE:]
    text = "\n".join(filter(None, (rest.strip(), text.strip(), asked.get("link", "").strip())))[:TEXT]
    return {name: value for name, value in (("title", title.strip()), ("text", text)) if value}


def number_in(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 12 else None


def moment_in(text: str) -> Any:
    """A moment as an address says it: minutes of the epoch, or a time; without a zone it is one of the person's day."""
    try:
        if text.isdecimal():
            return timezone.localtime(moment_of(int(text)))
        moment = parse_datetime(text) if "T" in text or " " in text else None
    except (ValueError, OverflowError, OSError):
        return None
    return timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment


def day_in(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One that comes back is asked about first: only this one (`?only=1`), those that follow, or all."""
    task = task_or_404(request, pk, CHANGE)
    is_asked = request.method == "GET" and task.series_id and "only" not in request.GET
    if is_asked and (series := series_to_change(task, request)):
        context = {"task": task, "series": series, "title": _("Edit the task")}
        return render(request, "planner/series/which.html", context)
    form = TaskForm(posted(request), row=task, by=request.user)
    return form_answer(request, form, title=_("Edit the task"), verb=_("Save"), done=_("Saved"), task=task)


def series_to_change(task: Task, request: HttpRequest) -> Series | None:
    """What `task` is one of, if the person may change all of it."""
    return Series.objects.visible_to(request.user, CHANGE).filter(pk=task.series_id, whole=None).first()


@require_POST
@access(TRASH)
def trash(request: HttpRequest, pk: int) -> HttpResponse:
    task = task_or_404(request, pk, TRASH)
    act = partial(actions.trash_task, task=task, by=request.user)
    return into_trash(request, task, act, address("planner:tasks"))


@require_POST
@access(TRASH)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    task = get_or_404(Task, pk, request.user, TRASH, trashed=True)
    return out_of_trash(request, task, partial(actions.restore_task, task=task, by=request.user), task_url(task.pk))
