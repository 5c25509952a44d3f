"""Live messages from a real server to many pages: none lost, none doubled, nobody listens who may not."""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable

import pytest

from kartu.core.testing.processes import free_port, kill, saying, wait_until
from kartu.core.testing.streams import Page, Refused, play

pytestmark = pytest.mark.processes

PAGES = 50
MESSAGES = 60


@pytest.fixture
def server(place):
    port = free_port()
    return place.web(port), port


@pytest.fixture
def budi(place):
    person_id, session = place.do("sign_in", "Budi").split()
    return int(person_id), session


def telling(place, first: int, count: int, person: object, pause: float = 0):
    return place.start(*saying("tell", first, count, person, pause))


async def hear_all(pages, enough, seconds=90):
    async with asyncio.timeout(seconds):
        await asyncio.gather(*(page.keep_listening(enough) for page in pages))


async def until_all_listen(pages, seconds=60):
    async with asyncio.timeout(seconds):
        while not all(page.heard for page in pages):
            await asyncio.sleep(0.05)


def test_fifty_pages_hear_every_message_once_and_in_order(place, server, budi):
    _process, port = server
    person_id, session = budi
    pages = [Page(port, session) for _page in range(PAGES)]

    async def scene():
        listening = asyncio.ensure_future(hear_all(pages, MESSAGES))
        await until_all_listen(pages)
        telling(place, 1, MESSAGES // 2, person_id)
        telling(place, 1001, MESSAGES - MESSAGES // 2, "all")
        await listening

    play(scene())
    for page in pages:
        assert sorted(page.numbers) == [*range(1, MESSAGES // 2 + 1), *range(1001, 1001 + MESSAGES - MESSAGES // 2)]
        assert [number for number in page.numbers if number < 1000] == list(range(1, MESSAGES // 2 + 1))


def test_pages_that_lose_their_line_miss_nothing(place, server, budi):
    """The server is killed in the middle, and pages break off by themselves all the time."""
    process, port = server
    _person_id, session = budi
    pages = [Page(port, session) for _page in range(10)]
    chance = random.Random(3)

    async def listen_in_pieces(page):
        while len(page.numbers) < MESSAGES:
            with contextlib.suppress(TimeoutError, OSError):
                async with asyncio.timeout(chance.uniform(0.3, 2)):
                    await page.listen(MESSAGES)
            await asyncio.sleep(0.02)

    async def scene():
        listening = asyncio.gather(*(listen_in_pieces(page) for page in pages))
        await until_all_listen(pages)
        teller = telling(place, 1, MESSAGES, "all", pause=0.1)
        await asyncio.to_thread(wait_until, lambda: all(len(page.numbers) > MESSAGES // 4 for page in pages))
        kill(process)
        await asyncio.to_thread(place.web, port)
        await asyncio.wait_for(listening, 120)
        assert await asyncio.to_thread(teller.wait, 60) == 0

    play(scene())
    for page in pages:
        assert page.numbers == list(range(1, MESSAGES + 1))
        assert page.connections > 1


def test_the_control_without_a_memory_misses_something(place, server, budi):
    _process, port = server
    _person_id, session = budi
    page = Page(port, session, remembers=False)

    async def scene():
        first = asyncio.ensure_future(page.listen(2))
        await until_all_listen([page])
        await asyncio.to_thread(place.do, "tell", 1, 2, "all")
        await asyncio.wait_for(first, 30)
        await asyncio.to_thread(place.do, "tell", 3, 2, "all")
        second = asyncio.ensure_future(page.listen(3))
        await asyncio.sleep(1)
        await asyncio.to_thread(place.do, "tell", 5, 1, "all")
        await asyncio.wait_for(second, 30)

    play(scene())
    assert page.numbers == [1, 2, 5]


def test_nobody_hears_what_is_said_to_another(place, server, budi):
    _process, port = server
    person_id, session = budi
    _siti_id, siti = place.do("sign_in", "Siti").split()
    page, other = Page(port, session), Page(port, siti)

    async def scene():
        listening = asyncio.gather(page.listen(2), other.listen(1))
        await until_all_listen([page, other])
        await asyncio.to_thread(place.do, "tell", 1, 1, person_id)
        await asyncio.to_thread(place.do, "tell", 2, 1, "all")
        await asyncio.wait_for(listening, 30)

    play(scene())
    assert (page.numbers, other.numbers) == ([1, 2], [2])


def test_whoever_is_not_signed_in_hears_nothing(server):
    _process, port = server

    for session in ("", "0123456789abcdef0123456789abcdef"):
        with pytest.raises(Refused, match="401"):
            play(Page(port, session).listen())


def test_the_stream_of_a_dismissed_person_ends_within_fifteen_seconds(place, server, budi):
    _process, port = server
    person_id, session = budi
    page = Page(port, session)

    def dismiss():
        place.query("UPDATE firm_user SET is_active = ? WHERE id = ?", False, person_id)

    assert play(seconds_until_it_ends(page, dismiss)) < 15
    with pytest.raises(Refused, match="401"):
        play(page.listen())


def test_the_stream_of_whoever_is_outside_his_permitted_addresses_ends_and_opens_again_when_he_is_inside(
    place, server, budi
):
    _process, port = server
    person_id, session = budi
    page = Page(port, session)

    def only_from_elsewhere():
        networks = '["10.0.0.0/8"]'
        place.query(
            "INSERT INTO firm_entrylimit (person_id, days, addresses) VALUES (?, ?, ?)", person_id, "[]", networks
        )

    assert play(seconds_until_it_ends(page, only_from_elsewhere)) < 15
    with pytest.raises(Refused, match="403"):
        play(page.listen())
    place.query("DELETE FROM firm_entrylimit")
    place.do("tell", 1, 1, person_id)
    play(page.listen(1))
    assert page.numbers == [1]


async def seconds_until_it_ends(page: Page, act: Callable[[], None]) -> float:
    """How long after `act` the stream of `page` is over."""
    listening = asyncio.ensure_future(page.listen())
    await until_all_listen([page])
    act()
    acted = time.monotonic()
    await asyncio.wait_for(listening, 30)
    return time.monotonic() - acted


def test_the_stream_of_a_sign_in_that_is_ended_ends_at_once(place, server, budi):
    """Only that of this sign-in: it does not wait for the look that comes every ten seconds."""
    _process, port = server
    person_id, session = budi
    page = Page(port, session)

    assert play(seconds_until_it_ends(page, lambda: place.do("sign_out", person_id, session))) < 4
    with pytest.raises(Refused, match="401"):
        play(page.listen())


def test_streams_cost_no_thread_each(place, server, budi):
    process, port = server
    _person_id, session = budi
    pages = [Page(port, session) for _page in range(PAGES)]

    def threads() -> int:
        with open(f"/proc/{process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("Threads"))

    async def scene():
        listening = asyncio.gather(*(page.listen() for page in pages))
        await until_all_listen(pages)
        count = threads()
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening
        return count

    assert play(scene()) < 25
    wait_until(lambda: process.poll() is None, what="a server that lives on")
