"""The queue of the team: what everybody has to do, and giving it to somebody else."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kartu.core.access import access, out_of_reach
from kartu.core.drawers import changed
from kartu.core.text import whole
from kartu.core.toasts import flash, toast
from kartu.planner.models import Task
from kartu.planner.queue import acts
from kartu.planner.queue.items import Group
from kartu.planner.queue.team import loads, people_of
from kartu.planner.rights import BULK, receivers
from kartu.records.changes import change_set
from kartu.records.models import ChangeSet
from kartu.records.undoing import undo_url

FILTERS = {"late": {Group.LATE}, "today": {Group.LATE, Group.NOW, Group.TODAY}}


def shown(request: HttpRequest) -> dict[str, Any]:
    only = request.GET.get("only", "")
    people = receivers(request.user).order_by("name", "pk")
    found = loads(request.user, only=FILTERS.get(only))
    return {"loads": found, "only": only, "receivers": people, "now": timezone.now()}


@require_GET
@access(BULK)
def team(request: HttpRequest) -> HttpResponse:
    return render(request, "queue/team.html", shown(request))


@require_GET
@access(BULK)
def now(request: HttpRequest) -> HttpResponse:
    return render(request, "queue/_team.html", shown(request))


@require_GET
@access(BULK)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's queue as it stands."""
    if pk not in {each.pk for each in people_of(request.user)}:
        raise out_of_reach(request.user, f"the queue of person {pk}", BULK)
    load = next(each for each in loads(request.user) if each.person.pk == pk)
    return render(request, "queue/person.html", {"load": load, "now": timezone.now()})


@require_POST
@access(BULK)
def give(request: HttpRequest) -> HttpResponse:
    """Let somebody else do what is selected."""
    ids = [int(each.rpartition(":")[2]) for each in request.POST.get("ids", "").split(",") if is_task(each)]
    to = receivers(request.user).filter(pk=whole(request.POST.get("to", ""))).first()
    if to is None:
        return HttpResponse(_("To whom?"), status=422, content_type="text/plain; charset=utf-8")
    title = _("Given to %(name)s") % {"name": to}
    try:
        with change_set(ChangeSet.Kind.BULK, title, by=request.user) as changes:
            given = acts.give_tasks(ids=ids, to=to, by=request.user)
    except ValidationError as wrong:
        return HttpResponse(wrong.messages[0], status=422, content_type="text/plain; charset=utf-8")
    told = ngettext("%(count)s task given to %(name)s", "%(count)s tasks given to %(name)s", len(given))
    text = told % {"count": len(given), "name": to}
    if not request.headers.get("HX-Request"):
        flash(request, text, undo_url(changes))
        return HttpResponseRedirect(reverse("queue:team"))
    return toast(changed(HttpResponse(status=204), Task._meta.label_lower), text, undo_url(changes))


def is_task(key: str) -> bool:
    kind, _colon, pk = key.rpartition(":")
    return kind in ("", Task._meta.label_lower) and whole(pk) > 0
