from kartu.notifications.models.carrier import Carrier
from kartu.notifications.models.delivery import Hop, Letter
from kartu.notifications.models.held import Held, Pace
from kartu.notifications.models.ladder import Ladder
from kartu.notifications.models.mail_settings import MailSettings
from kartu.notifications.models.notification import Notification
from kartu.notifications.models.preference import Preference, QuietHours
from kartu.notifications.models.push import PushKeys, PushMessage, PushSubscription
from kartu.notifications.models.sms import SmsGateway, SmsMessage
from kartu.notifications.models.step import Step
from kartu.notifications.models.telegram import TelegramBot, TelegramChat, TelegramCode, TelegramMessage

__all__ = [
    "Carrier",
    "Held",
    "Hop",
    "Ladder",
    "Letter",
    "MailSettings",
    "Notification",
    "Pace",
    "Preference",
    "PushKeys",
    "PushMessage",
    "PushSubscription",
    "SmsGateway",
    "SmsMessage",
    "QuietHours",
    "TelegramBot",
    "TelegramChat",
    "TelegramCode",
    "TelegramMessage",
    "Step",
]
