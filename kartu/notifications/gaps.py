"""When the clock of the worker stood still: nothing could be sent then, and the owners are told once it is over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kartu.core.formats import format_datetime, format_number
from kartu.core.models import ClockSpan
from kartu.firm.models import Role, User
from kartu.notifications.actions import notify
from kartu.notifications.models import Notification

# A worker that renews itself is away for seconds, one that was killed for less than this.
LONG = timedelta(minutes=5)
# So long after the end of a gap what waited has gone out, and those that were late can be counted.
COUNTED_AFTER = timedelta(minutes=2)
TOLD_WITHIN = timedelta(days=1)
WHY = "how many reminders came late"


class Why(models.TextChoices):
    """What made a gap, as far as it can be told."""

    OFF = "off", _("Kartu or the computer was off")
    SLEPT = "slept", _("the computer slept")
    MOVED = "moved", _("the clock of the computer was put forward")
    LIVED = "lived", _("the computer slept, or its clock was put forward")


@dataclass(frozen=True)
class Gap:
    """From the last beat to the first one after it."""

    begin: datetime
    end: datetime
    why: Why
    span_id: int

    @property
    def minutes(self) -> int:
        return int((self.end - self.begin).total_seconds() // 60)

    @property
    def words(self) -> Promise:
        return Why(self.why).label


def gaps(spans: Iterable[ClockSpan], longest: timedelta = LONG) -> list[Gap]:
    """The gaps between `spans`, which come in the order of their beginnings and may overlap, the oldest first."""
    found: list[Gap] = []
    last: ClockSpan | None = None
    for span in spans:
        if last and span.since - last.until > longest:
            found.append(Gap(last.until, span.since, why_of(last, span), span.pk))
        if last is None or span.until > last.until:
            last = span
    return found


def why_of(before: ClockSpan, after: ClockSpan) -> Why:
    """One and the same worker lived through it: what made up most of it is what it was."""
    if after.worker != before.worker:
        return Why.OFF
    half = (after.since - before.until).total_seconds() / 2
    if (after.moved or 0) > half:
        return Why.MOVED
    return Why.SLEPT if (after.slept or 0) > half else Why.LIVED


def spans_since(moment: datetime, now: datetime) -> list[ClockSpan]:
    """Those that ran behind `moment`, and the last before them."""
    believed = ClockSpan.objects.filter(until__lte=now + ClockSpan.SKEW)
    before = believed.filter(until__lte=moment).order_by("-until")[:1]
    return [*before, *believed.filter(until__gt=moment).order_by("since", "pk")]


def tell_of_gaps(now: datetime) -> None:
    """Each gap once, whoever owns the firm, by bell and letter."""
    for gap in gaps(spans_since(now - TOLD_WITHIN, now)):
        if gap.end <= now - COUNTED_AFTER:
            tell_of_gap(gap, now)


def tell_of_gap(gap: Gap, now: datetime) -> None:
    owners = User.objects.active().select_related("role").filter(role__code=Role.OWNER)
    dedupe = f"clock-gap:{gap.span_id}"
    told = Notification.objects.as_system(WHY).filter(dedupe=dedupe, kind="notifications.clock_gap")
    if told.exists():
        return
    late = Notification.objects.as_system(WHY).filter(is_late=True, is_digest=False, created_at__range=(gap.end, now))
    moment = lazy(format_datetime, str)
    words = _("From {begin} to {end} nothing could be sent: {why}. {late}")
    notify(
        to=owners,
        kind="notifications.clock_gap",
        title=_("For a while nothing could be sent"),
        text=format_lazy(
            words, begin=moment(gap.begin), end=moment(gap.end), why=gap.words, late=lazy(late_words, str)(late.count())
        ),
        url=reverse("notifications:clock"),
        dedupe=dedupe,
    )


def late_words(count: int) -> str:
    if not count:
        return ""
    words = ngettext("%(count)s reminder came late.", "%(count)s reminders came late.", count)
    return words % {"count": format_number(count)}
