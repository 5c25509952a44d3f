"""What every way outside has in common: when a message must wait, when it is settled, who hears that nothing goes out.

E-mail has its own (`sending`): a letter need not be a notice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core import about
from kartu.core.jobs import Retry
from kartu.core.sealing import Unreadable
from kartu.firm.models import User
from kartu.notifications.actions import notify
from kartu.notifications.channels import LABELS, note
from kartu.notifications.models import Carrier, Hop, Notification, SmsMessage
from kartu.notifications.senders import tell_end
from kartu.security.models.backup import Restoration

# After that a notice is old news; the ledger says that it never went out.
KEEP_TRYING = timedelta(days=2)
TELL_AFTER = timedelta(minutes=5)
HELD_SECONDS = 60


# A notice of the firm's own people, or what goes to somebody outside.
Carried = Notification | SmsMessage


class Refused(Exception):
    """This message will never go out this way; str() says why, for the ledger."""


@dataclass(frozen=True)
class Way:
    """A way out of the house by one carrier. `right` is that of those who look after it, at the page `url_name`.

    `hand_over(message)` gives the notice, or the SMS to somebody outside, to the carrier and returns what it is called
    there; it raises Refused, NotNow, or whatever goes wrong on the line.
    """

    channel: str
    right: str
    url_name: str
    obstacle: Callable[[Carried], str]
    hand_over: Callable[[Carried], str]


class NotNow(Exception):
    """It may go out later; str() says why not now. `after`: the seconds for which the other side asks to wait."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


def carry(message: Carried, way: Way) -> None:
    """Send it unless it is settled. Raises Retry, for the queue, where it must wait."""
    if is_settled(message, way.channel):
        return
    wait_for_the_owner()
    if why := gone(message) or way.obstacle(message):
        return settle(message, way.channel, Hop.What.FAILED, reason=why)
    carrier = Carrier.named(way.channel)
    # Of a carrier that works it is asked at least once: it was off that long, or the clock was put forward.
    old = timezone.now() - message.created_at > KEEP_TRYING
    if old and carrier.failing_since and not was_held(message, KEEP_TRYING):
        why = _("Not sent within two days: %(why)s") % {"why": carrier.last_error}
        return settle(message, way.channel, Hop.What.FAILED, reason=why)
    if carrier.pause:
        raise Retry(carrier.last_error, after=carrier.seconds_of_pause)
    try:
        carrier_id = way.hand_over(message)
    except Refused as no:
        return settle(message, way.channel, Hop.What.FAILED, reason=str(no))
    except Exception as error:
        reason = words_of(error)
        settle(message, way.channel, Hop.What.DELAYED, reason=reason)
        after = getattr(error, "after", None)
        failed(carrier, way.channel, reason, right=way.right, url=reverse(way.url_name), after=after)
        raise Retry(reason, after=carrier.seconds_of_pause) from error
    settle(message, way.channel, Hop.What.SENT, carrier_id=carrier_id)
    carrier.note_success()


def gone(message: Carried) -> str:
    """In words, where whoever was to be told works here no more."""
    is_gone = isinstance(message, Notification) and not message.person.is_active
    return _("This person works here no more") if is_gone else ""


def carried(notification_id: int) -> Notification:
    """The notice that a job carries out of the house."""
    rows = Notification.objects.as_system("A notice goes to the person whose it is")
    return rows.select_related("person__role").get(pk=notification_id)


def is_settled(message: Carried, channel: str) -> bool:
    return message.hops.filter(channel=channel, what__in=Hop.SETTLED).exists()


def wait_for_the_owner() -> None:
    """After a restoration whoever it is for may have had it: raises Retry until the owner lets the messages out."""
    if Restoration.holding().exists():
        raise Retry(_("Messages are held: the data came from a backup"), after=HELD_SECONDS)


def was_held(message: Carried, keep_trying: timedelta) -> bool:
    """Whether it waited for the owner's word after a restoration, and that word was given lately."""
    lately = timezone.now() - keep_trying
    return Restoration.objects.filter(at__gte=message.created_at, let_out_at__gt=lately).exists()


def settle(message: Carried, channel: str, what: Hop.What, *, reason: str = "", carrier_id: str = "") -> None:
    with transaction.atomic():
        note(
            what,
            channel,
            **link_of(message),
            attempt=attempt_of(message, channel),
            carrier_id=carrier_id[:200],
            reason=reason[:300],
        )
        tell_end(message, what, reason)


def link_of(message: Carried) -> dict[str, int]:
    """By which column the ledger knows it."""
    return {"notification_id" if isinstance(message, Notification) else "sms_id": message.pk}


def attempt_of(message: Carried, channel: str) -> int:
    return message.hops.filter(channel=channel, what=Hop.What.DELAYED).count() + 1


def failed(carrier: Carrier, channel: str, reason: str, *, right: str, url: str, after: float | None = None) -> None:
    """`carrier` does not work: leave it in peace for a while, and after some minutes tell those who look after it."""
    with transaction.atomic():
        carrier.note_failure(reason, after)
        if timezone.now() - carrier.failing_since > TELL_AFTER:
            title = format_lazy(gettext_lazy("Messages do not go out: {channel}"), channel=LABELS[channel])
            tell_keepers(title, reason, right, url, f"carrier-down:{carrier}:{carrier.failing_since.isoformat()}")


def tell_keepers(title: str | Promise, text: str, right: str, url: str, dedupe: str) -> None:
    keepers = [person for person in User.objects.active().select_related("role") if person.may(right)]
    notify(to=keepers, kind="notifications.channel_fails", title=title, text=text, url=url, email=True, dedupe=dedupe)


def words_of(error: Exception) -> str:
    """What went wrong, for the owner to read."""
    if isinstance(error, Unreadable):
        return _("The secret of this way cannot be read any more. Set it up again.")
    if isinstance(error, OSError):
        return _("The server of this way does not answer")
    return str(error) or type(error).__name__


def words(notification: Notification) -> tuple[str, str, str]:
    """Title, text and page of it; bare words where what it is about has been taken from the person meanwhile."""
    if notification.about_type in about.abouts and notification.about_id:
        if about.find(notification.about_type, notification.about_id, by=notification.person) is None:
            return _("News for you"), "", ""
    return notification.title, notification.text, notification.url


def cut(text: str, most: int) -> str:
    """`text`, shortened to `most` bytes."""
    data = text.encode()
    return text if len(data) <= most else data[: most - 3].decode("utf-8", "ignore") + "…"
