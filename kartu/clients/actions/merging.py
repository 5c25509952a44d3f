"""Two cards of one client become one; two clients that only look alike are told apart."""

from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.clients.actions.clients import check_receiver
from kartu.clients.actions.editing import check, tell_change
from kartu.clients.duplicates.keys import is_mixed
from kartu.clients.duplicates.moving import LABEL, left_behind, move, move_all, pointed_at_still
from kartu.clients.events import ClientsMerged
from kartu.clients.models import Client, NotSame
from kartu.clients.rights import CHANGE, HAND_OVER, MERGE
from kartu.clients.signals import merging
from kartu.core.actors import Actor
from kartu.core.jobs import chunk
from kartu.core.outbox import publish
from kartu.records.custom.definitions import fields_for, fields_of
from kartu.records.custom.references import repoint
from kartu.security import audit
from kartu.security.actions import Refused, action
from kartu.security.columns import set_value, value_of
from kartu.security.models.audit import Verb

# What the two cards hold once, and the person chooses from. Whatever there may be several of is kept from both.
CHOICES: dict[str, tuple[str, ...]] = {
    "name": ("kind", "name", "family_name", "given_name", "patronymic", "salutation"),
    "responsible": ("responsible_id", "team_id"),
    "about": ("about",),
    "status": ("status_id",),
    "category": ("category_id",),
    "source": ("source_id",),
    "country": ("country",),
    "language": ("language",),
    "birthday": ("birthday",),
    "consent": ("consent_at", "consent_how"),
    "pinned": ("pinned",),
}


@action(MERGE)
def merge_clients(
    *, client: Client, other: Client, take: Collection[str] = (), seen: tuple[int, int] | None = None, by: Actor
) -> Client:
    """`other` goes into `client`: all that points at it points at `client`, and its card is out of sight.

    `take` names the choices (`choices_for`) in which the values of `other` are kept. `seen` are the versions of both
    that the person has compared: ValidationError, if either was changed since. Undo of the change set parts the two.
    """
    winner, loser = both(client, other, by)
    if seen and seen != (winner.version, loser.version):
        raise ValidationError(_("One of the two was changed meanwhile. Look at them once more"), code="changed")
    changed = take_values(winner, loser, take, by)
    merging.send(sender=None, client=winner, other=loser)
    move_all(loser.pk, winner.pk)
    loser.merged_into, loser.trashed_at = winner, timezone.now()
    loser.save()
    tell_merge(winner.pk, loser.pk, Verb.MERGE, by)
    tell_change(winner.pk, changed, by)
    publish(ClientsMerged(winner.pk, loser.pk, by.pk))
    return winner


@action(MERGE)
def merge_pairs(*, pairs: Iterable[tuple[Client, Client]], by: Actor) -> list[Client]:
    """Merge each pair into its first card, which takes what it lacks; the cards that stay. Chains become one card.

    Pairs whose names only look alike are left alone: a person compares them one by one. So are those that differ in
    what `by` does not see: one of the two values would be gone without anybody's choice.
    """
    gone: dict[int, Client] = {}
    for one, other in pairs:
        one, other = (last(card, gone) for card in (one, other))
        is_plain = not (is_mixed(one.name) or is_mixed(other.name) or differ_out_of_sight(one, other, by))
        if one.pk != other.pk and is_plain:
            winner, loser = sorted((one, other), key=lambda card: card.pk)
            gone[loser.pk] = merge_clients(client=winner, other=loser, take=lacking(winner, loser, by), by=by)
    return list({last(card, gone).pk: last(card, gone) for card in gone.values()}.values())


def last(card: Client, gone: dict[int, Client]) -> Client:
    """Where `card` is by now."""
    while card.pk in gone:
        card = gone[card.pk]
    return card


def choices_for(by: Actor) -> dict[str, tuple[str, ...]]:
    """CHOICES and the firm's own fields that `by` may change, by the names of their columns ("custom.5")."""
    return CHOICES | {shape.column: (shape.column,) for shape in fields_for(LABEL, by) if shape.may_change(by)}


def lacking(client: Client, other: Client, by: Actor) -> set[str]:
    """What of `choices_for` is empty on `client` and filled in on `other`; who is meant and who looks after stay."""
    choices = choices_for(by)
    return {
        name
        for name, columns in choices.items()
        if name not in ("name", "responsible") and is_filled(other, columns) and not is_filled(client, columns)
    }


def is_filled(card: Client, columns: Iterable[str]) -> bool:
    return any(value_of(card, column) not in (None, "") for column in columns)


def both(client: Client, other: Client, by: Actor) -> tuple[Client, Client]:
    """The two, locked, as far as `by` may merge and change each."""
    if client.pk == other.pk:
        raise ValidationError(_("That is the client itself"), code="itself")
    rows = Client.objects.visible_to(by, MERGE).filter(pk__in=Client.objects.visible_to(by, CHANGE).values("pk"))
    rows = {
        row.pk: row for row in rows.select_for_update(of=("self",)).filter(pk__in=[client.pk, other.pk]).order_by("pk")
    }
    if missing := {client.pk, other.pk} - rows.keys():
        raise Refused(f"{MERGE} of {LABEL} {min(missing)}")
    return rows[client.pk], rows[other.pk]


def take_values(winner: Client, loser: Client, take: Collection[str], by: Actor) -> list[str]:
    """Give `winner` the values of `loser` that were chosen; the columns that are new."""
    choices = choices_for(by)
    if unknown := set(take) - choices.keys():
        raise ValidationError({min(unknown): _("There is no such field")}, code="unknown")
    columns = [column for name in take for column in choices[name]] + out_of_sight(winner, loser, choices)
    changed = [column for column in columns if value_of(winner, column) != value_of(loser, column)]
    if "responsible_id" in changed:
        if not by.may(HAND_OVER):
            raise Refused(f"{HAND_OVER} of {LABEL} {winner.pk}")
        check_receiver(by, HAND_OVER, loser.responsible)
    for column in columns:
        set_value(winner, column, value_of(loser, column))
    if changed:
        check(winner)
        winner.save()
    return changed


def not_chosen_in(choices: Collection[str]) -> list[str]:
    """The firm's own fields that are none of `choices`."""
    return [column for column in fields_of(LABEL) if column not in choices]


def differ_out_of_sight(client: Client, other: Client, by: Actor) -> list[str]:
    """Fields of the firm's own that both cards fill in, each otherwise, and that `by` does not choose in."""
    return [
        column
        for column in not_chosen_in(choices_for(by))
        if is_filled(client, [column])
        and is_filled(other, [column])
        and value_of(client, column) != value_of(other, column)
    ]


def out_of_sight(winner: Client, loser: Client, choices: Collection[str]) -> list[str]:
    """Fields of the firm's own that whoever merges does not choose in: what only the old card holds goes along."""
    return [
        column for column in not_chosen_in(choices) if is_filled(loser, [column]) and not is_filled(winner, [column])
    ]


def catch_up(by: Actor) -> int:
    """Let what reached a card in the moment of its merging follow to the new one; how many cards."""
    count = 0
    for field, loser_id, winner_id in list(left_behind()):
        with chunk(), audit.acting_as(by):
            move(field, loser_id, winner_id)
            count += 1
    for loser_id, winner_id in sorted(pointed_at_still()):
        with chunk(), audit.acting_as(by):
            repoint(LABEL, loser_id, winner_id)
            count += 1
    return count


def tell_merge(winner_id: int, loser_id: int, verb: Verb, by: Actor) -> None:
    """The line on the card that took over, or gave back; what is kept of both elsewhere is made anew."""
    now = audit.acting()
    values: dict[str, Any] = {"before": {}, "after": {}, "card": loser_id}
    audit.record(verb, Client(pk=winner_id), by=by, values=values, change_set_id=now.change_set_id)
    now.roots.update({(LABEL, winner_id), (LABEL, loser_id)})


@action(MERGE)
def tell_apart(*, pairs: Iterable[tuple[Client, Client]], by: Actor) -> list[NotSame]:
    """These look alike and are two; they are not offered again."""
    told = []
    for one, other in pairs:
        first, second = sorted(both(one, other, by), key=lambda client: client.pk)
        rows = NotSame.objects.as_system("whether two clients were told apart already")
        if not rows.filter(client=first, other=second, trashed_at=None).exists():
            told.append(NotSame(client=first, other=second))
            told[-1].save()
    return told


def move_apart(loser_id: int, winner_id: int) -> None:
    """A MergeMove: who was told apart from the one is apart from the other."""
    rows = NotSame.objects.as_system("clients told apart from one that is merged").filter(trashed_at=None)
    for row in rows.filter(client_id=loser_id) | rows.filter(other_id=loser_id):
        third = row.other_id if row.client_id == loser_id else row.client_id
        first, second = sorted((third, winner_id))
        if third != winner_id and not rows.filter(client_id=first, other_id=second).exists():
            audit.change_many([row], {"client_id": first, "other_id": second})
