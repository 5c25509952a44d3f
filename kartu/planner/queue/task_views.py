"""What is done with a task from the queue, without opening it."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kartu.core.access import access
from kartu.core.drawers import changed, in_drawer, saved
from kartu.core.text import whole
from kartu.core.toasts import toast
from kartu.planner import actions
from kartu.planner.models import Outcome, Task
from kartu.planner.queue import acts
from kartu.planner.queue.views import moment_of
from kartu.planner.rights import CHANGE, receivers
from kartu.planner.spoken import not_understood
from kartu.records.undoing import undo_url, undoable
from kartu.security.views import get_or_404


@require_POST
@access(CHANGE)
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Done, with a result in words or from the list."""
    task = get_or_404(Task, pk, request.user, CHANGE)
    outcome = Outcome.objects.filter(pk=whole(request.POST.get("outcome", "")), is_active=True).first()
    result = request.POST.get("result", "")[:20_000]
    return done(
        request, task, _("Done: %(title)s") % {"title": task.title},
        lambda: actions.finish_task(task=task, result=result, outcome=outcome, by=request.user),
    )  # fmt: skip


@require_POST
@access(CHANGE)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """To another time, in words or as a moment."""
    task = get_or_404(Task, pk, request.user, CHANGE)

    def act() -> None:
        at = moment_of(request.POST.get("when", ""))
        if at is None:
            raise ValidationError(not_understood())
        actions.change_task(task=task, values=acts.times_said(request.POST["when"], at, task), by=request.user)

    return done(request, task, _("Moved: %(title)s") % {"title": task.title}, act)


@require_POST
@access(CHANGE)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    task = get_or_404(Task, pk, request.user, CHANGE)
    to = receivers(request.user).filter(pk=whole(request.POST.get("to", ""))).first()

    def act() -> None:
        if to is None:
            raise ValidationError(_("To whom?"))
        actions.assign_task(task=task, to=to, by=request.user)

    return done(request, task, _("Given to %(name)s") % {"name": to}, act)


@require_POST
@access(CHANGE)
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    task = get_or_404(Task, pk, request.user, CHANGE)
    told = _("Accepted: %(title)s") % {"title": task.title}
    return done(request, task, told, lambda: actions.accept_task(task=task, by=request.user))


@require_POST
@access(CHANGE)
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Not accepted: it is open again, and says what is missing."""
    task = get_or_404(Task, pk, request.user, CHANGE)
    why = request.POST.get("why", "")[:2000]
    told = _("Given back: %(title)s") % {"title": task.title}
    return done(request, task, told, lambda: actions.return_task(task=task, why=why, by=request.user))


def done(request: HttpRequest, task: Task, text: str, act: Callable[[], object]) -> HttpResponse:
    """Do it, so that it can be taken back; say so, or what is wrong."""
    try:
        with undoable(request, text[:200]) as changes:
            act()
    except ValidationError as wrong:
        return HttpResponse(escape(wrong.messages[0]), status=422)
    undo = undo_url(changes)
    if in_drawer(request) or not request.headers.get("HX-Request"):
        about = {"kind": Task._meta.label_lower, "pk": task.pk, "label": task.title, "url": reverse("queue:day")}
        return saved(request, text=text, undo_url=undo, **about)
    return toast(changed(HttpResponse(status=204), Task._meta.label_lower, task.pk), text, undo)
