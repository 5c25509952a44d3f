"""How an act on the firm is declared, and how it is told to the log.

The log stands in a tier above, so that acts here tell it by a signal (docs/decisions). What holds for business
rows holds here: the right is asked first, all is one transaction, and nothing is written without a trace.
"""

import functools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from kartu.core.access import denied
from kartu.core.actors import Actor
from kartu.firm.signals import told

P = ParamSpec("P")
R = TypeVar("R")

HIDDEN = frozenset(
    {
        "id",
        "password",
        "last_login",
        "last_seen_at",
        "second_hinted",
        "session_number",
        "takes_part",
        "token_digest",
        "used_at",
    }
    | {"credential_id", "public_key", "sign_count", "handle", "transports", "last_used_at"}
    | {"beyond_until", "is_begun", "is_over"}
)


def act(right: str = "", *, why: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare a function of actions/: keyword arguments only, `by=` the actor, one transaction.

    Either `right`, which `by` must have, or `why` nobody needs one (an act on oneself, or before one has signed in).
    """
    if bool(right) == bool(why):
        raise TypeError("An act needs a right, or a reason why it needs none")

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def run(*, by: Actor, **arguments: Any) -> R:
            try:
                with transaction.atomic():
                    if right:
                        must(by.may(right), right)
                    return function(by=by, **arguments)
            except PermissionDenied as refused:
                denied.send(sender=None, by=by, right=right, target=str(refused))
                raise

        run.kartu_action = right
        return run

    return declare


def must(may: bool, what: str) -> None:
    """Raise PermissionDenied, naming `what` for the log, unless the actor `may`."""
    if not may:
        raise PermissionDenied(what)


def is_owner(actor: Actor) -> bool:
    """Whether `actor` may what only owners may; the program itself may."""
    return actor.is_system or actor.is_owner


@contextmanager
def telling(row: models.Model, *, by: Actor, verb: str = "change") -> Iterator[None]:
    """Around the saving of `row`: tells what was made or changed, or nothing when nothing has changed."""
    before = stored(row) if row.pk else {}
    yield
    after = stored(row)
    if not before:
        tell("create" if verb == "change" else verb, row, by=by, values={"after": after})
    elif changed := [name for name in after if before[name] != after[name]]:
        values = {"before": {name: before[name] for name in changed}, "after": {name: after[name] for name in changed}}
        tell(verb, row, by=by, values=values)


def stored(row: models.Model) -> dict[str, Any]:
    """The row as the database and JSON hold it; a form may have changed the object in hand. Empty: not there yet."""
    columns = [field.attname for field in row._meta.concrete_fields if field.attname not in HIDDEN]
    values = type(row).objects.filter(pk=row.pk).values(*columns).first() or {}
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))


def tell(verb: str, row: models.Model | None, *, by: Actor, values: dict[str, Any], request: Any = None) -> None:
    told.send(sender=type(row), verb=verb, row=row, by=by, values=values, request=request)
