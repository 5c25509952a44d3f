"""A mail server for tests, that can also misbehave: refuse, hang, drip, cut the line."""

import email
import email.policy
import socketserver
import threading
import time
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import count
from typing import Self

# Ports below 1024 need rights, other ports the program refuses; so each server has an address of its own.
PORT = 2525
_hosts = count(2)


@dataclass(frozen=True)
class Received:
    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


class FakeSmtp:
    """`with FakeSmtp() as server:` listens on server.host:server.port; `server.received` is what has arrived.

    `mood`: "kind"; "hang" (says nothing), "drip" (a byte a second), "busy" (421), "full" (452 to the recipient),
    "stranger" (550 to the recipient), "no" (554 to the data), "cut" (takes the data and cuts the line before "250"),
    "locked" (535 to the password).
    """

    def __init__(self, mood: str = "kind", host: str = "") -> None:
        self.mood = mood
        self.received: list[Received] = []
        self.connections = 0
        self._server = _listen(host)
        self._server.fake = self
        self.host, self.port = self._server.server_address

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def messages(self) -> list[EmailMessage]:
        return [received.message for received in self.received]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    fake: FakeSmtp


def _listen(host: str) -> _Server:
    """On `host`, or on the next loopback address that is free."""
    for _attempt in range(200):
        number = next(_hosts)
        try:
            return _Server((host or f"127.0.{number // 250}.{number % 250 + 1}", PORT), _Conversation)
        except OSError:
            if host:
                raise
    raise OSError("No loopback address is free")


class _Conversation(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.fake = self.server.fake
        self.fake.connections += 1
        if self.fake.mood == "hang":
            time.sleep(120)
            return
        self.say("421 Too many letters today" if self.fake.mood == "busy" else "220 fake ready")
        self.sender, self.recipients = "", []
        while line := self.rfile.readline():
            if not self.answer(line.decode("utf-8", "replace").strip()):
                return

    def say(self, text: str) -> None:
        data = (text + "\r\n").encode()
        if self.fake.mood != "drip":
            self.wfile.write(data)
            return
        for byte in data:
            self.wfile.write(bytes([byte]))
            time.sleep(1)

    def answer(self, line: str) -> bool:
        """One command; False ends the conversation."""
        verb = line.split(" ")[0].split(":")[0].upper()
        if verb == "EHLO":
            self.say("250-fake\r\n250 AUTH PLAIN LOGIN")
        elif verb == "AUTH":
            self.say("535 Wrong password" if self.fake.mood == "locked" else "235 Welcome")
        elif verb == "MAIL":
            self.sender = address_of(line)
            self.say("250 fine")
        elif verb == "RCPT":
            self.recipient(address_of(line))
        elif verb == "DATA":
            return self.data()
        elif verb == "QUIT":
            self.say("221 bye")
            return False
        else:
            self.say("250 fine")
        return True

    def recipient(self, address: str) -> None:
        refusals = {"full": "452 Mailbox full", "stranger": "550 No such person here"}
        if self.fake.mood not in refusals:
            self.recipients.append(address)
        self.say(refusals.get(self.fake.mood, "250 fine"))

    def data(self) -> bool:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        if self.fake.mood == "no":
            self.say("554 We do not like it")
            return True
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        self.fake.received.append(Received(self.sender, tuple(self.recipients), message))
        if self.fake.mood == "cut":
            return False
        self.say("250 taken")
        return True


def address_of(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]
