"""What programs may do here with an access token: drop a file to be imported, and ask what became of it."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kartu.core.access import for_programs, signed_in
from kartu.records.imports import acts
from kartu.records.models import Import
from kartu.records.views.imports import OWN, importer_for, one


@require_POST
@for_programs
@signed_in(OWN)
def drop(request: HttpRequest) -> JsonResponse:
    """A file (multipart, `file`) as if it were dropped on the page; its person goes on with it there."""
    importer, file = importer_for(request), request.FILES.get("file")
    if file is None:
        return JsonResponse({"error": _("Choose a file first")}, status=422)
    try:
        source = acts.drop_file(importer=importer, file=file, name=file.name, by=request.user, tell=True)
    except ValidationError as refused:
        return JsonResponse({"error": " ".join(refused.messages)}, status=422)
    return JsonResponse(told(request, source), status=201)


@require_GET
@for_programs
@signed_in(OWN)
def state(request: HttpRequest, pk: int) -> JsonResponse:
    return JsonResponse(told(request, one(request, pk)))


def told(request: HttpRequest, source: Import) -> dict[str, object]:
    return {
        "import": source.pk,
        "name": source.name,
        "state": source.state,
        "refusal": source.refusal,
        "read": source.read_count,
        "new": source.new_count,
        "same": source.same_count,
        "rejected": source.rejected_count,
        "page": request.build_absolute_uri(reverse("records:import", args=[source.pk])),
    }
