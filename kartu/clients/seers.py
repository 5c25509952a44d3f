"""Who sees a client now, and why."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kartu.clients.models import Client, Collaborator
from kartu.clients.rights import VIEW, reaches, reaches_by_role
from kartu.core import formats
from kartu.core.actors import Scope
from kartu.firm.models import User

WHY = "who takes part in a client, told to those who may know who sees it"


@dataclass(frozen=True)
class Seer:
    person: User
    why: str


def seers_of(client: Client) -> list[Seer]:
    """Everybody who can open the card, by name. `reaches` is the rule of the rows, held to it by a test."""
    people = User.objects.with_rights()
    rows = Collaborator.objects.as_system(WHY).filter(client=client, trashed_at=None).select_related("added_by")
    named = {row.person_id: row for row in rows}
    return [Seer(person, why(person, client, named.get(person.pk))) for person in people if reaches(person, client)]


def why(person: User, client: Client, named: Collaborator | None) -> str:
    """What lets `person`, who does, see `client`: the nearest reason."""
    if person.pk == client.responsible_id:
        return _("looks after this client")
    if person.is_owner:
        return _("is an owner")
    bare = person.with_beyond([])
    if named is not None and not reaches_by_role(bare, client):
        giver = named.added_by
        return _("takes part, named by %(name)s") % {"name": giver} if giver else _("takes part")
    if not reaches_by_role(bare, client):
        return why_for_a_time(person, client)
    if bare.scope(VIEW) is Scope.ALL:
        return _("as %(role)s sees all clients") % {"role": person.role}
    if person.team_id and person.team_id == client.team_id:
        return _("as %(role)s sees the clients of the team") % {"role": person.role}
    return _("as %(role)s sees the clients of the branch") % {"role": person.role}


def why_for_a_time(person: User, client: Client) -> str:
    """What was given to `person` that lets him see `client`, and until when."""
    for given in person.beyond():
        if reaches(person.with_beyond([given]), client):
            until = formats.format_datetime(given.until_at)
            return _("%(what)s, until %(until)s") % {"what": given.what, "until": until}
    return ""
