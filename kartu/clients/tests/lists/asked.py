"""Asking the list of clients, as its page does."""

from django.db import transaction
from django.http import QueryDict

from kartu.clients.lists import CLIENTS
from kartu.clients.models import Client, ClientTag, Favourite
from kartu.core.actors import System
from kartu.core.text import sort_key
from kartu.firm.models import User
from kartu.records.lists.asking import Asking
from kartu.records.lists.finding import Finding
from kartu.records.lists.question import Question
from kartu.security.audit import acting_as, create_many

SYSTEM = System("a test")


def question(query: str, person: User) -> Question:
    return Question.of(CLIENTS, QueryDict(query), Asking(person))


def find(query: str, person: User) -> Finding:
    return Finding(question(query, person), Asking(person))


def names(query: str, person: User) -> list[str]:
    """Names on the first page, in its order."""
    by_id = dict(Client.objects.visible_to(person).values_list("pk", "name"))
    return [by_id[pk] for pk in find(query, person).page().ids]


# What a client repeats of its phones, addresses and touches: set here without them.
REPEATED = ("phone", "email", "city", "last_touch_at", "next_touch_at")


def make(person: User | None, *rows: dict) -> list[Client]:
    """Clients of `person`, a row of values each; "tags" and "kept_by" among them are put beside."""
    with transaction.atomic(), acting_as(SYSTEM):
        clients = create_many([client_of(person, **row) for row in rows])
        create_many(
            [ClientTag(client=made, tag=tag) for made, row in pairs(clients, rows) for tag in row.get("tags", ())]
        )
        create_many(
            [Favourite(client=made, person=who) for made, row in pairs(clients, rows) for who in row.get("kept_by", ())]
        )
    for made, row in pairs(clients, rows):
        if repeated := {name: row[name] for name in REPEATED if name in row}:
            if "city" in repeated:
                repeated["city_key"] = sort_key(row["city"])
            Client.objects.as_system("a test").filter(pk=made.pk).update(**repeated)
    return clients


def pairs(clients: list[Client], rows: tuple[dict, ...]) -> list[tuple[Client, dict]]:
    return list(zip(clients, rows, strict=True))


def client_of(person: User | None, *, tags: tuple = (), kept_by: tuple = (), **values: object) -> Client:
    own = {name: value for name, value in values.items() if name not in REPEATED}
    return Client(responsible=person, team_id=person.team_id if person else None, **{"name": "PT Sinar", **own})
