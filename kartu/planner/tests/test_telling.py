"""Whoever is to be told of a task hears of it at its minute, by bell and by letter, once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from kartu.core.testing import run_jobs
from kartu.firm.actions.beyond import name_deputy
from kartu.notifications.models import Notification
from kartu.planner import actions
from kartu.planner.actions.reminders import remind
from kartu.planner.models import Task
from kartu.planner.tests.conftest import seen

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Clock:
    now = NOON - 5 * MINUTE


@pytest.fixture
def clock(monkeypatch, owner, seller, stranger, sinar) -> type[Clock]:
    Clock.now = NOON - 5 * MINUTE
    monkeypatch.setattr(timezone, "now", lambda: Clock.now)
    return Clock


def call(client, by, minutes: int, **more) -> Task:
    due = NOON + minutes * MINUTE
    return actions.set_task(title="The offer", kind="call", client=client, due_at=due, by=by, **more)


def ring(clock, minutes: int) -> None:
    clock.now = NOON + minutes * MINUTE
    with transaction.atomic():
        remind(clock.now)
    run_jobs()


def told(person) -> list[tuple[str, str]]:
    rows = Notification.objects.visible_to(person).filter(kind="planner.reminder").order_by("pk")
    return [(notice.title, notice.text) for notice in rows]


def test_a_call_is_told_at_its_minute_and_once(clock, sinar, seller, mailoutbox):
    task = call(sinar, seller, 10)
    for _time in range(2):
        ring(clock, 10)

    assert told(seller) == [("Call PT Sinar Abadi", "The offer")]
    notice = Notification.objects.visible_to(seller).get(kind="planner.reminder")
    assert (notice.about_type, notice.about_id) == ("planner.task", task.pk)
    assert notice.url == f"/tasks/{task.pk}/"


def test_what_was_due_while_nothing_ran_says_that_it_is_late(clock, sinar, seller):
    call(sinar, seller, 10)
    actions.set_task(title="Count", due_at=NOON + 10 * MINUTE, by=seller)
    ring(clock, 190)

    assert [title for title, _text in sorted(told(seller))] == ["Late: Count", "Late: call PT Sinar Abadi"]
    assert all("it was for" in text for _title, text in told(seller))


def test_ahead_of_a_meeting_its_time_is_told(clock, sinar, seller):
    start = NOON + 30 * MINUTE
    actions.set_task(title="Show the pumps", kind="meeting", client=sinar, start_at=start, by=seller)
    ring(clock, 15)

    ((title, text),) = told(seller)
    assert title == "Show the pumps" and "PT Sinar Abadi" in text and ":30" in text


def test_who_has_no_longer_to_do_with_it_is_not_told_but_whoever_looks_after_the_client(
    clock, sinar, owner, seller, stranger
):
    call(sinar, owner, 10, person=stranger)
    stranger.is_active = False
    stranger.save()
    ring(clock, 10)

    assert told(seller) == [("Call PT Sinar Abadi", "The offer")]
    assert told(stranger) == []


def test_what_was_done_between_the_minute_and_the_telling_is_told_to_nobody(clock, sinar, seller):
    task = call(sinar, seller, 10)
    clock.now = NOON + 10 * MINUTE
    with transaction.atomic():
        assert remind(clock.now) == 1
    actions.finish_task(task=seen(task, seller), result="Spoke", by=seller)
    run_jobs()

    assert told(seller) == []


def test_a_deputy_is_told_of_the_tasks_of_the_absent_one_too(clock, seller, stranger, sinar):
    name_deputy(absent=seller, deputy=stranger, from_at=NOON, until_at=NOON + 60 * MINUTE, by=seller)
    call(sinar, seller, 10)
    ring(clock, 10)

    assert told(seller) == [("Call PT Sinar Abadi", "The offer")]
    assert told(stranger) == [("Call PT Sinar Abadi", "You stand in for Sari · The offer")]


def test_control_nobody_else_is_and_the_deputy_not_when_it_is_over(clock, owner, seller, stranger, sinar):
    name_deputy(absent=seller, deputy=stranger, from_at=NOON, until_at=NOON + 60 * MINUTE, by=seller)
    call(sinar, seller, 61)
    ring(clock, 61)

    assert len(told(seller)) == 1
    assert (told(stranger), told(owner)) == ([], [])
