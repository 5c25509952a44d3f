"""What the pages of segments show."""

from dataclasses import dataclass
from datetime import date, timedelta
from string import ascii_uppercase
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from kartu.clients.models import Client, Segment, SegmentSize
from kartu.clients.rights import VIEW
from kartu.clients.segments.fields import asked_by, fields_for
from kartu.clients.segments.following import moves
from kartu.clients.segments.meaning import Usable, usable
from kartu.clients.segments.overlap import FEWEST, MOST, overlap
from kartu.core import formats
from kartu.core.actors import Scope
from kartu.core.expressions import as_condition
from kartu.records.conditions import building
from kartu.records.conditions.texts import readable
from kartu.records.conditions.tree import Group, sentence
from kartu.records.lists.asking import Asking
from kartu.records.lists.finding import CAP
from kartu.records.lists.page import number_said
from kartu.records.rights import SAVE_VIEWS
from kartu.security.rows import GuardedQuerySet

SHOWN_DAYS = 90


@dataclass(frozen=True)
class SegmentLine:
    """One line of the list. `size`: of the last night, "" where it is not this person's to know."""

    segment: Segment
    sentence: str
    url: str
    is_own: bool
    size: str


def lines(asking: Asking) -> list[SegmentLine]:
    shown = usable(asking).values()
    sizes = last_sizes([each.segment.pk for each in shown if may_know_size(each.segment, asking)])
    return [
        SegmentLine(
            each.segment,
            sentence(each.condition.node, asking, fields_for(asking)),
            reverse("clients:segment", args=[each.segment.pk]),
            each.segment.person_id == asking.person.pk,
            formats.format_number(sizes[each.segment.pk]) if each.segment.pk in sizes else "",
        )
        for each in shown
    ]


def may_know_size(segment: Segment, asking: Asking) -> bool:
    """Sizes are counted with the eyes of whoever keeps the segment: told to him, and to those who see all clients."""
    return segment.person_id == asking.person.pk or asking.person.scope(VIEW) is Scope.ALL


def last_sizes(ids: list[int]) -> dict[int, int]:
    newest = SegmentSize.objects.filter(segment_id__in=ids).values("segment_id").annotate(day=Max("day"))
    days = {row["segment_id"]: row["day"] for row in newest}
    found = SegmentSize.objects.filter(segment_id__in=ids, day__in=set(days.values()))
    return {size.segment_id: size.count for size in found if size.day == days[size.segment_id]}


# --- the builder ---------------------------------------------------------------------------------------------------


def builder(tree: Group, asking: Asking, *, name: str = "", is_shared: bool = False) -> dict[str, Any]:
    """What the builder shows: the lines, how many clients they find just now, the sentence and the text."""
    context, condition = building.shown(tree, asking, fields_for(asking))
    found = ""
    if condition is not None:
        rows = Client.objects.visible_to(asking.person).filter(as_condition(condition, asked_by(asking)))
        found = number_said(counted(rows))
    return {
        **context,
        "columns": column_groups(asking),
        "finds": _("finds %(count)s") % {"count": found} if found else "",
        "unfinished": _("Fill in every condition to see how many clients it finds"),
        "name": name,
        "is_shared": is_shared,
        "build_url": reverse("clients:build_segment"),
    }


def counted(rows: GuardedQuerySet) -> int:
    return rows.order_by()[: CAP + 1].count()


def column_groups(asking: Asking) -> list[tuple[str, list]]:
    """(heading, columns): of the client itself, and what is counted over what hangs on it."""
    columns = fields_for(asking).columns.values()
    own = [column for column in columns if "." not in column.key]
    hanging = [column for column in columns if "." in column.key]
    return [(_("The client"), own), (_("What hangs on it"), hanging)]


# --- the page of one -----------------------------------------------------------------------------------------------


def page(found: Usable, asking: Asking) -> dict[str, Any]:
    segment = found.segment
    rows = found.rows(asking)
    context = {
        "segment": segment,
        "sentence": sentence(found.condition.node, asking, fields_for(asking)),
        "text": readable(found.condition),
        "count": number_said(counted(rows)),
        "list_url_of": list_url(any_of=segment),
        "may_keep": asking.person.may(SAVE_VIEWS),
        "is_own": segment.person_id == asking.person.pk or (asking.person.is_owner and segment.is_shared),
        "moved": moved(found, asking) if segment.is_frozen else [],
    }
    if not segment.is_frozen:
        context["moves"] = moves(found, asking)
        context["trend"] = trend(segment, asking.today) if may_know_size(segment, asking) else None
    return context


def comparison(chosen: list[Usable], asking: Asking) -> dict[str, Any]:
    """The segments that are compared, in the places of the form, with those that may be chosen."""
    places = [each.segment.pk for each in chosen] + [None] * MOST
    return {
        "offered": [each.segment for each in usable(asking).values()],
        "chosen_at": list(zip(ascii_uppercase, places[:MOST], strict=False)),
        "overlap": overlap(chosen, asking) if len(chosen) >= FEWEST else None,
        "is_asked": bool(chosen),
    }


def list_url(*, any_of: Segment | None = None, none_of: Segment | None = None) -> str:
    chips = [f"f=segment:{code}:{each.pk}" for code, each in (("any", any_of), ("none", none_of)) if each]
    return f"{reverse('clients:list')}?{'&'.join(chips)}"


def moved(frozen: Usable, asking: Asking) -> list[tuple[str, str, str]]:
    """(what, how many, address of the list with them): who is still what was asked for, who came since, who left."""
    source = usable(asking).get(frozen.segment.source_id)
    if source is None:
        return []
    rows = Client.objects.visible_to(asking.person)
    kept, kept_not = frozen.where(asking), frozen.where(asking, turned=True)
    now, now_not = source.where(asking), source.where(asking, turned=True)
    came = list_url(any_of=source.segment, none_of=frozen.segment)
    left = list_url(any_of=frozen.segment, none_of=source.segment)
    stayed = f"{list_url(any_of=source.segment)}&f=segment:any:{frozen.segment.pk}"
    return [
        (_("Still in it"), number_said(counted(rows.filter(kept, now))), stayed),
        (_("Came since"), number_said(counted(rows.filter(kept_not, now))), came),
        (_("Left since"), number_said(counted(rows.filter(kept, now_not))), left),
    ]


WIDTH, HEIGHT = 600, 120


@dataclass(frozen=True)
class Trend:
    """Sizes by day, oldest first, and the points of their line in a picture of WIDTH x HEIGHT."""

    days: list[tuple[date, str]]
    points: str
    least: str
    most: str


def trend(segment: Segment, today: date) -> Trend | None:
    """The last days of a segment; None before there are two."""
    rows = segment.sizes.filter(day__gte=today - timedelta(SHOWN_DAYS)).order_by("day").values_list("day", "count")
    sizes = list(rows)
    if len(sizes) < 2:
        return None
    first, span = sizes[0][0], (sizes[-1][0] - sizes[0][0]).days
    least, most = min(count for _day, count in sizes), max(count for _day, count in sizes)
    height = max(1, most - least)
    points = " ".join(
        f"{(day - first).days * WIDTH / span:.0f},{HEIGHT - 4 - (count - least) * (HEIGHT - 8) / height:.0f}"
        for day, count in sizes
    )
    said = [(day, formats.format_number(count)) for day, count in sizes]
    return Trend(said, points, formats.format_number(least), formats.format_number(most))
