"""The short lists of the firm: statuses, categories, sources, tags."""

from typing import Any, Literal

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Status
from pydantic import Field

from kartu.clients import actions
from kartu.clients.api.resource import pointed
from kartu.clients.directories import DIRECTORIES as LISTS
from kartu.clients.directories import Directory
from kartu.clients.models import DirectoryItem
from kartu.clients.rights import DIRECTORIES as RIGHT
from kartu.clients.rights import VIEW
from kartu.core.access import access, reached
from kartu.core.api import Resource, add_header
from kartu.core.api.schemas import UNSENT, Id, In, Out, words

DIRECTORIES = Resource("directories", _("Short lists"), order=110)
Key = Literal[*LISTS]


class ItemOut(Out):
    id: int
    name: str
    is_active: bool


class ItemIn(In):
    name: words(80, shortest=1)


class ItemChange(In):
    """`is_active`: whether it is offered; one that is not stays where it was chosen."""

    name: words(80, shortest=1) = UNSENT
    is_active: bool = UNSENT


class OrderIn(In):
    ids: list[Id] = Field(max_length=1000)


class MergeIn(In):
    into_id: Id


def items_of(key: str) -> QuerySet[DirectoryItem]:
    return LISTS[key].model.objects.all()


def item_or_404(request: HttpRequest, key: str, pk: int) -> DirectoryItem:
    return reached(items_of(key), pk, request.user)


@DIRECTORIES.get("/directories/{key}", list[ItemOut])
@access(VIEW)
def read_items(request: HttpRequest, key: Key) -> list[dict[str, Any]]:
    """In their order, those out of use among them."""
    return [told(item) for item in items_of(key)]


def told(item: DirectoryItem) -> dict[str, Any]:
    return {"id": item.pk, "name": item.name, "is_active": item.is_active}


@DIRECTORIES.post("/directories/{key}", ItemOut)
@access(RIGHT)
def add_item(request: HttpRequest, key: Key, data: ItemIn) -> Status:
    """At the end of the list. One of that name that is there already is answered instead."""
    return Status(201, told(actions.add_item(directory=directory(key), name=data.name, by=request.user)))


def directory(key: str) -> Directory:
    return LISTS[key]


@DIRECTORIES.patch("/directories/{key}/{int:pk}", ItemOut)
@access(RIGHT)
def change_item(request: HttpRequest, key: Key, pk: int, data: ItemChange) -> dict[str, Any]:
    item = item_or_404(request, key, pk)
    with transaction.atomic():
        if data.name is not None:
            actions.rename_item(item=item, name=data.name, by=request.user)
        if data.is_active is not None and data.is_active != item.is_active:
            act = actions.use_item_again if data.is_active else actions.retire_item
            act(item=item, by=request.user)
    return told(item)


@DIRECTORIES.put("/directories/{key}/order", list[ItemOut])
@access(RIGHT)
def order_items(request: HttpRequest, key: Key, data: OrderIn) -> list[dict[str, Any]]:
    """Those not named follow as they stood."""
    actions.order_items(directory=directory(key), ids=data.ids, by=request.user)
    return [told(item) for item in items_of(key)]


@DIRECTORIES.post("/directories/{key}/{int:pk}/merge", None, status=204)
@access(RIGHT)
def merge_items(request: HttpRequest, key: Key, pk: int, data: MergeIn) -> Status:
    """All that have it get the other value, in the background; it is offered no more."""
    item = item_or_404(request, key, pk)
    changes = actions.merge_items(item=item, into=pointed(items_of(key), data.into_id, "into_id"), by=request.user)
    add_header(request, "Kartu-Changes", str(changes.pk))
    return Status(204, None)
