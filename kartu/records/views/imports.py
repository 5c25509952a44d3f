"""`/imports/`: a file from the drop to the result. What may be imported is asked of each importer's right inside."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core.access import out_of_reach, signed_in
from kartu.core.actors import Actor
from kartu.firm.required import open_before_second
from kartu.records.imports import acts, engine
from kartu.records.imports.importers import Importer, allowed
from kartu.records.imports.layouts import plan_of, questions_of, undecided_dates
from kartu.records.imports.letters import ENCODINGS
from kartu.records.imports.mapping import Choice, Target
from kartu.records.models import Import
from kartu.records.views.imported_rows import changing, date_orders, decisions, row_number, shown_rows, told_rows

OWN = "everybody who may bring something in sees his own imports; others find nothing here"
PAGE = 100
FEW = 20
State = Import.State
# While a file is read nobody knows its columns yet, and of a refused one nobody ever will.
WITH_ROWS = (State.CHECKED, State.DONE, State.CANCELLED, State.UNDONE)
DELIMITERS = ((",", ","), (";", ";"), ("\t", "TAB"), ("|", "|"))


def importer_for(request: HttpRequest) -> Importer:
    """The importer that the page is about, or the first; 404 for those who may not import that, or nothing."""
    mine = {importer.key: importer for importer in allowed(request.user)}
    wanted = request.GET.get("what") or next(iter(mine), "")
    if wanted not in mine:
        raise out_of_reach(request.user, "imports")
    return mine[wanted]


def one(request: HttpRequest, pk: int) -> Import:
    for importer in allowed(request.user):
        found = Import.objects.reachable(request.user, importer.key, importer.right).filter(pk=pk).first()
        if found:
            return found
    raise out_of_reach(request.user, f"records.import {pk}")


@require_GET
@signed_in(OWN)
def import_list(request: HttpRequest) -> HttpResponse:
    importer_for(request)
    rows = Import.objects.none()
    for importer in allowed(request.user):
        rows = rows | Import.objects.reachable(request.user, importer.key, importer.right)
    imports = rows.select_related("by").order_by("-pk")[:PAGE]
    return render(request, "records/imports/list.html", {"imports": imports})


@require_http_methods(["GET", "POST"])
@signed_in(OWN)
def import_new(request: HttpRequest) -> HttpResponse:
    """The place to drop a file on, or to paste cells into."""
    importer = importer_for(request)
    if request.method == "GET":
        return render(request, "records/imports/new.html", {"importer": importer, "importers": allowed(request.user)})
    try:
        if "file" in request.FILES:
            file = request.FILES["file"]
            source = acts.drop_file(importer=importer, file=file, name=file.name, by=request.user)
        else:
            source = acts.paste_cells(importer=importer, text=request.POST.get("cells", ""), by=request.user)
    except ValidationError as refused:
        return HttpResponse(" ".join(refused.messages), status=422, content_type="text/plain; charset=utf-8")
    return onward(request, source)


def onward(request: HttpRequest, source: Import) -> HttpResponse:
    """To the import's page: by a redirect, or by moving the window where htmx asks."""
    url = reverse("records:import", args=[source.pk])
    if not request.headers.get("HX-Request"):
        return redirect(url)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response


@require_GET
@signed_in(OWN)
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    source = one(request, pk)
    return render(request, f"records/imports/{template_of(source)}.html", context_of(source, request.user))


def template_of(source: Import) -> str:
    if source.is_busy:
        return "busy"
    return {State.READY: "columns", State.CHECKED: "checked", State.REFUSED: "refused"}.get(source.state, "result")


def context_of(source: Import, by: Actor) -> dict[str, Any]:
    importer = engine.importer_of(source)
    context: dict[str, Any] = {"source": source, "importer": importer, "table": source.layout}
    if source.state in (State.READY, State.CHECKED):
        context |= columns_context(source, importer)
    if source.state in WITH_ROWS:
        context["changing"] = told_rows(source, changing(source)[:FEW], by)
        context["problems"] = shown_rows(source, source.to_look_at[:PAGE], by)
        context["may_fix"] = source.may_be_fixed
        context["waiting"] = source.waiting.count()
    if source.state == State.CHECKED:
        context |= decisions(source, context["problems"])
    if source.state == State.DONE:
        context["created_url"] = importer.created_url(source.change_set_id)
    return context


def columns_context(source: Import, importer: Importer) -> dict[str, Any]:
    """The columns with their fields to choose from, and what has to be asked."""
    plan = plan_of(source)
    chosen = {choice.at: choice for choice in plan.choices}
    targets = importer.targets_for(source.by)
    questions = questions_of(source, importer)
    columns = [{**column, **column_choice(chosen[column["at"]], targets)} for column in source.layout["columns"]]
    groups: dict[str, list] = {}
    for target in targets.values():
        groups.setdefault(str(target.group), []).append(target)
    return {
        "columns": columns,
        "divided": divided(source, importer, plan.choices),
        "groups": list(groups.items()),
        "questions": [(each, source.answers.get(each.key, each.answers[0][0])) for each in questions],
        "undecided": undecided_dates(source, importer),
        "dates": source.answers.get("dates", ""),
        "encodings": ENCODINGS.items(),
        "delimiters": DELIMITERS,
        "date_orders": date_orders(),
    }


def divided(source: Import, importer: Importer, choices: Sequence[Choice]) -> list[dict[str, Any]]:
    """The first cells of columns that are divided, with their parts."""
    targets = importer.targets_for(source.by)
    samples = {column["at"]: column["samples"] for column in source.layout["columns"]}
    cells = [
        (choice.target, text)
        for choice in choices
        if choice.target in targets and targets[choice.target].divides and not choice.is_whole
        for text in samples[choice.at]
    ]
    return [{"text": text, "parts": importer.parts_of(target, text)} for target, text in cells]


def column_choice(choice: Choice, targets: dict[str, Target]) -> dict[str, Any]:
    """What a column feeds, and what may be said of the values that are here."""
    target = targets.get(choice.target)
    return {
        "target": choice.target,
        "mode": choice.mode,
        "is_whole": choice.is_whole,
        "adds": bool(target and target.adds),
        "may_overwrite": bool(target and target.may_overwrite),
    }


@require_GET
@signed_in(OWN)
@open_before_second  # so that the page is loaded anew, and leads there, when the first import is done
def import_now(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the work is, asked each second; when it is over the page is loaded anew."""
    source = one(request, pk)
    if not source.is_busy:
        response = HttpResponse(status=200)
        response["HX-Refresh"] = "true"
        return response
    return render(request, "records/imports/_progress.html", {"source": source})


@require_POST
@signed_in(OWN)
def import_reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the file another way: sheet, encoding, delimiter, or the header row."""
    source = one(request, pk)
    wanted = {name: request.POST.get(name, "") for name in ("sheet", "encoding", "delimiter")}
    wanted = {name: value for name, value in wanted.items() if value and value != source.layout.get(name)}
    header_row = row_number(request.POST.get("header", ""))
    anew = bool(request.POST.get("anew"))
    return act(request, source, acts.read_again, wanted=source.wanted | wanted, header_row=header_row, anew=anew)


@require_POST
@signed_in(OWN)
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the mapping and the answers, and check the rows."""
    source = one(request, pk)
    targets = of_columns(request, source, "column")
    return act(
        request,
        source,
        acts.decide,
        targets=targets,
        modes=of_columns(request, source, "mode"),
        orders=of_columns(request, source, "order"),
        wholes={at: value == "whole" for at, value in of_columns(request, source, "whole").items()},
        answers=source.answers | answers_in(request, source),
    )


def of_columns(request: HttpRequest, source: Import, name: str) -> dict[int, str]:
    """What the form says of each column under `name`."""
    posted = {choice["at"]: request.POST.get(f"{name}-{choice['at']}") for choice in source.choices}
    return {at: value for at, value in posted.items() if value is not None}


def answers_in(request: HttpRequest, source: Import) -> dict[str, str]:
    """Answers to the questions that are asked, and what is meant by new values of lists."""
    news = {new["key"] for each in source.layout.get("news", []) for new in each["values"]}
    asked = {question.key for question in questions_of(source, engine.importer_of(source))}
    known = {"dates", "letters", *asked, *news, *source.answers}
    return {name: request.POST[name] for name in known if name in request.POST}


@require_POST
@signed_in(OWN)
def import_start(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, one(request, pk), acts.start)


@require_POST
@signed_in(OWN)
def import_rest(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in the rows that were put right after the import."""
    return act(request, one(request, pk), acts.take_the_rest)


@require_POST
@signed_in(OWN)
def import_stop(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, one(request, pk), acts.cancel)


@require_POST
@signed_in(OWN)
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, one(request, pk), acts.take_back)


@require_POST
@signed_in(OWN)
def import_return(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, one(request, pk), acts.bring_back)


def act(request: HttpRequest, source: Import, verb: Any, **arguments: Any) -> HttpResponse:
    """One act, and on to the page; refused, the page again with what is wrong."""
    try:
        verb(source=source, by=request.user, **arguments)
    except ValidationError as refused:
        source.refresh_from_db()
        context = context_of(source, request.user) | {"wrong": refused.messages}
        return render(request, f"records/imports/{template_of(source)}.html", context, status=422)
    return onward(request, source)
