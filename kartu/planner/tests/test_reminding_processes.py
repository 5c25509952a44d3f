"""A task due at a minute reaches its person in every way within 20 s of it, with the tab closed; late ones say so."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from kartu.core.testing.processes import wait_until
from kartu.notifications.tests.all_ways import do, prove_every_way

pytestmark = pytest.mark.processes

MODULE = "kartu.planner.tests.reminding_proof"
MOST_SECONDS = 20
# Setting the task takes a process some seconds.
AHEAD = timedelta(seconds=25)


def test_a_task_due_at_a_minute_reaches_every_way_within_twenty_seconds_of_it(place):
    def remind(**settings: str) -> float:
        moment = (datetime.now(UTC) + AHEAD + timedelta(minutes=1)).replace(second=0, microsecond=0)
        do(place, f"due({moment.isoformat()!r})", MODULE, **settings)
        return moment.timestamp() - time.time()

    prove_every_way(place, remind, title="Call Rina", kind="planner.reminder", within=MOST_SECONDS)


def test_what_was_due_while_no_worker_ran_comes_marked_as_late(place):
    do(place, f"due({(datetime.now(UTC) - timedelta(minutes=10)).isoformat()!r})", MODULE)
    place.wait_until_up(place.worker())

    rows = "SELECT title, is_late FROM notifications_notification WHERE kind = 'planner.reminder'"
    wait_until(lambda: place.query(rows), seconds=90, what="the reminder")
    ((title, is_late),) = place.query(rows)
    assert title == "Late: Call Rina" and is_late
