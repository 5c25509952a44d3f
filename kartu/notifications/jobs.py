from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.core.jobs import every, job
from kartu.notifications import minute, sending
from kartu.notifications.carrying import carried, carry
from kartu.notifications.models import Letter, SmsMessage
from kartu.notifications.push import sending as push
from kartu.notifications.sms import sending as sms
from kartu.notifications.telegram import listening
from kartu.notifications.telegram import sending as telegram


@every(
    "* * * * *",
    name="notifications.minute",
    system="What waited for its minute is told",
    label=_("Reminders of this minute"),
    atomic=False,
)
def each_minute(*, by: Actor) -> None:
    minute.run()


# What is sent itself knows when to give up; the queue goes on asking.
ASKS_ON = {"atomic": False, "max_attempts": None, "longest_wait": 300}


@job(
    system="A letter of the program goes out",
    label=_("Sending e-mail"),
    queue="mail",
    **ASKS_ON,
)
def send_letter(*, by: Actor, letter_id: int) -> None:
    sending.send(Letter.objects.get(pk=letter_id))


@job(
    system="A notice goes to the browsers of a person",
    label=_("Sending notices to browsers and phones"),
    queue="push",
    **ASKS_ON,
)
def send_push(*, by: Actor, notification_id: int) -> None:
    push.send(carried(notification_id))


@job(
    system="A notice goes to a person as an SMS",
    label=_("Sending SMS"),
    queue="sms",
    **ASKS_ON,
)
def send_sms(*, by: Actor, notification_id: int) -> None:
    carry(carried(notification_id), sms.WAY)


@job(
    system="An SMS goes to somebody outside the firm",
    label=_("Sending SMS"),
    queue="sms",
    **ASKS_ON,
)
def send_outside_sms(*, by: Actor, sms_id: int) -> None:
    carry(SmsMessage.objects.get(pk=sms_id), sms.OUTSIDE)


@job(
    system="A notice goes to a person in Telegram",
    label=_("Sending in Telegram"),
    queue="telegram",
    **ASKS_ON,
)
def send_telegram(*, by: Actor, notification_id: int) -> None:
    carry(carried(notification_id), telegram.WAY)


@every(
    "* * * * *",
    name="notifications.telegram",
    system="What people write to the bot is asked for",
    label=_("Listening to the Telegram bot"),
    queue="bot",
    atomic=False,
)
def listen_to_telegram(*, by: Actor) -> int:
    return listening.listen()
