"""The pop-over in which a filter is put together."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kartu.core.access import signed_in
from kartu.records.lists.asking import Asking
from kartu.records.lists.drafts import chip_of, drafts_of_chip, drafts_of_form, new_draft
from kartu.records.lists.finding import Finding
from kartu.records.lists.page import number_said
from kartu.records.lists.question import QUESTION, Question
from kartu.records.views.lists.common import OWN_RIGHT, asked, list_or_404


@require_GET
@signed_in(OWN_RIGHT)
def build(request: HttpRequest, key: str) -> HttpResponse:
    """The builder: first with the list's own query and `at`, the chip in work; then with what its form holds.

    `act` is what was pressed: more (a line more), drop-N (a line less), show (the list with it).
    """
    spec = list_or_404(request, key)
    data = request.GET
    is_form = "query" in data
    query = data["query"] if is_form else own_query(data)
    question = asked(request, spec, query)
    at = data.get("at", "")
    number = int(at) if at.isdecimal() and int(at) < len(question.chips) else None
    if is_form:
        drafts = drafts_of_form(data, question)
    else:
        drafts = drafts_of_chip(question.chips[number]) if number is not None else [new_draft(question)]
    act = data.get("act", "")
    if act.startswith("drop-") and act[5:].isdecimal():
        drafts = [draft for line, draft in enumerate(drafts) if line != int(act[5:])]
    if act == "more":
        drafts.append(new_draft(question))
    chip = chip_of(drafts, question.columns) if drafts else None
    narrowed = with_chip(question, number, chip)
    if act == "show" and (chip or not drafts):
        return HttpResponseRedirect(narrowed.url())
    found = number_said(Finding(narrowed, Asking(request.user)).count) if chip else ""
    asking = Asking(request.user)
    context = {
        "drafts": [(draft, draft.options(asking) if draft.input in ("choice", "pick") else []) for draft in drafts],
        "columns": [column for column in question.columns.values() if column.can_filter],
        "query": query,
        "at": at,
        "finds": _("finds %(count)s") % {"count": found} if found else "",
        "url": reverse("records:list_filter", args=[key]),
        "is_typed": is_form,
    }
    return render(request, "records/lists/_builder.html", context)


def own_query(data: QueryDict) -> str:
    """The query of the list in the address of the pop-over."""
    own = QueryDict(mutable=True)
    for name in (*QUESTION, "v"):
        if name in data:
            own.setlist(name, data.getlist(name))
    return own.urlencode()


def with_chip(question: Question, number: int | None, chip: object) -> Question:
    """`question` with `chip` in the place `number`, or behind the others; None takes it out."""
    chips = list(question.chips)
    if number is not None:
        chips[number : number + 1] = [chip] if chip else []
    elif chip:
        chips.append(chip)
    return replace(question.changed(), chips=tuple(chips))
