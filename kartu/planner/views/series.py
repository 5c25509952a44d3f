"""A recurring task: set up, its page, changed, paused, ended, handed over, in the trash."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.clients.models import Client
from kartu.clients.views.common import form_page, is_sent, posted, save
from kartu.core.access import access
from kartu.core.addresses import address
from kartu.core.drawers import saved
from kartu.core.text import whole
from kartu.core.toasts import trigger
from kartu.planner import actions
from kartu.planner.actions.series import occurrence_of
from kartu.planner.forms.repeated import left_behind, of_task, of_typed
from kartu.planner.forms.series import ONE, FollowingForm, NewSeriesForm, SeriesForm
from kartu.planner.forms.series_acts import EndForm, HandOverForm, PauseForm, SeriesActForm
from kartu.planner.forms.tasks import NewTaskForm
from kartu.planner.models import Series, Task
from kartu.planner.rights import CHANGE, CREATE, TRASH, VIEW
from kartu.planner.series_list import SERIES
from kartu.planner.series_page import SeriesPage
from kartu.planner.series_preview import Preview
from kartu.planner.views.common import into_trash, out_of_trash, pressed, task_or_404
from kartu.planner.views.tasks import new_task_page
from kartu.records.lists.page import list_page
from kartu.records.undoing import undo_url
from kartu.security.views import get_or_404
from kartu.security.views_log import saw

LABEL = Series._meta.label_lower


@require_GET
@access(VIEW)
def all_series(request: HttpRequest) -> HttpResponse:
    """Without a question: those that run."""
    if not request.GET:
        return HttpResponseRedirect(f"{SERIES.url}?v=all")
    return list_page(request, SERIES)


@require_GET
@access(VIEW)
def series(request: HttpRequest, pk: int) -> HttpResponse:
    row = series_or_404(request, pk)
    context = {"series": row, "page": SeriesPage(row, request.user)}
    if request.headers.get("HX-Request"):
        return render(request, "planner/series/_page.html", context)
    saw("page", by=request.user, row=row)
    return render(request, "planner/series/page.html", context)


def series_or_404(request: HttpRequest, pk: int, right: str = "") -> Series:
    rows = Series.objects.select_related("client", "person", "author")
    return get_or_404(Series, pk, request.user, right, rows=rows)


# --- set up and changed ----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@access(CREATE)
def new(request: HttpRequest) -> HttpResponse:
    """With `?task=` of that one, which becomes its first; with `?client=` about him."""
    number = whole(request.GET.get("task", ""))
    task = task_or_404(request, number, CHANGE) if number else None
    form = NewSeriesForm(posted(request), by=request.user, task=task, initial=given(request, task))
    title = _("Repeat the task") if task else _("New recurring task")
    draft = "planner.series" if not request.GET else ""
    return form_answer(request, form, title=title, verb=_("Set"), done=_("Recurring task set"), draft=draft)


def given(request: HttpRequest, task: Task | None) -> dict:
    """What the page that sends here knows already."""
    if task is not None:
        return of_task(task)
    client = whole(request.GET.get("client", ""))
    if client and Client.objects.visible_to(request.user).filter(pk=client).exists():
        return {"whom": ONE, "client": client}
    return {}


@require_http_methods(["GET", "POST"])
@access(CREATE)
def repeat_typed(request: HttpRequest) -> HttpResponse:
    """The form of a recurring task with what was typed into that of a single one, which is not set."""
    url = address("planner:new_series")
    if request.method == "GET":
        return HttpResponseRedirect(url)
    typed = NewTaskForm(request.POST, request.FILES or None, by=request.user)
    if not typed.is_valid() and not (len(typed.errors) == 1 and typed.has_error("title", "required")):
        return new_task_page(request, typed, action=address("planner:new_task"))
    form = NewSeriesForm(by=request.user, initial=of_typed(typed, request.user))
    words = {"title": _("New recurring task"), "verb": _("Set"), "done": ""}
    if names := left_behind(typed):
        words["note"] = _("A recurring task has none of these, they were not taken over: %(fields)s") % {
            "fields": ", ".join(names)
        }
    return form_answer(request, form, action=url, **words)


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    row = series_or_404(request, pk, CHANGE)
    form = SeriesForm(posted(request), row=row, by=request.user)
    words = {"title": _("Change the recurring task"), "verb": _("Save"), "done": _("Saved")}
    return form_answer(request, form, row=row, **words)


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def change_following(request: HttpRequest, pk: int) -> HttpResponse:
    """The task `pk` and those that follow."""
    task = task_or_404(request, pk, CHANGE)
    row = series_or_404(request, task.series_id or 0, CHANGE)
    one = occurrence_of(row, task)
    if one is None:
        return HttpResponseRedirect(address("planner:change_series", row.pk))
    form = FollowingForm(posted(request), row=row, task=task, on=one.by_rule, by=request.user)
    words = {"title": _("This one and those that follow"), "verb": _("Save"), "done": _("Saved")}
    return form_answer(request, form, row=row, of=f"?following={task.pk}", **words)


def form_answer(
    request: HttpRequest, form: Any, *, title: str, done: str, row: Series | None = None, of: str = "", **context: Any
) -> HttpResponse:
    if is_sent(request, form) and (result := save(request, form, title)):
        kept, changes = result
        told = {"label": kept.title, "url": address("planner:series", kept.pk), "text": done}
        return saved(request, kind=LABEL, pk=kept.pk, undo_url=undo_url(changes), **told)
    back = address("planner:series", row.pk) if row else address("planner:all_series")
    context |= {"template": "planner/series/form.html", "back": back, "series": row}
    context["preview_url"] = address("planner:series_preview") + (of or (f"?of={row.pk}" if row else ""))
    return form_page(request, form, title=title, **context)


@require_POST
@access(CREATE)
def preview(request: HttpRequest) -> HttpResponse:
    """What is being typed as a sentence, and its next dates; and which fields count. `?of=`: of one that stands."""
    form = form_being_filled(request)
    form.is_valid()
    told = Preview(form, request.user, getattr(form, "row", None))
    answer = render(request, "planner/series/_preview.html", {"preview": told})
    return trigger(answer, "kartu:fields", {"hidden": sorted(form.hidden())})


def form_being_filled(request: HttpRequest) -> NewSeriesForm | SeriesForm:
    if number := whole(request.GET.get("following", "")):
        task = task_or_404(request, number, CHANGE)
        row = series_or_404(request, task.series_id or 0, CHANGE)
        one = occurrence_of(row, task)
        on = one.by_rule if one else row.starts_on
        return FollowingForm(request.POST, row=row, task=task, on=on, by=request.user)
    if number := whole(request.GET.get("of", "")):
        return SeriesForm(request.POST, row=series_or_404(request, number, CHANGE), by=request.user)
    return NewSeriesForm(request.POST, by=request.user)


# --- what becomes of it ----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, PauseForm, title=_("Pause"), done=_("Paused"))


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, EndForm, title=_("End it"), done=_("Ended"))


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    return act_page(request, pk, HandOverForm, title=_("Hand over"), done=_("Handed over"))


def act_page(request: HttpRequest, pk: int, form_of: type[SeriesActForm], *, title: str, done: str) -> HttpResponse:
    row = series_or_404(request, pk, CHANGE)
    form = form_of(posted(request), series=row, by=request.user)
    if is_sent(request, form) and (result := save(request, form, title)):
        kept, changes = result
        told = {"label": kept.title, "url": address("planner:series", kept.pk), "text": done}
        return saved(request, kind=LABEL, pk=kept.pk, undo_url=undo_url(changes), **told)
    back = address("planner:series", row.pk)
    return form_page(request, form, title=title, verb=title, template="planner/form.html", back=back, note=row.title)


@require_POST
@access(CHANGE)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    return act_at_once(request, pk, actions.resume_series, _("It goes on"))


@require_POST
@access(CHANGE)
def skip(request: HttpRequest, pk: int) -> HttpResponse:
    """The one of `slot` is left out."""
    return act_at_once(request, pk, actions.skip_day, _("Left out"), slot=request.POST.get("slot", ""))


@require_POST
@access(CHANGE)
def bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    return act_at_once(request, pk, actions.bring_back, _("It comes after all"), slot=request.POST.get("slot", ""))


def act_at_once(request: HttpRequest, pk: int, action: Callable[..., Any], done: str, **arguments: Any) -> HttpResponse:
    row = series_or_404(request, pk, CHANGE)
    url = address("planner:series", row.pk)
    return pressed(request, url, lambda: action(series=row, by=request.user, **arguments), done)


@require_POST
@access(CHANGE)
def skip_task(request: HttpRequest, pk: int) -> HttpResponse:
    """This one of a recurring task is left out."""
    task = task_or_404(request, pk, CHANGE)
    if task.series_id is None:
        raise Http404
    url = address("planner:tasks")
    return pressed(request, url, lambda: actions.skip_task(task=task, by=request.user), _("Left out this time"))


@require_POST
@access(TRASH)
def trash(request: HttpRequest, pk: int) -> HttpResponse:
    row = series_or_404(request, pk, TRASH)
    act = partial(actions.trash_series, series=row, by=request.user)
    return into_trash(request, row, act, address("planner:all_series"))


@require_POST
@access(TRASH)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_or_404(Series, pk, request.user, TRASH, trashed=True)
    act = partial(actions.restore_series, series=row, by=request.user)
    return out_of_trash(request, row, act, address("planner:series", row.pk))
