"""The demo firm: every app adds what it has to show, and they are made one after another."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from kartu.core.registry import Registry

SEED = 20261123


@dataclass(frozen=True)
class DemoPart:
    """`fill(language, random)` makes this app's share; the parts below have been made before it."""

    key: str
    order: int
    fill: Callable[[str, random.Random], None]


demo_parts: Registry[DemoPart] = Registry("core.demo", "Shares of the demo firm: a DemoPart, filled by `kartu demo`.")


def fill_demo(language: str) -> None:
    """Make the whole demo firm in `language`: the same clients every time, with a history that ends today."""
    for part in demo_parts:
        part.fill(language, random.Random(f"{SEED} {part.key}"))  # noqa: S311 - a story, not a secret
