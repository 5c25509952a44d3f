"""An SMS of a notice: once if all goes well, again under the same id if not, never more a day than was allowed."""

from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.faults import fail_point
from kartu.firm.models import Firm, User
from kartu.notifications.actions import language_of
from kartu.notifications.carrying import Refused, Way, tell_keepers, words, words_of
from kartu.notifications.channels import SMS
from kartu.notifications.models import Notification, SmsGateway, SmsMessage
from kartu.notifications.rights import CHANNELS
from kartu.notifications.senders import obstacle_of
from kartu.notifications.sms import gateway as gateways
from kartu.notifications.sms.gateway import Sms
from kartu.notifications.sms.phones import mobile_of
from kartu.notifications.sms.texts import segments, shortened

MOST_SEGMENTS = 2  # where only the file of the settings stands for a gateway


def is_set_up() -> bool:
    return bool(settings.SMS_FILE) or SmsGateway.current() is not None


def no_gateway() -> str:
    return _("No SMS gateway is set up")


def obstacle(notification: Notification) -> str:
    if not is_set_up():
        return no_gateway()
    return "" if mobile_of(notification.person) else _("No mobile number stands in the profile")


def is_connected(person: User) -> bool:
    return is_set_up() and bool(mobile_of(person))


def hand_over(notification: Notification) -> str:
    """Send it; gives the id under which the gateway knows it. Raises Refused, NotNow or OSError."""
    message = SmsMessage.objects.get(notification=notification)
    phone = mobile_of(notification.person)
    if not phone:
        raise Refused(_("No mobile number stands in the profile"))
    gateway = SmsGateway.current()
    return give(gateway, message, phone, text_of(notification, most_segments(gateway)))


def hand_over_outside(message: SmsMessage) -> str:
    """Send what goes to somebody outside the firm, as it was written. Raises what `hand_over` does."""
    return give(SmsGateway.current(), message, message.phone, message.text)


def most_segments(gateway: SmsGateway | None) -> int:
    """How many parts the firm lets an SMS have."""
    return gateway.most_segments if gateway else MOST_SEGMENTS


def give(gateway: SmsGateway | None, message: SmsMessage, phone: str, text: str) -> str:
    count(message, segments(text))
    gateways.hand_over(gateway, Sms(phone, text, message.key))
    fail_point("sms.after_send")
    return message.key


def text_of(notification: Notification, most: int) -> str:
    with translation.override(language_of(notification.person)):
        title, text, _url = words(notification)
    firm = Firm.current()
    ahead = f"{firm.name}: " if firm and len(firm.name) <= 20 else ""
    return shortened(f"{ahead}{title}{'. ' if text else ''}{text}", most)


def count(message: SmsMessage, parts: int) -> None:
    """Let it use up what the firm pays for today; once, however often it is tried. Raises Refused over the limit."""
    today = timezone.localdate()
    with transaction.atomic():
        gateway = SmsGateway.objects.select_for_update().first()
        message.refresh_from_db()
        if gateway is None or message.counted_on:
            return
        used = SmsMessage.objects.filter(counted_on=today).aggregate(used=Sum("segments"))["used"] or 0
        if used + parts <= gateway.day_limit:
            SmsMessage.objects.filter(pk=message.pk).update(counted_on=today, segments=parts)
            return
        title = gettext_lazy("No more SMS today: the limit is reached")
        text = format_lazy(
            gettext_lazy("{limit} parts a day. Raise it if that is too little."), limit=gateway.day_limit
        )
        tell_keepers(title, text, CHANNELS, reverse("notifications:sms"), f"sms-limit:{today}")
    raise Refused(_("The limit of SMS a day is reached"))


def send_test(*, by: User) -> str:
    """An SMS to `by` at once; "" if the gateway took it, else what is wrong, in words."""
    phone, gateway = mobile_of(by), SmsGateway.current()
    if not phone:
        return _("No mobile number stands in the profile")
    try:
        gateways.hand_over(gateway, Sms(phone, _("If you read this, SMS from Kartu arrive."), uuid4().hex))
    except Exception as error:
        return words_of(error)
    return ""


def obstacle_outside(message: SmsMessage) -> str:
    return obstacle_of(message) or ("" if is_set_up() else no_gateway())


WAY = Way(SMS, CHANNELS, "notifications:sms", obstacle, hand_over)
OUTSIDE = Way(SMS, CHANNELS, "notifications:sms", obstacle_outside, hand_over_outside)
