"""Fields of a client as the card shows them, each of which can be edited where it stands."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from kartu.clients.actions.clients import OF_PEOPLE
from kartu.clients.forms.client import ClientForm, languages
from kartu.clients.models import Client
from kartu.core import formats
from kartu.firm.countries import country

# The fields of the right side, in this order; those of people are left out of a company's card.
DETAILS = ("status", "category", "source", "country", "language", "birthday", "salutation", "consent_at", "consent_how")
PIECES = {"kind", "status", "category", "source", "country", "language"}
MANY_LINES = {"pinned"}


@dataclass(frozen=True)
class ShownField:
    """`shown` is what a person reads (`html`: with links in it), `value` what the field holds; `url`, `kind`, `version`
    are for `{% edit %}`.
    """

    name: str
    label: str
    shown: str
    value: str
    kind: str
    url: str
    version: int
    html: str = ""

    @property
    def put_url(self) -> str:
        """Where a file for the field is posted, over the one that is seen there."""
        return f"{self.url}file/?base={self.value}"

    @property
    def remove_url(self) -> str:
        return f"{self.url}file/remove/"


def shown_field(client: Client, name: str) -> ShownField:
    raw = getattr(client, ClientForm.columns.get(name, name))
    return ShownField(
        name=name,
        label=str(ClientForm.base_fields[name].label),
        shown=in_words(client, name),
        value="" if raw is None else str(raw),
        kind=edit_kind(name, raw),
        url=reverse("clients:field", args=[client.pk, name]),
        version=client.version,
    )


def edit_kind(name: str, raw: Any) -> str:
    if name in PIECES:
        return "piece"
    if name in MANY_LINES:
        return "multiline"
    return "date" if name in ("birthday", "consent_at") else "text"


def in_words(client: Client, name: str) -> str:
    value = getattr(client, name)
    if value in (None, ""):
        return ""
    if isinstance(value, date):
        return formats.format_date(value)
    if name == "country":
        found = country(value)
        return found.name() if found else value
    if name == "language":
        return dict(languages()).get(value, value)
    return client.get_kind_display() if name == "kind" else str(value)


def details(client: Client) -> list[ShownField]:
    """What stands on the right side: all that is filled in, and what most firms fill in."""
    names = [name for name in DETAILS if not (client.is_company and name in OF_PEOPLE)]
    fields = [shown_field(client, name) for name in names]
    return [field for field in fields if field.value or field.name in ("status", "category", "source")]
