"""Letters and notices written from a process of their own, for tests that kill the worker."""

from django.conf import settings
from django.db import transaction

from kartu.firm.models import Firm, Role, User
from kartu.notifications.actions import notify
from kartu.notifications.letters import write
from kartu.notifications.models import MailSettings, Notification, SmsGateway, TelegramChat
from kartu.notifications.push import devices
from kartu.notifications.telegram.answers import Answer, answers
from kartu.notifications.telegram.linking import set_bot


def main(host: str, count: int) -> None:
    """Set the mail server up at `host` and write `count` letters."""
    port = settings.MAIL_PORTS[-1]
    MailSettings(host=host, port=port, security="none", from_address="crm@tirta.example").save()
    for number in range(count):
        with transaction.atomic():
            write(address=f"rina{number}@example.com", subject=f"Letter {number}", text="Hello")


def person() -> User:
    """Somebody with a phone, and the firm he works in."""
    Firm.objects.get_or_create(pk=1, defaults={"name": "Tirta", "country": "ID", "currency": "IDR"})
    role = Role.objects.filter(code=Role.OWNER).first()
    values = {"name": "Sari", "role": role, "phone": "+6281234567890", "language": "en"}
    return User.objects.get_or_create(email="sari@tirta.example", defaults=values)[0]


def sms(url: str, count: int) -> None:
    """Set the SMS gateway up at `url` and tell somebody `count` things."""
    SmsGateway(url=url + "/send?to={phone}&msg={text}&id={id}", day_limit=10_000).save()
    tell(person(), count, "sms")


def push(subscription: dict[str, str], count: int) -> None:
    """Switch a browser on and tell its person `count` things."""
    sari = person()
    devices.switch_on(**subscription, device=None, by=sari)
    tell(sari, count, "push")


def telegram(token: str, chat: int, count: int, channel: str = "telegram") -> None:
    """Let Kartu write by a bot to somebody, and tell him `count` things by `channel`."""
    sari = person()
    set_bot(token=token, by=sari)
    TelegramChat.objects.get_or_create(person=sari, chat=chat)
    tell(sari, count, channel)


def count_it(*, by: User, notification: Notification) -> str:
    """Leaves a further notice each time that it is done."""
    notify(to=[by], kind="proof.counted", title=f"Counted {notification.pk}", only=["bell"])
    return "Counted"


answers.add(Answer("count", "Count", lambda notification: notification.kind == "test", count_it))


def all_ways(host: str, sms_url: str, subscription: dict[str, str], token: str, chat: int) -> None:
    """Set everything up for one person."""
    main(host, 0)
    sms(sms_url, 0)
    push(subscription, 0)
    telegram(token, chat, 0)


def remind() -> None:
    """What a reminder does: one notice by all ways at once."""
    ways = ["popup", "email", "push", "sms", "telegram"]
    notify(to=[person()], kind="test", title="Call Rina", text="At 10:07", url="/clients/", only=ways)


def tell(sari: User, count: int, channel: str) -> None:
    for number in range(count):
        notify(to=[sari], kind="test", title=f"News {number}", only=[channel], urgent=True)
