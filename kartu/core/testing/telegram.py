"""Telegram's interface for bots, with people who write to the bot, press its buttons and shut it out."""

import json
import threading
import time
from typing import Any

from kartu.core.testing.http import Asked, FakeHttp

TOKEN = "123456:" + "A" * 35
BOT = {"id": 123456, "is_bot": True, "first_name": "Kartu", "username": "kartu_test_bot"}


class FakeTelegram(FakeHttp):
    """`server.write(chat, text)` and `server.press(chat, data)` are heard by the bot; `server.sent` is what it wrote.

    Chats in `server.blocked` have shut it out. A chat is as large as its person's number, as with Telegram.
    """

    def __init__(self, mood: str | int = "kind") -> None:
        super().__init__(mood)
        self.updates: list[dict] = []
        self.sent: list[dict] = []
        self.edited: list[dict] = []
        self.answered: list[dict] = []
        self.blocked: set[int] = set()
        self.retry_after = 0
        self._new = threading.Condition()

    def write(self, chat: int, text: str, **more: Any) -> dict:
        said = {"message_id": 1, "chat": {"id": chat, "type": "private", "first_name": "Sari", **more}, "text": text}
        return self._tell({"message": said})

    def press(self, chat: int, data: str, by: int = 0) -> dict:
        message = {"message_id": 1, "chat": {"id": chat, "type": "private"}}
        return self._tell({"callback_query": {"id": "q", "from": {"id": by or chat}, "message": message, "data": data}})

    def _tell(self, update: dict) -> dict:
        with self._new:
            told = {"update_id": 1000 + len(self.updates), **update}
            self.updates.append(told)
            self._new.notify_all()
        return told

    def take(self, asked: Asked) -> tuple[int, bytes]:
        _empty, bot, method = asked.path.split("/")
        if bot != f"bot{TOKEN}":
            return said(401, "Unauthorized")
        parameters = json.loads(asked.body or b"{}")
        if self.retry_after and method == "sendMessage":
            return said(429, "Too Many Requests", parameters={"retry_after": self.retry_after})
        return getattr(self, f"do_{method}")(parameters)

    def do_getMe(self, _parameters: dict) -> tuple[int, bytes]:  # noqa: N802 - as Telegram spells it
        return fine(BOT)

    def do_deleteWebhook(self, _parameters: dict) -> tuple[int, bytes]:  # noqa: N802
        return fine(True)

    def do_sendMessage(self, message: dict) -> tuple[int, bytes]:  # noqa: N802
        if message["chat_id"] in self.blocked:
            return said(403, "Forbidden: bot was blocked by the user")
        self.sent.append(message)
        return fine({"message_id": len(self.sent)})

    def do_editMessageText(self, message: dict) -> tuple[int, bytes]:  # noqa: N802
        self.edited.append(message)
        return fine(True)

    def do_answerCallbackQuery(self, answer: dict) -> tuple[int, bytes]:  # noqa: N802
        self.answered.append(answer)
        return fine(True)

    def do_getUpdates(self, parameters: dict) -> tuple[int, bytes]:  # noqa: N802
        ends = time.monotonic() + parameters.get("timeout", 0)
        with self._new:
            while True:
                found = [update for update in self.updates if update["update_id"] >= parameters.get("offset", 0)]
                if found or time.monotonic() >= ends or self.leaving.is_set():
                    return fine(found)
                self._new.wait(0.1)


def fine(result: Any) -> tuple[int, bytes]:
    return 200, json.dumps({"ok": True, "result": result}).encode()


def said(code: int, description: str, **more: Any) -> tuple[int, bytes]:
    return code, json.dumps({"ok": False, "error_code": code, "description": description, **more}).encode()
