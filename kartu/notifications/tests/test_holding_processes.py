"""Two let out what was held back, and are killed while they do: every notice goes out, none twice."""

import pytest

from kartu.core.testing.processes import loaded, wait_until

pytestmark = pytest.mark.processes

MODULE = "kartu.notifications.tests.holding_proof"
PEOPLE, NOTICES = 8, 5


def saying(what: str) -> list[str]:
    return loaded(MODULE, what)


@pytest.mark.xdist_group("kills")
def test_each_is_told_once_by_one_letter_whatever_is_killed_when(place):
    place.run(*saying(f"begin({PEOPLE}, {NOTICES})"))
    for _kill in range(3):
        killed = place.start(*saying("let_out()"), KARTU_FAIL_POINTS="notices.let_out=kill@2")
        beside = place.start(*saying("let_out()"), KARTU_FAIL_POINTS="notices.let_out=kill%0.3")
        assert killed.wait(60) in (-9, 0)
        assert beside.wait(60) in (-9, 0)
    place.run(*saying("let_out()"))
    wait_until(lambda: place.count("notifications_held WHERE out_at IS NULL") == 0, what="all let out")

    assert place.count("notifications_letter") == PEOPLE
    assert place.count("notifications_notification WHERE is_digest") == PEOPLE
    sent = "notifications_hop WHERE channel = 'email' AND what = 'sent' AND carrier_id LIKE 'digest:%'"
    assert place.count(sent) == PEOPLE * NOTICES
    assert place.count("core_job WHERE name = 'notifications.send_letter'") == PEOPLE
