"""Two minute jobs at once, and killed: what was put off comes back once, each rung is taken once, nothing is lost."""

import pytest

from kartu.core.testing.processes import loaded

pytestmark = pytest.mark.processes

MODULE = "kartu.notifications.tests.minute_proof"
PEOPLE = 8


def saying(what: str) -> list[str]:
    return loaded(MODULE, what)


@pytest.mark.xdist_group("kills")
def test_each_comes_back_once_and_each_rung_is_taken_once_whatever_is_killed_when(place):
    place.run(*saying(f"begin({PEOPLE})"))
    for _kill in range(4):
        killed = place.start(*saying("run()"), KARTU_FAIL_POINTS="notices.minute=kill@4")
        beside = place.start(*saying("run()"), KARTU_FAIL_POINTS="notices.minute=kill%0.15")
        assert killed.wait(60) in (-9, 0)
        assert beside.wait(60) in (-9, 0)
    place.run(*saying("run()"))

    notices = "notifications_notification WHERE"
    assert place.count(f"{notices} kind = 'proof.later' AND first_id IS NOT NULL") == PEOPLE
    assert place.count(f"{notices} kind = 'proof.due' AND is_repeat") == PEOPLE
    assert place.count(f"{notices} kind = 'notifications.not_seen'") == PEOPLE
    assert place.count("notifications_step WHERE key LIKE 'ladder:%'") == 3 * PEOPLE
    assert place.count("notifications_step WHERE key LIKE 'repeat:%'") == PEOPLE
