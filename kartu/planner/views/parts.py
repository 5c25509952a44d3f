"""The parts of a task: lines of its checklist, and what it waits for."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kartu.clients.views.common import save
from kartu.core.access import access
from kartu.planner import actions
from kartu.planner.forms.acts import AfterForm, ItemForm
from kartu.planner.models import TaskAfter, TaskItem
from kartu.planner.rights import CHANGE
from kartu.planner.views.common import act_page, acted, task_or_404, task_url
from kartu.records.undoing import undoable
from kartu.security.rows import GuardedModel
from kartu.security.views import get_or_404


@require_POST
@access(CHANGE)
def new_item(request: HttpRequest, pk: int) -> HttpResponse:
    task = task_or_404(request, pk, CHANGE)
    form = ItemForm(request.POST, task=task, by=request.user)
    done = save(request, form, _("Line added")) if form.is_valid() else None
    if done is None:
        words = " ".join(message for messages in form.errors.values() for message in messages)
        return HttpResponse(words, status=422, content_type="text/plain; charset=utf-8")
    return acted(request, task_url(pk), _("Line added"), done[1], pk)


@require_POST
@access(CHANGE)
def tick(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """A line is done, or not done after all."""
    item = part_or_404(request, TaskItem, pk, part)
    done = _("Ticked") if not item.is_done else _("Open again")
    with undoable(request, done) as changes:
        actions.change_item(item=item, is_done=not item.is_done, by=request.user)
    return acted(request, task_url(pk), done, changes, pk)


@require_POST
@access(CHANGE)
def remove_item(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    item = part_or_404(request, TaskItem, pk, part)
    with undoable(request, _("Moved to the trash")) as changes:
        actions.drop_item(item=item, by=request.user)
    return acted(request, task_url(pk), _("Moved to the trash"), changes, pk)


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def new_after(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, AfterForm, title=_("Only after another task"), verb=_("Save"), done=_("Saved"))


@require_POST
@access(CHANGE)
def remove_after(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    after = part_or_404(request, TaskAfter, pk, part)
    with undoable(request, _("It no longer waits")) as changes:
        actions.drop_after(after=after, by=request.user)
    return acted(request, task_url(pk), _("It no longer waits"), changes, pk)


def part_or_404(request: HttpRequest, model: type[GuardedModel], task_id: int, pk: int) -> GuardedModel:
    part = get_or_404(model, pk, request.user, CHANGE)
    if part.task_id != task_id:
        raise Http404
    return part
