"""What becomes of a task: moved, given away, done, accepted, not needed, open again."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kartu.core.access import access
from kartu.core.text import whole
from kartu.planner import actions
from kartu.planner.forms.acts import (
    AssignForm,
    DropForm,
    FinishForm,
    MoveForm,
    PeopleForm,
    RemindersForm,
    ReturnForm,
    offered,
)
from kartu.planner.models import Outcome
from kartu.planner.rights import CHANGE, VIEW
from kartu.planner.views.common import act_at_once, act_page, form_answer, posted, task_or_404


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, MoveForm, title=_("Another time"), verb=_("Move"), done=_("Task moved"))


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, AssignForm, title=_("Hand over"), verb=_("Hand over"), done=_("Task handed over"))


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """The result and the next step in one go. A GET with an `outcome` shows the step that follows from it."""
    task = task_or_404(request, pk, CHANGE)
    outcome = Outcome.objects.filter(pk=whole(request.GET.get("outcome", "")), is_active=True).first()
    initial = {"outcome": outcome.pk, **offered(outcome, task)} if outcome else {}
    form = FinishForm(posted(request), task=task, by=request.user, initial=initial)
    words = {"title": _("Done"), "verb": _("Done"), "done": _("Done, and written down"), "note": task.title}
    return form_answer(request, form, task=task, template="planner/finish.html", offer_url=request.path, **words)


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    words = {"title": _("Not needed any more"), "verb": _("Not needed"), "done": _("Task dropped")}
    return act_page(request, pk, DropForm, **words)


@require_POST
@access(CHANGE)
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    return act_at_once(request, pk, actions.accept_task, _("Accepted"))


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, ReturnForm, title=_("Give back"), verb=_("Give back"), done=_("Given back"))


@require_POST
@access(CHANGE)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    return act_at_once(request, pk, actions.reopen_task, _("Open again"))


@require_http_methods(["GET", "POST"])
@access(VIEW)
def reminders(request: HttpRequest, pk: int) -> HttpResponse:
    words = {"title": _("Remind me"), "verb": _("Save"), "done": _("Reminders saved")}
    return act_page(request, pk, RemindersForm, right=VIEW, **words)


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def people(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, PeopleForm, title=_("Who takes part"), verb=_("Save"), done=_("Saved"))
