"""Files in fields of the firm's own: put in where the card shows the field, and taken out of it."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kartu.clients import actions
from kartu.clients.forms.custom import fields_of_client
from kartu.clients.rights import CHANGE
from kartu.clients.views.common import acted, client_or_404
from kartu.core.access import access
from kartu.core.actors import Actor
from kartu.records.changes import EditConflicts
from kartu.records.custom.definitions import FieldShape
from kartu.records.files.keeping import bytes_kept
from kartu.records.undoing import undoable
from kartu.records.views.files import refusal


def field_or_404(pk: int, by: Actor) -> FieldShape:
    """A field that holds files and that `by` may change; another one is none at all."""
    shapes = (each for each in fields_of_client(by) if each.id == pk and each.type.is_handed_in and each.may_change(by))
    if (shape := next(shapes, None)) is None:
        raise Http404(f"no field of files {pk} for {by}")
    return shape


def base_of(request: HttpRequest) -> int | None:
    """The file that the person saw in the field."""
    base = request.GET.get("base", "")
    return int(base) if base.isdecimal() and len(base) < 19 else None


@require_POST
@access(CHANGE)
def put(request: HttpRequest, pk: int, field: int) -> HttpResponse:
    """Put one file into the field; what was there goes to the trash."""
    client, shape = client_or_404(request, pk, CHANGE), field_or_404(field, request.user)
    sent = request.FILES.get("file")
    if sent is None:
        return refusal(_("Choose a file first"))
    told = {"client": client, "shape": shape, "name": sent.name, "base": base_of(request), "by": request.user}
    try:
        with bytes_kept(sent.chunks()) as stored, undoable(request, _("A file in a field")) as changes:
            actions.put_own_file(stored=stored, **told)
    except EditConflicts:
        return refusal(_("Somebody has put another file here meanwhile. Look at the card anew, then put yours in."))
    except ValidationError as error:
        return refusal(" ".join(error.messages))
    return acted(request, client, _("%(name)s is on the card") % {"name": sent.name}, changes)


@require_POST
@access(CHANGE)
def remove(request: HttpRequest, pk: int, field: int) -> HttpResponse:
    """Empty the field; its file goes to the trash."""
    client, shape = client_or_404(request, pk, CHANGE), field_or_404(field, request.user)
    with undoable(request, _("A file in a field")) as changes:
        actions.set_custom(client=client, values={shape.column: None}, by=request.user)
    return acted(request, client, _("%(what)s moved to the trash") % {"what": shape.name}, changes)
