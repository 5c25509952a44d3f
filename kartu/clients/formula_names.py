"""The columns of a client that formulas of the firm's own fields may use.

Phone, city, touches are repeated from its parts and are not among them: they are written without their client.
"""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kartu.clients.models import Category, Client, DirectoryItem, Source, Status
from kartu.core.expressions.schema import DAY, TEXT, Kind, Type
from kartu.records.custom.entities import BuiltIn


def item_of(model: type[DirectoryItem], key: str, label: Any) -> BuiltIn:
    names: Callable[[], Any] = lambda: list(model.objects.values_list("pk", "name"))  # noqa: E731
    return BuiltIn(key, label, Type(Kind.ONE, of=model._meta.label_lower), f"{key}_id", names)


BUILT_IN = (
    BuiltIn("name", pgettext_lazy("of a client", "Name of the client"), TEXT, "name"),
    BuiltIn("about", _("What they do"), TEXT, "about"),
    BuiltIn("kind", _("Who is it"), Type(Kind.ONE, of="kind"), "kind", lambda: Client.Kind.choices),
    item_of(Status, "status", _("Status")),
    item_of(Category, "category", _("Category")),
    item_of(Source, "source", _("Where from")),
    BuiltIn("country", _("Country"), TEXT, "country"),
    BuiltIn("birthday", _("Birthday"), DAY, "birthday"),
    BuiltIn("consent", _("Consent to keep their data, since"), DAY, "consent_at"),
)
