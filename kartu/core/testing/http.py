"""A web server for tests, that can also misbehave: refuse, hang, drip, cut the line, answer with any number."""

import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = b""


class FakeHttp:
    """`with FakeHttp() as server:` listens at server.url; `server.asked` is what has been asked of it.

    `mood`: "kind"; "hang" (says nothing), "drip" (a byte a second), "cut" (takes the request and cuts the line before
    it answers), or a number: the status that it answers, with `more_headers`. `take(asked)` is what a kind one answers.
    """

    def __init__(self, mood: str | int = "kind") -> None:
        self.mood = mood
        self.more_headers: dict[str, str] = {}
        self.asked: list[Asked] = []
        self.leaving = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Conversation)
        self._server.fake = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.leaving.set()
        self._server.shutdown()
        self._server.server_close()

    def take(self, asked: Asked) -> tuple[int, bytes]:
        return 200, b"taken"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    fake: FakeHttp


class _Conversation(BaseHTTPRequestHandler):
    server: _Server

    def handle_any(self) -> None:
        fake = self.server.fake
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length") or 0))
        asked = Asked(self.command, self.path, headers, body)
        if fake.mood == "hang":
            fake.leaving.wait(120)
            return
        if isinstance(fake.mood, int):
            fake.asked.append(asked)
            return self.say(fake.mood, b'{"ok": false, "description": "no"}')
        # A cut line leaves its work done behind it.
        status, text = fake.take(asked)
        fake.asked.append(asked)
        if fake.mood == "cut":
            self.close_connection = True
            return
        self.say(status, text)

    do_GET = do_POST = do_PUT = handle_any  # noqa: N815 - the names of http.server

    def say(self, status: int, text: bytes) -> None:
        lines = [f"HTTP/1.0 {status} so", f"Content-Length: {len(text)}"]
        lines += [f"{name}: {value}" for name, value in self.server.fake.more_headers.items()]
        data = "\r\n".join(lines).encode() + b"\r\n\r\n" + text
        if self.server.fake.mood != "drip":
            self.wfile.write(data)
            return
        for byte in data:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(1)

    def log_message(self, *_words: object) -> None: ...
