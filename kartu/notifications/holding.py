"""What must not reach a person outside just now is held back, and goes out later: alone, or with others in one digest.

A row of Held is let out in the same transaction that hands its notice to the channel, so that nothing is lost and
nothing goes out twice, whatever is killed when. What was seen meanwhile is dropped: nobody needs a letter about it.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartu.core.actors import System
from kartu.core.faults import fail_point
from kartu.core.formats import format_datetime, format_number
from kartu.firm.middleware import zone_of
from kartu.notifications.channels import Channel, channels, note
from kartu.notifications.models import Held, Hop, Notification, Pace
from kartu.notifications.quiet import digest_at, hours_of, peace_until
from kartu.security import audit

WHY = "letting out what was held back"
AT_ONCE = 200
LONGEST_TEXT = 1000
# What comes so much behind the moment for which it was planned is marked as late.
LATE = timedelta(minutes=2)


def held_until(notification: Notification, channel: Channel, digest: str, now: datetime) -> tuple[datetime, str] | None:
    """Until when a notice may not go out by a channel that reaches people outside, and why; None: it may."""
    person, until, why = notification.person, now, ""
    if not notification.is_urgent:
        hours = hours_of(person)
        if digest:
            until, why = digest_at(digest, hours, now), Held.Why.DIGEST
        if (peace := peace_until(hours, until)) > until:
            until, why = peace, Held.Why.QUIET
    if why:
        return until, why
    if notification.is_late:
        # What comes after an outage comes in numbers: the next minute puts it into one message.
        return now, Held.Why.TURN
    if Pace.take(person.pk, channel.key, now) or notification.is_urgent:
        return None
    return now + Pace.SHORTEST, Held.Why.TURN


def hold(notification: Notification, channel: Channel, until: datetime, why: str) -> None:
    Held.objects.create(
        notification=notification, person=notification.person, channel=channel.key, until=until, why=why
    )
    reason = _("%(why)s, until %(until)s") % {"why": Held.Why(why).label, "until": format_datetime(until)}
    note(Hop.What.HELD, channel.key, notification_id=notification.pk, reason=reason[:300])


def let_out(now: datetime | None = None) -> int:
    """Send what is due, one message for each person and channel; returns how many."""
    now = now or timezone.now()
    groups = Held.objects.due(now).order_by("person_id", "channel").values_list("person_id", "channel").distinct()
    return sum(let_out_to(person_id, channel, now) for person_id, channel in list(groups))


def let_out_to(person_id: int, key: str, now: datetime) -> bool:
    with transaction.atomic(), audit.acting_as(System(WHY)):
        rows = Held.objects.due(now).filter(person_id=person_id, channel=key).select_for_update()
        held = list(rows.order_by("notification_id")[:AT_ONCE])
        notices = (
            Notification.objects.as_system(WHY).select_related("person").in_bulk([row.notification_id for row in held])
        )
        waiting = [row for row in held if still_wanted(notices[row.notification_id], key)]
        if waiting and not Pace.take(person_id, key, now):
            transaction.set_rollback(True)
            return False  # the next minute
        message = message_of([notices[row.notification_id] for row in waiting])
        for row in held:
            row.out_at = now
            row.digest = message if message and message.is_digest and row in waiting else None
        Held.objects.bulk_update(held, ["out_at", "digest"])
        if message:
            send_message(message, waiting, channels.get(key))
        fail_point("notices.let_out")
        return bool(message)


def still_wanted(notice: Notification, key: str) -> bool:
    """Whether it still must go out; what must not has that written down."""
    if not notice.person.is_active:
        note(Hop.What.FAILED, key, notification_id=notice.pk, reason=_("This person works here no more"))
    elif notice.state not in Notification.WAITING:
        note(Hop.What.WITHDRAWN, key, notification_id=notice.pk, reason=_("It had been seen already"))
    else:
        return True
    return False


def message_of(notices: list[Notification]) -> Notification | None:
    """One notice as it is, several as a digest."""
    if len(notices) < 2:
        return notices[0] if notices else None
    return digest_of(notices)


def send_message(message: Notification, rows: list[Held], channel: Channel | None) -> None:
    obstacle = str(channel.obstacle(message) if channel else _("There is no such way any more"))[:300]
    if message.is_digest:
        note(Hop.What.PLANNED, rows[0].channel, notification_id=message.pk)
        told = {"reason": obstacle or _("together with others"), "carrier_id": f"digest:{message.pk}"}
        for row in rows:
            what = Hop.What.FAILED if obstacle else Hop.What.SENT
            note(what, row.channel, notification_id=row.notification_id, **told)
    if not obstacle:
        channel.send(message)
    else:
        note(Hop.What.FAILED, rows[0].channel, notification_id=message.pk, reason=obstacle)


def digest_of(notices: list[Notification]) -> Notification:
    """One notice that lists the others. It stands behind no bell: they do."""
    person = notices[0].person
    with translation.override(person.language), timezone.override(zone_of(person.time_zone)):
        title = ngettext("%(count)s thing to know", "%(count)s things to know", len(notices))
        digest = Notification(
            person=person,
            kind="notifications.digest",
            title=title % {"count": format_number(len(notices))},
            text=listed(notices),
            url="/notifications/",
            is_late=all(notice.is_late for notice in notices),
            is_digest=True,
            is_private=any(notice.is_private for notice in notices),
            in_bell=False,
            state=Notification.State.SEEN,
        )
    digest.save()
    return digest


def listed(notices: list[Notification], longest: int = LONGEST_TEXT) -> str:
    """A line for each, as many as fit."""
    lines, used = [], 0
    for number, notice in enumerate(notices):
        line = f"• {notice.title}" + (f" · {notice.text}" if notice.text else "")
        rest = len(notices) - number
        more = ngettext("and %(count)s more", "and %(count)s more", rest) % {"count": format_number(rest)}
        if used + len(line) + len(more) + 2 > longest:
            lines.append(more)
            break
        lines.append(line)
        used += len(line) + 1
    return "\n".join(lines)


def whole_text(digest: Notification) -> str:
    """All that a digest lists, however long: for a letter."""
    rows = Notification.objects.as_system("the letter of a digest lists what was held back for its person")
    notices = rows.filter(pk__in=digest.gathered.values("notification_id")).order_by("pk")
    return listed(list(notices), longest=100_000)


def drop(notification_ids: list[int], reason: str, now: datetime | None = None) -> None:
    """What is held of these notices needs to go out no more."""
    rows = Held.objects.waiting().filter(notification_id__in=notification_ids).select_for_update()
    for row in rows:
        note(Hop.What.WITHDRAWN, row.channel, notification_id=row.notification_id, reason=reason)
    rows.update(out_at=now or timezone.now())
