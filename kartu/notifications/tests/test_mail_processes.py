"""A worker killed between the server's "250" and the note of it: no letter lost, each repeat the same letter.

More kills: KARTU_KILLS=50.
"""

import os
from collections import Counter

import pytest

from kartu.core.testing.processes import loaded, wait_until
from kartu.core.testing.smtp import FakeSmtp

pytestmark = pytest.mark.processes

MODULE = "kartu.notifications.tests.proof"
KILLS = int(os.environ.get("KARTU_KILLS") or 10)


@pytest.mark.xdist_group("kills")
def test_no_letter_is_lost_and_repeats_carry_the_same_id(place):
    letters = 3 * KILLS
    with FakeSmtp() as server:
        place.run(*loaded(MODULE, f"main({server.host!r}, {letters})"))
        for _kill in range(KILLS):
            assert place.worker(KARTU_FAIL_POINTS="mail.after_send=kill@2").wait(60) == -9
        place.worker()
        wait_until(
            lambda: place.count("notifications_hop WHERE what = 'sent'") == letters, seconds=120, what="all sent"
        )
        # Periodic work may be under way too, and the note "done" comes after the hop.
        wait_until(lambda: place.count("core_job WHERE state <> 'done'") == 0, seconds=60, what="all jobs done")
        arrived = Counter(str(message["Message-ID"]) for message in server.messages)

    known = {row[0] for row in place.query("SELECT message_id FROM notifications_letter")}
    assert set(arrived) == known and len(known) == letters
    repeats = sum(arrived.values()) - letters
    crashes = place.query("SELECT sum(crashes) FROM core_job WHERE name = 'notifications.send_letter'")[0][0]
    assert 0 < repeats <= crashes
