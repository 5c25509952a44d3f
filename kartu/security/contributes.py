"""What this app adds to the lists of the apps below it, and what it hears from them. Read this file first."""

from typing import Any

from django.dispatch import receiver
from django.http import HttpRequest

from kartu.core.access import denied
from kartu.core.actors import Actor
from kartu.firm.signals import told
from kartu.security import audit, origin
from kartu.security.models.audit import Verb


@receiver(told)
def write_down(verb: str, row: Any, by: Actor, values: dict, request: HttpRequest | None, **kwargs: object) -> None:
    """An act on the firm, in its own transaction. After signing in, the session is another one than it began with."""
    with origin.coming_from(origin.renewed(request) if request else origin.current()):
        audit.record(Verb(verb), row, by=by, values=values)


@receiver(denied)
def write_refusal(by: Actor, right: str, target: str, **kwargs: object) -> None:
    audit.record(Verb.DENIED, by=by, values={"right": right, "target": target})
