"""What the apps above want to know at every request: it comes with the person, in the query that fetches him."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models.expressions import BaseExpression

from kartu.core.registry import Registry


@dataclass(frozen=True)
class Fetched:
    """An attribute `key` of whoever is signed in. `value()` gives the expression: one value of a small table."""

    key: str
    value: Callable[[], BaseExpression]


fetched: Registry[Fetched] = Registry(
    "firm.fetched", "Values that are fetched together with the signed-in person, at no query of their own: a Fetched."
)
