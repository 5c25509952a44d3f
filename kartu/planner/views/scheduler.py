"""The team scheduler: its page, what stands in it, and what is moved in it.

What <kartu-timeline> (frontend/timeline/) and this page tell each other; all times are minutes of the epoch:

GET timeline.json?from=&until= (or ?tasks=1,2: those wherever they stand; one that is not told of is not seen any more)
    {rows: [{id, name, kind, initials, color, icon, zone, what}],
     items: [{id, task, row, start, end, title, kind, state, client, client_id, url, version, can_move, soft, late,
              hidden}],
     off: [{row, start, end, why}], tray: [{id, task, title, kind, minutes, hint, url, can_move, version}]}
    `soft`: something else may stand at the same time; `hidden`: only that somebody is busy; `why`: a holiday,
    an absence.
POST keep/ view=, minutes=, snap=, colours=, whole=, team=: any of these; how this person has it from now on.
POST place/ moves=[{task, version, row, was, start, end, day, due}] (JSON in a form): all or none; what is left out
    stays as it is. `day` ("2026-11-25"): on that day as a whole; `due`: due at that minute, and nothing else. "p5" is
    the row of a person, "r3" of a room or car: from a person's row to "r3" books it, from "r3" to null gives it back.
    200 {items, text, undo} | 409 {items, text}: somebody was faster, so it stands now | 403, 422 {text}
Live messages: `planner.moved` {tasks: [ids]}, to be asked for anew.
"""

import json
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kartu.core.access import access
from kartu.firm.models import Team, User
from kartu.firm.working import Book
from kartu.planner.actions import Moved, Place, place_tasks
from kartu.planner.actions.scheduler import keep_setting, setting_of
from kartu.planner.forms.scheduler import SchedulerForm
from kartu.planner.minutes import moment_of
from kartu.planner.models import Resource, SchedulerSetting, Task
from kartu.planner.rights import CHANGE, CREATE, PRINT, VIEW
from kartu.planner.sheets import day_pdf
from kartu.planner.telling.words import said as said_when
from kartu.planner.timeline import WIDEST, Look, offsets, people_of
from kartu.planner.timeline_words import KINDS, WORDS
from kartu.planner.views.calendar import switch
from kartu.records.printing.engine import NotPrintable
from kartu.records.undoing import undo_url, undoable

MOST_MOVES = 200
PAST, AHEAD = timedelta(days=430), timedelta(days=800)
EARLIEST, LATEST = 7 * 60, 21 * 60
MINUTES_A_DAY = 24 * 60


@require_GET
@access(VIEW)
def scheduler(request: HttpRequest) -> HttpResponse:
    """The team's timeline; to whoever asks for no view in particular the one that he had last."""
    setting = setting_of(request.user)
    if not request.GET and setting.view != SchedulerSetting.View.TEAM:
        return HttpResponseRedirect(reverse(f"planner:{setting.view}"))
    team = team_of(request, setting)
    query = f"?team={team.pk}" if team else "?team=" if "team" in request.GET else ""
    return render(
        request,
        "planner/scheduler.html",
        {
            "config": config(request, team, setting),
            "teams": Team.objects.order_by("name"),
            "team": team,
            "url": reverse("planner:timeline") + (f"?team={team.pk if team else ''}"),
            "query": query,
            "switch": switch(None, "team"),
            "keep": reverse("planner:keep_scheduler"),
        },
    )


def team_of(request: HttpRequest, setting: SchedulerSetting | None = None) -> Team | None:
    """The team that was asked for; where nothing was said that which was chosen last, or one's own."""
    asked = request.GET.get("team")
    if asked is None:
        if setting is not None and (setting.everybody or setting.team_id):
            return setting.team
        return request.user.team
    return Team.objects.filter(pk=asked).first() if asked.isdecimal() else None


def config(request: HttpRequest, team: Team | None, setting: SchedulerSetting) -> dict[str, Any]:
    now = timezone.now()
    zone = timezone.get_current_timezone()
    return {
        "words": {key: str(text) for key, text in WORDS.items()},
        "kinds": [{**kind, "label": str(kind["label"])} for kind in KINDS],
        "offsets": offsets(zone, now - PAST, now + AHEAD),
        "hours": shown_hours(people_of(request.user, team.pk if team else None)),
        "day": f"{timezone.localdate():%Y-%m-%d}",
        "create": reverse("planner:new_task") if request.user.may(CREATE) else None,
        "keep": reverse("planner:keep_scheduler"),
        "days": setting.minutes / MINUTES_A_DAY if setting.minutes else None,
        **{"snap": setting.snap, "colours": setting.colours, "whole": setting.whole},
    }


def monday(day: Any) -> Any:
    return day - timedelta(days=day.weekday())


def shown_hours(people: list[User]) -> tuple[int, int]:
    """From when to when anybody of `people` works, an hour more on both sides; the rest of the day is squeezed."""
    today = timezone.localdate()
    book = Book.of(people, today, today)
    week = [monday(today) + timedelta(days=number) for number in range(7)]
    spans = [span for person in people for day in week for span in book.plan(person, day).spans]
    start = min((start for start, _end in spans), default=EARLIEST + 60)
    end = max((end for _start, end in spans), default=LATEST - 60)
    return max(0, start // 60 * 60 - 60), min(24 * 60, -(-end // 60) * 60 + 60)


@require_POST
@access(VIEW)
def keep(request: HttpRequest) -> HttpResponse:
    """Remember how the scheduler is shown now; see SchedulerForm."""
    form = SchedulerForm(request.POST)
    if not form.is_valid():
        raise BadRequest("nothing that the scheduler could have sent")
    keep_setting(values=form.said, by=request.user)
    return HttpResponse(status=204)


@require_GET
@access(VIEW)
def timeline(request: HttpRequest) -> HttpResponse:
    team = team_of(request)
    people = people_of(request.user, team.pk if team else None)
    if tasks := request.GET.get("tasks"):
        now = timezone.now()
        look = Look(request.user, people, now, now)
        return JsonResponse({"items": look.items(numbers(tasks)), "tray": look.tray()})
    look = Look(request.user, people, *asked_span(request))
    return JsonResponse({"rows": look.rows(), "items": look.items(), "off": look.off(), "tray": look.tray()})


def numbers(text: str) -> list[int]:
    if not all(part.isdecimal() and len(part) < 18 for part in text.split(",")):
        raise BadRequest("tasks are numbers with commas")
    return [int(part) for part in text.split(",")][:MOST_MOVES]


def asked_span(request: HttpRequest) -> tuple[datetime, datetime]:
    try:
        start, end = (moment_of(int(request.GET[name])) for name in ("from", "until"))
    except (KeyError, ValueError, OverflowError, OSError):
        raise BadRequest("from and until are minutes of the epoch") from None
    if not timedelta(0) < end - start <= WIDEST:
        raise BadRequest("from and until are too far apart, or the wrong way round")
    return start, end


@require_POST
@access(CHANGE)
def place(request: HttpRequest) -> HttpResponse:
    places = wanted(request)
    try:
        with undoable(request, title_of(places)) as changes:
            tasks = place_tasks(places=places, by=request.user)
    except Moved as moved:
        text = _("“%(title)s” was changed meanwhile; nothing was moved. It stands here as it is now.")
        return answer(request, [moved.task], text % {"title": moved.task.title}, status=409)
    except ValidationError as error:
        return JsonResponse({"text": " ".join(error.messages)}, status=422)
    except PermissionDenied:
        return JsonResponse({"text": _("You may not give it to this person.")}, status=403)
    return answer(request, tasks, said(tasks), undo=undo_url(changes))


def wanted(request: HttpRequest) -> list[Place]:
    """What is asked for; BadRequest where it is nothing that the scheduler could have sent, 422 is for people."""
    try:
        moves = json.loads(request.POST["moves"])
        asked = [(int(move["task"]), int(move["version"]), move) for move in moves]
    except (ValueError, LookupError, TypeError):
        raise BadRequest("moves are missing") from None
    if not 0 < len(asked) <= MOST_MOVES:
        raise BadRequest(f"from 1 to {MOST_MOVES} moves at once")
    rows = Task.objects.visible_to(request.user).select_related("person").in_bulk([pk for pk, _version, _move in asked])
    people = (
        User.objects.active()
        .select_related("role")
        .in_bulk({person for _pk, _version, move in asked if (person := person_in(move.get("row")))})
    )
    resources = Resource.objects.in_bulk()
    try:
        return [place_of(rows, people, resources, *each) for each in asked]
    except (ValueError, TypeError, OverflowError, OSError):
        raise BadRequest("moves are nothing that the scheduler could have sent") from None


def place_of(
    rows: dict[int, Task],
    people: dict[int, User],
    resources: dict[int, Resource],
    pk: int,
    version: int,
    move: dict[str, Any],
) -> Place:
    if pk not in rows:
        raise PermissionDenied
    moments = {
        name: moment_of(int(move[name])) if move.get(name) is not None else None for name in ("start", "end", "due")
    }
    row, was = move.get("row"), move.get("was")
    return Place(
        **{"task": rows[pk], "version": version, **moments},
        day=date.fromisoformat(move["day"]) if move.get("day") is not None else None,
        person=people.get(person_in(row)),
        resource=resources.get(resource_in(row)) if row != was else None,
        instead_of=resources.get(resource_in(was)) if row != was else None,
    )


def person_in(row: Any) -> int | None:
    """ "p5" is the row of the person 5."""
    return number_in("p", row)


def resource_in(row: Any) -> int | None:
    return number_in("r", row)


def number_in(letter: str, row: Any) -> int | None:
    text = str(row or "")
    return int(text[1:]) if text.startswith(letter) and text[1:].isdecimal() and len(text) < 18 else None


def title_of(places: list[Place]) -> str:
    if len(places) == 1:
        return _("Moved: “%(title)s”") % {"title": places[0].task.title}
    return ngettext("%(count)s task moved", "%(count)s tasks moved", len(places)) % {"count": len(places)}


def said(tasks: list[Task]) -> str:
    if len(tasks) > 1:
        return ngettext("%(count)s task moved", "%(count)s tasks moved", len(tasks)) % {"count": len(tasks)}
    task = tasks[0]
    return _("“%(title)s”: %(when)s, %(name)s") % {"title": task.title, "when": said_when(task), "name": task.person}


def answer(request: HttpRequest, tasks: list[Task], text: str, *, status: int = 200, undo: str = "") -> JsonResponse:
    people = people_of(request.user, None)
    now = timezone.now()
    items = Look(request.user, people, now, now).items([task.pk for task in tasks])
    return JsonResponse({"items": items, "text": text, "undo": undo}, status=status)


@require_GET
@access(PRINT)
def day_sheet(request: HttpRequest) -> HttpResponse:
    """One day on paper: `?day=2026-11-23` (today), `?team=` as on the page."""
    try:
        day = date.fromisoformat(request.GET["day"]) if "day" in request.GET else timezone.localdate()
    except ValueError:
        raise BadRequest("no such day") from None
    team = team_of(request)
    people = people_of(request.user, team.pk if team else None)
    try:
        pdf = day_pdf(day=day, whose=str(team or _("Everybody")), people=people, by=request.user)
    except NotPrintable as error:
        return HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
    disposition = content_disposition_header(False, f"{day}.pdf")
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": disposition})
