"""The same form sent twice is done once: a double click, a repeated request, a page posted again after a break.

Every form carries a key (`idempotency_key`, or the header Idempotency-Key). The first act that writes claims the key
in its own transaction, so that what is done and the note that it is done are one. Whoever sends the key again gets
the answer that was given, for 24 hours. A refused form (4xx) has done nothing and may be sent again under its key.
"""

import hashlib
import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import BadRequest
from django.db import DatabaseError, IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.api import is_api
from kartu.core.api.errors import error
from kartu.core.components.forms import KEY_FIELD
from kartu.core.toasts import flash, toast
from kartu.records.models import KeptAnswer

log = logging.getLogger(__name__)

HEADER = "Idempotency-Key"
KEEP = timedelta(hours=24)
HEADERS = (
    *("Content-Type", "Location", "HX-Trigger", "HX-Redirect", "HX-Retarget", "HX-Reswap", "HX-Push-Url"),
    *("ETag", "Kartu-Changes"),
)
KEY_LENGTH = 64
NOT_KEPT = 0  # the status of an answer that was given and is not to be had again
LONGEST = 100_000  # characters of an answer that are kept
PATIENCE = 3.0  # seconds to wait for the answer to the same act, sent a moment ago


class Repeated(Exception):
    """The act has been done already, in another request; what was written here is rolled back."""


@dataclass
class Sent:
    """One POST with a key. `is_claimed` as soon as something is done under it."""

    person_id: int
    key: str
    path: str
    act: str = ""
    is_claimed: bool = False

    @property
    def rows(self) -> Any:
        return KeptAnswer.objects.filter(person_id=self.person_id, key=self.key, path=self.path)


_sent: ContextVar[Sent | None] = ContextVar("idempotency", default=None)


class AnswerOnce:
    """Middleware, behind the one that knows the person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = sent_with(request)
        if sent is None:
            return self.get_response(request)
        if kept := sent.rows.first():
            return answer_again(request, sent) if kept.act == sent.act else another_act()
        token = _sent.set(sent)
        try:
            response = self.get_response(request)
        finally:
            _sent.reset(token)
        if sent.is_claimed:
            settle(sent, response)
            return response
        return answer_of_the_other(request, sent) or response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        sent = _sent.get()
        if sent is None or sent.is_claimed:
            return None
        return answer_again(request, sent) if isinstance(exception, Repeated) else answer_of_the_other(request, sent)


def sent_with(request: HttpRequest) -> Sent | None:
    """The key of a signed-in person's POST, or of any act of a program; None where there is none."""
    if request.method in ("GET", "HEAD", "OPTIONS") or not request.user.is_authenticated:
        return None
    if is_api(request):
        return sent_by_program(request, request.headers.get(HEADER, ""))
    key = request.headers.get(HEADER) or request.POST.get(KEY_FIELD, "")
    return Sent(request.user.pk, key[:64], request.path[:300]) if key else None


def sent_by_program(request: HttpRequest, key: str) -> Sent | None:
    """Raises BadRequest for a key that would not be kept whole."""
    if len(key) > KEY_LENGTH:
        raise BadRequest("Idempotency-Key has at most 64 characters")
    if not key:
        return None
    act = hashlib.sha256(request.method.encode() + b" ")
    if request.content_type == "multipart/form-data":
        for name, values in sorted(request.POST.lists()):
            act.update(f"{name}={values}\n".encode())
        for name, file in sorted(request.FILES.items()):
            act.update(f"{name}: {file.name}\n".encode())
            for chunk in file.chunks():  # large ones lie on the disk: they are not read into memory for this
                act.update(chunk)
            file.seek(0)
    elif request.content_type == "application/json":
        act.update(request.body)
    return Sent(request.user.pk, key, request.path[:300], act.hexdigest())


def claim(**signal: Any) -> None:
    """Note, in the transaction of an act, that the act of the running request is done. Handler of `audit.written`.

    Raises Repeated if it was done before. Outside of a request with a key it does nothing.
    """
    sent = _sent.get()
    if sent is None or sent.is_claimed:
        return
    try:
        with transaction.atomic():
            KeptAnswer.objects.create(person_id=sent.person_id, key=sent.key, path=sent.path, act=sent.act)
    except IntegrityError:
        raise Repeated(sent.key) from None
    sent.is_claimed = True


def settle(sent: Sent, response: HttpResponse) -> None:
    """Keep the answer for the next one who asks, unless it says `is_shown_once` (a link that lets somebody in)."""
    if 400 <= response.status_code < 500:
        sent.rows.delete()
        return
    is_secret = getattr(response, "is_shown_once", False)
    kept: dict[str, Any] = {"status": NOT_KEPT}
    if not (is_secret or response.streaming or response.status_code >= 500 or len(response.content) > LONGEST):
        headers = {name: response.headers[name] for name in HEADERS if name in response.headers}
        body = response.content.decode(response.charset)
        kept = {"status": response.status_code, "headers": headers, "body": body}
    try:
        sent.rows.update(**kept)
    except DatabaseError:
        # The act is done and saved: whoever did it must not hear that it was not. Sent again, it is told in general.
        log.exception("The answer of %s was not kept", sent.path)


def answer_again(request: HttpRequest, sent: Sent) -> HttpResponse:
    """The answer that was given; if it is not there yet, wait for it a little."""
    until = time.monotonic() + PATIENCE
    while (kept := sent.rows.first()) and kept.status is None and time.monotonic() < until:
        time.sleep(0.1)
    if kept is None or not kept.status:  # NOT_KEPT, or still not there
        return answer_in_general(request)
    response = HttpResponse(kept.body, status=kept.status)
    for name, value in kept.headers.items():
        response.headers[name] = value
    return response


def answer_of_the_other(request: HttpRequest, sent: Sent) -> HttpResponse | None:
    """The answer to the same act, done by another request while this one was on its way and made nothing: what it was
    refused for ("stands here already") is that act's own work. None where nobody has done it."""
    if not sent.rows.filter(act=sent.act).exists():
        return None
    answer = answer_again(request, sent)
    return answer if sent.rows.exists() else None  # it may have been refused after all


def answer_in_general(request: HttpRequest) -> HttpResponse:
    """The act is done, its answer is lost: say so, and show the page as it is now."""
    text = _("This was saved already")
    if is_api(request):
        return error(409, "done", text)
    if request.headers.get("HX-Request"):
        return toast(HttpResponse(status=204, headers={"HX-Refresh": "true"}), text)
    flash(request, text)
    return HttpResponseRedirect(urlsplit(request.headers.get("Referer", "/")).path or "/")


def another_act() -> HttpResponse:
    return error(409, "key", _("This Idempotency-Key was sent before, with something else"))


def forget_old() -> int:
    """Drop the answers of yesterday; how many."""
    return KeptAnswer.objects.filter(at__lt=timezone.now() - KEEP).delete()[0]
