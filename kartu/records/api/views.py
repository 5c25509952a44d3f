"""Kept views of a list, for programs: questions under a name, as they stand above the list."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from ninja import Status
from pydantic import Field

from kartu.core.access import signed_in
from kartu.core.api.schemas import In, Out, words
from kartu.records.api.doing import doing
from kartu.records.api.lists import LISTS, spec_for
from kartu.records.lists import keeping
from kartu.records.lists.asking import Asking
from kartu.records.lists.question import Question
from kartu.records.models import SavedView
from kartu.security.views import get_or_404

OWN_RIGHT = "a list asks for a right of its own"


class ViewIn(In):
    """A question as `/rows` takes it; the person's own view of that name takes the new question."""

    name: words(60)
    f: list[str] = Field([], max_length=12)
    q: words(200) = ""
    s: words(60) = ""
    is_shared: bool = False


class ViewOut(Out):
    """`id` is null, and `mine` false, for a view that the list has from the start."""

    id: int | None
    key: str
    name: str
    f: list[str]
    q: str
    s: str
    is_shared: bool
    mine: bool


def told(view: keeping.View, request: HttpRequest) -> dict[str, Any]:
    saved = view.saved
    return {
        "id": saved.pk if saved else None,
        "key": view.key,
        "name": view.label,
        "f": view.question.get("f", []),
        "q": view.question.get("q", ""),
        "s": view.question.get("s", ""),
        "is_shared": bool(saved and saved.is_shared),
        "mine": bool(saved and saved.person_id == request.user.pk),
    }


@LISTS.get("/lists/{key}/views", list[ViewOut])
@signed_in(OWN_RIGHT)
def read_views(request: HttpRequest, key: str) -> list[dict[str, Any]]:
    """Those the list has from the start, the person's own, and those shared with it."""
    return [told(view, request) for view in keeping.views_of(spec_for(request, key), request.user)]


@LISTS.post("/lists/{key}/views", ViewOut)
@signed_in(OWN_RIGHT)
def save_view(request: HttpRequest, key: str, data: ViewIn) -> Status:
    spec = spec_for(request, key)
    asked = QueryDict(mutable=True)
    asked.setlist("f", data.f)
    asked.update({name: value for name, value in (("q", data.q), ("s", data.s)) if value})
    question = Question.of(spec, asked, Asking(request.user))
    with doing(request, _("View kept")):
        view = keeping.save_view(
            list_key=key, name=data.name, question=question.parts(), is_shared=data.is_shared, by=request.user
        )
    return Status(201, told(keeping.View(str(view.pk), view.name, view.question, view), request))


@LISTS.delete("/lists/{key}/views/{int:pk}")
@signed_in(OWN_RIGHT)
def remove_view(request: HttpRequest, key: str, pk: int) -> Status:
    """A shared one is its maker's, and the owner's of the firm."""
    spec_for(request, key)
    rows = SavedView.objects.filter(list_key=key)
    view = get_or_404(SavedView, pk, request.user, SavedView.row_rule.change, rows=rows)
    with doing(request, _("View removed: %(name)s") % {"name": view}):
        keeping.remove_view(view=view, by=request.user)
    return Status(204, None)
