"""Keeping segments, freezing them, and counting them at night."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kartu.clients.models import Segment, SegmentMember, SegmentSize
from kartu.clients.segments.following import MOST_FOLLOWED, follow, forget
from kartu.clients.segments.meaning import Usable, understood, usable
from kartu.core.actors import Actor
from kartu.core.expressions import ExpressionError
from kartu.core.jobs import chunk
from kartu.firm.middleware import zone_of
from kartu.firm.models import User
from kartu.records.conditions.texts import spelt
from kartu.records.lists.asking import Asking
from kartu.records.rights import SAVE_VIEWS, SHARE_VIEWS
from kartu.security.actions import Refused, action

MOST_SEGMENTS = 60
MOST_MEMBERS = 20_000


@action(SAVE_VIEWS)
def add_segment(*, name: str, text: str, is_shared: bool = False, by: Actor) -> Segment:
    """Keep the condition `text` under `name`. ValidationError names what is wrong with either."""
    mine = Segment.objects.visible_to(by).filter(person_id=by.pk)
    if mine.count() >= MOST_SEGMENTS:
        raise ValidationError({"name": _("You keep very many segments already: remove one first")}, code="many")
    segment = Segment(person_id=by.pk)
    settle(segment, name, text, is_shared, by)
    segment.save()
    return segment


@action(SAVE_VIEWS)
def change_segment(*, segment: Segment, name: str, text: str, is_shared: bool, by: Actor) -> Segment:
    """Another name or condition, shared or not any more. Of a frozen one the condition stays as it was."""
    own(segment, by)
    settle(segment, name, segment.text if segment.is_frozen else text, is_shared, by)
    segment.save()
    return segment


def settle(segment: Segment, name: str, text: str, is_shared: bool, by: Actor) -> None:
    name = " ".join(name.split())[:80]
    if not name:
        raise ValidationError({"name": _("Give it a name")}, code="empty")
    taken = Segment.objects.visible_to(by).filter(person_id=segment.person_id, name=name).exclude(pk=segment.pk)
    if taken.exists():
        raise ValidationError({"name": _("You keep another segment under this name")}, code="taken")
    if is_shared and not segment.is_shared and not by.may(SHARE_VIEWS):
        raise Refused(SHARE_VIEWS)
    try:
        segment.text = spelt(understood(text, Asking(by)))
    except ExpressionError as wrong:
        raise ValidationError({"text": wrong.message}, code="text") from wrong
    segment.name, segment.is_shared = name, is_shared


def own(segment: Segment, by: Actor) -> None:
    """Others use a shared segment; only its maker, and the owner of the firm, change it."""
    if not Segment.objects.visible_to(by, Segment.row_rule.change).filter(pk=segment.pk).exists():
        raise Refused(f"{SAVE_VIEWS} of segment {segment.pk}")


@action(SAVE_VIEWS)
def freeze_segment(*, segment: Segment, by: Actor) -> Segment:
    """A new segment of the clients that are in `segment` just now, as far as `by` sees them."""
    asking = Asking(by)
    found = usable(asking).get(segment.pk)
    if found is None or segment.is_frozen:
        raise Refused(f"{SAVE_VIEWS} of segment {segment.pk}")
    ids = list(found.rows(asking).order_by("pk").values_list("pk", flat=True)[: MOST_MEMBERS + 1])
    if len(ids) > MOST_MEMBERS:
        told = _("These are more than %(count)s clients: narrow it first") % {"count": MOST_MEMBERS}
        raise ValidationError(told, code="many")
    frozen = Segment(name=frozen_name(segment, asking.today, by), text=segment.text, person_id=by.pk)
    frozen.frozen_at, frozen.source = timezone.now(), segment
    frozen.save()
    SegmentMember.objects.bulk_create([SegmentMember(segment=frozen, client_id=pk) for pk in ids], batch_size=2000)
    return frozen


def frozen_name(segment: Segment, today: date, by: Actor) -> str:
    """The name with the day; with a number too, where there is one of that day already."""
    name = f"{segment.name[:60]}, {date_format(today, 'SHORT_DATE_FORMAT')}"
    taken = Segment.objects.visible_to(by).filter(person_id=by.pk, name__startswith=name).count()
    return f"{name} ({taken + 1})" if taken else name


@action(SAVE_VIEWS)
def trash_segment(*, segment: Segment, by: Actor) -> Segment:
    own(segment, by)
    segment.trashed_at = timezone.now()
    segment.save()
    return segment


def count_segments(day: date) -> int:
    """Note how many clients each living segment has on `day`, and who came and left, as the one who keeps it sees them;
    how many segments."""
    followed: list[int] = []
    for person in User.objects.active().order_by("pk"):
        with timezone.override(zone_of(person.time_zone)):
            asking = Asking(person)
            for each in usable(asking).values():
                if each.segment.person_id == person.pk and not each.segment.is_frozen:
                    count_one(each, asking, day)
                    followed.append(each.segment.pk)
    forget(day, followed)
    return len(followed)


def count_one(each: Usable, asking: Asking, day: date) -> None:
    rows = each.rows(asking).order_by()
    ids = set(rows.values_list("pk", flat=True)[: MOST_FOLLOWED + 1])
    is_whole = len(ids) <= MOST_FOLLOWED
    size = len(ids) if is_whole else rows.count()
    with chunk():
        SegmentSize.objects.update_or_create(segment_id=each.segment.pk, day=day, defaults={"count": size})
    follow(each.segment, ids if is_whole else None, day)
