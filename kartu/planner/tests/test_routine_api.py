"""The routine of a month by /api/v1: each one's duties and hours, and what falls together."""

from datetime import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kartu.planner.tests.test_routine import start
from kartu.security.models import ViewRow
from tests.api.calls import Calls

MONTH = "month=2031-03"


@pytest.fixture
def calls(head) -> Calls:
    return Calls(head)


def test_each_ones_duties_with_their_hours(calls, seller, head):
    start(seller, estimate_minutes=30)
    start(seller, "FREQ=MONTHLY;BYMONTHDAY=15", title="Reconcile")

    told = calls.get(f"routine?{MONTH}")

    first = told[0]
    assert (first["person"]["name"], first["team"]["name"]) == ("Sari", "Bandung")
    assert (first["times"], first["minutes"], first["hours"], first["unestimated"]) == (6, 150, "2.5", 1)
    assert first["share"] == round(100 * 150 / first["working_minutes"])
    assert [(duty["title"], duty["times"], duty["hours"]) for duty in first["duties"]] == [
        ("Count the till", 5, "2.5"), ("Reconcile", 1, None),
    ]  # fmt: skip
    assert first["duties"][0]["sentence"].startswith("every week")
    assert {each["person"]["name"] for each in told} == {"Sari", "Hendra"}


def test_what_falls_together_is_told_once_with_the_next_time_and_free_hands(calls, seller, head):
    meeting = start(seller, begins=True, estimate_minutes=60, title="Meeting")
    stock = start(seller, begins=True, estimate_minutes=60, title="Stock", at=time(10, 30))

    [told] = calls.get(f"routine/collisions?{MONTH}")

    assert (told["first"]["series_id"], told["second"]["series_id"]) == (meeting.pk, stock.pk)
    assert (told["times"], told["at"], told["is_ahead"]) == (5, "2031-03-03T10:30:00Z", True)
    assert [each["name"] for each in told["free"]] == ["Hendra"]


def test_each_reads_what_he_reaches_and_the_look_is_logged(calls, seller, head, stranger):
    start(seller, estimate_minutes=30)
    start(seller, estimate_minutes=45, title="Secret", is_private=True)
    start(stranger, estimate_minutes=60)

    assert {each["person"]["name"]: each["minutes"] for each in calls.get(f"routine?{MONTH}")} == {
        "Sari": 150, "Hendra": 0,
    }  # fmt: skip
    assert ViewRow.objects.filter(actor_id=head.pk, object_type="planner.series").exists()
    assert [each["minutes"] for each in Calls(seller).get(f"routine?{MONTH}&whose=me")] == [375]


@pytest.mark.parametrize(
    ("sent", "field"),
    [("month=2031-13", "month"), ("month=March", "month"), ("whose=999", "whose"), ("whose=x", "whose")],
)
@pytest.mark.parametrize("path", ["routine", "routine/collisions"])
def test_what_cannot_be_meant_is_refused_at_its_field(calls, path, sent, field):
    answer = calls("GET", f"{path}?{sent}")

    assert answer.status_code == 400 and field in answer.content.decode()


def test_more_duties_and_people_ask_no_more(owner, seller, head, colleague):
    calls = Calls(owner)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            calls.get(f"routine?{MONTH}"), calls.get(f"routine/collisions?{MONTH}")
        return len(found)

    start(seller, begins=True, estimate_minutes=30)
    asked()
    few = asked()
    for person in (seller, head, colleague):
        for number in range(4):
            start(person, begins=True, estimate_minutes=30, title=f"More {number}")

    assert asked() == few
