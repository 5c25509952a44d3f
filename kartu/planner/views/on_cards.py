"""Tasks of a client, set and ended on its card."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kartu.clients.rights import CHANGE as CHANGE_CLIENT
from kartu.clients.views.common import acted, client_or_404, edit_page, part_or_404, posted
from kartu.core.access import access
from kartu.planner import actions
from kartu.planner.card_forms import FinishForm, MoveForm, NewTaskForm
from kartu.planner.models import Task
from kartu.planner.rights import CHANGE, CREATE
from kartu.records.undoing import undoable


@require_http_methods(["GET", "POST"])
@access(CREATE)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    client = client_or_404(request, pk, CHANGE_CLIENT)
    form = NewTaskForm(posted(request), client=client, by=request.user, kind=request.GET.get("kind", ""))
    return edit_page(request, form, client, title=_("New task"), done=_("Task set"), verb=_("Set"))


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def move(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    task = part_or_404(request, Task, pk, part, CHANGE)
    form = MoveForm(posted(request), task=task, by=request.user)
    words = {"title": _("Another time"), "done": _("Task moved"), "verb": _("Move"), "note": task.title}
    return edit_page(request, form, task.client, **words)


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def finish(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    task = part_or_404(request, Task, pk, part, CHANGE)
    form = FinishForm(posted(request), task=task, by=request.user)
    words = {"title": _("Done"), "done": _("Done, and written down"), "verb": _("Done"), "note": task.title}
    return edit_page(request, form, task.client, **words)


@require_POST
@access(CHANGE)
def drop(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    task = part_or_404(request, Task, pk, part, CHANGE)
    with undoable(request, _("Task dropped")) as changes:
        actions.drop_task(task=task, by=request.user)
    return acted(request, task.client, _("Task dropped"), changes)
