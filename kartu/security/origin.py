"""Where a request comes from, kept for whatever the request writes to the log."""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from django.http import HttpRequest, HttpResponse

from kartu.firm.browsers import address_of


@dataclass(frozen=True)
class Origin:
    """`session` is a fingerprint, not the key: who reads the log cannot take over a session."""

    address: str = ""
    session: str = ""
    request_id: str = ""
    # What a request has looked up once and may use again until it ends.
    memory: dict = field(default_factory=dict)


_origin: ContextVar[Origin | None] = ContextVar("origin", default=None)


def current() -> Origin:
    """The origin of the running request; outside one an empty origin, new at each call, that remembers nothing."""
    return _origin.get() or Origin()


@contextmanager
def coming_from(origin: Origin) -> Iterator[None]:
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def origin_of(request: HttpRequest) -> Origin:
    return Origin(
        address=address_of(request),
        session=session_of(request),
        request_id=secrets.token_hex(8),
    )


def session_of(request: HttpRequest) -> str:
    """Of a program its token: "token 17"."""
    program = getattr(request, "program", None)
    return f"token {program.pk}"[:16] if program else fingerprint(request.session.session_key or "")


def renewed(request: HttpRequest) -> Origin:
    """The origin of the running request, with the session that has begun during it."""
    return replace(current(), session=fingerprint(request.session.session_key or ""))


def fingerprint(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16] if key else ""


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def remember_origin(request: HttpRequest) -> HttpResponse:
        with coming_from(origin_of(request)):
            return get_response(request)

    return remember_origin
