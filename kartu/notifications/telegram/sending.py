"""A notice as a message of the bot. Telegram knows no id of ours: after a crash between its answer and our note of it
the message comes once more, with the same words and buttons."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kartu.core.faults import fail_point
from kartu.core.hosts import is_near, is_number
from kartu.firm.models import User
from kartu.notifications.actions import language_of
from kartu.notifications.carrying import Refused, Way, words
from kartu.notifications.channels import TELEGRAM
from kartu.notifications.models import Notification, TelegramBot, TelegramChat, TelegramMessage
from kartu.notifications.rights import CHANNELS
from kartu.notifications.telegram.answers import answers
from kartu.notifications.telegram.api import Blocked, call

LONGEST = 4000  # Telegram takes 4096 signs


def obstacle(notification: Notification) -> str:
    if TelegramBot.current() is None:
        return _("No Telegram bot is set up")
    chat = TelegramChat.objects.filter(person_id=notification.person_id).first()
    if chat is None:
        return _("You have not let the bot write to you")
    return _("You have shut the bot out in Telegram. Press Start there.") if chat.blocked_at else ""


def is_connected(person: User) -> bool:
    return TelegramChat.objects.filter(person=person).exists()


def hand_over(notification: Notification) -> str:
    """Send it; gives the number of the message. Raises Refused, NotNow or OSError."""
    bot, chat = TelegramBot.current(), TelegramChat.objects.filter(person_id=notification.person_id).first()
    if bot is None or chat is None:
        raise Refused(obstacle(notification))
    try:
        sent = send(bot.token, chat.chat, notification)
    except Blocked:
        TelegramChat.objects.filter(pk=chat.pk).update(blocked_at=timezone.now())
        raise
    fail_point("telegram.after_send")
    number = sent["message_id"]
    TelegramMessage.objects.filter(notification=notification).update(chat=chat.chat, number=number)
    return str(number)


def send(token: str, chat: int, notification: Notification) -> dict:
    with translation.override(language_of(notification.person)):
        title, text, url = words(notification)
        said = f"{title}\n\n{text}" if text else title
        keys, link = keys_of(notification), link_to(url)
    message = {"chat_id": chat, "text": said[:LONGEST], "link_preview_options": {"is_disabled": True}}
    try:
        return call(token, "sendMessage", **message, **keyboard(keys, link))
    except Blocked:
        raise
    except Refused:
        if not link:
            raise
        # Telegram opens no address that it does not like: of a name in the firm's own network, say.
        return call(token, "sendMessage", **message, **keyboard(keys, []))


def keyboard(keys: list[dict], link: list[dict]) -> dict:
    rows = [row for row in (link, keys) if row]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def keys_of(notification: Notification) -> list[dict]:
    fitting = (answer for answer in answers if answer.fits(notification))
    return [{"text": str(answer.label), "callback_data": f"{answer.key}:{notification.pk}"[:64]} for answer in fitting]


def link_to(url: str) -> list[dict]:
    """A button that opens the page, where Telegram would take its address."""
    host = urlsplit(settings.ADDRESS).hostname or ""
    is_known = "." in host and not (is_number(host) and is_near(host))
    return [{"text": _("Open"), "url": settings.ADDRESS + url}] if url and is_known else []


def written_again(notification: Notification, token: str, told: str) -> None:
    """Put what came of it under the message, in place of the buttons."""
    message = TelegramMessage.objects.filter(notification=notification).exclude(number=None).first()
    if message is None:
        return
    with translation.override(language_of(notification.person)):
        title, text, _url = words(notification)
    said = "\n\n".join(part for part in (title, text, f"✓ {told}") if part)
    call(token, "editMessageText", chat_id=message.chat, message_id=message.number, text=said[:LONGEST])


WAY = Way(TELEGRAM, CHANNELS, "notifications:telegram", obstacle, hand_over)
