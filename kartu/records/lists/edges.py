"""What a plan is made by and need not be true to the row: it is kept for a while. One that is out of date makes a page
somewhat slower, and no answer wrong.
"""

import time
from collections.abc import Callable, Hashable
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.expressions import F, OrderBy

from kartu.records.lists.order import Segment

WHY = "a value that bounds how far a walk along an index is tried; the rows themselves are asked for by rights"
KEPT_FOR = 600  # seconds
MOST_KEPT = 2000

_kept: dict[Hashable, tuple[float, Any]] = {}


def kept(key: Hashable, make: Callable[[], Any]) -> Any:
    """What `make` gives, or what it gave under `key` not long ago."""
    key = (connection.vendor, connection.settings_dict["NAME"], key)
    until, value = _kept.get(key, (0, None))
    if time.monotonic() >= until:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        value = make()
        _kept[key] = (time.monotonic() + KEPT_FOR, value)
    return value


def edge(model: type[Model], segment: Segment, field: str, far: int, *, down: bool) -> Any | None:
    """The value of `field` in row number `far` of `segment`, from its other end if `down`; None: it has fewer.

    A walk along an order is tried on the rows before it, to see whether it is to be believed in.
    """

    def value() -> Any | None:
        rows = model.objects.as_system(WHY).live().filter(segment.where).order_by(OrderBy(F(field), descending=down))
        return next(iter(rows.values_list(field, flat=True)[far : far + 1]), None)

    return kept((model, segment.key, field, down), value)
