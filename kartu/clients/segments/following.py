"""Who came into a segment and who left it: noted at night, told to whoever looks as far as he sees the clients.

A night costs one question for each segment and one look at the stays that are open, so it grows with the number of
members; written are only the differences. A client that is merged, in the trash or removed has left; one that is taken
out again has come.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from kartu.clients.models import Client, Segment, SegmentMember, SegmentStay, SegmentWatch
from kartu.clients.segments.fields import fields_for
from kartu.clients.segments.meaning import Usable, usable
from kartu.core.expressions.nodes import Me, Name
from kartu.core.jobs import chunk
from kartu.records.conditions.tree import sentence
from kartu.records.lists.asking import Asking
from kartu.records.lists.linked import Mine

MOST_FOLLOWED = 20_000
KEPT = timedelta(days=180)
LOT = 1000  # rows that are written in one transaction: some 90 ms of the lock
SHOWN = timedelta(days=30)
MOST_SHOWN = 50
WHY = "which segments there still are; their stays go with them"


# --- at night --------------------------------------------------------------------------------------------------------


def follow(segment: Segment, ids: set[int] | None, day: date) -> None:
    """Note who came into `segment` and who left it up to `day`, now that `ids` are in it (None: too many to follow).

    Another condition begins anew: who comes by a change of the question has not come. One that is killed goes on.
    """
    watch = SegmentWatch.objects.filter(pk=segment.pk).first()
    if watch is None or watch.text != segment.text or watch.is_too_large or ids is None:
        begin(segment, ids, day, watch)
        return
    was = set(SegmentStay.objects.filter(segment_id=segment.pk, until=None).values_list("client_id", flat=True))
    come(segment, ids - was, day)
    for lot in lots(sorted(was - ids)):
        with chunk():
            stays = SegmentStay.objects.filter(segment_id=segment.pk, until=None, client_id__in=lot)
            stays.update(until=day)


def begin(segment: Segment, ids: set[int] | None, day: date, watch: SegmentWatch | None) -> None:
    if ids is None and watch is not None and watch.is_too_large and watch.text == segment.text:
        return
    drop(SegmentStay.objects.filter(segment_id=segment.pk).values_list("pk", flat=True))
    come(segment, ids or set(), None)
    values = {"text": segment.text, "began": day, "is_too_large": ids is None}
    with chunk():  # last of all: whoever was killed before it begins once more
        SegmentWatch.objects.update_or_create(segment_id=segment.pk, defaults=values)


def come(segment: Segment, ids: set[int], since: date | None) -> None:
    for lot in lots(sorted(ids)):
        with chunk():
            SegmentStay.objects.bulk_create(SegmentStay(segment_id=segment.pk, client_id=pk, since=since) for pk in lot)


def forget(day: date, followed: Iterable[int]) -> None:
    """Drop what ended long ago, and all of segments that nobody follows any more: they are gone, frozen, or their
    keeper works here no longer."""
    there = list(followed)
    drop(SegmentStay.objects.filter(until__lt=day - KEPT).values_list("pk", flat=True))
    drop(SegmentStay.objects.exclude(segment_id__in=there).values_list("pk", flat=True))
    with chunk():
        SegmentWatch.objects.exclude(pk__in=there).delete()


def drop(stays: Iterable[int]) -> None:
    for lot in lots(list(stays)):
        with chunk():
            SegmentStay.objects.filter(pk__in=lot).delete()


def lots(ids: list[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while lot := list(islice(rest, LOT)):
        yield lot


# --- for whoever looks -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    day: date
    client: Client
    has_come: bool


@dataclass(frozen=True)
class Moves:
    """`came`, `left`: how many in the days of SHOWN, as far as the person sees clients; `shown` the newest of them."""

    watch: SegmentWatch
    came: int = 0
    left: int = 0
    shown: tuple[Move, ...] = ()


def may_follow(found: Usable, asking: Asking) -> bool:
    """Whether it means the same to `asking.person` as to its keeper, with whose eyes the nights look: one that speaks
    of me, or of somebody's own marks, would tell what is the keeper's alone."""
    if found.segment.person_id == asking.person.pk:
        return True
    columns = fields_for(asking).columns
    return not any(
        isinstance(node, Me) or (isinstance(node, Name) and isinstance(columns[node.path].kind, Mine))
        for node in found.condition.node.walk()
    )


def moves(found: Usable, asking: Asking) -> Moves | None:
    """Who came into a segment and left it lately; None where no night has noted it, or the person may not know."""
    watch = SegmentWatch.objects.filter(pk=found.segment.pk).first()
    if watch is None or watch.text != found.segment.text or not may_follow(found, asking):
        return None
    if watch.is_too_large:
        return Moves(watch)
    mine, first = Client.objects.visible_to(asking.person), asking.today - SHOWN
    stays = SegmentStay.objects.filter(segment_id=found.segment.pk, client_id__in=mine.values("pk"))
    came, left = stays.filter(since__gte=first), stays.filter(until__gte=first)
    told = [(stay.since, stay.client_id, True) for stay in came.order_by("-since", "-pk")[:MOST_SHOWN]]
    told += [(stay.until, stay.client_id, False) for stay in left.order_by("-until", "-pk")[:MOST_SHOWN]]
    told.sort(key=lambda each: each[0], reverse=True)
    cards = mine.in_bulk({pk for _day, pk, _has_come in told[:MOST_SHOWN]})
    shown = tuple(Move(day, cards[pk], has_come) for day, pk, has_come in told[:MOST_SHOWN] if pk in cards)
    return Moves(watch, came.count(), left.count(), shown)


@dataclass(frozen=True)
class Stay:
    """A segment that a client is in. `since` empty: longer than the nights are noted; of a frozen one its day."""

    segment: Segment
    sentence: str
    since: date | None


def stays_of(client: Client, asking: Asking) -> list[Stay]:
    """The segments that a visible client was in last night, among those that the person may use."""
    known = usable(asking)
    # Who was in it by another condition was in another segment, which the person may know nothing of.
    watched = dict(SegmentWatch.objects.filter(pk__in=known).values_list("pk", "text"))
    follows = [
        pk
        for pk, each in known.items()
        if not each.segment.is_frozen and watched.get(pk) == each.segment.text and may_follow(each, asking)
    ]
    frozen = [pk for pk, each in known.items() if each.segment.is_frozen]
    stays = SegmentStay.objects.filter(client_id=client.pk, segment_id__in=follows, until=None)
    since = dict(stays.values_list("segment_id", "since"))
    kept = SegmentMember.objects.filter(client_id=client.pk, segment_id__in=frozen)
    since |= {pk: known[pk].segment.frozen_on for pk in kept.values_list("segment_id", flat=True)}
    inside = [(known[pk], day) for pk, day in since.items()]
    stays = [Stay(each.segment, sentence(each.condition.node, asking, fields_for(asking)), day) for each, day in inside]
    return sorted(stays, key=lambda stay: stay.segment.name)
