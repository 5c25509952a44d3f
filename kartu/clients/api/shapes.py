"""What clients look like in the programs' interface."""

from typing import Any, Literal

from django.urls import reverse
from pydantic import Field

from kartu.clients.api.resource import Country, Language
from kartu.clients.models import Client
from kartu.core.actors import Actor
from kartu.core.api.schemas import Day, Id, In, Moment, Named, Out, changes_of, named, words
from kartu.records.custom.definitions import fields_for

Kind = Literal[*Client.Kind.values]
OWN = (
    'The firm\'s own fields, by their numbers: the column f5 of `GET /lists/clients` is "5" here. A text (of a choice '
    "its key), a number (with decimals as a text), a day as 2026-11-23, true or false, a list of keys, the number of a "
    "record that is pointed at (one that you see: else 422), the number of a file: one attached to this client that "
    "stands in no section and no other field (`/files/{pk}` tells its name, `/files/{pk}/content` its bytes); null: "
    "nothing, and the file goes to the trash. "
    "What a formula gives is told, and refused with 422 where it is sent."
)
Own = dict[words(12), words(5000) | int | bool | list[words(12)] | None]


class ClientFields(In):
    kind: Kind = "company"
    name: words(300, shortest=1)
    family_name: words(120) = ""
    given_name: words(120) = ""
    patronymic: words(120) = ""
    salutation: words(40) = ""
    about: words(200) = ""
    pinned: words(20_000) = ""
    country: Country = ""
    language: Language = ""
    birthday: Day | None = None
    consent_at: Day | None = None
    consent_how: words(200) = ""
    status_id: Id | None = None
    category_id: Id | None = None
    source_id: Id | None = None
    custom: Own = Field(default_factory=dict, max_length=200, description=OWN)


class ClientIn(ClientFields):
    """`phone` may hold several numbers with commas; without `responsible_id` the token's person looks after it."""

    phone: words(300) = ""
    email: words(254) = ""
    tag_ids: list[Id] = Field([], max_length=50)
    responsible_id: Id | None = None


ClientChange = changes_of(ClientFields, "ClientChange")


class ClientOut(Out):
    """`phone`, `email` and `city` repeat the main channel and address."""

    id: int
    version: int
    kind: str
    name: str
    family_name: str
    given_name: str
    patronymic: str
    salutation: str
    about: str
    pinned: str
    country: str
    language: str
    birthday: Day | None
    consent_at: Day | None
    consent_how: str
    status: Named | None
    category: Named | None
    source: Named | None
    responsible: Named | None
    team: Named | None
    tags: list[Named]
    phone: str
    email: str
    city: str
    last_touch_at: Moment | None
    last_touch_text: str
    next_touch_at: Moment | None
    next_touch_text: str
    created_at: Moment
    created_by: Named | None
    custom: Own = Field(description=OWN)
    url: str


POINTED = ("status", "category", "source", "responsible", "team", "created_by")
PLAIN = [name for name in ClientOut.model_fields if name not in {"id", "tags", "custom", "url", *POINTED}]


def told(client: Client, by: Actor) -> dict[str, Any]:
    """A client that was fetched with its tags and with what POINTED names, as far as `by` may know its fields."""
    own = {str(shape.id): shape.kept_in(client.own_values) for shape in fields_for(Client._meta.label_lower, by)}
    return {
        "id": client.pk,
        **{name: getattr(client, name) for name in PLAIN},
        **{name: named(getattr(client, name)) for name in POINTED},
        "tags": [named(each.tag) for each in client.client_tags.all()],
        "custom": {key: value for key, value in own.items() if value is not None},
        "url": reverse("clients:card", args=[client.pk]),
    }
