"""What a person looks after, and hands over when he goes (decision 0105).

Each app says in its `contributes.py` what of its own belongs to a person, and gives it to another by its own rules.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise

from kartu.core.actors import Actor, Scope
from kartu.core.registry import Registry
from kartu.firm.models import User

# (key, words) of the lists by which rows of a kind can be divided among several people.
Lists = list[tuple[str, str]]


@dataclass(frozen=True)
class Owned:
    """One kind of what a person owns.

    `rows(people)` gives all that belongs to those people (ids), also what lies in the trash and may come back.
    `hand_over(ids=, person=, to=, by=, changes=)` gives some of `person`'s rows to `to` in the caller's transaction, as
    part of the change set `changes`, each with its line in the log; it returns the ids of those that have gone over.
    `right` is what `by` needs over everybody's rows, `needs` what `to` needs to be of use with them.

    `may_stay`: his own affair, which nobody misses until he comes back. `lists(by)` and `among(key, by)` (ids) divide
    the rows. `give_back(pairs=, person=, by=)` is for what no change set holds: pairs of (id, whom it was given to).
    """

    key: str
    label: str | Promise
    columns: tuple[str, ...]
    rows: Callable[[Iterable[int]], models.QuerySet]
    hand_over: Callable[..., list[int]]
    right: str
    needs: str = ""
    hint: str | Promise = ""
    may_stay: bool = False
    lists: Callable[[Actor], Lists] | None = None
    among: Callable[[str, Actor], list[int]] | None = None
    give_back: Callable[..., Any] | None = None
    url: Callable[[User], str] | None = None
    order: int = 0

    def count(self, person: User) -> int:
        return self.rows([person.pk]).count()

    def may(self, by: Actor) -> bool:
        """Whether `by` may hand over all of it, whosever it is."""
        return by.scope(self.right) == Scope.ALL


owned: Registry[Owned] = Registry(
    "security.owned", "What belongs to a person and is handed over when he goes: an Owned, on the page of letting go."
)


def owns_something(person_id: int) -> bool:
    """Whether something that others need still belongs to the person."""
    return any(kind.rows([person_id]).exists() for kind in owned if not kind.may_stay)
