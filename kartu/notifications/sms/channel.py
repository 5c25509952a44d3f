"""The channel `sms` of a notice."""

from uuid import uuid4

from kartu.notifications.jobs import send_sms
from kartu.notifications.models import Notification, SmsMessage


def write(notification: Notification) -> None:
    """It goes out when this transaction has committed."""
    SmsMessage.objects.create(notification=notification, key=uuid4().hex)
    send_sms.later(notification_id=notification.pk)
