"""Every right of the program by its code, with the ready roles that have it from the start."""

from dataclasses import dataclass, field

from kartu.core.actors import Scope
from kartu.core.registry import Registry


@dataclass(frozen=True)
class Right:
    """One thing a person may do. `defaults` maps a ready role to its scope; the owner has every right."""

    code: str
    label: str
    defaults: dict[str, Scope] = field(default_factory=dict)
    scoped: bool = True
    order: int = 0

    @property
    def key(self) -> str:
        return self.code


rights: Registry[Right] = Registry(
    "core.rights", "Every right of the program: a Right, declared in the app's rights.py."
)


def declare(code: str, label: str, *, scoped: bool = True, **defaults: Scope) -> str:
    """Declare a right and give it to the ready roles named in `defaults`; returns its code."""
    rights.add(Right(code, label, defaults, scoped))
    return code
