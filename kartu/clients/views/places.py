"""The addresses of a client and its relations to others."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kartu.clients import actions
from kartu.clients.forms.parts import AddressForm, NewAddressForm, RelationForm
from kartu.clients.models import Address, ClientRelation
from kartu.clients.rights import CHANGE
from kartu.clients.views.common import acted, client_or_404, edit_page, part_or_404, posted
from kartu.core.access import access
from kartu.records.undoing import undoable


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def new_address(request: HttpRequest, pk: int) -> HttpResponse:
    client = client_or_404(request, pk, CHANGE)
    form = NewAddressForm(posted(request), client=client, by=request.user, initial={"country": client.country})
    return edit_page(
        request, form, client, title=_("New address"), done=_("Address added"), tab="addresses", verb=_("Add")
    )


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def edit_address(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    address = part_or_404(request, Address, pk, part)
    form = AddressForm(posted(request), row=address, by=request.user)
    return edit_page(request, form, address.client, title=_("Address"), done=_("Saved"), tab="addresses")


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def new_relation(request: HttpRequest, pk: int) -> HttpResponse:
    client = client_or_404(request, pk, CHANGE)
    form = RelationForm(posted(request), client=client, by=request.user)
    return edit_page(
        request, form, client, title=_("New relation"), done=_("Relation added"), tab="relations", verb=_("Add")
    )


@require_POST
@access(CHANGE)
def remove_relation(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    relation = part_or_404(request, ClientRelation, pk, part)
    with undoable(request, _("Relation removed")) as changes:
        actions.remove_relation(relation=relation, by=request.user)
    return acted(request, relation.client, _("Relation removed"), changes)
