"""Ending by hand the time of what lies in the trash: from then on nobody takes it out, and the purge removes it."""

from collections.abc import Iterable

from kartu.core.actors import Actor
from kartu.records.rights import EMPTY
from kartu.security import audit
from kartu.security.actions import action
from kartu.security.rows import GuardedModel, trash_is_over


@action(EMPTY)
def end_time(*, rows: Iterable[GuardedModel], by: Actor) -> None:
    """`rows` are what `by` finds in the trash."""
    audit.change_many(rows, {"trashed_at": trash_is_over()})
