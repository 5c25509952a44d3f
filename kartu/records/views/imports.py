"""`/imports/`: a file from the drop to the result. What may be imported is asked of each importer's right inside."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core.access import out_of_reach, signed_in
from kartu.core.actors import Actor
from kartu.records.exporting import Sheet, write_xlsx
from kartu.records.imports import acts, engine
from kartu.records.imports.cells import as_text
from kartu.records.imports.importers import Importer, importers
from kartu.records.imports.layouts import plan_of, undecided_dates
from kartu.records.imports.letters import ENCODINGS
from kartu.records.models import Import, ImportRow
from kartu.security import audit
from kartu.security.models.audit import Verb

OWN = "everybody who may bring something in sees his own imports; others find nothing here"
PAGE = 100
State = Import.State
# While a file is read nobody knows its columns yet, and of a refused one nobody ever will.
WITH_ROWS = (State.CHECKED, State.DONE, State.CANCELLED, State.UNDONE)
DELIMITERS = ((",", ","), (";", ";"), ("\t", "TAB"), ("|", "|"))


def allowed(person: Actor) -> list[Importer]:
    return [importer for importer in importers if person.may(importer.right)]


def importer_for(request: HttpRequest) -> Importer:
    """The importer that the page is about; 404 for those who may import nothing."""
    mine = {importer.key: importer for importer in allowed(request.user)}
    if not mine:
        raise out_of_reach(request.user, "imports")
    return mine.get(request.GET.get("what", ""), next(iter(mine.values())))


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
        return render(request, "records/imports/new.html", {"importer": importer})
    try:
        if "file" in request.FILES:
            file = request.FILES["file"]
            source = acts.drop_file(importer=importer, file=file, name=file.name, by=request.user)
        else:
            source = acts.paste_cells(importer=importer, text=request.POST.get("cells", ""), by=request.user)
    except ValidationError as refused:
        return HttpResponse(" ".join(refused.messages), status=422, content_type="text/plain")
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
    return render(request, f"records/imports/{template_of(source)}.html", context_of(source))


def template_of(source: Import) -> str:
    if source.is_busy:
        return "busy"
    return {State.READY: "columns", State.CHECKED: "checked", State.REFUSED: "refused"}.get(source.state, "result")


def context_of(source: Import) -> dict[str, Any]:
    importer = engine.importer_of(source)
    context: dict[str, Any] = {"source": source, "importer": importer, "table": source.layout}
    if source.state in (State.READY, State.CHECKED):
        context |= columns_context(source, importer)
    if source.state in WITH_ROWS:
        context["problems"] = shown_rows(source, source.rows.all()[:PAGE])
    if source.state == State.DONE:
        context["created_url"] = importer.created_url(source.change_set_id)
    return context


def columns_context(source: Import, importer: Importer) -> dict[str, Any]:
    """The columns with their fields to choose from, and what has to be asked."""
    plan = plan_of(source)
    chosen = {choice.at: choice.target for choice in plan.choices}
    columns = [{**column, "target": chosen.get(column["at"], "")} for column in source.layout["columns"]]
    groups: dict[str, list] = {}
    for target in importer.targets_for(source.by).values():
        groups.setdefault(str(target.group), []).append(target)
    questions = importer.questions(list(plan.choices), source.layout)
    return {
        "columns": columns,
        "groups": list(groups.items()),
        "questions": [(each, source.answers.get(each.key, each.answers[0][0])) for each in questions],
        "undecided": undecided_dates(source, importer),
        "dates": source.answers.get("dates", ""),
        "encodings": ENCODINGS.items(),
        "delimiters": DELIMITERS,
        "date_orders": [("dmy", _("31.12.2025: the day first")), ("mdy", _("12/31/2025: the month first"))],
    }


def shown_rows(source: Import, rows: Iterable[ImportRow]) -> list[dict[str, Any]]:
    """Rows with their reasons in words, and the headers of the columns at fault."""
    columns = source.layout.get("columns", [])  # none where the reading was stopped
    titles = {column["at"]: column["header"] or column_letter(column["at"]) for column in columns}
    return [
        {
            "row": row,
            "reasons": [
                {"column": titles.get(at, ""), "text": text, "value": value, "url": url}
                for at, text, value, url in row.problems
            ],
        }
        for row in rows
    ]


def column_letter(at: int) -> str:
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def row_number(text: str) -> int | None:
    return int(text[:8]) if text.isascii() and text.isdecimal() else None


@require_GET
@signed_in(OWN)
def import_now(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the work is, asked each second; when it is over the page is loaded anew."""
    source = one(request, pk)
    if not source.is_busy:
        response = HttpResponse(status=200)
        response["HX-Refresh"] = "true"
        return response
    return render(request, "records/imports/_progress.html", {"source": source})


@require_GET
@signed_in(OWN)
def import_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Rows that were not taken as they stood, `?after=` a row number for further ones."""
    source = one(request, pk)
    after = request.GET.get("after", "")
    rows = source.rows.filter(number__gt=row_number(after) or 0)[:PAGE]
    shown = shown_rows(source, rows)
    more = shown[-1]["row"].number if len(shown) == PAGE else None
    return render(request, "records/imports/rows.html", {"source": source, "problems": shown, "more": more})


@require_POST
@signed_in(OWN)
def import_reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the file another way: sheet, encoding, delimiter, or the header row."""
    source = one(request, pk)
    wanted = {name: request.POST.get(name, "") for name in ("sheet", "encoding", "delimiter")}
    wanted = {name: value for name, value in wanted.items() if value and value != source.layout.get(name)}
    header_row = row_number(request.POST.get("header", ""))
    return act(request, source, acts.read_again, wanted=source.wanted | wanted, header_row=header_row)


@require_POST
@signed_in(OWN)
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the mapping and the answers, and check the rows."""
    source = one(request, pk)
    targets = {
        choice["at"]: request.POST[f"column-{choice['at']}"]
        for choice in source.choices
        if f"column-{choice['at']}" in request.POST
    }
    known = ("names", "responsible", "bad", "dates", "letters")
    answers = source.answers | {name: request.POST[name] for name in known if name in request.POST}
    return act(request, source, acts.decide, targets=targets, answers=answers)


@require_POST
@signed_in(OWN)
def import_start(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, one(request, pk), acts.start)


@require_POST
@signed_in(OWN)
def import_stop(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, one(request, pk), acts.cancel)


@require_POST
@signed_in(OWN)
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    return act(request, one(request, pk), acts.take_back)


def act(request: HttpRequest, source: Import, verb: Any, **arguments: Any) -> HttpResponse:
    """One act, and on to the page; refused, the page again with what is wrong."""
    try:
        verb(source=source, by=request.user, **arguments)
    except ValidationError as refused:
        source.refresh_from_db()
        context = context_of(source) | {"wrong": refused.messages}
        return render(request, f"records/imports/{template_of(source)}.html", context, status=422)
    return onward(request, source)


@require_GET
@signed_in(OWN)
def import_rejected(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows left out as a workbook: their cells as they stood in the file, and before them number and reason."""
    source = one(request, pk)
    if source.is_busy or not source.file or not source.layout:
        raise Http404
    audit.record(Verb.DOWNLOAD, by=request.user, values={"import": source.pk, "name": source.name})
    titles = [column["header"] or column_letter(column["at"]) for column in source.layout["columns"]]
    sheet = Sheet(_("Rows left out"), [_("Row"), _("Why"), *titles], left_out(source))
    with NamedTemporaryFile(suffix=".xlsx") as file:
        write_xlsx(sheet, Path(file.name))
        content = Path(file.name).read_bytes()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    headers = {"Content-Disposition": f'attachment; filename="rows-left-out-{source.pk}.xlsx"'}
    return HttpResponse(content, content_type=kind, headers=headers)


def left_out(source: Import) -> Iterable[list[Any]]:
    places = [column["at"] for column in source.layout["columns"]]
    left = source.rows.exclude(fate=ImportRow.Fate.NEW)
    reasons = {row.number: "; ".join(problem[1] for problem in row.problems) for row in left.iterator(1000)}
    for row in engine.data_rows(source, engine.staged(source)):
        if row.number in reasons:
            cells = [as_text(row.cells[at]) if at < len(row.cells) else "" for at in places]
            yield [row.number, reasons[row.number], *cells]
