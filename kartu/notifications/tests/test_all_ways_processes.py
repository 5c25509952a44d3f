"""A notice reaches page, letter, browser, SMS and Telegram within seconds, each hop in the ledger: the program as it
runs, against receivers that stand for those outside."""

import asyncio
import time
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from kartu.core.testing.http import FakeHttp
from kartu.core.testing.processes import Place, free_port, wait_until
from kartu.core.testing.push import FakePush
from kartu.core.testing.smtp import FakeSmtp
from kartu.core.testing.streams import Page, play
from kartu.core.testing.telegram import TOKEN, FakeTelegram

pytestmark = pytest.mark.processes

MODULE = "kartu.notifications.tests.proof"
# Of the 20 s that a reminder has.
MOST_SECONDS = 15


def do(place: Place, call: str, **settings: str) -> None:
    place.run("-c", f"import django; django.setup(); from {MODULE} import *; {call}", **settings)


def test_a_reminder_reaches_every_way_within_seconds_with_each_hop_in_the_ledger(place):
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
            await asyncio.to_thread(do, place, "remind()", **settings)
            told = time.monotonic()
            while not (mail.received and push.pushed and sms.asked and telegram.sent and heard(page)):
                assert time.monotonic() - told < MOST_SECONDS, arrived()
                await asyncio.sleep(0.05)
            listening.cancel()

        def arrived() -> str:
            return f"{mail.received} {push.pushed} {sms.asked} {telegram.sent} {page.heard}"

        play(be_told())
        tell_shown(port, push.pushed[0].note["token"])

        hops = "SELECT channel, what FROM notifications_hop WHERE notification_id = (SELECT max(id) FROM "
        hops += "notifications_notification WHERE kind = 'test')"
        ways = ("bell", "popup", "email", "push", "sms", "telegram")
        wait_until(
            lambda: {(way, what) for way in ways for what in ("planned", "sent")} <= set(place.query(hops)),
            seconds=20,
            what="each hop",
        )
        assert ("push", "clicked") in set(place.query(hops))


def heard(page: Page) -> bool:
    return any(kind == "bell" and data.get("title") == "Call Rina" for kind, data in page.heard)


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
