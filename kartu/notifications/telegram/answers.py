"""What a person can press under a message of the bot."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.registry import Registry
from kartu.firm.models import User
from kartu.notifications.actions import mark_acted
from kartu.notifications.models import Notification


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
    mark_acted(by=by, notification=notification)
    return _("You know it")


answers.add(Answer("known", gettext_lazy("Got it"), lambda notification: notification.acted_at is None, got_it))
