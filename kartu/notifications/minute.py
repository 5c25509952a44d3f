"""What happens by itself about notices that nobody answers: they come back, climb their ladder, and are closed.

One job a minute does all of it. Each effect is in the database, in one transaction with the row that says that it was
done (a Step, or a state that was left): it happens once, whatever is killed or runs twice. What goes outside is queued
in that transaction.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.actors import System
from kartu.core.faults import fail_point
from kartu.firm.middleware import zone_of
from kartu.firm.models import Role, User
from kartu.notifications.actions import notify, send_by, send_by_all
from kartu.notifications.answers import FARTHEST, PUT_OFF
from kartu.notifications.channels import BELL, channels, note
from kartu.notifications.gaps import tell_of_gaps
from kartu.notifications.holding import let_out
from kartu.notifications.kinds import HEAD, MOST_REPEATS, NEXT_WAY, REPEAT_MINUTES, kind_of
from kartu.notifications.ladders import Ladders, due_ones
from kartu.notifications.models import Hop, Notification, Step
from kartu.notifications.quiet import hours_of, peace_until
from kartu.security import audit

State = Notification.State
WHY = "reminders that nobody has answered"
MOST = 500
# A ladder that was not climbed by then is not climbed any more.
LONGEST_LADDER = timedelta(days=7)
# By then what nobody has looked at is closed.
OVER = timedelta(days=7)


def run() -> None:
    let_out()
    for work in (come_back, climb, repeat, close, tell_of_gaps):
        work(timezone.now())


def notices() -> models.QuerySet:
    return Notification.objects.as_system(WHY)


def each(rows: models.QuerySet, act: Callable[[Notification], None]) -> None:
    """Do `act` with each row, in a transaction of its own, if the row still is one of `rows`."""
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)[:MOST]):
        with transaction.atomic(), audit.acting_as(System(WHY)):
            row = rows.filter(pk=pk).select_for_update(of=("self",)).select_related("person__team").first()
            if row is not None:
                act(row)
                fail_point("notices.minute")


def come_back(now: datetime) -> None:
    """What was put off until now rings anew."""
    due = models.Q(snoozed_until__lte=now) | models.Q(snoozed_until__gt=now + FARTHEST)
    each(notices().filter(PUT_OFF, due), lambda row: ring_again(row, is_repeat=False))


def ring_again(row: Notification, *, is_repeat: bool) -> Notification:
    """A further ring of the same, which takes its place behind the bell."""
    copied = ("person", "kind", "title", "text", "url", "about_type", "about_id", "by_id", "at", "is_late")
    more = ("is_urgent", "needs_ack", "is_private", "buttons")
    same = {name: getattr(row, name) for name in copied + more}
    ring = Notification(first=row, is_repeat=is_repeat, created_at=timezone.now(), **same)
    ring.save()
    notices().filter(models.Q(pk=row.pk) | models.Q(first=row)).exclude(pk=ring.pk).update(in_bell=False)
    notices().filter(pk=row.pk).update(snoozed_until=None)
    with translation.override(row.person.language), timezone.override(zone_of(row.person.time_zone)):
        send_by_all(ring, outside=kind_of(row.kind).outside, only=set())
    return ring


def climb(now: datetime) -> None:
    """Rung by rung, what nobody has seen goes by further ways, and to the head."""
    ladders = Ladders()
    waiting = notices().filter(state=State.OPEN, seen_at=None, is_repeat=False, is_digest=False, is_private=False)
    waiting = waiting.filter(models.Q(needs_ack=True) | models.Q(kind__in=ladders.laddered()))
    waiting = waiting.filter(created_at__gt=now - LONGEST_LADDER, created_at__lte=now)
    due = due_ones(waiting, ladders, now)
    for first in range(0, len(due), MOST):
        each(waiting.filter(pk__in=due[first : first + MOST]), lambda row: climb_one(row, ladders, now))


def climb_one(row: Notification, ladders: Ladders, now: datetime) -> None:
    if is_in_peace(row, now):
        return
    for rung in ladders.due(row.kind, row.created_at, row.needs_ack, now):
        if Step.take(row.pk, rung.key):
            take_rung(row, rung.after, rung.way)


def is_in_peace(row: Notification, now: datetime) -> bool:
    """Whether the person is left in peace just now: then the ladder, too, waits."""
    return not row.is_urgent and peace_until(hours_of(row.person), now) > now


def take_rung(row: Notification, after: int, way: str) -> None:
    if way == HEAD:
        return tell_head(row, after)
    told = set(row.hops.filter(what=Hop.What.PLANNED).values_list("channel", flat=True))
    ways = [channel for channel in channels if channel.is_loud and channel.key not in told]
    chosen = [
        channel for channel in ways if channel.key == way or (way == NEXT_WAY and channel.is_connected(row.person))
    ]
    for channel in chosen[:1]:
        with translation.override(row.person.language), timezone.override(zone_of(row.person.time_zone)):
            send_by(channel, row)


def tell_head(row: Notification, after: int) -> None:
    """Whoever heads the team of the person hears who has not reacted; without one, the owners."""
    head = row.person.team.head if row.person.team_id else None
    owners = User.objects.active().filter(role__code=Role.OWNER)
    heads = [head] if head and head.is_active and head.pk != row.person_id else list(owners.exclude(pk=row.person_id))
    notify(
        to=heads,
        kind="notifications.not_seen",
        title=format_lazy(
            gettext_lazy("{person} has not reacted for {count} min"), person=row.person.name, count=after
        ),
        text=row.title,
        url="/notifications/",
        dedupe=f"not-seen:{row.pk}",
    )


def repeat(now: datetime) -> None:
    """What must be acknowledged comes back until it is."""
    due = now - timedelta(minutes=REPEAT_MINUTES)
    rows = notices().filter(needs_ack=True, is_repeat=False, state__in=[State.OPEN, State.SEEN, State.OPENED])
    each(rows.filter(created_at__lte=due, created_at__gt=now - LONGEST_LADDER), lambda row: repeat_one(row, now))


def repeat_one(row: Notification, now: datetime) -> None:
    number = min(int((now - row.created_at) / timedelta(minutes=REPEAT_MINUTES)), MOST_REPEATS)
    taken = row.steps.filter(key__startswith="repeat:").values_list("key", flat=True)
    if number <= max((int(key.partition(":")[2]) for key in taken), default=0) or is_in_peace(row, now):
        return
    if Step.take(row.pk, f"repeat:{number}"):
        ring_again(row, is_repeat=True)


def close(now: datetime) -> None:
    """What nobody has looked at in its time is so noted, and what was to be acknowledged and never was."""
    rows = notices().filter(created_at__lte=now - OVER)
    rows = rows.filter(models.Q(state=State.OPEN) | models.Q(state__in=[State.SEEN, State.OPENED], needs_ack=True))
    each(rows, ignore)


def ignore(row: Notification) -> None:
    notices().filter(pk=row.pk).update(state=State.IGNORED)
    days = OVER.days
    note(Hop.What.IGNORED, BELL, notification_id=row.pk, reason=_("Not answered within %(days)d days") % {"days": days})
