"""How cells of the list of clients are changed: controls for people and directories, and the actions behind them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kartu.clients import actions
from kartu.clients.actions.editing import locked
from kartu.clients.models import Client, ClientRow, DirectoryItem, Tag
from kartu.clients.rights import HAND_OVER, receivers
from kartu.core.actors import Actor
from kartu.core.text import fold
from kartu.firm.models import User
from kartu.records.changes import EditConflict, EditConflicts
from kartu.records.lists.asking import Asking
from kartu.records.lists.spec import Edit


def change(*, row: Client, values: dict[str, Any], base: dict[str, Any], by: Actor) -> Client:
    return actions.change_client(client=row, values=values, base=base, by=by)


def text(**options: Any) -> Edit:
    return Edit(lambda asking: forms.CharField(**options))


def day() -> Edit:
    return Edit(lambda asking: forms.DateField(required=False))


def item_of(model: type[DirectoryItem]) -> Edit:
    """A value of a directory; those out of use are not offered."""
    return Edit(lambda asking: directory_field(model)(asking))


def directory_field(model: type[DirectoryItem]) -> Callable[[Asking], forms.Field]:
    return lambda asking: forms.ModelChoiceField(model.objects.filter(is_active=True), required=False, empty_label="–")


def responsible() -> Edit:
    return Edit(receiver_field, right=HAND_OVER, save=hand_over)


def receiver_field(asking: Asking) -> forms.Field:
    return forms.ModelChoiceField(receivers(asking.person, HAND_OVER), empty_label=None)


def hand_over(*, row: Client, value: User, base: int | None, by: Actor) -> Client:
    with transaction.atomic():
        row = locked(row, by)
        if row.responsible_id not in (base, value.pk):
            raise EditConflicts(row, [EditConflict("responsible_id", row.responsible_id, value.pk)])
        return actions.hand_over(client=row, to=value, by=by)


def tags() -> Edit:
    return Edit(lambda asking: TagsField(required=False), save=set_tags, initial=tags_said)


class TagsField(forms.CharField):
    """Names of tags with commas between; only tags that there are."""

    def clean(self, value: str) -> list[Tag]:
        names = [name.strip() for name in super().clean(value).split(",") if name.strip()]
        known = {tag.name_key: tag for tag in Tag.objects.filter(Q(name_key__in=[fold(name) for name in names]))}
        missing = [name for name in names if fold(name) not in known]
        if missing:
            raise ValidationError(_("There is no tag “%(name)s”") % {"name": missing[0]}, code="unknown")
        return [known[fold(name)] for name in dict.fromkeys(names)]


def tags_said(row: Client) -> str:
    found = row.client_tags.select_related("tag").order_by("tag__position", "tag__name_key")
    return ", ".join(each.tag.name for each in found)


def set_tags(*, row: Client, value: list[Tag], base: str, by: Actor) -> Client:
    with transaction.atomic():
        row = locked(row, by)
        if tags_said(row) != base:
            raise EditConflicts(row, [EditConflict("tags", tags_said(row), ", ".join(tag.name for tag in value))])
        return actions.set_tags(client=row, tags=value, by=by)


def change_row(*, row: ClientRow, values: dict[str, Any], base: dict[str, Any], by: Actor) -> ClientRow:
    return actions.change_row(row=row, values=values, base=base, by=by)


def set_custom(*, row: Client, values: dict[str, Any], base: dict[str, Any], by: Actor) -> Client:
    return actions.set_custom(client=row, values=values, base=base, by=by)
