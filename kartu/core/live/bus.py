"""Writing live messages."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django_tasks.utils import normalize_json

from kartu.core import wake
from kartu.core.models.live import LiveMessage
from kartu.core.outbox import OutsideTransaction

# Said to a person's open pages after a sign-in of his was ended: each looks at once whether it may still listen.
LOOK_AGAIN = "look-again"


def send(kind: str, data: dict[str, Any], *, to: Iterable[int] | None) -> None:
    """Tell the pages of the people with the ids `to`, or of everybody (None), when this transaction commits.

    `kind` becomes the name of the browser's event; `data` must be plain JSON and hold nothing that the people
    told may not see.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction("live.send() belongs inside the transaction of the change")
    people = [None] if to is None else sorted(set(to))
    data = normalize_json(data)
    LiveMessage.objects.bulk_create(
        [LiveMessage(person_id=person, kind=kind, data=data) for person in people], batch_size=500
    )
    wake.after_commit(wake.LIVE)


def cursor() -> str:
    """Where the stream stands now, for a page that will open it: `/events?after=<cursor>` misses nothing."""
    return str(LiveMessage.objects.end())
