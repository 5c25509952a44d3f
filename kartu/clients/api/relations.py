"""How clients stand to each other."""

from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Status

from kartu.clients import actions
from kartu.clients.api.resource import CLIENTS, client_or_404, part_or_404, pointed
from kartu.clients.card import client_for_card
from kartu.clients.models import Client, ClientRelation
from kartu.clients.relations import relations_of
from kartu.clients.rights import CHANGE, VIEW
from kartu.core.access import access
from kartu.core.api.schemas import Id, In, Out, words
from kartu.records.api.doing import doing


class RelationIn(In):
    """How the client of the address stands to `other_id`: "part_of" it, "referred_by" it."""

    other_id: Id
    kind: Literal[*ClientRelation.Kind.values]
    note: words(200) = ""


class RelationOut(Out):
    """`words` as the card says it; `other_id` is null where the token does not see the other client."""

    id: int
    words: str
    other_id: int | None
    other_name: str
    note: str


def told(client: Client, request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {"id": each.pk, "words": each.words, "other_id": each.other_id, "other_name": each.name, "note": each.note}
        for each in relations_of(client, request.user)
    ]


@CLIENTS.get("/clients/{int:pk}/relations", list[RelationOut])
@access(VIEW)
def read_relations(request: HttpRequest, pk: int) -> list[dict[str, Any]]:
    """From either end, each in its own words."""
    return told(client_for_card(pk, request.user), request)


@CLIENTS.post("/clients/{int:pk}/relations", RelationOut)
@access(CHANGE)
def add_relation(request: HttpRequest, pk: int, data: RelationIn) -> Status:
    client = client_or_404(request, pk, CHANGE)
    other = pointed(Client.objects.visible_to(request.user), data.other_id, "other_id")
    with doing(request, _("New relation")):
        row = actions.add_relation(client=client, other=other, kind=data.kind, note=data.note, by=request.user)
    return Status(201, next(each for each in told(client, request) if each["id"] == row.pk))


@CLIENTS.delete("/clients/{int:pk}/relations/{int:part}")
@access(CHANGE)
def remove_relation(request: HttpRequest, pk: int, part: int) -> Status:
    """At the client that it was added to."""
    row = part_or_404(request, ClientRelation, pk, part)
    with doing(request, _("Moved to the trash")):
        actions.remove_relation(relation=row, by=request.user)
    return Status(204, None)
