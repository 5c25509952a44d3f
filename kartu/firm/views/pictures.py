"""Pictures of people and the firm's logo. Their names change with them, so that browsers may keep them."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from kartu.core.access import public, signed_in
from kartu.firm.models import Firm, User


@require_safe
@signed_in("colleagues know each other by their faces")
def face(request: HttpRequest, pk: int) -> FileResponse:
    return picture(get_object_or_404(User, pk=pk).picture)


@require_safe
@public("the sign-in page shows whose it is")
def logo(request: HttpRequest) -> FileResponse:
    firm = Firm.current()
    return picture(firm.logo if firm else None)


def picture(file: FieldFile | None) -> FileResponse:
    """The picture that we made ourselves when it was uploaded: always a PNG."""
    if not file:
        raise Http404
    try:
        response = FileResponse(file.open(), content_type="image/png")
    except FileNotFoundError:
        raise Http404 from None
    response["Cache-Control"] = "private, max-age=86400"
    return response
