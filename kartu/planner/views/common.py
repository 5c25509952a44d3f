"""What the pages of this app share."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from kartu.clients.forms.base import ActionForm
from kartu.clients.views.clients import go
from kartu.clients.views.common import form_page, is_sent, posted, save
from kartu.core.addresses import address
from kartu.core.drawers import changed, saved
from kartu.core.toasts import flash, toast
from kartu.planner.models import Task
from kartu.planner.rights import CHANGE
from kartu.records.models import ChangeSet
from kartu.records.undoing import undo_url, undoable
from kartu.security.rows import GuardedModel
from kartu.security.views import get_or_404

LABEL = Task._meta.label_lower


def task_or_404(request: HttpRequest, pk: int, right: str = "") -> Task:
    rows = Task.objects.select_related("client", "person", "author", "outcome", "closed_by")
    return get_or_404(Task, pk, request.user, right, rows=rows)


def task_url(pk: int) -> str:
    return address("planner:task", pk)


def act_page(
    request: HttpRequest,
    pk: int,
    form_of: type[ActionForm],
    *,
    title: str,
    done: str,
    verb: str = "",
    right: str = CHANGE,
    **context: Any,
) -> HttpResponse:
    """A form that does something to the task `pk`: shown, refused, or done, with the toast `done` and its Undo."""
    task = task_or_404(request, pk, right)
    form = form_of(posted(request), task=task, by=request.user)
    return form_answer(request, form, title=title, done=done, verb=verb or title, task=task, note=task.title, **context)


def form_answer(
    request: HttpRequest,
    form: Any,
    *,
    title: str,
    done: str,
    task: Task | None = None,
    and_then: Callable[[Task], list[str]] | None = None,
    **context: Any,
) -> HttpResponse:
    """`and_then` does what needs the row that was saved, and tells what of it went wrong."""
    if is_sent(request, form) and (result := save(request, form, title)):
        row, changes = result
        row = row[0] if isinstance(row, list) else row
        text = ". ".join([done, *(and_then(row) if and_then else [])])
        return saved(
            request, kind=LABEL, pk=row.pk, label=str(row), url=task_url(row.pk), text=text, undo_url=undo_url(changes)
        )
    back = task_url(task.pk) if task else address("planner:tasks")
    context = {"template": "planner/form.html", "back": back, "task": task, **context}
    return form_page(request, form, title=title, **context)


def into_trash(request: HttpRequest, row: GuardedModel, act: Callable[[], Any], url: str) -> HttpResponse:
    """`act` puts `row` in the trash; its page is no more, so the window goes to `url`."""
    return moved(request, row, act, url, _("Put in the trash"), _("%(name)s is in the trash"))


def out_of_trash(request: HttpRequest, row: GuardedModel, act: Callable[[], Any], url: str) -> HttpResponse:
    return moved(request, row, act, url, _("Taken out of the trash"), _("%(name)s is back"))


def moved(
    request: HttpRequest, row: GuardedModel, act: Callable[[], Any], url: str, title: str, done: str
) -> HttpResponse:
    with undoable(request, title) as changes:
        act()
    flash(request, done % {"name": row}, undo_url(changes))
    return go(request, url)


def act_at_once(
    request: HttpRequest, pk: int, action: Callable[..., Any], done: str, *, right: str = CHANGE
) -> HttpResponse:
    """A button that does something to the task `pk`."""
    task = task_or_404(request, pk, right)
    return pressed(request, task_url(task.pk), lambda: action(task=task, by=request.user), done)


def pressed(request: HttpRequest, url: str, act: Callable[[], Any], done: str) -> HttpResponse:
    """The answer to a button that does `act`: what it refuses is said, and nothing was done."""
    try:
        with undoable(request, done) as changes:
            act()
    except ValidationError as refused:  # somebody was faster: what is shown is old
        return acted(request, url, " ".join(refused.messages))
    return acted(request, url, done, changes)


def acted(
    request: HttpRequest, url: str, text: str, changes: ChangeSet | None = None, pk: int | None = None
) -> HttpResponse:
    """The answer to a button: the toast, and word to what is on the screen to show itself anew."""
    if not request.headers.get("HX-Request"):
        flash(request, text, undo_url(changes) if changes else None)
        return HttpResponseRedirect(url)
    response = changed(HttpResponse(status=204), LABEL, pk)
    return toast(response, text, undo_url(changes) if changes else None)
