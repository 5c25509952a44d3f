"""What all parts of a client have in common: one of them is the main one, and they go to the trash one by one."""

from django.utils import timezone

from kartu.clients.actions.editing import locked, tell_change
from kartu.clients.models import Address, BankAccount, Channel, ClientEntity, Contact
from kartu.clients.rights import CHANGE
from kartu.core.actors import Actor
from kartu.security import audit
from kartu.security.actions import action
from kartu.security.rows import GuardedModel, GuardedQuerySet

Part = Address | BankAccount | Channel | ClientEntity | Contact


def beside(part: Part) -> GuardedQuerySet:
    """The parts among which `part` is, or is not, the main one; itself left out."""
    rows = type(part).objects.as_system("the parts beside one that is written")
    same = {column: getattr(part, column) for column in part.main_among}
    return rows.filter(**same, trashed_at__isnull=True).exclude(pk=part.pk)


def place(part: Part, *, is_main: bool = False, others: list[Part] | None = None) -> None:
    """Save a new part: the first one is the main one, a later one only if it is said to be.

    `others` are those beside it, where the caller has read them already.
    """
    others = list(beside(part)) if others is None else others
    part.is_main = is_main or not others
    if part.is_main:
        audit.change_many([other for other in others if other.is_main], {"is_main": False})
    part.save()


@action(CHANGE)
def make_main(*, part: Part, by: Actor) -> Part:
    """Let `part` be the one that is called, written to or printed first."""
    fresh = locked(part, by)
    audit.change_many(beside(fresh).filter(is_main=True), {"is_main": False})
    fresh.is_main = True
    fresh.save()
    tell_change(fresh.client_id, [noun(fresh)], by)
    return fresh


@action(CHANGE)
def remove(*, part: Part, by: Actor) -> Part:
    """Put `part` in the trash, a contact with its phones; if it was the main one, the next takes its place."""
    fresh = locked(part, by)
    now = timezone.now()
    for inner in inner_parts(fresh):
        audit.change_many(inner.filter(trashed_at__isnull=True), {"trashed_at": now})
    fresh.trashed_at = now
    fresh.save()
    heir = beside(fresh).first()
    if fresh.is_main and heir:
        heir.is_main = True
        heir.save()
    tell_change(fresh.client_id, [noun(fresh)], by)
    return fresh


def inner_parts(part: Part) -> list[GuardedQuerySet]:
    why = "what belongs to a part that goes to the trash"
    if isinstance(part, Contact):
        return [Channel.objects.as_system(why).filter(contact=part)]
    if isinstance(part, ClientEntity):
        return [BankAccount.objects.as_system(why).filter(entity=part)]
    return []


def noun(part: GuardedModel) -> str:
    """How an event names a kind of parts: "channels"."""
    return type(part)._meta.get_field("client").remote_field.related_name
