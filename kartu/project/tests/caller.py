"""Calls an ASGI application as a web server would."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    parts: int


def call(
    application: Callable,
    path: str,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: list[bytes] | None = None,
    ends: bool = True,
) -> Answer:
    """One request; `body` in the pieces in which it arrives, after which the browser waits in silence.

    With `ends` false the last piece promises more.
    """
    pieces = list(body or [b""])
    sent: list[dict] = []
    told = {"host": "localhost", **(headers or {})}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in told.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8420),
        "scheme": "http",
    }

    async def receive() -> dict:
        if pieces:
            piece = pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces) or not ends}
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(message: dict) -> None:
        sent.append(message)

    asyncio.run(application(scope, receive, send))
    start, *rest = sent
    heard: dict[str, str] = {}
    for name, value in start["headers"]:
        key = name.decode().lower()
        heard[key] = f"{heard[key]}, {value.decode()}" if key in heard else value.decode()
    return Answer(start["status"], heard, b"".join(part.get("body", b"") for part in rest), len(rest))
