"""Taking acts back from the screen: the change set an act is written in, and the address of its Undo."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest
from django.urls import reverse

from kartu.records.changes import change_set
from kartu.records.models import ChangeSet


@contextmanager
def undoable(request: HttpRequest, title: str) -> Iterator[ChangeSet]:
    """What the person at the screen does within can be taken back as one; `undo_url` of it is for the toast.

    Inside, call one action. An exception that passes through undoes the lot.
    """
    with change_set(ChangeSet.Kind.EDIT, title, by=request.user) as changes:
        yield changes


def undo_url(changes: ChangeSet) -> str:
    return reverse("records:undo", args=[changes.pk])
