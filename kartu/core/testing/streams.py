"""A browser's end of /events, for tests: connects, reads, connects again where it stopped."""

import asyncio
import json
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field


def play(scene: Coroutine) -> object:
    """Run `scene` to its end, in a thread of its own: in that of the tests a browser may keep a loop running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, scene).result()


class Refused(Exception):
    """The server answered something else than a stream; str() is the status."""


@dataclass
class Page:
    """An open page. `heard` are the messages in the order in which they came."""

    port: int
    session: str
    remembers: bool = True
    heard: list[tuple[str, dict]] = field(default_factory=list)
    last_id: str = ""
    connections: int = 0

    @property
    def numbers(self) -> list[int]:
        return [data["number"] for kind, data in self.heard if kind == "proof"]

    async def listen(self, enough: int = 0) -> None:
        """Read until the line breaks, or `enough` numbers were heard. Raises Refused, or OSError without an answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(self._request())
            await writer.drain()
            status = await reader.readline()
            if not status:
                raise ConnectionResetError("The line broke before the answer")
            if b" 200 " not in status:
                raise Refused(status.decode().split(" ")[1])
            self.connections += 1
            while await reader.readline() not in (b"\r\n", b""):
                pass
            await self._read(reader, enough)
        finally:
            writer.close()

    async def keep_listening(self, enough: int) -> None:
        """As a browser does: connect again whenever the line breaks, until `enough` numbers were heard."""
        while len(self.numbers) < enough:
            with suppress(OSError, asyncio.IncompleteReadError):
                await self.listen(enough)
            await asyncio.sleep(0.05)

    def _request(self) -> bytes:
        lines = ["GET /events HTTP/1.1", f"Host: localhost:{self.port}", f"Cookie: kartu_session={self.session}"]
        if self.last_id and self.remembers:
            lines.append(f"Last-Event-ID: {self.last_id}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def _read(self, reader: asyncio.StreamReader, enough: int) -> None:
        kind = ""
        position = ""
        while line := await reader.readline():
            key, _colon, value = line.decode().strip().partition(": ")
            if key == "id":
                position = value
            elif key == "event":
                kind = value
            elif key == "data":
                self.last_id = position
                self.heard.append((kind, json.loads(value)))
                if enough and len(self.numbers) >= enough:
                    return
