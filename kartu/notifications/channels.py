"""The ways in which a person is told. A further one (web push, SMS, Telegram) is one more item of this list."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from kartu.core.registry import Registry
from kartu.firm.models import User
from kartu.notifications.models import Hop, Notification


@dataclass(frozen=True)
class Channel:
    """A way to reach a person.

    `obstacle(notification)` says in words why this person cannot be told this way now, or "" if nothing stands
    in the way; the words go into the ledger. `send(notification)` is called inside the transaction of
    `notify`, after the ledger says "planned": it writes the message for the open pages, or queues a job that
    talks to the outside, and notes what came of it by `note`.

    `always`: used for every notice, whatever people choose. `is_loud`: it reaches people where they are, away from
    the program, so that quiet hours and digests hold it back (unlike the bell and the note on the screen).
    `by_default`: used where nobody has chosen (a loud one only for kinds of news that are told outside); False for
    what costs money. `is_connected(person)`: False where the person has never set this way up, who is then passed
    over without a word of failure. `setup`: the name of the address where he sets it up.
    """

    key: str
    label: str
    send: Callable[[Notification], None]
    obstacle: Callable[[Notification], str] = lambda notification: ""
    always: bool = False
    order: int = 0
    is_loud: bool = True
    by_default: bool = True
    is_connected: Callable[[User], bool] = lambda person: True
    setup: str = ""


channels: Registry[Channel] = Registry(
    "notifications.channels", "Ways to tell a person: a Channel, used by notify() in this order."
)


def note(what: Hop.What, channel: str, *, notification_id: int | None = None, **details: object) -> None:
    """Add a hop to the ledger. One that is there already, and can be only once, is left as it is."""
    hop = Hop(notification_id=notification_id, channel=channel, what=what, **details)
    Hop.objects.bulk_create([hop], ignore_conflicts=True)


def standing(notification: Notification) -> dict[str, Hop]:
    """Where `notification` stands on each channel: its last hop there."""
    return {hop.channel: hop for hop in notification.hops.order_by("id")}


def latest(hops: models.QuerySet[Hop]) -> models.QuerySet[Hop]:
    """Of each letter or notice only the last hop on its channel."""
    newer = Hop.objects.filter(
        channel=models.OuterRef("channel"),
        id__gt=models.OuterRef("id"),
        notification=models.OuterRef("notification"),
        letter=models.OuterRef("letter"),
        sms=models.OuterRef("sms"),
    )
    return hops.filter(~models.Exists(newer))


BELL = "bell"
POPUP = "popup"
EMAIL = "email"
PUSH = "push"
SMS = "sms"
TELEGRAM = "telegram"
LABELS = {
    BELL: _("the bell"),
    POPUP: _("a note on the screen"),
    EMAIL: _("e-mail"),
    PUSH: _("a note of the browser or phone"),
    SMS: _("SMS"),
    TELEGRAM: _("Telegram"),
}
