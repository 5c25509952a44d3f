"""Whose file is this: a page to choose a file on that turned up somewhere."""

import tempfile
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kartu.core.access import access
from kartu.records.culprit import Finding, find_culprit, said
from kartu.records.imports import limits
from kartu.security import views_log
from kartu.security.rights import ALERTS


@require_http_methods(["GET", "POST"])
@access(ALERTS)
def culprit(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return render(request, "records/culprit.html")
    file = request.FILES.get("file")
    if file is None or file.size > limits.FILE_BYTES:
        return render(
            request, "records/culprit.html", {"refused": _("Choose a file that is not too large")}, status=422
        )
    found = find_in(file)
    detail = {"name": file.name[:200], "number": found.mark.pk if found else None}
    views_log.saw("page", by=request.user, object_type="records.exportmark", detail=detail)
    lines = said(found) if found else [_("Nothing in this file tells where it comes from.")]
    return render(request, "records/culprit.html", {"lines": lines})


def find_in(file: UploadedFile) -> Finding | None:
    with tempfile.TemporaryDirectory(prefix="kartu-culprit-") as folder:
        path = Path(folder) / f"file{Path(file.name).suffix[:8]}"
        with path.open("wb") as copy:
            for piece in file.chunks():
                copy.write(piece)
        return find_culprit(path)
