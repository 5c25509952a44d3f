"""What is due, as a list tells it."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from kartu.records.lists.due import Due
from kartu.records.lists.look import Look

pytestmark = pytest.mark.no_database

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=JAKARTA)


@pytest.fixture
def cell():
    """day and clock of Jakarta (None: nothing is due) -> (icon, colour, words) of the cell."""
    asking = SimpleNamespace(zone=JAKARTA, today=NOW.date(), now=NOW)
    look = Look(asking=asking, url=str)

    def shown(*at: int) -> tuple[str, str, str]:
        moment = datetime(2026, *at, tzinfo=JAKARTA).astimezone(UTC) if at else None
        with timezone.override(JAKARTA):
            html = Due().html(SimpleNamespace(next=moment), "next", look)
        css = re.search(r'class="st ?([^"]*)"', html)[1]
        return re.search(r"#([\w-]+)", html)[1], css, re.sub(r"<[^>]*>", "", html)

    return shown


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ((11, 10, 9, 0), ("alert-triangle", "bad", "Late 8 days")),
        ((11, 17, 23, 59), ("alert-triangle", "bad", "Late 1 day")),
        ((11, 18, 9, 59), ("alert-triangle", "bad", "Late, since 09:59")),
        ((11, 18, 16, 0), ("clock", "acc", "Today 16:00")),
        ((11, 19, 0, 1), ("clock", "", "Tomorrow 00:01")),
        ((11, 20, 9, 30), ("calendar-event", "", "Fri 09:30")),
        ((12, 7, 9, 30), ("calendar-event", "", "7 Dec")),
        ((), ("minus", "t3", "None")),
    ],
)
def test_a_list_says_what_is_late_what_is_today_and_that_nothing_is_due(cell, at, told):
    assert cell(*at) == told


def test_two_hours_of_one_day_are_both_told(cell):
    assert [cell(11, 20, hour, 0)[2] for hour in (9, 15)] == ["Fri 09:00", "Fri 15:00"]
