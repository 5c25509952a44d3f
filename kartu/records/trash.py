"""What can be taken out of the trash, and by whom."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

from kartu.core.actors import Actor
from kartu.core.registry import Registry


@dataclass(frozen=True)
class Trashed:
    """A kind of record with a trash. `rows(actor)`: what lies in it within the actor's reach; `restore(row, by)`."""

    key: str
    label: str
    icon: str
    rows: Callable[[Actor], models.QuerySet]
    restore: Callable[[Any, Actor], object]
    order: int = 0


trash: Registry[Trashed] = Registry("records.trash", "Kinds of records that can be taken out of the trash: a Trashed.")
