"""Joining a chat to a person: he takes a code from his page to the bot, which proves both that he is he and whose the
chat is."""

import hashlib
from datetime import timedelta
from secrets import token_urlsafe

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.moments import left
from kartu.firm.models import User
from kartu.notifications.channels import TELEGRAM
from kartu.notifications.models import Carrier, TelegramBot, TelegramChat, TelegramCode
from kartu.notifications.telegram.api import TOKEN, BadToken, call
from kartu.security import audit
from kartu.security.models.audit import Verb

GOOD_FOR = timedelta(minutes=15)


def digest_of(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def make_code(*, by: User) -> str:
    """A fresh code for `by`; the one before opens nothing any more."""
    code = token_urlsafe(24)
    values = {"digest": digest_of(code), "until_at": timezone.now() + GOOD_FOR}
    TelegramCode.objects.update_or_create(person=by, defaults=values)
    return code


def link(*, code: str, chat: int, name: str) -> User | None:
    """Join `chat` to whoever was given `code`; None where it opens nothing. Within the caller's transaction."""
    known = TelegramCode.objects.select_related("person__role").filter(digest=digest_of(code)).first()
    if known is None or not left(known.until_at, GOOD_FOR) or not known.person.is_active:
        return None
    person = known.person
    known.delete()
    TelegramChat.objects.filter(chat=chat).exclude(person=person).delete()
    TelegramChat.objects.update_or_create(
        person=person,
        defaults={"chat": chat, "name": name[:150], "linked_at": timezone.now(), "blocked_at": None},
    )
    audit.record(Verb.SETTING, person, by=person, values={"telegram": "linked", "name": name[:150]})
    return person


def unlink(*, person: User, by: User) -> None:
    with transaction.atomic():
        gone, _kinds = TelegramChat.objects.filter(person=person).delete()
        TelegramCode.objects.filter(person=person).delete()
        if gone:
            audit.record(Verb.SETTING, person, by=by, values={"telegram": "unlinked"})


def set_bot(*, token: str, by: User) -> TelegramBot:
    """Let Kartu write by the bot of this token. Raises what `call` raises. Of another bot nobody has let it yet."""
    token = token.strip()
    if not TOKEN.fullmatch(token):
        raise BadToken(_("Telegram does not accept the token of the bot"))
    known = call(token, "getMe")
    call(token, "deleteWebhook")  # while one is set Telegram tells nothing to whoever asks
    with transaction.atomic():
        bot = TelegramBot.current() or TelegramBot()
        if bot.number != known["id"]:
            TelegramChat.objects.all().delete()
            bot.heard_up_to = 0
        bot.number, bot.username = known["id"], str(known.get("username", ""))[:64]
        bot.set_token(token)
        bot.save()
        Carrier.objects.filter(key__startswith=TELEGRAM).delete()
        audit.record(Verb.SETTING, bot, by=by, values={"bot": bot.username})
    return bot


def end_bot(*, by: User) -> None:
    with transaction.atomic():
        bot = TelegramBot.current()
        if bot:
            audit.record(Verb.SETTING, bot, by=by, values={"bot": ""})
            TelegramChat.objects.all().delete()
            bot.delete()
