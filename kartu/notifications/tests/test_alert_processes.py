"""Two workers look at the log while people work: every row is counted once, and the owner is told once."""

import json

import pytest

from kartu.core.testing.processes import loaded, wait_until

pytestmark = pytest.mark.processes

MODULE = "kartu.notifications.tests.watching_proof"
WRITERS, CARDS = 3, 60


def test_two_who_look_at_once_count_every_row_once_and_the_owner_is_told_once(place):
    def saying(what: str) -> list[str]:
        return loaded(MODULE, what)

    place.run(*saying("begin()"))
    lookers = [place.start(*saying("look_for(12)"), log=f"looker-{n}") for n in range(2)]
    writers = [place.start(*saying(f"open_cards({n * CARDS}, {CARDS})")) for n in range(WRITERS)]
    ended = [process.wait(120) for process in [*writers, *lookers]]
    assert ended == [0] * (WRITERS + 2), place.log("process") + place.log("looker-0")
    place.run(*saying("watching.look()"))

    tallies = [counts for (counts,) in place.query("SELECT counts FROM security_tally WHERE person_id > 0")]
    counts = [json.loads(each) if isinstance(each, str) else each for each in tallies]
    assert sum(each["cards_day"]["n"] for each in counts) == WRITERS * CARDS
    alerts = place.query("SELECT count FROM security_alert WHERE rule = 'cards_burst'")
    assert alerts == [(WRITERS * CARDS,)]

    place.worker()
    told = "notifications_notification WHERE title LIKE '%40 minutes'"
    wait_until(lambda: place.count(told) == 1, what="the owner told")
