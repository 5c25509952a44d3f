"""The channel `telegram` of a notice."""

from kartu.notifications.jobs import send_telegram
from kartu.notifications.models import Notification, TelegramMessage


def write(notification: Notification) -> None:
    """It goes out when this transaction has committed."""
    TelegramMessage.objects.create(notification=notification)
    send_telegram.later(notification_id=notification.pk)
