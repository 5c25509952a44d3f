"""A notice reaches page, letter, browser, SMS and Telegram within seconds, each hop in the ledger."""

import pytest

from kartu.notifications.tests.all_ways import do, prove_every_way

pytestmark = pytest.mark.processes

# Of the 20 s that a reminder has.
MOST_SECONDS = 15


def test_a_reminder_reaches_every_way_within_seconds_with_each_hop_in_the_ledger(place):
    def remind(**settings: str) -> float:
        do(place, "remind()", **settings)
        return 0

    prove_every_way(place, remind, title="Call Rina", kind="test", within=MOST_SECONDS)
