"""Files in fields of the firm's own: put in by one call, so that nobody sees one who does not see the field."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, UploadedFile

from kartu.clients import actions
from kartu.clients.api.clients import fresh, told
from kartu.clients.api.resource import CLIENTS, client_or_404
from kartu.clients.api.shapes import ClientOut
from kartu.clients.rights import CHANGE
from kartu.clients.views.own_files import field_or_404
from kartu.core.access import access
from kartu.records.api.doing import doing, show_version
from kartu.records.api.files import A_FILE
from kartu.records.files.keeping import bytes_kept

BASE = Query(
    None, ge=1, le=2**53, description="The file that you saw there: another one is not put away then, but told by 409."
)


@CLIENTS.post("/clients/{int:pk}/custom/{int:field}/file", ClientOut, status=200)
@access(CHANGE)
def put_own_file(
    request: HttpRequest, pk: int, field: int, file: UploadedFile = A_FILE, base: int | None = BASE
) -> dict[str, Any]:
    """Put a file into a field of type file: multipart/form-data, at most 100 MB. What was there goes to the trash."""
    client, shape = client_or_404(request, pk, CHANGE), field_or_404(field, request.user)
    given = {"client": client, "shape": shape, "name": file.name or "", "by": request.user}
    given["base"] = base or shape.kept_in(client.custom)
    with bytes_kept(file.chunks()) as stored, doing(request, _("A file in a field")):
        actions.put_own_file(stored=stored, **given)
    client = fresh(pk, request.user)
    show_version(request, client)
    return told(client, request.user)
