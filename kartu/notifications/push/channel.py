"""The channel `push` of a notice: what it needs, and the messages that the job sends."""

from secrets import token_urlsafe

from django.utils.translation import gettext as _

from kartu.firm.models import User
from kartu.notifications.jobs import send_push
from kartu.notifications.models import Notification, PushMessage, PushSubscription


def obstacle(notification: Notification) -> str:
    return "" if is_connected(notification.person) else _("Switched on in no browser")


def is_connected(person: User) -> bool:
    return PushSubscription.objects.filter(person=person).exists()


def write(notification: Notification) -> None:
    """A message for each browser of the person, which go out when this transaction has committed."""
    PushMessage.objects.bulk_create(
        PushMessage(notification=notification, subscription=subscription, key=token_urlsafe(20))
        for subscription in PushSubscription.objects.filter(person_id=notification.person_id)
    )
    send_push.later(notification_id=notification.pk)
