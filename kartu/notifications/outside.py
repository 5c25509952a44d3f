"""The ways to tell a person that go out of the house, besides e-mail: what each adds to the lists of the apps below."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.firm.models import Device
from kartu.firm.tabs import IN_SERVER, SettingsTab, settings_tabs
from kartu.notifications.channels import LABELS, PUSH, SMS, TELEGRAM, Channel, channels
from kartu.notifications.health import pushes_now, sms_now, telegram_now
from kartu.notifications.models import PushSubscription, TelegramChat, TelegramCode
from kartu.notifications.push import channel as push
from kartu.notifications.rights import CHANNELS
from kartu.notifications.sms import channel as sms_channel
from kartu.notifications.sms import sending as sms
from kartu.notifications.telegram import channel as telegram_channel
from kartu.notifications.telegram import sending as telegram
from kartu.security.health import HealthLine, health_lines
from kartu.security.leaving.revoked import Revoked, deleting, revoked

channels.add(
    Channel(
        PUSH,
        LABELS[PUSH],
        push.write,
        push.obstacle,
        is_connected=push.is_connected,
        setup="notifications:push",
        order=40,
    )
)

health_lines.add(HealthLine("push", _("Notices to browsers and phones"), pushes_now, 122))


channels.add(
    Channel(
        SMS,
        LABELS[SMS],
        sms_channel.write,
        sms.obstacle,
        by_default=False,
        is_connected=sms.is_connected,
        setup="firm:me",
        order=60,
    )
)

health_lines.add(HealthLine("sms", _("SMS that wait"), sms_now, 123, "notifications:sms"))
settings_tabs.add(SettingsTab("sms", _("SMS"), "notifications:sms", group=IN_SERVER, order=31, right=CHANNELS))


channels.add(
    Channel(
        TELEGRAM,
        LABELS[TELEGRAM],
        telegram_channel.write,
        telegram.obstacle,
        is_connected=telegram.is_connected,
        setup="notifications:my_telegram",
        order=50,
    )
)

health_lines.add(HealthLine("telegram", _("Telegram"), telegram_now, 124, "notifications:telegram"))
settings_tabs.add(
    SettingsTab("telegram", _("Telegram"), "notifications:telegram", group=IN_SERVER, order=32, right=CHANNELS)
)


def listening(people: Iterable[int]) -> QuerySet[PushSubscription]:
    return PushSubscription.objects.filter(person_id__in=people)


revoked.add(
    Revoked(
        "push",
        _("Browsers that show notices"),
        ("notifications.pushsubscription.person",),
        listening,
        deleting(listening),
        75,
    )
)


def chats(people: Iterable[int]) -> QuerySet[TelegramChat]:
    return TelegramChat.objects.filter(person_id__in=people)


def codes(people: Iterable[int]) -> QuerySet[TelegramCode]:
    return TelegramCode.objects.filter(person_id__in=people)


revoked.add(
    Revoked(
        "telegram", _("Telegram chats with the bot"), ("notifications.telegramchat.person",), chats, deleting(chats), 76
    )
)
revoked.add(
    Revoked(
        "telegram_codes",
        _("Codes for the Telegram bot"),
        ("notifications.telegramcode.person",),
        codes,
        deleting(codes),
        77,
    )
)


@receiver(pre_delete, sender=Device)
def end_with_the_sign_in(instance: Device, **kwargs: Any) -> None:
    """Signed out by somebody, a browser shows no notices any more. One whose sign-in has only run out goes on."""
    if instance.expires_at > timezone.now() + timedelta(seconds=1):
        PushSubscription.objects.filter(device_id=instance.pk).delete()
