"""What a segment finds, for whoever looks: with his rights to rows, and only if he may know all that it asks for."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from kartu.clients.models import Client, Segment, SegmentMember
from kartu.clients.segments.fields import asked_by, fields_for
from kartu.core.expressions import Checked, ExpressionError, as_condition, checked, parse, written
from kartu.core.expressions.nodes import And, Compare, In, Literal, Name, Node, Not, Or, Ref
from kartu.core.text import fold
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
    condition = checked(parse(text), fields_for(asking).schema)
    as_condition(condition, asked_by(asking))  # what cannot be asked of the database is said now
    return condition


def spelt(condition: Checked) -> str:
    """As it is kept: records by their numbers, which outlive their names."""
    return written(condition.node)


def readable(condition: Checked) -> str:
    """As people read and write it: records by their names, where no other is called so."""
    return written(_with_names(condition.node, condition))


def _with_names(node: Node, condition: Checked) -> Node:
    match node:
        case Compare(how, Name() as name, value):
            return Compare(how, name, _named(value, name, condition))
        case In(Name() as name, values):
            return In(name, tuple(_named(value, name, condition) for value in values))
        case Not(part):
            return Not(_with_names(part, condition))
        case And(parts):
            return And(tuple(_with_names(part, condition) for part in parts))
        case Or(parts):
            return Or(tuple(_with_names(part, condition) for part in parts))
    return node


def _named(value: Node, name: Name, condition: Checked) -> Node:
    if not isinstance(value, Ref):
        return value
    labels = dict(condition.field_of(name).options())
    label = labels.get(value.value)
    is_alone = [fold(str(each)) for each in labels.values()].count(fold(str(label))) == 1
    return Literal(str(label)) if label and is_alone else value


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
