"""The relations of a client to others, as its card shows them: each in its own words, from either end."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kartu.clients.card import relations
from kartu.clients.models import Client, ClientRelation
from kartu.clients.rights import CHANGE, reaches
from kartu.core.actors import Actor

Kind = ClientRelation.Kind
# The same relation, told from its other end.
FROM_THE_OTHER_END = {
    Kind.PART_OF: _("has as its part"),
    Kind.REFERRED_BY: _("recommended"),
    Kind.PARTNER: _("partner of"),
    Kind.WORKS_FOR: _("gives work to"),
    Kind.RELATIVE: _("relative of"),
}


@dataclass(frozen=True)
class Relation:
    """`other_id` is empty where the reader does not see the other client: its name is all he is told."""

    pk: int
    words: str
    other_id: int | None
    name: str
    note: str
    may_remove: bool


def relations_of(client: Client, by: Actor) -> list[Relation]:
    rows = relations(Q(client=client) | Q(other=client)).select_related("client", "other")
    return [relation_of(row, client, by) for row in rows]


def relation_of(row: ClientRelation, client: Client, by: Actor) -> Relation:
    is_ours = row.client_id == client.pk
    other = row.other if is_ours else row.client
    seen = reaches(by, other)
    words = row.get_kind_display() if is_ours else FROM_THE_OTHER_END[Kind(row.kind)]
    may_remove = reaches(by, row.client, CHANGE) and (is_ours or seen)
    return Relation(row.pk, str(words), other.pk if seen else None, other.name, row.note, may_remove)
