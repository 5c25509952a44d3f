"""The records that an import has made, when it is taken back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from kartu.core.actors import Actor
from kartu.records.imports.importers import TakenBack
from kartu.security import audit
from kartu.security.models.audit import AuditRow, Verb
from kartu.security.rows import GuardedModel, GuardedQuerySet

BUILT_ON = (Verb.CREATE, Verb.CHANGE, Verb.TRASH, Verb.RESTORE)


@dataclass
class Made:
    """Some of them: `going` into the trash, `kept` for somebody has built on them, `last` is the id to go on behind."""

    going: list[GuardedModel]
    kept: list[tuple[str, int]]
    last: int

    @property
    def ids(self) -> list[int]:
        return [row.pk for row in self.going]

    def trash(self, undo_id: int, by: Actor) -> TakenBack:
        """Put those that go into the trash, in a transaction of the caller's."""
        with audit.acting_as(by, undo_id):
            audit.change_many(self.going, {"trashed_at": timezone.now()})
        return TakenBack(len(self.going), self.kept, self.last)


def made_by(rows: GuardedQuerySet, batch_ids: Sequence[int], *, was_seen: bool, after: int, limit: int) -> Made:
    """Those of `rows` that came with the batches, behind the id `after`."""
    some = list(rows.filter(batch_id__in=batch_ids, trashed_at=None, pk__gt=after).order_by("pk")[:limit])
    label = rows.model._meta.label_lower
    kept = built_on(label, [row.pk for row in some], batch_ids) if was_seen else set()
    going = [row for row in some if row.pk not in kept]
    return Made(going, [(label, pk) for pk in sorted(kept)], some[-1].pk if some else 0)


def built_on(label: str, ids: Iterable[int], batch_ids: Sequence[int]) -> set[int]:
    """Those of which something was written after the import."""
    told = AuditRow.objects.filter(root_type=label, root_id__in=list(ids), verb__in=BUILT_ON)
    return set(told.exclude(change_set_id__in=batch_ids).values_list("root_id", flat=True)) | set(
        told.filter(change_set_id=None).values_list("root_id", flat=True)
    )
