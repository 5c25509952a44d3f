"""What a segment finds, for whoever looks: with his rights to rows, and only if he may know all that it asks for."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from kartu.clients.models import Client, Segment, SegmentMember
from kartu.clients.segments.fields import asked_by, fields_for
from kartu.core.expressions import Checked, ExpressionError, as_condition, checked, parse
from kartu.records.lists.asking import Asking


@dataclass(frozen=True)
class Usable:
    """A segment, and its condition as the person who asks understands it."""

    segment: Segment
    condition: Checked

    def where(self, asking: Asking, *, turned: bool = False) -> Q:
        """The clients in it; `turned`: all others."""
        if not self.segment.is_frozen:
            return as_condition(self.condition, asked_by(asking), turned=turned)
        kept = Q(pk__in=SegmentMember.objects.filter(segment_id=self.segment.pk).values("client_id"))
        return ~kept if turned else kept

    def rows(self, asking: Asking) -> QuerySet:
        return Client.objects.visible_to(asking.person).filter(self.where(asking))


def understood(text: str, asking: Asking) -> Checked:
    """The condition that `text` spells for this person; ExpressionError, the same for a field that he may not know of
    as for one that never was."""
    return fields_for(asking).understood(text)


def usable(asking: Asking) -> dict[int, Usable]:
    """Id -> segment, for all that the person may use: own and shared ones, whose whole condition he may know."""
    return asking.remembered("segments", lambda: _usable(asking))


def _usable(asking: Asking) -> dict[int, Usable]:
    found = {}
    for segment in Segment.objects.visible_to(asking.person):
        try:
            found[segment.pk] = Usable(segment, checked(parse(segment.text), fields_for(asking).schema))
        except ExpressionError:
            # It asks for what this person may not know, or for a field that was given up: for him there is no such one.
            continue
    return found
