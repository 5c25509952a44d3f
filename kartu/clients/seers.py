"""Who sees a client now, and why."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kartu.clients.models import Client
from kartu.clients.rights import VIEW, reaches
from kartu.core.actors import Scope
from kartu.firm.models import User


@dataclass(frozen=True)
class Seer:
    person: User
    why: str


def seers_of(client: Client) -> list[Seer]:
    """Everybody who can open the card, by name. `reaches` is the rule of the rows, held to it by a test."""
    people = User.objects.with_rights()
    return [Seer(person, why(person, client)) for person in people if reaches(person, client)]


def why(person: User, client: Client) -> str:
    """What lets `person`, who does, see `client`: the nearest reason."""
    if person.pk == client.responsible_id:
        return _("looks after this client")
    if person.is_owner:
        return _("is an owner")
    if person.scope(VIEW) is Scope.ALL:
        return _("as %(role)s sees all clients") % {"role": person.role}
    if person.team_id and person.team_id == client.team_id:
        return _("as %(role)s sees the clients of the team") % {"role": person.role}
    return _("as %(role)s sees the clients of the branch") % {"role": person.role}
