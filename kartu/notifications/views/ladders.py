"""What happens where nobody looks at news: the ladders of the firm."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from kartu.core.access import access
from kartu.core.drawers import saved
from kartu.firm.models import User
from kartu.notifications.kinds import kinds
from kartu.notifications.ladder_forms import LadderForm
from kartu.notifications.ladders import FOR_ALL, Ladders, editable_kinds, sentence, set_ladder
from kartu.notifications.rights import POLICY

ALL = "all"
ALL_LABEL = gettext_lazy("Whatever must be acknowledged")


@dataclass(frozen=True)
class Line:
    key: str
    label: str | Promise
    words: str
    is_chosen: bool
    is_on: bool


@require_GET
@access(POLICY)
def ladders(request: HttpRequest) -> HttpResponse:
    """Every kind with its steps in words."""
    now = Ladders()
    context = {
        "for_all": line_of(now, FOR_ALL),
        "table": [
            (group.label, [line_of(now, kind.key) for kind in belonging])
            for group, belonging in groupby(editable_kinds(), key=lambda kind: kind.group)
        ],
    }
    return render(request, "notifications/ladders.html", context)


def line_of(now: Ladders, key: str) -> Line:
    steps = now.steps(key)
    label = ALL_LABEL if key == FOR_ALL else kinds[key].label
    return Line(key or ALL, label, sentence(steps) if steps else "", key in now.chosen, bool(steps))


@require_http_methods(["GET", "POST"])
@access(POLICY)
def ladder(request: HttpRequest, key: str) -> HttpResponse:
    kind = kind_at(key)
    form = form_of(request.POST if request.method == "POST" else None, kind)
    back = reverse("notifications:ladders")
    if request.method == "POST" and form.is_valid():
        set_ladder(by=request.user, kind=kind, is_on=form.cleaned_data["is_on"], steps=form.cleaned_data["steps"])
        told = {"label": key, "url": back, "text": _("Saved")}
        return saved(request, kind="notifications.ladder", pk=0, **told)
    label = kinds[kind].label if kind else ALL_LABEL
    context = {"form": form, "title": label, "key": key, "words": words_of(form)}
    return render(request, "notifications/ladder.html", context, status=422 if form.is_bound else 200)


@require_GET
@access(POLICY)
def say(request: HttpRequest, key: str) -> HttpResponse:
    """The steps that are being typed, in words."""
    form = form_of(request.GET, kind_at(key))
    return render(request, "notifications/_ladder_words.html", {"words": words_of(form)})


def form_of(data: dict | None, kind: str) -> LadderForm:
    now = Ladders()
    row = now.chosen.get(kind)
    steps = tuple(map(tuple, row.steps)) if row else now.usual(kind)
    return LadderForm(data, steps=steps, is_on=row.is_on if row else bool(steps))


def words_of(form: LadderForm) -> str:
    """The sentence about somebody who really is there; what is wrong is said at its field."""
    if not form.is_bound:
        steps = tuple((a.initial, w.initial) for a, w in form.pairs if a.initial) if form.initial["is_on"] else ()
    elif form.is_valid():
        steps = form.cleaned_data["steps"] if form.cleaned_data["is_on"] else ()
    else:
        return "; ".join(form.non_field_errors())
    people = User.objects.active().order_by("name")
    somebody = people.exclude(team=None).exclude(team__head=F("pk")).first() or people.first()
    return sentence(steps, somebody.name)


def kind_at(key: str) -> str:
    if key == ALL:
        return FOR_ALL
    if key not in {kind.key for kind in editable_kinds()}:
        raise Http404
    return key
