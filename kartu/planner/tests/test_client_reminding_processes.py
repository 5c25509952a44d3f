"""Clocks and workers killed at the worst moments, two of each at a time: each client is reminded by one letter, which
at most comes again as itself.

More kills: KARTU_KILLS=50.
"""

import os
from collections import Counter

import pytest

from kartu.core.testing.processes import loaded, wait_until
from kartu.core.testing.smtp import FakeSmtp

pytestmark = pytest.mark.processes

MODULE = "kartu.planner.tests.client_reminding_proof"
KILLS = int(os.environ.get("KARTU_KILLS") or 6)


def saying(what: str) -> list[str]:
    return loaded(MODULE, what)


@pytest.mark.xdist_group("kills")
def test_each_client_is_reminded_once_whatever_is_killed(place):
    count = 5 * KILLS
    with FakeSmtp() as server:
        place.run(*saying(f"begin({server.host!r}, {count})"))
        for _kill in range(KILLS):
            clocks = [
                place.start(*saying("minute()"), KARTU_FAIL_POINTS="client_reminders.before_commit=kill@2")
                for _number in range(2)
            ]
            assert -9 in [clock.wait(60) for clock in clocks]
        place.run(*saying("minute()"))
        assert place.count("clients_clientmessage") == place.count("notifications_letter") == count

        for _kill in range(KILLS):
            assert place.worker(KARTU_FAIL_POINTS="mail.after_send=kill@2").wait(60) == -9
        for _number in range(2):
            place.worker()
        wait_until(lambda: place.count("notifications_hop WHERE what = 'sent'") == count, seconds=120, what="all sent")
        wait_until(lambda: place.count("core_job WHERE state <> 'done'") == 0, seconds=60, what="all jobs done")
        arrived = Counter(str(message["Message-ID"]) for message in server.messages)
        people = {recipient for received in server.received for recipient in received.recipients}

    assert set(arrived) == {row[0] for row in place.query("SELECT message_id FROM notifications_letter")}
    assert people == {f"c{number}@example.com" for number in range(count)}
    crashes = place.query("SELECT sum(crashes) FROM core_job WHERE name = 'notifications.send_letter'")[0][0]
    assert 0 < sum(arrived.values()) - count <= crashes
