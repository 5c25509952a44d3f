"""Requests of the program to servers outside: to the very address that was looked at, without following redirects, and
with an end to every wait."""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit, urlunsplit

from kartu.core.hosts import is_near

# Of an answer no more is read.
LONGEST = 1_000_000

Outcome = TypeVar("Outcome")


class NotAllowed(Exception):
    """The program does not knock at this address; str() says why, for the owner."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def asks_to_wait(self) -> float | None:
        """The seconds of Retry-After, None where it says none."""
        seconds = self.headers.get("retry-after", "")
        return float(seconds) if seconds.isdigit() else None


def ask(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    seconds: float = 20.0,
    allows_near: bool = False,
) -> Answer:
    """One request. Raises OSError (no answer within `seconds`, however slowly it comes) or NotAllowed.

    Public addresses by HTTPS. With `allows_near` also this computer and the firm's own network, by plain HTTP too.
    """
    return within(seconds, lambda: exchange(method, url, dict(headers or {}), body, seconds, allows_near))


def exchange(
    method: str, url: str, headers: dict[str, str], body: bytes | None, seconds: float, allows_near: bool
) -> Answer:
    parts = urlsplit(url)
    where = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    try:
        with closing(connection_to(parts, seconds, allows_near)) as connection:
            connection.request(method, where, body=body, headers={"Host": parts.netloc, **headers})
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, told, answer.read(LONGEST))
    except http.client.HTTPException as error:
        raise OSError(str(error) or type(error).__name__) from error


def connection_to(parts: SplitResult, seconds: float, allows_near: bool) -> http.client.HTTPConnection:
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username:
        raise NotAllowed(f"{parts.geturl()[:100]} is no address that begins with https://")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = [entry[4][0] for entry in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)]
    fit = [address for address in found if is_fit(address, parts.scheme, allows_near)]
    if not fit:
        raise NotAllowed(f"{parts.hostname} is not where Kartu may send to by {parts.scheme}://")
    if parts.scheme == "https":
        return Pinned(fit[0], parts.hostname, port, seconds)
    return http.client.HTTPConnection(fit[0], port, timeout=seconds)


def is_fit(address: str, scheme: str, allows_near: bool) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if allows_near and is_near(str(ip)):
        return True
    return scheme == "https" and ip.is_global and not ip.is_multicast


class Pinned(http.client.HTTPSConnection):
    """HTTPS with `host` at the one address that was looked at: a name may lead elsewhere a moment later."""

    def __init__(self, address: str, host: str, port: int, seconds: float) -> None:
        self.trust = ssl.create_default_context()
        super().__init__(host, port, timeout=seconds, context=self.trust)
        self.address = address

    def connect(self) -> None:
        line = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = self.trust.wrap_socket(line, server_hostname=self.host)


def within(seconds: float, work: Callable[[], Outcome]) -> Outcome:
    """What `work` gives, but give up after `seconds`: a server that drips a byte a second fools a socket's own timeout.

    The work that was given up on may still end well; then what it sends arrives twice under one id.
    """
    outcome: list[Outcome] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, name="outward", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError
    if errors:
        raise errors[0]
    return outcome[0]
