"""What an undo cannot know of a merge: what came since to parts that go back, or to a card that goes once more."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from kartu.clients.actions.merging import tell_merge
from kartu.clients.duplicates.moving import LABEL, move_all, parts_of_parts
from kartu.clients.models import Client
from kartu.clients.rights import CHANGE
from kartu.clients.segments.members import part_members
from kartu.clients.signals import merging
from kartu.core.actors import Actor
from kartu.records.changes import UndoConflict, Undoing
from kartu.security import audit
from kartu.security.models.audit import AuditRow, Verb

WHY = "two cards that are parted, or merged once more"
STILL_MERGED = _("%(name)s was merged on, or removed for good since. Take back what came later first")
OUT_OF_REACH = _("The card that the other went into is not yours to change any more. Ask who looks after it")
MOVES = (Verb.TRASH, Verb.RESTORE, Verb.CHANGE)


def settle(*, undoing: Undoing, by: Actor, **signal: Any) -> None:
    """Handler of `changes.undone`: a merge was taken back, or made once more.

    Raises ValidationError where the old card does not come back: half of a parting would leave nobody whole.
    """
    parted = {loser_id for loser_id, _before, after in merges_of(undoing.change_set.pk) if not after}
    for loser_id, _before, after in merges_of(undoing.change_set.undoes_id):
        if after and loser_id not in parted:
            raise ValidationError(
                STILL_MERGED % {"name": Client.names([loser_id]).get(loser_id, loser_id)}, code="merged"
            )
    refuse_half(undoing, by)
    for loser_id, before, after in list(merges_of(undoing.change_set.pk)):
        if after:
            merge_again(loser_id, after, by)
        else:
            part_members(loser_id, before)
            tell_merge(before, loser_id, Verb.PART, by)
        settle_parts({before or after, loser_id}, undoing)


def refuse_half(undoing: Undoing, by: Actor) -> None:
    """Who does not reach the card that stays would bring back an empty one: all that is to go back hangs there."""
    stay = {before or after for _loser_id, before, after in merges_of(undoing.change_set.pk)}
    reached = Client.objects.visible_to(by, CHANGE).filter(pk__in=stay).values_list("pk", flat=True)
    if stay - set(reached):
        raise ValidationError(OUT_OF_REACH, code="reach")


def merges_of(change_set_id: int) -> Iterator[tuple[int, int | None, int | None]]:
    """(the card, where it had been merged into, where it was merged into) of all that a change set merged or parted."""
    lines = AuditRow.objects.filter(change_set_id=change_set_id, object_type=LABEL, verb__in=MOVES)
    for line in lines.select_related("payload").order_by("pk"):
        before, after = (line.payload.values.get(part, {}).get("merged_into_id") for part in ("before", "after"))
        if before or after:
            yield line.object_id, before, after


def merge_again(loser_id: int, winner_id: int, by: Actor) -> None:
    """What came to the card while it stood by itself goes along this time."""
    cards = Client.objects.as_system(WHY).select_related("responsible__role").in_bulk([winner_id, loser_id])
    merging.send(sender=None, client=cards[winner_id], other=cards[loser_id])
    move_all(loser_id, winner_id)
    tell_merge(winner_id, loser_id, Verb.MERGE, by)


def settle_parts(clients: set[int], undoing: Undoing) -> None:
    """A phone added since to a person goes where the person goes; a touch stays, and lets the person go."""
    for field in parts_of_parts():
        astray = field.model.objects.as_system(WHY).filter(client_id__in=clients, **{f"{field.name}__isnull": False})
        astray = list(astray.exclude(**{f"{field.name}__client_id": F("client_id")}).select_related(field.name))
        for row in astray:
            if field.remote_field.on_delete is models.CASCADE:
                audit.change_many([row], {"client_id": getattr(row, field.name).client_id})
            else:
                conflict = UndoConflict(
                    type(row)._meta.label_lower, row.pk, field.attname, getattr(row, field.attname), None
                )
                undoing.conflicts.append(conflict)
                audit.change_many([row], {field.attname: None})
