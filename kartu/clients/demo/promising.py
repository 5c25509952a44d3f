"""What the people of the demo firm have promised their clients; an app above writes it down as it keeps such things."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kartu.clients.models import Client, Contact, Touch
from kartu.core.registry import Registry
from kartu.firm.models import User


@dataclass(frozen=True)
class Promise:
    """At `since` `person` promised to call `client` at `due`; the touch `kept` says that he did, None: not yet."""

    client: Client
    contact: Contact | None
    person: User
    what: str
    since: datetime
    due: datetime
    kept: Touch | None = None


@dataclass(frozen=True)
class Keeper:
    """`keep(world, news, promises)` writes them into the past of the demo firm (`world.past`)."""

    key: str
    keep: Callable[[Any, Any, list[Promise]], None]


keepers: Registry[Keeper] = Registry(
    "clients.demo.promises", "Who writes down what the people of the demo firm have promised: a Keeper."
)
