"""Bytes on their way to a row: on the disk before the transaction begins, and gone again if it fails."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kartu.records.files import store


@contextmanager
def bytes_kept(chunks: Iterable[bytes]) -> Iterator[store.Stored]:
    """`chunks` on the disk, for a row that is written inside; taken away again if that fails."""
    try:
        stored = store.keep(chunks)
    except store.TooBig:
        raise ValidationError(_("This file is too big. At most 100 MB fit."), code="size") from None
    try:
        yield stored
    except BaseException:
        store.discard(stored.name)
        raise
