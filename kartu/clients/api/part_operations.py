"""The operations on parts of a client, the same few for each kind of `parts.KINDS`."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Status

from kartu.clients import actions
from kartu.clients.api.parts import Kind, told
from kartu.clients.api.resource import CLIENTS, client_or_404, part_or_404
from kartu.clients.rights import CHANGE, VIEW
from kartu.clients.ways import title_of
from kartu.core.access import access
from kartu.records.api.doing import base_sent, doing, show_version


def open_parts(kind: Kind) -> None:
    """Add the operations on one kind of parts."""
    whole = f"/clients/{{int:pk}}/{kind.noun}"
    part = f"{whole}/{{int:part}}"
    open_reading(kind, whole, part)
    open_adding(kind, whole)
    open_changing(kind, part)
    open_removing(kind, part)


def open_reading(kind: Kind, whole: str, part: str) -> None:
    @CLIENTS.get(whole, list[kind.out])
    @access(VIEW)
    @called(f"read_{kind.noun}")
    def read_all(request: HttpRequest, pk: int) -> list[dict[str, Any]]:
        client = client_or_404(request, pk)
        return [told(row, kind.out) for row in getattr(client, kind.related or kind.noun).all()]

    @CLIENTS.get(part, kind.out)
    @access(VIEW)
    @called(f"read_{kind.one}")
    def read(request: HttpRequest, pk: int, part: int) -> dict[str, Any]:
        row = part_or_404(request, kind.model, pk, part, VIEW)
        show_version(request, row)
        return told(row, kind.out)


def open_adding(kind: Kind, whole: str) -> None:
    @CLIENTS.post(whole, kind.out)
    @access(CHANGE)
    @called(f"add_{kind.one}")
    def add(request: HttpRequest, pk: int, data: kind.shape) -> Status:
        client = client_or_404(request, pk, CHANGE)
        with doing(request, str(kind.added)):
            row = kind.add(client=client, by=request.user, **data.given())
        show_version(request, row)
        return Status(201, told(row, kind.out))


def open_changing(kind: Kind, part: str) -> None:
    @CLIENTS.patch(part, kind.out)
    @access(CHANGE)
    @called(f"change_{kind.one}")
    def change(request: HttpRequest, pk: int, part: int, data: kind.change_shape) -> dict[str, Any]:
        row = part_or_404(request, kind.model, pk, part)
        values = data.sent("version")
        base = base_sent(request, row, data, values)
        with doing(request, title_of(row)):
            row = kind.change(row, values=values, base=base, by=request.user)
        show_version(request, row)
        return told(row, kind.out)

    @CLIENTS.post(f"{part}/main", kind.out, status=200)
    @access(CHANGE)
    @called(f"make_{kind.one}_main")
    def make_main(request: HttpRequest, pk: int, part: int) -> dict[str, Any]:
        row = part_or_404(request, kind.model, pk, part)
        with doing(request, title_of(row)):
            row = actions.make_main(part=row, by=request.user)
        return told(row, kind.out)


def open_removing(kind: Kind, part: str) -> None:
    @CLIENTS.delete(part)
    @access(CHANGE)
    @called(f"remove_{kind.one}")
    def remove(request: HttpRequest, pk: int, part: int) -> Status:
        row = part_or_404(request, kind.model, pk, part)
        with doing(request, _("Moved to the trash")):
            actions.remove(part=row, by=request.user)
        return Status(204, None)


def called(name: str) -> Callable:
    """Name an operation that is made for several kinds."""

    def rename(function: Callable) -> Callable:
        function.__name__ = function.__qualname__ = name
        return function

    return rename
