"""Whatever acts in a person's name, or reaches him, ends with his access (decision 0104).

Each app says in its `contributes.py` what of its own could still act later. Closing an access asks them all in its own
transaction; the clock asks again, for what was made at the same moment; `kartu check` proves that nothing is left.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.functional import Promise

from kartu.core.actors import Actor, System
from kartu.core.registry import Registry
from kartu.firm.models import User
from kartu.security import audit
from kartu.security.models.audit import Verb

AGAIN = System("What acts for people without access ends")


@dataclass(frozen=True)
class Revoked:
    """One kind of what could act for a person after he is gone.

    `columns` name where the models hold the person ("security.accesstoken.person"). `waiting(people)` gives the rows of
    those people (ids) that could still act or be fetched; None: closing the access is itself the end (a session number
    that fits no more), and there is nothing to count. `end(person=, by=)` ends them, in the caller's transaction.
    """

    key: str
    label: str | Promise
    columns: tuple[str, ...]
    waiting: Callable[[Iterable[int]], models.QuerySet] | None = None
    end: Callable[..., Any] | None = None
    order: int = 0

    def count(self, person: User) -> int | None:
        """How many there are; None where they are not counted."""
        return self.waiting([person.pk]).count() if self.waiting else None


revoked: Registry[Revoked] = Registry(
    "security.revoked", "What acts in a person's name, and ends with his access: a Revoked, asked when it is closed."
)


def deleting(waiting: Callable[[Iterable[int]], models.QuerySet]) -> Callable[..., None]:
    """The `end` of what is simply removed."""

    def end(*, person: User, by: Actor) -> None:
        waiting([person.pk]).delete()

    return end


def end_all(*, person: User, by: Actor) -> None:
    """End whatever acts for `person`, whose access has just been closed, in the transaction of that."""
    ended = {kind.key: kind.count(person) for kind in revoked if kind.end is not None}
    for kind in revoked:
        if kind.end is not None:
            kind.end(person=person, by=by)
    if ended := {key: count for key, count in ended.items() if count}:
        audit.record(Verb.SETTING, person, by=by, values={"ended": ended})


def end_again() -> int:
    """End what was made for people in the moment in which they lost their access; for how many people."""
    gone = User.objects.filter(is_active=False).select_related("role").order_by("pk")
    people = [person for person in gone if any(kind.end and kind.count(person) for kind in revoked)]
    for person in people:
        with transaction.atomic():
            end_all(person=person, by=AGAIN)
    return len(people)


def still_acting() -> Iterator[str]:
    """Nothing acts for anybody whose access is closed."""
    gone = list(User.objects.filter(is_active=False).values_list("pk", flat=True))
    if not gone:
        return
    for kind in revoked:
        rows = kind.waiting(gone).order_by("pk") if kind.waiting else ()
        for row in rows:
            yield f"{row._meta.label_lower} {row.pk} ({kind.key}) acts for a person without access; close it again"
