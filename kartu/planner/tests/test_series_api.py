"""Recurring tasks by /api/v1: set up, read, changed, and what a rule means before anything is set up."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kartu.planner.models import Series
from kartu.planner.tests.test_series import fresh, start, tasks, today
from tests.api.calls import Calls

DUTY = {"title": "Count the till", "rule": "RRULE:FREQ=DAILY", "at": "10:00", "items": ["Cash", "Cards"]}


@pytest.fixture
def calls(seller) -> Calls:
    return Calls(seller)


def duty(**more: object) -> dict:
    return {**DUTY, "starts_on": (today() + timedelta(days=1)).isoformat(), **more}


def fields(response) -> set[str]:
    assert response.status_code == 422, response.content
    return set(response.json()["fields"])


def test_one_is_set_up_and_tells_its_sentence_and_its_next_dates(calls, seller):
    made = calls("POST", "series", duty(reminders=[{"before": 15}])).json()
    one = calls.get(f"series/{made['id']}")

    assert (one["title"], one["person"]["name"], one["items"]) == ("Count the till", seller.name, ["Cash", "Cards"])
    assert one["sentence"] == "every day at 10:00" and one["at"] == "10:00"
    assert len(one["next"]) == 5 and all(each["task_id"] for each in one["next"])
    assert len(tasks(Series.objects.visible_to(seller).get(pk=made["id"]))) > 5


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ({"rule": "FREQ=HOURLY"}, "rule"),
        ({"rule": "RRULE:FREQ=DAILY;UNTIL=20200101"}, "rule"),
        ({"rule": "rubbish"}, "rule"),
        ({"at": "25:00"}, "at"),
        ({"starts_on": "2026-13-01"}, "starts_on"),
        ({"segment_id": 999}, "segment_id"),
        ({"client_id": 999}, "client_id"),
        ({"reminders": [{"before": 5, "on_the_day": True}]}, "reminders.0"),
        ({"title": ""}, "title"),
    ],
)
def test_what_is_wrong_is_told_by_its_field(calls, seller, sent, named):
    assert named in " ".join(fields(calls("POST", "series", duty(**sent))))
    assert not Series.objects.visible_to(seller).exists()


def test_a_change_goes_into_its_open_tasks_and_not_over_what_somebody_else_changed(calls, seller):
    series = start(seller)
    changed = calls("PATCH", f"series/{series.pk}", {"title": "Count twice", "at": "11:00", "version": series.version})
    assert changed.status_code == 200 and {task.title for task in tasks(series)} == {"Count twice"}
    late = calls("PATCH", f"series/{series.pk}", {"title": "Mine", "version": series.version})
    assert late.status_code == 409 and fresh(series).title == "Count twice"


def test_a_day_is_left_out_and_brought_back_it_is_paused_gone_on_with_and_ended(calls, seller):
    series = start(seller)
    slot = tasks(series)[1].slot
    assert calls("POST", f"series/{series.pk}/skip", {"slot": slot}).status_code == 200
    assert slot not in {task.slot for task in tasks(series)}
    assert calls("POST", f"series/{series.pk}/bring-back", {"slot": slot}).status_code == 200
    assert slot in {task.slot for task in tasks(series)}
    assert calls("POST", f"series/{series.pk}/pause", {}).json()["is_paused"] and not tasks(series)
    assert not calls("POST", f"series/{series.pk}/resume").json()["is_paused"] and tasks(series)
    assert calls("POST", f"series/{series.pk}/end", {}).json()["until"] == today().isoformat()
    assert calls("POST", f"series/{series.pk}/skip", {"slot": "2020-01-01"}).status_code == 422


def test_dates_are_told_before_anything_is_set_up(calls, seller):
    asked = {"rule": "RRULE:FREQ=MONTHLY;X-WORKDAY=-1", "starts_on": today().isoformat(), "at": "10:00", "limit": 12}
    told = calls("POST", "series/dates", asked).json()
    assert told["sentence"] == "every month on the last working day at 10:00" and len(told["next"]) == 12
    assert fields(calls("POST", "series/dates", asked | {"rule": "FREQ=SECONDLY"})) == {"rule"}
    assert not Series.objects.visible_to(seller).exists()


def test_the_stranger_neither_reads_nor_changes_one(seller, stranger):
    series = start(seller)
    theirs = Calls(stranger)
    assert theirs("GET", f"series/{series.pk}").status_code == 404
    assert theirs("POST", f"series/{series.pk}/end", {}).status_code == 404
    assert theirs.get("series")["items"] == []


def test_many_take_no_more_questions_than_few(calls, seller, sinar):
    def asked() -> int:
        calls.get("series")
        with CaptureQueriesContext(connection) as seen:
            calls.get("series")
        return len(seen)

    start(seller, client=sinar), start(seller)
    few = asked()
    for number in range(8):
        start(seller, "FREQ=WEEKLY", title=f"Duty {number}", client=sinar)
    assert asked() <= few
