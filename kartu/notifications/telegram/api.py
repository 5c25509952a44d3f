"""One call of Telegram's interface for bots. The token stands in the address: no error tells the address."""

import json
import re
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from kartu.core.outward import NotAllowed, ask
from kartu.notifications.carrying import NotNow, Refused

DEADLINE = 20
PUBLIC = "https://api.telegram.org"
TOKEN = re.compile(r"\d{3,20}:[\w-]{20,100}")


class Blocked(Refused):
    """The person has shut the bot out, or the chat is gone."""


class BadToken(NotNow):
    """Telegram does not know the bot by this token."""


def call(token: str, method: str, *, seconds: float = 0, **parameters: Any) -> Any:
    """The result of `method`. Raises Blocked, Refused, BadToken, NotNow or OSError."""
    if not TOKEN.fullmatch(token):
        raise BadToken(_("Telegram does not accept the token of the bot"))
    try:
        answer = ask(
            "POST",
            f"{settings.TELEGRAM_API}/bot{token}/{method}",
            headers={"Content-Type": "application/json"},
            body=json.dumps(parameters, ensure_ascii=False).encode(),
            seconds=seconds or DEADLINE,
            allows_near=settings.TELEGRAM_API != PUBLIC,
        )
    except NotAllowed:
        raise NotNow(_("Kartu may not ask the address of Telegram")) from None
    try:
        told = json.loads(answer.text)
        is_told = isinstance(told, dict)
    except ValueError:
        is_told = False
    if not is_told:
        raise NotNow(_("%(service)s answered: %(answer)s") % {"service": "Telegram", "answer": answer.status})
    if not told.get("ok"):
        raise refusal(told, answer.status)
    return told.get("result")


def refusal(told: dict, status: int) -> Exception:
    code = told.get("error_code", status)
    said = f"{code} {str(told.get('description', ''))[:200]}".strip()
    why = _("%(service)s answered: %(answer)s") % {"service": "Telegram", "answer": said}
    if code in (401, 404):
        return BadToken(_("Telegram does not accept the token of the bot"))
    if code == 403 or "chat not found" in said or "deactivated" in said:
        return Blocked(_("You have shut the bot out in Telegram. Press Start there."))
    if code == 400:
        return Refused(why)
    after = (told.get("parameters") or {}).get("retry_after")
    return NotNow(why, after if isinstance(after, int | float) else None)
