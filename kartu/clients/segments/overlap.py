"""How segments overlap: how many clients are in each of two to four, in several of them, in one only."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add
from string import ascii_uppercase

from django.db.models import Case, Count, IntegerField, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from kartu.clients.models import Client, Segment
from kartu.clients.segments.meaning import Usable
from kartu.core import formats
from kartu.records.lists.asking import Asking

FEWEST, MOST = 2, 4


@dataclass(frozen=True)
class Whole:
    """One of the segments, under the letter that the picture calls it by."""

    letter: str
    segment: Segment
    count: int
    url: str

    @property
    def said(self) -> str:
        return formats.format_number(self.count)


@dataclass(frozen=True)
class Part:
    """The clients that are in some of the segments and not in the others. `inside`: (letter, whether they are in it).

    `bar`: how long its bar is, of 100, the largest part having all.
    """

    label: str
    inside: list[tuple[str, bool]]
    count: int
    url: str
    bar: int
    share: int

    @property
    def said(self) -> str:
        return formats.format_number(self.count)


@dataclass(frozen=True)
class Overlap:
    wholes: list[Whole]
    parts: list[Part]
    count: int
    url: str

    @property
    def said(self) -> str:
        return formats.format_number(self.count)


def overlap(chosen: list[Usable], asking: Asking) -> Overlap:
    """Two to four segments over each other, as far as the person sees clients."""
    segments = [each.segment for each in chosen]
    counts = counted(chosen, asking)
    most, in_any = max([1, *counts.values()]), sum(counts.values())
    wholes = [
        Whole(letter, segment, sum(counts[mask] for mask in counts if mask >> at & 1), list_url([segment]))
        for at, (letter, segment) in enumerate(zip(ascii_uppercase, segments, strict=False))
    ]
    parts = [part(mask, wholes, counts[mask], most, in_any) for mask in masks(len(chosen))]
    return Overlap(wholes, parts, in_any, f"{list_url()}f=segment:any:{joined(segments)}")


def masks(count: int) -> list[int]:
    """Every choice of `count` segments but none, as bits; those in the most of them first."""
    return sorted(range(1, 1 << count), key=lambda mask: (-mask.bit_count(), mask))


def counted(chosen: list[Usable], asking: Asking) -> Counter[int]:
    """How many clients are in exactly the segments of a mask, in one walk over those that the person sees."""
    bits = [
        Case(When(each.where(asking), then=Value(1 << at)), default=Value(0), output_field=IntegerField())
        for at, each in enumerate(chosen)
    ]
    rows = Client.objects.visible_to(asking.person).annotate(mask=reduce(add, bits))
    found = rows.order_by().values("mask").annotate(count=Count("pk")).values_list("mask", "count")
    return Counter({mask: count for mask, count in found if mask})


def part(mask: int, wholes: list[Whole], count: int, most: int, in_any: int) -> Part:
    inside = [whole.segment for at, whole in enumerate(wholes) if mask >> at & 1]
    outside = [whole.segment for at, whole in enumerate(wholes) if not mask >> at & 1]
    letters = [(whole.letter, bool(mask >> at & 1)) for at, whole in enumerate(wholes)]
    share = round(count * 100 / in_any) if in_any else 0
    return Part(label(inside, outside), letters, count, list_url(inside, outside), round(count * 100 / most), share)


def label(inside: list[Segment], outside: list[Segment]) -> str:
    if not outside:
        return _("In both") if len(inside) == FEWEST else _("In all of them")
    if len(inside) == 1:
        return _("Only in “%(name)s”") % {"name": inside[0]}
    return _("Only in %(names)s") % {"names": f" {_('and')} ".join(_("“%(name)s”") % {"name": each} for each in inside)}


def list_url(inside: Iterable[Segment] = (), outside: Iterable[Segment] = ()) -> str:
    """The list of clients that are in all of `inside` and in none of `outside`."""
    chips = [f"f=segment:any:{each.pk}" for each in inside]
    chips += [f"f=segment:none:{joined(outside)}"] if outside else []
    return f"{reverse('clients:list')}?{'&'.join(chips)}"


def joined(segments: Iterable[Segment]) -> str:
    return ",".join(str(each.pk) for each in segments)
