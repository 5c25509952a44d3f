"""The request to the gateway, as the settings describe it, and what its answer means."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from kartu.core.outward import Answer, NotAllowed, ask
from kartu.core.placeholders import filled
from kartu.notifications.carrying import NotNow, Refused
from kartu.notifications.models import SmsGateway

DEADLINE = 20
# Of the client's answers these are about us or the moment, not about the message.
NOT_ITS_FAULT = (401, 402, 403, 404, 405, 408, 425, 429)


@dataclass(frozen=True)
class Sms:
    phone: str
    text: str
    key: str


@dataclass(frozen=True)
class Request:
    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None


def hand_over(gateway: SmsGateway | None, sms: Sms) -> None:
    """Give it to the gateway, or into the file that stands for one. Raises Refused, NotNow or OSError."""
    if settings.SMS_FILE:
        return into_file(Path(settings.SMS_FILE), sms)
    if gateway is None:
        raise Refused(_("No SMS gateway is set up"))
    request = request_of(gateway, sms)
    try:
        answer = ask(
            request.method, request.url, headers=request.headers, body=request.body, seconds=DEADLINE, allows_near=True
        )
    except NotAllowed:
        raise NotNow(_("The address of the SMS gateway is not one that Kartu may ask")) from None
    judge(gateway, answer)


def into_file(path: Path, sms: Sms) -> None:
    with open(path, "a", encoding="utf-8") as file:
        line = {"id": sms.key, "phone": sms.phone, "text": sms.text}
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


def request_of(gateway: SmsGateway, sms: Sms) -> Request:
    values = {
        "phone": sms.phone,
        "digits": sms.phone.lstrip("+"),
        "text": sms.text,
        "id": sms.key,
        "user": gateway.user,
        "secret": gateway.secret,
    }
    headers = dict(lines_of(filled(gateway.headers, values, str)))
    if gateway.signs_in:
        pair = f"{gateway.user}:{values['secret']}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    body = None
    if gateway.method != SmsGateway.Method.GET:
        headers["Content-Type"] = SmsGateway.TYPES[gateway.body_type]
        spelled = in_json if gateway.body_type == SmsGateway.Body.JSON else in_address
        body = filled(gateway.body.strip(), values, spelled).encode()
    return Request(gateway.method, filled(gateway.url.strip(), values, in_address), headers, body)


def in_address(value: str) -> str:
    return quote(value, safe="")


def in_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def lines_of(text: str) -> list[tuple[str, str]]:
    """The headers of "Name: value" lines."""
    pairs = [line.partition(":") for line in text.splitlines() if ":" in line]
    return [(name.strip(), value.strip()) for name, _colon, value in pairs if name.strip()]


def judge(gateway: SmsGateway, answer: Answer) -> None:
    """Whether the gateway took it. Raises Refused (this message, for good) or NotNow (later perhaps)."""
    is_fine = 200 <= answer.status < 300
    if is_fine and gateway.taken_if in answer.text:
        return
    told = f"{answer.status} {' '.join(answer.text.split())[:200]}".strip()
    why = _("%(service)s answered: %(answer)s") % {"service": urlsplit(gateway.url).hostname, "answer": told}
    if is_fine or (400 <= answer.status < 500 and answer.status not in NOT_ITS_FAULT):
        raise Refused(why)
    raise NotNow(why, answer.asks_to_wait)
