"""What people write to the bot and press: asked for again and again, which works behind any router.

Each thing that Telegram tells has a growing number. Its effect and the note of its number are one transaction, under a
lock: a killed worker loses none and does none twice. What the bot answers goes out afterwards, and may be lost.
"""

import logging
import time
from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kartu.core.faults import fail_point
from kartu.core.jobs.run import check_cancelled
from kartu.firm.models import User
from kartu.notifications.actions import language_of
from kartu.notifications.answers import NotPossible
from kartu.notifications.carrying import NotNow, failed, words_of
from kartu.notifications.channels import TELEGRAM, note
from kartu.notifications.models import Carrier, Hop, Notification, TelegramBot, TelegramChat
from kartu.notifications.rights import CHANNELS
from kartu.notifications.telegram.answers import answers
from kartu.notifications.telegram.api import call
from kartu.notifications.telegram.linking import link
from kartu.notifications.telegram.sending import written_again
from kartu.security import audit

log = logging.getLogger(__name__)

LISTENER = "telegram bot"
# Telegram holds an answer back so long if there is nothing to tell. Short enough for a worker that goes home.
PATIENCE = 8
ROUND = 50
Reply = Callable[[str], None]


def listen(seconds: float = ROUND) -> int:
    """Hear what comes within so many seconds; how much it was."""
    ends, heard = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        bot, carrier = TelegramBot.current(), Carrier.named(LISTENER)
        if bot is None or carrier.pause:
            break
        check_cancelled()
        try:
            heard += hear(bot)
        except Exception as error:
            asked = error.after if isinstance(error, NotNow) else None
            url = reverse("notifications:telegram")
            failed(carrier, TELEGRAM, words_of(error), right=CHANNELS, url=url, after=asked)
            break
        carrier.note_success()
    return heard


def hear(bot: TelegramBot) -> int:
    """Ask once. Raises what `call` raises."""
    updates = call(
        bot.token,
        "getUpdates",
        seconds=PATIENCE + 10,
        offset=bot.heard_up_to + 1,
        timeout=PATIENCE,
        allowed_updates=["message", "callback_query"],
    )
    heard = 0
    for update in sorted(updates, key=lambda update: update["update_id"]):
        heard += do_once(bot, update)
    TelegramBot.objects.filter(pk=bot.pk).update(heard_at=timezone.now())
    return heard


def do_once(bot: TelegramBot, update: dict) -> bool:
    """Do what one update says, unless it has been done; whether it was."""
    with transaction.atomic():
        row = TelegramBot.objects.select_for_update().filter(pk=bot.pk, number=bot.number).first()
        if row is None or update["update_id"] <= row.heard_up_to:
            return False
        try:
            with transaction.atomic():
                reply = effect_of(update)
        except (KeyError, TypeError, ValueError, AttributeError):
            # What nobody can read must not stand before all that comes behind it.
            log.warning("telegram: update %s could not be read", update["update_id"], exc_info=True)
            reply = None
        TelegramBot.objects.filter(pk=bot.pk).update(heard_up_to=update["update_id"])
        fail_point("telegram.before_heard")
    fail_point("telegram.after_heard")
    if reply:
        try:
            reply(bot.token)
        except Exception:
            return True  # what was to be done is done; only the word about it is lost
    return True


def effect_of(update: dict) -> Reply | None:
    if "message" in update:
        return said(update["message"])
    if "callback_query" in update:
        return pressed(update["callback_query"])
    return None


def said(message: dict) -> Reply | None:
    """Somebody has written to the bot. In groups it is deaf: what is told to a person is for him alone."""
    chat, text = message.get("chat") or {}, str(message.get("text", ""))
    if chat.get("type") != "private":
        return None
    if text.startswith("/stop"):
        return stopped(chat["id"])
    command, _space, code = text.partition(" ")
    person = link(code=code.strip(), chat=chat["id"], name=name_of(chat)) if command == "/start" and code else None
    known = TelegramChat.objects.select_related("person").filter(chat=chat["id"]).first()
    if known and known.blocked_at:
        TelegramChat.objects.filter(pk=known.pk).update(blocked_at=None)
    with translation.override(language_of(person or known.person) if person or known else None):
        if person:
            told = _("%(name)s, from now on Kartu tells you here.") % {"name": person.name}
        elif known:
            told = _("Kartu tells you here what you have chosen in your profile. Send /stop to end that.")
        else:
            told = _("This code opens nothing. Take a new one from your profile in Kartu.")
    return lambda token: call(token, "sendMessage", chat_id=chat["id"], text=told)


def stopped(chat: int) -> Reply:
    known = TelegramChat.objects.select_related("person__role").filter(chat=chat).first()
    if known:
        audit.record("setting", known.person, by=known.person, values={"telegram": "unlinked"})
        known.delete()
    with translation.override(language_of(known.person) if known else None):
        told = _("Kartu tells you nothing here any more.")
    return lambda token: call(token, "sendMessage", chat_id=chat, text=told)


def name_of(chat: dict) -> str:
    parts = (chat.get("first_name"), chat.get("last_name"))
    full = " ".join(str(part) for part in parts if part)
    return f"{full} @{chat['username']}".strip() if chat.get("username") else full


def pressed(query: dict) -> Reply | None:
    """A button under a message: whoever's chat it is does it, on his own notice only."""
    chat = ((query.get("message") or {}).get("chat") or {}).get("id")
    known = TelegramChat.objects.select_related("person__role", "person__team").filter(chat=chat).first()
    is_own = known and (query.get("from") or {}).get("id") == chat
    if not is_own or not known.person.is_active:
        return lambda token: call(token, "answerCallbackQuery", callback_query_id=query["id"])
    with translation.override(language_of(known.person)):
        notification, told = answered(known.person, str(query.get("data", "")))

    def reply(token: str) -> None:
        call(token, "answerCallbackQuery", callback_query_id=query["id"], text=told[:200])
        if notification:
            written_again(notification, token, told)

    return reply


def answered(person: User, data: str) -> tuple[Notification | None, str]:
    """(the notice about which something was done or None, what to tell the person)."""
    key, _colon, pk = data.partition(":")
    answer = answers.get(key)
    mine = Notification.objects.visible_to(person).select_related("person__role")
    notification = mine.filter(pk=int(pk)).first() if pk.isdigit() and len(pk) < 19 else None
    if answer is None or notification is None or not answer.fits(notification):
        return None, _("That is not possible any more")
    try:
        with transaction.atomic():
            told = answer.act(by=person, notification=notification)
    except PermissionDenied:
        return None, _("You may not do that")
    except ValidationError as error:
        return None, " ".join(error.messages)
    except NotPossible as error:
        return None, str(error)
    note(Hop.What.CLICKED, TELEGRAM, notification_id=notification.pk)
    return notification, told
