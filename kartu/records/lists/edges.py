"""Where the first so many rows of an order end: a walk along it is tried on these before it is believed in."""

import time
from collections.abc import Hashable
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.expressions import F, OrderBy

from kartu.records.lists.order import Segment

WHY = "a value that bounds how far a walk along an index is tried; the rows themselves are asked for by rights"
# Seconds. An edge that has moved meanwhile makes a trial somewhat longer or shorter, and no answer wrong.
KEPT_FOR = 600

_kept: dict[Hashable, tuple[float, Any]] = {}


def edge(model: type[Model], segment: Segment, field: str, far: int, *, down: bool) -> Any | None:
    """The value of `field` in row number `far` of `segment`, from its other end if `down`; None: it has fewer."""
    key = (connection.vendor, connection.settings_dict["NAME"], model, segment.key, field, down)
    until, value = _kept.get(key, (0, None))
    if time.monotonic() >= until:
        rows = model.objects.as_system(WHY).live().filter(segment.where).order_by(OrderBy(F(field), descending=down))
        value = next(iter(rows.values_list(field, flat=True)[far : far + 1]), None)
        _kept[key] = (time.monotonic() + KEPT_FOR, value)
    return value
