"""Colleagues who take part in a client."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Status

from kartu.clients import actions
from kartu.clients.api.resource import CLIENTS, client_or_404, part_or_404, pointed
from kartu.clients.models import Client, Collaborator
from kartu.clients.rights import SHARE, VIEW
from kartu.core.access import access
from kartu.core.api.schemas import Id, In, Out
from kartu.firm.models import User
from kartu.records.api.doing import doing


class CollaboratorIn(In):
    """A colleague who is to see the client, and to change it if he `may_change`."""

    person_id: Id
    may_change: bool = False


class CollaboratorOut(Out):
    id: int
    person_id: int
    name: str
    may_change: bool


def told(client: Client, request: HttpRequest) -> list[dict[str, Any]]:
    rows = Collaborator.objects.visible_to(request.user).filter(client=client).select_related("person")
    return [
        {"id": row.pk, "person_id": row.person_id, "name": row.person.name, "may_change": row.may_change}
        for row in rows.order_by("person__name", "pk")
    ]


@CLIENTS.get("/clients/{int:pk}/collaborators", list[CollaboratorOut])
@access(VIEW)
def read_collaborators(request: HttpRequest, pk: int) -> list[dict[str, Any]]:
    """Who else takes part, by name."""
    return told(client_or_404(request, pk), request)


@CLIENTS.post("/clients/{int:pk}/collaborators", CollaboratorOut)
@access(SHARE)
def add_collaborator(request: HttpRequest, pk: int, data: CollaboratorIn) -> Status:
    client = client_or_404(request, pk, SHARE)
    person = pointed(User.objects.active(), data.person_id, "person_id")
    with doing(request, _("Who else takes part")):
        row = actions.name_collaborator(client=client, person=person, may_change=data.may_change, by=request.user)
    return Status(201, next(each for each in told(client, request) if each["id"] == row.pk))


@CLIENTS.delete("/clients/{int:pk}/collaborators/{int:part}")
@access(SHARE)
def remove_collaborator(request: HttpRequest, pk: int, part: int) -> Status:
    row = part_or_404(request, Collaborator, pk, part, SHARE)
    with doing(request, _("Takes part no more")):
        actions.remove_collaborator(collaborator=row, by=request.user)
    return Status(204, None)
