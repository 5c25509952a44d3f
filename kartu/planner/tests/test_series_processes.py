"""Nights make the tasks of series, several at once, and are killed while they do: none is lost, none comes twice."""

import json
import re
from datetime import date, timedelta

import pytest

from kartu.core.testing.processes import loaded

MODULE = "kartu.planner.tests.series_proof"
SERIES, CLIENTS, OFF = 12, 6, 45

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("kills")]


def saying(what: str) -> list[str]:
    return loaded(MODULE, what)


def slots(place) -> dict[int, list[str]]:
    """Series -> the slots of its tasks, in their order."""
    found: dict[int, list[str]] = {}
    for series, slot in place.query("SELECT series_id, slot FROM planner_task WHERE trashed_at IS NULL ORDER BY slot"):
        found.setdefault(series, []).append(slot)
    return found


def test_each_task_is_there_once_whatever_is_killed_when(place):
    place.run(*saying(f"begin({SERIES}, {CLIENTS})"))
    for _kill in range(4):
        night = saying(f"night({OFF})")
        killed = place.start(*night, KARTU_FAIL_POINTS="series.after_one=kill@3")
        beside = place.start(*night, KARTU_FAIL_POINTS="series.after_one=kill%0.2,jobs.after_chunk=kill%0.05")
        assert killed.wait(120) in (-9, 0), place.log("process")[-3000:]
        assert beside.wait(120) in (-9, 0), place.log("process")[-3000:]
    place.run(*saying(f"night({OFF})"))

    made = slots(place)
    assert len(made) == SERIES + CLIENTS
    assert all(len(set(each)) == len(each) for each in made.values())
    daily = [each for each in made.values() if len(each) > 40]
    assert len(daily) == SERIES // 3
    for each in daily:
        days = [date.fromisoformat(slot[:10]) for slot in each]
        assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
    assert place.count("planner_series WHERE whole_id IS NOT NULL") == CLIENTS
    late = place.count("planner_task WHERE came_late")
    titles = place.query("SELECT title FROM notifications_notification WHERE kind = 'planner.series_late'")
    assert late > 0 and len(titles) == 1 and said(titles[0][0]) == late


def said(title: object) -> int:
    """The number in the words of a notice, which are kept to be said in the reader's language."""
    text = title if isinstance(title, str) else json.dumps(title)
    return int(re.search(r"\d+", text)[0])


def test_two_that_follow_a_segment_at_once_make_one_for_each_client(place):
    place.run(*saying(f"begin(0, {CLIENTS})"))
    several = [place.start(*saying("follow()")) for _each in range(3)]
    for each in several:
        each.wait(120)
    place.run(*saying("follow()"))
    assert place.count("planner_series WHERE whole_id IS NOT NULL AND ended_on IS NULL") == CLIENTS
    made = list(slots(place).values())
    assert all(len(set(each)) == len(each) >= 5 for each in made) and len({len(each) for each in made}) == 1
