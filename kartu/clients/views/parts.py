"""What can be done to any part of a client: it becomes the main one, or goes to the trash."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kartu.clients import actions
from kartu.clients.models import Address, BankAccount, Channel, ClientEntity, Contact
from kartu.clients.rights import CHANGE
from kartu.clients.views.common import acted, part_or_404
from kartu.clients.ways import title_of
from kartu.core.access import access
from kartu.records.undoing import undoable
from kartu.security.rows import GuardedModel

NOUNS = {
    "contacts": Contact,
    "channels": Channel,
    "addresses": Address,
    "entities": ClientEntity,
    "accounts": BankAccount,
}


def model_of(noun: str) -> type[GuardedModel]:
    if noun not in NOUNS:
        raise Http404
    return NOUNS[noun]


@require_POST
@access(CHANGE)
def make_main(request: HttpRequest, pk: int, noun: str, part: int) -> HttpResponse:
    row = part_or_404(request, model_of(noun), pk, part)
    with undoable(request, _("Comes first")) as changes:
        actions.make_main(part=row, by=request.user)
    return acted(request, row.client, _("%(name)s comes first now") % {"name": row}, changes)


@require_POST
@access(CHANGE)
def remove(request: HttpRequest, pk: int, noun: str, part: int) -> HttpResponse:
    row = part_or_404(request, model_of(noun), pk, part)
    text = _("%(what)s moved to the trash") % {"what": capfirst(str(row) or row._meta.verbose_name)}
    told = _("%(what)s moved to the trash") % {"what": capfirst(title_of(row) or row._meta.verbose_name)}
    with undoable(request, told) as changes:
        actions.remove(part=row, by=request.user)
    return acted(request, row.client, text, changes)
