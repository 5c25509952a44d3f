"""Rows of an import: looked through, put right in place, taken away as a workbook; and the table to begin with."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kartu.core.access import out_of_reach, signed_in
from kartu.records.exporting import Sheet, write_template, write_xlsx
from kartu.records.imports.cells import as_text
from kartu.records.imports.fixing import fix_row, may_fix
from kartu.records.imports.layouts import LEFT_OUT_HEADS
from kartu.records.imports.rows import data_rows, staged
from kartu.records.models import Import, ImportRow
from kartu.records.views.imported_rows import changing, column_letter, row_number, shown_rows, told_rows
from kartu.records.views.imports import OWN, PAGE, importer_for, one
from kartu.security.leaving.notice import take_out

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@signed_in(OWN)
def import_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Rows that were not taken as they stood, `?after=` a row number for further ones, `?what=change`: what changes."""
    source = one(request, pk)
    after = row_number(request.GET.get("after", "")) or 0
    context: dict[str, Any] = {"source": source, "what": request.GET.get("what", "")}
    if context["what"] == ImportRow.Fate.CHANGE:
        context["changing"] = shown = told_rows(source, changing(source).filter(number__gt=after)[:PAGE], request.user)
        numbers = [row.number for row in shown]
    else:
        context["problems"] = shown_rows(source, source.to_look_at.filter(number__gt=after)[:PAGE], request.user)
        numbers = [each["row"].number for each in context["problems"]]
    context["more"] = numbers[-1] if len(numbers) == PAGE else None
    context |= {"may_fix": source.may_be_fixed, "waiting": source.waiting.count()}
    return render(request, "records/imports/rows.html", context)


@require_POST
@signed_in(OWN)
def import_row(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Put a row right: `cell-<column>` is what stands there instead, `skip` leaves the row out."""
    source = one(request, pk)
    cells = {column["at"]: request.POST.get(f"cell-{column['at']}") for column in source.layout.get("columns", [])}
    cells = {at: text for at, text in cells.items() if text is not None}
    told = source.rows.filter(number=number).first()
    if told is None or not may_fix(source, told):
        raise out_of_reach(request.user, f"row {number} of import {pk}")
    wrong = ""
    try:
        fix_row(source=source, number=number, cells=cells, is_skipped=bool(request.POST.get("skip")))
    except ValidationError as refused:
        wrong = " ".join(refused.messages)
    shown = shown_rows(source, source.rows.filter(number=number), request.user)[0]
    context = {"source": source, "each": shown, "may_fix": True, "wrong": wrong, "is_alone": True}
    context["waiting"] = source.waiting.count()
    return render(request, "records/imports/_row.html", context, status=422 if wrong else 200)


@require_GET
@signed_in(OWN)
def import_template(request: HttpRequest) -> HttpResponse:
    """A table to be filled in, with the values of the firm's lists to choose from."""
    template = importer_for(request).template(request.user)
    content = write_template(template.title, template.heads, template.example, template.values)
    headers = {"Content-Disposition": 'attachment; filename="kartu.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@require_GET
@signed_in(OWN)
def import_rejected(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows left out as a workbook: their cells as they stood in the file, and before them number and reason."""
    source = one(request, pk)
    if source.is_busy or not source.file or not source.layout:
        raise Http404
    take_out(by=request.user, values={"import": source.pk, "name": source.name})
    titles = [column["header"] or column_letter(column["at"]) for column in source.layout["columns"]]
    sheet = Sheet(_("Rows left out"), [*map(str, LEFT_OUT_HEADS), *titles], left_out(source))
    with NamedTemporaryFile(suffix=".xlsx") as file:
        write_xlsx(sheet, Path(file.name))
        content = Path(file.name).read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="rows-left-out-{source.pk}.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def left_out(source: Import) -> Iterable[list[Any]]:
    places = [column["at"] for column in source.layout["columns"]]
    left = source.rows.filter(fate__in=[ImportRow.Fate.SAME, ImportRow.Fate.REJECTED])
    reasons = {row.number: "; ".join(problem[1] for problem in row.problems) for row in left.iterator(1000)}
    for row in data_rows(source, staged(source)):
        if row.number in reasons:
            cells = [as_text(row.cells[at]) if at < len(row.cells) else "" for at in places]
            yield [row.number, reasons[row.number], *cells]
