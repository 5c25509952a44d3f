"""Lawful erasure: what the log told of a row that was deleted for good is emptied; that it was told stays proved."""

from collections.abc import Iterator

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.security import audit
from kartu.security.actions import action
from kartu.security.models import AuditPayload, AuditRow
from kartu.security.models.audit import Verb
from kartu.security.rights import ERASE_LOG
from kartu.security.seals import ids

CHUNK = 500


@action(ERASE_LOG)
def erase_told(*, object_type: str, object_id: int, by: Actor) -> int:
    """Empty what the lines of one row ("clients.client", 17), and of all that hung on it, told; how many lines.

    Only lines of rows that were deleted for good: whoever is still here has a history that others undo by. A line of
    its own names the emptied ones. Raises ValidationError where the row was not deleted for good.
    """
    of_it = AuditRow.objects.filter(object_type=object_type, object_id=object_id)
    if not of_it.filter(verb=Verb.PURGE).exists():
        raise ValidationError(_("Only what was deleted for good can be erased from the log, too"))
    lines = sorted(lines_of_the_deleted(object_type, object_id))
    if lines:
        # First the line that names them: a verification that meets an emptied one looks for it then.
        named = {"rows": ids.written(ids.ranges_of(lines))}
        audit.record(Verb.ERASE, apps.get_model(object_type)(pk=object_id), by=by, values=named)
    for start in range(0, len(lines), CHUNK):
        AuditPayload.objects.filter(pk__in=lines[start : start + CHUNK]).update(values={})
    return len(lines)


def lines_of_the_deleted(object_type: str, object_id: int) -> Iterator[int]:
    here = Q(object_type=object_type, object_id=object_id) | Q(root_type=object_type, root_id=object_id)
    purged = AuditRow.objects.filter(here, verb=Verb.PURGE).values_list("object_type", "object_id")
    for kind, pk in set(purged):
        told = AuditRow.objects.filter(object_type=kind, object_id=pk).exclude(verb=Verb.ERASE)
        yield from told.exclude(payload__values={}).values_list("pk", flat=True)


class Erased:
    """The lines that lawful erasures have emptied, read again when one is met that is not among them yet."""

    def __init__(self) -> None:
        self.lines = self.read()

    def __contains__(self, line: int) -> bool:
        if line not in self.lines:
            self.lines = self.read()
        return line in self.lines

    @staticmethod
    def read() -> set[int]:
        told = AuditPayload.objects.filter(row__verb=Verb.ERASE).values_list("values", flat=True)
        return {line for values in told if "rows" in values for line in ids.each_of(ids.read(values["rows"]))}
