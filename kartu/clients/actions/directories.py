"""The short lists of the firm: their values added, renamed, put in order, retired and merged."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kartu.clients.directories import Directory, directory_of
from kartu.clients.merging import move_clients
from kartu.clients.models import DirectoryItem
from kartu.clients.rights import DIRECTORIES
from kartu.core.actors import Actor
from kartu.core.text import fold
from kartu.records.models import ChangeSet
from kartu.security import audit
from kartu.security.actions import action
from kartu.security.models.audit import Verb


@action(DIRECTORIES)
def add_item(*, directory: Directory, name: str, by: Actor) -> DirectoryItem:
    """A new value at the end of its list; one of that name that is there already, in use or not, is taken instead."""
    name = checked_name(name)
    there = directory.model.objects.filter(name_key=fold(name)).first()
    if there:
        return there if there.is_active else bring_back(there, by)
    item = directory.model(name=name, position=directory.model.objects.count() + 1)
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError:  # somebody else has just added it
        return directory.model.objects.get(name_key=fold(name))
    tell(item, by, {"after": {"name": name}})
    return item


def checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not fold(name):
        raise ValidationError({"name": _("Nothing is written here")}, code="empty")
    if len(name) > 80:
        raise ValidationError({"name": _("At most 80 letters")}, code="too_long")
    return name


def tell(item: DirectoryItem, by: Actor, values: dict) -> None:
    audit.record(Verb.SETTING, item, by=by, values=values)


def bring_back(item: DirectoryItem, by: Actor) -> DirectoryItem:
    item.is_active = True
    item.save(update_fields=["is_active"])
    tell(item, by, {"before": {"is_active": False}, "after": {"is_active": True}})
    return item


@action(DIRECTORIES)
def rename_item(*, item: DirectoryItem, name: str, by: Actor) -> DirectoryItem:
    """Give `item` another name, wherever it stands. Raises ValidationError if another value has that name."""
    name, before = checked_name(name), item.name
    twin = type(item).objects.filter(name_key=fold(name)).exclude(pk=item.pk).first()
    if twin:
        raise ValidationError({"name": _("%(name)s is there already; merge the two") % {"name": twin}}, code="twice")
    if name != before:
        item.name = name
        item.save(update_fields=["name", "name_key"])
        tell(item, by, {"before": {"name": before}, "after": {"name": name}})
    return item


@action(DIRECTORIES)
def order_items(*, directory: Directory, ids: list[int], by: Actor) -> None:
    """Put the values in the order of `ids`; those not named follow as they stood."""
    rank = {pk: number for number, pk in enumerate(ids)}
    items = sorted(directory.model.objects.all(), key=lambda item: (rank.get(item.pk, len(ids)), item.position))
    for position, item in enumerate(items, 1):
        item.position = position
    directory.model.objects.bulk_update(items, ["position"])
    audit.record(Verb.SETTING, by=by, values={"order of": directory.key, "after": ids})


@action(DIRECTORIES)
def retire_item(*, item: DirectoryItem, by: Actor) -> DirectoryItem:
    """Offer `item` no more; it stays where it was chosen."""
    item.is_active = False
    item.save(update_fields=["is_active"])
    tell(item, by, {"before": {"is_active": True}, "after": {"is_active": False}})
    return item


@action(DIRECTORIES)
def use_item_again(*, item: DirectoryItem, by: Actor) -> DirectoryItem:
    return bring_back(item, by)


@action(DIRECTORIES)
def merge_items(*, item: DirectoryItem, into: DirectoryItem, by: Actor) -> ChangeSet:
    """Retire `item` and let all its clients have `into` instead, in the background.

    Returns the change set that the clients are moved in, which can be undone.
    """
    if type(item) is not type(into) or item.pk == into.pk:
        raise ValidationError(_("Choose another value of the same list"), code="itself")
    retire_item(item=item, by=by)
    title = _("%(old)s became %(new)s") % {"old": item, "new": into}
    changes = ChangeSet.objects.create(kind=ChangeSet.Kind.BULK, title=title[:200], by_id=by.pk)
    directory = directory_of(type(item))
    move_clients.later(by=by, directory=directory.key, item_id=item.pk, into_id=into.pk, change_set_id=changes.pk)
    return changes
