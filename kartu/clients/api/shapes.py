"""What clients look like in the programs' interface."""

from typing import Any, Literal

from django.urls import reverse
from pydantic import Field

from kartu.clients.api.resource import Country, Language
from kartu.clients.models import Client
from kartu.core.api.schemas import Day, Id, In, Moment, Named, Out, changes_of, named, words

Kind = Literal[*Client.Kind.values]


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
    url: str


POINTED = ("status", "category", "source", "responsible", "team", "created_by")
PLAIN = [name for name in ClientOut.model_fields if name not in {"id", "tags", "url", *POINTED}]


def told(client: Client) -> dict[str, Any]:
    """A client that was fetched with its tags and with what POINTED names."""
    return {
        "id": client.pk,
        **{name: getattr(client, name) for name in PLAIN},
        **{name: named(getattr(client, name)) for name in POINTED},
        "tags": [named(each.tag) for each in client.client_tags.all()],
        "url": reverse("clients:card", args=[client.pk]),
    }
