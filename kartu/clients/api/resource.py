"""What the operations on clients share: their noun, fetching, and values that point at other records."""

from typing import Annotated, Any, Literal, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import AfterValidator, Field

from kartu.clients.directories import DIRECTORIES
from kartu.clients.forms.client import languages
from kartu.clients.models import Client, Contact
from kartu.clients.rights import CHANGE
from kartu.core.actors import Actor
from kartu.core.api import Resource
from kartu.firm.countries import country
from kartu.firm.models import User
from kartu.security.rows import GuardedModel
from kartu.security.views import get_or_404

CLIENTS = Resource("clients", gettext_lazy("Clients"), order=100)
# The columns of a client that hold a value of a directory.
LISTED = {directory.column: directory for directory in DIRECTORIES.values() if directory.column}

Part = TypeVar("Part", bound=GuardedModel)


def known_country(code: str) -> str:
    if code and country(code) is None:
        raise ValueError("There is no such country")
    return code


Country = Annotated[
    str, Field(max_length=2, description="ID, RU, …; empty: the firm's own"), AfterValidator(known_country)
]
Language = Literal["", *[code for code, _name in languages()]]


def client_or_404(request: HttpRequest, pk: int, right: str = "") -> Client:
    return get_or_404(Client, pk, request.user, right)


def part_or_404(request: HttpRequest, model: type[Part], pk: int, part: int, right: str = CHANGE) -> Part:
    """A part of the client `pk`; under another client there is none."""
    row = get_or_404(model, part, request.user, right, rows=model.objects.select_related("client"))
    if row.client_id != pk:
        raise Http404
    return row


# --- what is pointed at ----------------------------------------------------------------------------------------------


def pointed(rows: QuerySet, pk: int, name: str) -> Any:
    """The row `pk` among those that may be chosen; ValidationError under `name` where it is none of them."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise ValidationError({name: _("There is none with this number")})
    return row


def check_listed(values: dict[str, Any], row: Client | None = None) -> None:
    """Raise ValidationError where a value of a directory is not there, or out of use and not `row`'s already."""
    for column, directory in LISTED.items():
        pk = values.get(column)
        if pk is not None and pk != getattr(row, column, None):
            pointed(directory.active(), pk, column)


def person_of(pk: int | None, name: str) -> User | None:
    return None if pk is None else pointed(User.objects.active(), pk, name)


def contact_of(client: Client, pk: int | None, by: Actor) -> Contact | None:
    contacts = Contact.objects.visible_to(by).filter(client=client)
    return None if pk is None else pointed(contacts, pk, "contact_id")
