"""When the firm, its teams and its people work."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core.access import access, out_of_reach, signed_in
from kartu.core.drawers import changed, saved
from kartu.core.toasts import toast
from kartu.firm.actions import hours as actions
from kartu.firm.forms.working import PARTS, USUAL_CYCLE, WorkingTimeForm, initial_of, set_whose, whose
from kartu.firm.models import User, WorkingTime
from kartu.firm.rights import HOURS
from kartu.firm.views.answers import form_page
from kartu.firm.working import Book
from kartu.firm.working_words import sentence, weekly_words

KIND = "firm.workingtime"
UNDONE = "firm.working_times"
KEPT = ("team_id", "person_id", "from_day", "until_day", "cycle_from", "days", "observes_holidays")
MONDAY = "monday"


@dataclass
class Whose:
    """The working times of the firm, of a team or of a person: what holds, what will, and what did."""

    label: str
    icon: str
    now: "Line | None" = None
    later: list["Line"] = field(default_factory=list)
    before: list["Line"] = field(default_factory=list)

    @property
    def lines(self) -> list["Line"]:
        return [*([self.now] if self.now else []), *self.later]


@dataclass
class Line:
    time: WorkingTime
    may_change: bool

    @property
    def words(self) -> str:
        return sentence(self.time)

    @property
    def new_url(self) -> str:
        """To the form of what is to hold from some day on instead."""
        return f"{reverse('firm:new_working_time')}?{urlencode({'whose': whose(self.time), 'like': self.time.pk})}"

    @property
    def weekly(self) -> str:
        return weekly_words(self.time)


@require_GET
@signed_in("everybody knows when his colleagues work")
def working_times(request: HttpRequest) -> HttpResponse:
    rows = WorkingTime.objects.select_related("team", "person").exclude(person__is_active=False)
    groups = grouped(rows.exclude(team__is_active=False), request.user)
    context = {
        "groups": groups,
        "firm": groups[0],
        "others": groups[1:],
        "usual": Line(WorkingTime.usual(), False),
        "has_past": any(group.before for group in groups),
        "may_set": request.user.may(HOURS),
    }
    return render(request, "firm/working_times.html", context)


def grouped(times: Iterable[WorkingTime], by: User) -> list[Whose]:
    """The firm first, whether it has said anything or not, then teams and people that have a time of their own."""
    found = {(0, ""): Whose(_("The whole firm"), "building")}
    today = timezone.localdate()
    for time in sorted(times, key=lambda time: time.from_day, reverse=True):
        key = (2 if time.person_id else 1 if time.team_id else 0, str(time.person or time.team or ""))
        group = found.setdefault(key, Whose(key[1], "user" if time.person_id else "users"))
        line = Line(time, actions.may_set(time, by))
        if time.from_day > today:
            group.later.insert(0, line)
        elif group.now is None and time.holds_on(today):
            group.now = line
        else:
            group.before.append(line)
    return [found[key] for key in sorted(found)]


@require_http_methods(["GET", "POST"])
@access(HOURS)
def working_time(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A working time, a new one without `pk`; it begins with the days of the one that the address names."""
    row = reached(request, pk) if pk else begun(request)
    was = state_of(row) if pk else {}
    form = WorkingTimeForm(request.POST or None, time=row, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.keep_working_time(time=form.wanted, by=request.user)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            text, url = _("The working time is saved: %(whose)s") % {"whose": row}, reverse("firm:working_times")
            undo = undo_url({"pk": row.pk, "was": was})
            return saved(request, kind=KIND, pk=row.pk, label=str(row), url=url, text=text, undo_url=undo)
    context = {
        "time": row,
        "action": request.get_full_path(),
        "copies": copies(),
        "from_now_url": Line(row, True).new_url if pk and row.from_day <= timezone.localdate() else "",
    }
    return form_page(request, "firm/working_time.html", form, **context)


def reached(request: HttpRequest, pk: int) -> WorkingTime:
    row = WorkingTime.objects.select_related("team", "person").filter(pk=pk).first()
    if row is None or not actions.may_set(row, request.user):
        raise out_of_reach(request.user, f"{KIND} {pk}")
    return row


def begun(request: HttpRequest) -> WorkingTime:
    """A new one as the form begins it: from tomorrow on, like the one that the address names, or like what holds."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    like = found(request.GET.get("like", "")) or Book.of([], tomorrow, tomorrow).time_of(None, tomorrow)
    row = WorkingTime(**{name: getattr(like, name) for name in KEPT})
    row.from_day, row.until_day = tomorrow, None
    set_whose(row, request.GET.get("whose", ""), request.user)
    return row


def found(number: str) -> WorkingTime | None:
    is_number = number.isdecimal() and len(number) < 18
    return WorkingTime.objects.filter(pk=number).first() if is_number else None


def copies() -> list[tuple[str, str]]:
    """Whose days can be copied into the form."""
    rows = WorkingTime.objects.select_related("team", "person").exclude(person__is_active=False)
    return [(str(row.pk), f"{row}: {sentence(row)}") for row in rows.order_by("-person", "-team", "-from_day")[:50]]


@require_POST
@access(HOURS)
def working_time_shown(request: HttpRequest) -> HttpResponse:
    """The days of the form anew, as many as were asked for, and what they say as a sentence. Writes nothing."""
    typed = so_far(request)
    said = WorkingTimeForm(typed, time=WorkingTime(), by=request.user).described
    form = WorkingTimeForm(time=WorkingTime(), by=request.user, shown=typed)
    return render(request, "firm/_working_days.html", {"form": form, "said": said, "copies": copies()})


def so_far(request: HttpRequest) -> dict[str, Any]:
    """What was typed, with the days copied that are to be."""
    typed = request.POST.dict()
    copy = typed.pop("copy", "")
    if copy == MONDAY:
        monday = {name: typed.get(f"{name}_0", "") for name in PARTS}
        typed |= {f"{name}_{number}": value for number in range(1, 5) for name, value in monday.items()}
    elif like := found(copy):
        kept = {name: typed.get(name, "") for name in ("whose", "from_day", "until_day")}
        typed = {**initial_of(like), **kept}
    for name, value in (("cycle_from", typed.get("from_day", "")), ("length", USUAL_CYCLE)):
        typed[name] = typed.get(name) or value
    return typed


def state_of(time: WorkingTime) -> dict[str, Any]:
    """What it takes to have a working time again as it was."""
    values = {name: getattr(time, name) for name in KEPT}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def undo_url(done: dict[str, Any]) -> str:
    return f"{reverse('firm:put_back_working_time')}?{urlencode({'done': signing.dumps(done, salt=UNDONE)})}"


@require_POST
@access(HOURS)
def remove_working_time(request: HttpRequest, pk: int) -> HttpResponse:
    row = reached(request, pk)
    undo = undo_url({"pk": None, "was": state_of(row)})
    text = _("The working time is taken away: %(whose)s") % {"whose": row}
    actions.remove_working_time(time=row, by=request.user)
    return changed(toast(HttpResponse(status=204), text, undo), KIND, pk)


@require_POST
@access(HOURS)
def put_back_working_time(request: HttpRequest) -> HttpResponse:
    """Take back what was done; how it was stands in the address. What is new is taken away."""
    try:
        done = signing.loads(request.GET.get("done", ""), salt=UNDONE)
    except signing.BadSignature:
        raise Http404("nothing to put back") from None
    row = reached(request, done["pk"]) if done["pk"] else WorkingTime()
    try:
        if done["was"]:
            put_as(row, done["was"], request.user)
        else:
            actions.remove_working_time(time=row, by=request.user)
    except ValidationError as refused:
        return HttpResponse(" ".join(refused.messages), status=422, content_type="text/plain; charset=utf-8")
    return changed(toast(HttpResponse(status=204), _("It is as it was")), KIND, row.pk)


def put_as(row: WorkingTime, was: dict[str, Any], by: User) -> None:
    for name, value in was.items():
        is_day = name in ("from_day", "until_day", "cycle_from") and value
        setattr(row, name, date.fromisoformat(value) if is_day else value)
    actions.keep_working_time(time=row, by=by)
