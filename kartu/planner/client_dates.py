"""Which dates of a client a rule may count from: the birthday, and the date fields of the firm's own."""

from django.utils.translation import gettext as _

from kartu.clients.models import Client
from kartu.core.actors import Actor
from kartu.records.custom.definitions import fields_for

BIRTHDAY = "birthday"
ENTITY = Client._meta.label_lower


def dates_for(by: Actor) -> list[tuple[str, str]]:
    """(name, words) of those that `by` may know of."""
    own = [] if by.is_system else [shape for shape in fields_for(ENTITY, by) if shape.type.code == "date"]
    return [(BIRTHDAY, _("Birthday")), *((shape.key, shape.name) for shape in own)]


def date_called(name: str, by: Actor) -> str:
    """The words for the date `name`, also for who may not know which one it is."""
    return dict(dates_for(by)).get(name, _("a date of the client")) if name else ""
