"""Colleagues who take part in a client that somebody else looks after."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.clients.actions.editing import tell_change
from kartu.clients.events import ClientShared
from kartu.clients.models import Client, Collaborator
from kartu.clients.rights import CHANGE, SHARE, VIEW, reaches
from kartu.core.actors import Actor
from kartu.core.outbox import publish
from kartu.firm.models import User
from kartu.security import audit
from kartu.security.actions import Refused, action


@action(SHARE)
def name_collaborator(*, client: Client, person: User, may_change: bool = False, by: Actor) -> Collaborator:
    """Let `person` see `client`, and change it too if he `may_change`; named once more, only that is changed."""
    check_named(client, person, may_change, by)
    rows = Collaborator.objects.as_system("whoever takes part, or did, in a client that is shared")
    rows = rows.select_for_update().filter(client=client, person=person)
    row = rows.order_by("trashed_at").filter(trashed_at=None).first() or rows.order_by("-pk").first()
    if row is None:
        row = Collaborator(client=client, person=person, may_change=may_change, added_by_id=by.pk)
        row.save()
    else:
        is_new = row.trashed_at is not None
        values = {"trashed_at": None, "may_change": may_change, **({"added_by_id": by.pk} if is_new else {})}
        if not audit.change_many([row], values) or not is_new:
            return seen_by(row, by)
    tell_change(client.pk, ["collaborators"], by)
    publish(ClientShared(client.pk, person.pk, by.pk))
    return seen_by(row, by)


def seen_by(row: Collaborator, by: Actor) -> Collaborator:
    return row.cleared_for(by)


def check_named(client: Client, person: User, may_change: bool, by: Actor) -> None:
    if person.pk == client.responsible_id:
        raise ValidationError({"person": _("%(name)s looks after this client already") % {"name": person}}, code="his")
    if person not in those_who_may_take_part():
        told = _("%(name)s may not see clients at all. Give another role first.") % {"name": person}
        raise ValidationError({"person": told}, code="no_right")
    if may_change and not (by.is_system or reaches(by, client, CHANGE)):
        raise Refused(f"{CHANGE} for {person.pk}")


def those_who_may_take_part() -> list[User]:
    """All whose role lets them see clients, if only their own."""
    return [person for person in User.objects.active().select_related("role", "team") if person.may(VIEW)]


@action(SHARE)
def remove_collaborator(*, collaborator: Collaborator, by: Actor) -> Collaborator:
    """Let the colleague take part no more."""
    audit.change_many([collaborator], {"trashed_at": timezone.now()})
    tell_change(collaborator.client_id, ["collaborators"], by)
    return collaborator


@action(SHARE)
def set_collaborators(*, client: Client, people: Iterable[User], by: Actor) -> Client:
    """Let exactly `people` take part in `client`; those who do already keep what they may."""
    wanted = {person.pk: person for person in people}
    had = {row.person_id: row for row in Collaborator.objects.visible_to(by, SHARE).filter(client=client)}
    for pk, row in had.items():
        if pk not in wanted:
            remove_collaborator(collaborator=row, by=by)
    for pk, person in wanted.items():
        if pk not in had:
            name_collaborator(client=client, person=person, by=by)
    return client
