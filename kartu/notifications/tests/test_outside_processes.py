"""A worker killed between the answer of whoever carries a message and the note of it: none lost, each repeat the same.

More kills: KARTU_KILLS=50.
"""

import os
from collections import Counter
from urllib.parse import parse_qs, urlsplit

import pytest

from kartu.core.testing.http import FakeHttp
from kartu.core.testing.processes import Place, loaded, wait_until
from kartu.core.testing.push import FakePush
from kartu.core.testing.telegram import TOKEN, FakeTelegram

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("kills")]

MODULE = "kartu.notifications.tests.proof"
KILLS = int(os.environ.get("KARTU_KILLS") or 5)
NOTICES = 3 * KILLS


def kill_and_drain(place: Place, channel: str, **settings: str) -> None:
    for _kill in range(KILLS):
        assert place.worker(KARTU_FAIL_POINTS=f"{channel}.after_send=kill@2", **settings).wait(60) == -9
    place.worker(**settings)
    sent = f"notifications_hop WHERE channel = '{channel}' AND what = 'sent'"
    wait_until(lambda: place.count(sent) == NOTICES, seconds=120, what="all sent")
    # The bot listens nearly all the time; what counts is what was to be sent.
    unsent = "core_job WHERE state <> 'done' AND name LIKE 'notifications.send%'"
    wait_until(lambda: place.count(unsent) == 0, seconds=60, what="all sent jobs done")


def crashes(place: Place, job: str) -> int:
    return place.query(f"SELECT sum(crashes) FROM core_job WHERE name = 'notifications.{job}'")[0][0]  # noqa: S608


def prepare(place: Place, call: str, **settings: str) -> None:
    place.run(*loaded(MODULE, call), **settings)


def test_no_sms_is_lost_and_repeats_carry_the_same_id(place):
    with FakeHttp() as gateway:
        prepare(place, f"sms({gateway.url!r}, {NOTICES})")
        kill_and_drain(place, "sms")
        arrived = Counter(parse_qs(urlsplit(asked.path).query)["id"][0] for asked in gateway.asked)

    known = {row[0] for row in place.query("SELECT key FROM notifications_smsmessage")}
    assert set(arrived) == known and len(known) == NOTICES
    assert 0 < sum(arrived.values()) - NOTICES <= crashes(place, "send_sms")


def test_no_note_of_a_browser_is_lost_and_repeats_are_shown_as_one(place):
    with FakePush() as service:
        settings = {"KARTU_PUSH_SERVICES": service.url}
        prepare(place, f"push({service.browser('phone').subscription!r}, {NOTICES})", **settings)
        kill_and_drain(place, "push", **settings)
        arrived = Counter((pushed.topic, pushed.note["tag"], pushed.note["title"]) for pushed in service.pushed)

    known = {row[0] for row in place.query("SELECT key FROM notifications_pushmessage")}
    assert {topic for topic, _tag, _title in arrived} == known and len(arrived) == len(known) == NOTICES
    assert all(topic == tag for topic, tag, _title in arrived)
    assert 0 < sum(arrived.values()) - NOTICES <= crashes(place, "send_push")


def test_no_message_of_the_bot_is_lost_and_repeats_say_the_same(place):
    with FakeTelegram() as server:
        settings = {"KARTU_TELEGRAM_API": server.url}
        prepare(place, f"telegram({TOKEN!r}, 77, {NOTICES})", **settings)
        kill_and_drain(place, "telegram", **settings)
        arrived = Counter(message["text"] for message in server.sent)

    assert set(arrived) == {f"News {number}" for number in range(NOTICES)}
    assert 0 < sum(arrived.values()) - NOTICES <= crashes(place, "send_telegram")


@pytest.mark.parametrize("point", ["telegram.before_heard", "telegram.after_heard"])
def test_what_is_pressed_is_done_once_wherever_the_worker_dies(place, point):
    with FakeTelegram() as server:
        settings = {
            "KARTU_TELEGRAM_API": server.url,
            "KARTU_TEST_MODULES": f"kartu.core.testing.proof,{MODULE}",
        }
        prepare(place, f"telegram({TOKEN!r}, 77, {NOTICES}, 'bell')", **settings)
        for (pk,) in place.query("SELECT id FROM notifications_notification WHERE kind = 'test'"):
            server.press(77, f"count:{pk}")
        listen = "from kartu.notifications.jobs import listen_to_telegram; listen_to_telegram.later(dedupe='proof')"
        prepare(place, listen, **settings)
        assert place.worker(KARTU_FAIL_POINTS=f"{point}=kill@2", **settings).wait(60) == -9
        place.worker(**settings)
        counted = "notifications_notification WHERE kind = 'proof.counted'"
        wait_until(lambda: place.count(counted) >= NOTICES, seconds=100, what="all counted")

    rows = place.query("SELECT title FROM notifications_notification WHERE kind = 'proof.counted'")
    assert len(rows) == len({title for (title,) in rows}) == NOTICES
