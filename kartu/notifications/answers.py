"""What becomes of a notice when its person, or the work itself, answers it: acknowledged, put off, settled."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.formats import format_datetime
from kartu.firm.models import User
from kartu.notifications.actions import tell_count
from kartu.notifications.channels import BELL, note
from kartu.notifications.holding import drop
from kartu.notifications.models import Hop, Notification

State = Notification.State
FARTHEST = timedelta(days=366)
WHY = "what is done needs no reminder"
# What somebody could still answer.
LIVE = (State.OPEN, State.SEEN, State.OPENED, State.IGNORED)


class NotPossible(ValueError):
    """The words say why."""


def family(rows: models.QuerySet, notification: Notification) -> models.QuerySet:
    """Of `rows` those that are one reminder with `notification`: the ring and its repeats."""
    lead = notification.lead_id
    return rows.filter(models.Q(pk=lead) | models.Q(first_id=lead, is_repeat=True))


def acknowledge(*, by: User, notification: Notification, where: str = BELL) -> bool:
    """The person knows. It rings no more. False if that was over already."""
    return settled(by, notification, State.ACKED, Hop.What.ACKED, where, _("acknowledged"))


def put_off(*, by: User, notification: Notification, until: datetime, why: str = "", where: str = BELL) -> bool:
    """The notice is gone until then, and rings anew."""
    now = timezone.now()
    if not now < until <= now + FARTHEST:
        raise NotPossible(_("Choose a moment that lies ahead, within a year"))
    told = _("until %(until)s") % {"until": format_datetime(until)}
    with transaction.atomic():
        done = settled(by, notification, State.SNOOZED, Hop.What.SNOOZED, where, f"{told} · {why}" if why else told)
        if done:
            mine = Notification.objects.visible_to(by)
            mine.filter(pk=notification.lead_id).update(snoozed_until=until)
    return done


def settled(by: User, notification: Notification, state: str, what: str, where: str, reason: str) -> bool:
    with transaction.atomic():
        rows = family(Notification.objects.visible_to(by), notification).filter(state__in=LIVE)
        ids = list(rows.select_for_update().values_list("pk", flat=True))
        if not ids:
            return False
        mine = Notification.objects.visible_to(by).filter(pk__in=ids)
        mine.filter(seen_at=None).update(seen_at=timezone.now())
        mine.update(state=state)
        note(what, where, notification_id=notification.pk, reason=reason[:300])
        drop(ids, reason[:300])
        tell_count(by)
    return True


def withdraw(*, about: models.Model, kinds: Iterable[str] = (), reason: str = "") -> int:
    """What it told of is settled elsewhere: its reminders ring no more. To be called inside that transaction.

    `kinds`: only news of these. Returns how many notices were open.
    """
    rows = Notification.objects.as_system(WHY).filter(about_type=about._meta.label_lower, about_id=about.pk)
    open_ones = rows.filter(models.Q(state=State.OPEN) | models.Q(needs_ack=True, state__in=LIVE) | PUT_OFF)
    if kinds:
        open_ones = open_ones.filter(kind__in=list(kinds))
    reason = reason or _("It is done")
    with transaction.atomic():
        found = list(open_ones.select_for_update().select_related("person"))
        for notice in found:
            note(Hop.What.WITHDRAWN, BELL, notification_id=notice.pk, reason=reason[:300])
        mine = rows.filter(pk__in=[notice.pk for notice in found])
        mine.filter(seen_at=None).update(seen_at=timezone.now())
        mine.update(state=State.WITHDRAWN, snoozed_until=None)
        drop([notice.pk for notice in found], reason[:300])
        for person in {notice.person_id: notice.person for notice in found}.values():
            tell_count(person)
    return len(found)


PUT_OFF = models.Q(state=State.SNOOZED, snoozed_until__isnull=False)
