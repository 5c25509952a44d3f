"""The proof that a reminder reaches page, letter, browser, SMS and Telegram: the program as it runs, against receivers
that stand for those outside. Used by whoever has reminders."""

import asyncio
import time
from collections.abc import Callable
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from kartu.core.testing.http import FakeHttp
from kartu.core.testing.processes import Place, free_port, loaded, wait_until
from kartu.core.testing.push import FakePush
from kartu.core.testing.smtp import FakeSmtp
from kartu.core.testing.streams import Page, play
from kartu.core.testing.telegram import TOKEN, FakeTelegram

MODULE = "kartu.notifications.tests.proof"
WAYS = ("bell", "popup", "email", "push", "sms", "telegram")


def do(place: Place, call: str, module: str = MODULE, **settings: str) -> None:
    place.run(*loaded(module, call), **settings)


def prove_every_way(place: Place, remind: Callable[..., float], *, title: str, kind: str, within: float) -> None:
    """`remind(**settings)` sees to it that the person is told, and returns in how many seconds from now that is due.

    Each way has the notice called `title` `within` seconds after that, and the ledger every hop of it.
    """
    with FakeSmtp() as mail, FakePush() as push, FakeHttp() as sms, FakeTelegram() as telegram:
        settings = {"KARTU_PUSH_SERVICES": push.url, "KARTU_TELEGRAM_API": telegram.url}
        subscription = push.browser("phone").subscription
        do(place, f"all_ways({mail.host!r}, {sms.url!r}, {subscription!r}, {TOKEN!r}, 77)", **settings)
        port = free_port()
        place.web(port, **settings)
        place.wait_until_up(place.worker(**settings))
        session = sign_in(place)
        page = Page(port, session)

        async def be_told() -> None:
            listening = asyncio.create_task(page.listen())
            await asyncio.sleep(1)
            due = time.monotonic() + await asyncio.to_thread(remind, **settings)
            while not (mail.received and push.pushed and sms.asked and telegram.sent and heard(page, title)):
                assert time.monotonic() - due < within, arrived()
                await asyncio.sleep(0.05)
            listening.cancel()

        def arrived() -> str:
            return f"{mail.received} {push.pushed} {sms.asked} {telegram.sent} {page.heard}"

        play(be_told())
        tell_shown(port, push.pushed[0].note["token"])

        hops = "SELECT channel, what FROM notifications_hop WHERE notification_id = (SELECT max(id) FROM "
        hops += f"notifications_notification WHERE kind = '{kind}')"
        wait_until(
            lambda: {(way, what) for way in WAYS for what in ("planned", "sent")} <= set(place.query(hops)),
            seconds=20,
            what="each hop",
        )
        assert ("push", "clicked") in set(place.query(hops))


def heard(page: Page, title: str) -> bool:
    return any(kind == "bell" and data.get("title") == title for kind, data in page.heard)


def tell_shown(port: int, token: str) -> None:
    """As the service worker does when the note is opened."""
    body = urlencode({"token": token, "what": "clicked"}).encode()
    with urlopen(Request(f"http://127.0.0.1:{port}/push/told/", body), timeout=10) as answer:
        assert answer.status == 204


def sign_in(place: Place) -> str:
    """The cookie of a browser in which the person is signed in."""
    code = (
        "from django.test import Client; browser = Client(); browser.force_login(person()); "
        "open('session.txt', 'w').write(browser.cookies['kartu_session'].value)"
    )
    path = place.folder / "session.txt"
    do(place, code.replace("'session.txt'", repr(str(path))))
    return path.read_text()
