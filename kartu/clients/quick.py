"""The kinds of what is written in the line at the top of a client's history."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from kartu.core.registry import Registry


@dataclass(frozen=True)
class QuickKind:
    """One of the choices before the line; `letter` is its key on the keyboard, `done` what is said when it is saved.

    `save(form)` writes what stands in the `QuickForm` and gives the row, or None where the form is refused then.
    `clean(form)`, if there is one, settles `form.cleaned_data` first. `takes(text)`: whether a note of this text is one
    of this kind. `has_talk` and `has_moment` show further controls. Only holders of `right` have it.
    """

    key: str
    label: str | Promise
    icon: str
    letter: str
    done: str | Promise
    save: Callable[[Any], Any]
    order: int
    clean: Callable[[Any], None] | None = None
    takes: Callable[[str], bool] | None = None
    has_talk: bool = False
    has_moment: bool = False
    right: str = ""


quick_kinds: Registry[QuickKind] = Registry(
    "clients.quick_kinds", "What can be written in the line at the top of a client's history: a QuickKind."
)
