"""What the right side of the card, and the page of a colleague, tell of clients."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from kartu.clients.card_fields import details as fields_of
from kartu.clients.card_fields import shown_field
from kartu.clients.models import Client
from kartu.clients.numbers import numbers_of
from kartu.clients.rights import CHANGE, SHARE, reaches
from kartu.clients.told_text import told
from kartu.clients.ways import country_of_reader
from kartu.core.actors import Actor
from kartu.firm.models import User


def pinned(client: Client, by: Actor) -> dict[str, Any] | None:
    if not client.pinned and not reaches(by, client, CHANGE):
        return None
    return {"field": shown_field(client, "pinned"), "html": told(client.pinned, country_of_reader(by))}


def people(client: Client, by: Actor) -> dict[str, Any]:
    return {}


def collaborators(client: Client, by: Actor) -> dict[str, Any] | None:
    """Left out where nobody takes part and the reader may name nobody."""
    return {} if client.collaborator_count or reaches(by, client, SHARE) else None


def details(client: Client, by: Actor) -> dict[str, Any]:
    entity = next(iter(client.entities.all()), None)
    return {"fields": fields_of(client), "numbers": numbers_of(entity) if entity else []}


def list_of(person: User) -> str:
    """The address of the list of clients that `person` looks after."""
    return f"{reverse('clients:list')}?{urlencode({'f': f'responsible:any:{person.pk}'})}"


def clients_of(person: User, by: Actor) -> int:
    return Client.objects.visible_to(by).filter(responsible=person).count()
