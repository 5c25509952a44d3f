"""What a person can press under a message of the bot."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.formats import format_datetime
from kartu.core.registry import Registry
from kartu.firm.middleware import zone_of
from kartu.firm.models import User
from kartu.notifications.actions import mark_acted
from kartu.notifications.answers import acknowledge, put_off
from kartu.notifications.channels import TELEGRAM
from kartu.notifications.models import Notification
from kartu.notifications.quiet import next_morning


@dataclass(frozen=True)
class Answer:
    """`fits(notification)`: whether it stands under it. `act(by=, notification=)` does it as that person, who is asked
    for his rights there like on a page, and gives what to tell him, in a few words."""

    key: str
    label: str | Promise
    fits: Callable[[Notification], bool]
    act: Callable[..., str]
    order: int = 0


answers: Registry[Answer] = Registry(
    "notifications.answers", "What can be pressed under a notice in Telegram: an Answer, asked whether it fits."
)


def got_it(*, by: User, notification: Notification) -> str:
    if notification.needs_ack:
        acknowledge(by=by, notification=notification, where=TELEGRAM)
    mark_acted(by=by, notification=notification)
    return _("You know it")


def in_half_an_hour(*, by: User, notification: Notification) -> str:
    return again_at(by, notification, timezone.now() + timedelta(minutes=30))


def in_the_morning(*, by: User, notification: Notification) -> str:
    return again_at(by, notification, next_morning(by))


def again_at(by: User, notification: Notification, moment: datetime) -> str:
    put_off(by=by, notification=notification, until=moment, where=TELEGRAM)
    return _("It comes again at %(when)s") % {"when": format_datetime(moment.astimezone(zone_of(by.time_zone)))}


def can_wait(notification: Notification) -> bool:
    """Whether it is about something that can be put off: of what has only happened there is nothing to put off."""
    return notification.is_waiting and notification.at is not None


answers.add(Answer("known", gettext_lazy("Got it"), lambda notification: notification.acted_at is None, got_it))
answers.add(Answer("later", gettext_lazy("In 30 min"), can_wait, in_half_an_hour, order=20))
answers.add(Answer("morning", gettext_lazy("Tomorrow at 9:00"), can_wait, in_the_morning, order=30))
