"""The program with one protection taken out, for the controls: each turns red what `judging` says.

A function is called in the process of the web server before it begins.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

import django

LATE = 5  # seconds by which the part that is taken out of the transaction comes later


def later(function: Callable, *arguments: Any) -> None:
    def run() -> None:
        time.sleep(LATE)
        function(*arguments)

    threading.Thread(target=run, daemon=True).start()


def answers_first() -> None:
    """A touch is answered at once and written a moment later."""
    from kartu.project import pages  # noqa: PLC0415 - each control loads what it breaks

    answer = pages.Pages.answer

    def answer_at_once(self: Any, scope: dict, body: Any, send: Callable) -> Any:
        if scope["method"] == "POST" and scope["path"].endswith("/touches/"):
            later(answer, self, scope, body, send)
            return pages.Answer({"type": "http.response.start", "status": 200, "headers": []}, b"")
        return answer(self, scope, body, send)

    pages.Pages.answer = answer_at_once


def forgets_keys() -> None:
    """Nobody looks whether a form was sent before."""
    django.setup()
    from kartu.records import idempotency  # noqa: PLC0415

    idempotency.sent_with = lambda request: None


def publishes_late() -> None:
    """Events stand outside the transaction of what they tell."""
    django.setup()
    from kartu.core.models import EventRow  # noqa: PLC0415
    from kartu.core.outbox import events  # noqa: PLC0415

    def publish_many(told: Any) -> list:
        later(EventRow.objects.bulk_create, [event.to_row() for event in told])
        return [None]

    events.publish_many = publish_many


def keeps_bytes_late() -> None:
    """The row of a file is written before its bytes."""
    django.setup()
    from kartu.records.files import store  # noqa: PLC0415

    keep, path_of = store.keep, store.path_of

    def keep_late(chunks: Any) -> Any:
        content = b"".join(chunks)
        stored = keep([content])
        path = path_of(stored.name)
        shown = path.rename(path.with_name("late-" + path.name))
        later(shown.rename, path)
        return stored

    store.keep = keep_late
    from kartu.records.files import sniff  # noqa: PLC0415

    sniff.kind_of = lambda path: "text/plain"


def adds_in_two_steps() -> None:
    """The phone of a new client comes in a transaction of its own."""
    django.setup()
    from kartu.clients.actions import clients  # noqa: PLC0415
    from kartu.security.audit import acting_as  # noqa: PLC0415

    put = clients.put_channels

    def put_late(client: Any, **typed: Any) -> None:
        from django.db import transaction  # noqa: PLC0415

        def write() -> None:
            with transaction.atomic(), acting_as(client.created_by):
                put(client, **typed)

        later(write)

    clients.put_channels = put_late
