"""Two people book one car for the same hour at the same moment, again and again: one has it, the other is told."""

from datetime import UTC, datetime, timedelta

import pytest

from kartu.core.testing.processes import loaded
from kartu.planner.tests.booking_proof import NAMES

pytestmark = pytest.mark.processes

MODULE = "kartu.planner.tests.booking_proof"
ROUNDS = 12
# Until both have started.
READY = timedelta(seconds=15)


def saying(what: str) -> list[str]:
    return loaded(MODULE, what)


@pytest.mark.xdist_group("kills")
def test_of_two_who_book_the_same_car_at_once_one_has_it_and_the_other_is_told(place):
    place.run(*saying(f"begin({ROUNDS})"))
    at = (datetime.now(UTC) + READY).isoformat()
    for process in [place.start(*saying(f"book_all({name!r}, {at!r})"), log=name) for name in NAMES]:
        assert process.wait(120) == 0, place.log(NAMES[0]) + place.log(NAMES[1])

    said = [row[0].split(":", 2) for row in place.query("SELECT key FROM proof_effect")]
    by_round = {str(number): sorted(each[1:] for each in said if each[0] == str(number)) for number in range(ROUNDS)}
    for answers in by_round.values():
        assert [code for code, _text in answers] == ["200", "422"], by_round
        assert answers[1][1].startswith("Van is taken: ")
    assert place.count("planner_booking WHERE trashed_at IS NULL") == ROUNDS
    overlapping = """planner_booking one JOIN planner_task a ON a.id = one.task_id
        JOIN planner_booking two ON two.resource_id = one.resource_id AND two.id > one.id
        JOIN planner_task b ON b.id = two.task_id
        WHERE a.start_at < b.end_at AND b.start_at < a.end_at"""
    assert place.count(overlapping) == 0
