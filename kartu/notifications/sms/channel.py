"""The channel `sms` of a notice, and SMS to people outside the firm."""

from uuid import uuid4

from django.db import transaction

from kartu.notifications.channels import SMS, note
from kartu.notifications.jobs import send_outside_sms, send_sms
from kartu.notifications.models import Hop, Notification, SmsMessage
from kartu.notifications.sms.sending import is_set_up, no_gateway


def write(notification: Notification) -> None:
    """It goes out when this transaction has committed."""
    SmsMessage.objects.create(notification=notification, key=uuid4().hex)
    send_sms.later(notification_id=notification.pk)


def write_outside(*, phone: str, text: str, sender: str, obstacle: str = "") -> SmsMessage:
    """An SMS of `sender` that goes out when this transaction has committed; with an `obstacle`, or where there is no
    gateway, the ledger says why it does not."""
    with transaction.atomic():
        message = SmsMessage.objects.create(phone=phone, text=text, sender=sender, key=uuid4().hex)
        note(Hop.What.PLANNED, SMS, sms=message, carrier_id=message.key)
        why = obstacle or ("" if is_set_up() else no_gateway())
        if why:
            note(Hop.What.FAILED, SMS, sms=message, reason=why[:300])
        else:
            send_outside_sms.later(sms_id=message.pk)
    return message
