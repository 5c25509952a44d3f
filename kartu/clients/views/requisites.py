"""Legal persons of a client and their bank accounts."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kartu.clients.actions.channels import country_of
from kartu.clients.forms.requisites import AccountForm, EntityForm, NewAccountForm, NewEntityForm
from kartu.clients.models import BankAccount, ClientEntity
from kartu.clients.rights import CHANGE
from kartu.clients.views.common import client_or_404, edit_page, part_or_404, posted
from kartu.core.access import access

TAB = "requisites"


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def new_entity(request: HttpRequest, pk: int) -> HttpResponse:
    """The numbers that are asked for are those of `?country=`."""
    client = client_or_404(request, pk, CHANGE)
    country = request.GET.get("country") or country_of(client)
    form = NewEntityForm(posted(request), client=client, country=country, by=request.user)
    title, done = _("New legal person"), _("Legal person added")
    return edit_page(
        request, form, client, title=title, done=done, tab=TAB, verb=_("Add"), template="clients/entity.html"
    )


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def edit_entity(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    entity = part_or_404(request, ClientEntity, pk, part)
    country = request.GET.get("country") or entity.country
    form = EntityForm(posted(request), row=entity, country=country, by=request.user)
    done = _("Saved")
    return edit_page(
        request, form, entity.client, title=entity.name, done=done, tab=TAB, template="clients/entity.html"
    )


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def new_account(request: HttpRequest, pk: int) -> HttpResponse:
    client = client_or_404(request, pk, CHANGE)
    form = NewAccountForm(posted(request), client=client, by=request.user)
    title, done = _("New bank account"), _("Bank account added")
    return edit_page(request, form, client, title=title, done=done, tab=TAB, verb=_("Add"))


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def edit_account(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    account = part_or_404(request, BankAccount, pk, part)
    form = AccountForm(posted(request), row=account, by=request.user)
    return edit_page(request, form, account.client, title=_("Bank account"), done=_("Saved"), tab=TAB)
