"""Reminders to the client as the page of their task tells them."""

from collections.abc import Iterable
from typing import Any

from kartu.clients.contact_details import veiled
from kartu.clients.opting import refusals
from kartu.core.actors import Actor
from kartu.planner.forms.client_reminders import before_words
from kartu.planner.models import ClientReminder, Task
from kartu.planner.reminding_clients import EMAIL, address_for, channels_by_way


def shown_reminders(rows: Iterable[ClientReminder], task: Task, by: Actor) -> list[dict[str, Any]]:
    """Two queries for all of them."""
    rows = list(rows)
    if not rows:
        return []
    found = channels_by_way(task)
    addresses = [address_for(row, found) for row in rows]
    refused = refusals(filter(None, addresses))
    return [
        {
            "row": row,
            "before": before_words(row.before),
            "icon": "mail" if row.way == EMAIL else "message-2",
            "address": veiled(address, by),
            "refused": address in refused,
        }
        for row, address in zip(rows, addresses, strict=True)
    ]
