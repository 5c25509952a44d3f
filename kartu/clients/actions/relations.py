"""How clients stand to each other, and which of them a person keeps at hand."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.clients.actions.editing import check, tell_change
from kartu.clients.models import Client, ClientRelation, Favourite
from kartu.clients.rights import CHANGE, VIEW
from kartu.core.actors import Actor
from kartu.security import audit
from kartu.security.actions import action


@action(CHANGE)
def add_relation(*, client: Client, other: Client, kind: str, note: str = "", by: Actor) -> ClientRelation:
    """Say how `client` stands to `other`: "part_of" it, "referred_by" it. Both cards show it, each in its own words."""
    if client.pk == other.pk:
        raise ValidationError({"other": _("That is the client itself")}, code="itself")
    there = ClientRelation.objects.as_system("the relations beside one that is written").filter(trashed_at__isnull=True)
    if there.filter(client=client, other=other, kind=kind).exists():
        raise ValidationError({"other": _("This stands here already")}, code="twice")
    if kind == ClientRelation.Kind.PART_OF and other.pk in wholes_below(client, there):
        raise ValidationError({"other": _("%(name)s is itself part of this client") % {"name": other}}, code="circle")
    relation = ClientRelation(client=client, other=other, kind=kind, note=note)
    check(relation)
    relation.save()
    tell_change(client.pk, ["relations"], by)
    return relation


def wholes_below(client: Client, relations: Any) -> set[int]:
    """The ids of all clients that are part of `client`, however deep."""
    found: set[int] = set()
    layer = {client.pk}
    while layer:
        parts = relations.filter(other_id__in=layer, kind=ClientRelation.Kind.PART_OF)
        layer = set(parts.values_list("client_id", flat=True)) - found
        found |= layer
    return found


@action(CHANGE)
def remove_relation(*, relation: ClientRelation, by: Actor) -> ClientRelation:
    audit.change_many([relation], {"trashed_at": timezone.now()})
    tell_change(relation.client_id, ["relations"], by)
    return relation


@action(VIEW)
def keep_at_hand(*, client: Client, by: Actor) -> Favourite:
    """Make `client` a favourite of `by`; once is enough."""
    mine = Favourite.objects.visible_to(by).filter(client=client).first()
    if mine:
        return mine
    favourite = Favourite.objects.visible_to(by, trashed=True).filter(client=client).first()
    if favourite:
        audit.change_many([favourite], {"trashed_at": None})
        return favourite
    favourite = Favourite(person_id=by.pk, client=client)
    favourite.save()
    return favourite


@action(VIEW)
def let_go(*, client: Client, by: Actor) -> None:
    """Make `client` a favourite of `by` no more."""
    audit.change_many(Favourite.objects.visible_to(by).filter(client=client), {"trashed_at": timezone.now()})
