"""Acts on many tasks of the list: done, moved, given away, put in the trash; what refuses is left, with its reason."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from kartu.clients.models import Touch
from kartu.firm.models import User
from kartu.planner import actions
from kartu.planner.many.acts import times_moved
from kartu.planner.models import Outcome, Task
from kartu.planner.tests.conftest import in_hours, seen
from kartu.records.models import ChangeSet, ExportMark

LIST = "/lists/tasks/"


@pytest.fixture
def rows(seller, sinar) -> list[Task]:
    """Three open tasks of the seller: a call with a client to the minute, a day, one without a time."""
    return [
        actions.set_task(title="Call", kind="call", client=sinar, due_at=in_hours(3), by=seller),
        actions.set_task(title="Count", due_on=timezone.localdate() + timedelta(days=1), by=seller),
        actions.set_task(title="Think", by=seller),
    ]


@pytest.fixture
def window(head) -> Browser:
    browser = Browser()
    browser.force_login(head)
    return browser


def do(window: Browser, act: str, rows: list[Task], **given: object):
    ids = ",".join(str(row.pk) for row in rows)
    return window.post(f"{LIST}acts/tasks.{act}/", {"ids": ids, **given})


def now(rows: list[Task], person: User) -> list[Task]:
    return [seen(row, person) for row in rows]


def test_many_are_done_with_one_result_and_taken_back_as_one(window, head, rows):
    do(window, "finish", rows, result="Agreed at the fair")

    done = now(rows, head)
    assert {(task.state, task.result, task.closed_by_id) for task in done} == {("done", "Agreed at the fair", head.pk)}
    assert [touch.text for touch in Touch.objects.visible_to(head)] == ["Agreed at the fair"]
    window.post(ChangeSet.objects.get().undo_url)
    assert {task.state for task in now(rows, head)} == {"open"}


def test_an_outcome_ends_only_what_it_is_for(window, head, rows):
    outcome = Outcome.objects.create(kind="call", name="No answer")
    answer = do(window, "finish", rows, outcome=outcome.pk)

    assert [task.state for task in now(rows, head)] == ["done", "open", "open"]
    changes = ChangeSet.objects.get()
    page = window.get(f"/changes/{changes.pk}/").content.decode()
    assert "2 were left" in page and "is not how this can end" in page and "Think" in page
    assert f"/changes/{changes.pk}/" in answer["HX-Trigger"]


def test_without_a_result_nothing_is_done(window, head, rows):
    answer = do(window, "finish", rows, result=" ")
    assert answer.status_code == 422 and "result" in answer.context["form"].errors
    assert {task.state for task in now(rows, head)} == {"open"}


def test_what_waits_for_others_and_what_is_done_already_is_left_with_the_reason(window, head, seller, rows):
    actions.put_after(task=rows[1], first=rows[2], by=seller)
    actions.finish_task(task=rows[0], result="Called", by=seller)
    do(window, "finish", rows[:2], result="All")

    assert [task.result for task in now(rows, head)] == ["Called", "", ""]
    reasons = dict(ChangeSet.objects.get().left["rows"])
    assert reasons == {rows[0].pk: "This is done already", rows[1].pk: "First comes: “Think”"}


def test_what_is_to_be_accepted_waits_for_that(window, head, seller, owner):
    task = actions.set_task(title="Count", person=seller, needs_acceptance=True, by=owner)
    do(window, "finish", [task], result="Counted")
    assert seen(task, head).state == "review"


@pytest.mark.parametrize(
    ("given", "moved"),
    [
        ({"days": 7}, {"due_at": datetime(2030, 1, 9, 3, 7, tzinfo=UTC)}),
        ({"day": date(2030, 2, 1)}, {"due_at": datetime(2030, 2, 1, 3, 7, tzinfo=UTC)}),
        (
            {"moment": datetime(2030, 2, 1, 8, tzinfo=UTC)},
            {"due_at": datetime(2030, 2, 1, 8, tzinfo=UTC), "due_on": None, "start_at": None, "end_at": None},
        ),
    ],
)
def test_a_deadline_moves_by_days_to_a_day_or_to_a_moment(given, moved):
    due = datetime(2030, 1, 2, 3, 7, tzinfo=UTC)
    task = Task(title="Call", kind="call", due_at=due, at=due)
    assert times_moved(task, **{"days": None, "moment": None, "day": None, **given}) == moved


def test_a_meeting_moves_with_its_end_and_a_day_with_its_day(window, head, seller, rows):
    meeting = actions.set_task(title="Meet", kind="meeting", start_at=in_hours(1), by=seller)
    do(window, "move", [meeting, rows[1]], days=2)

    [moved, day] = now([meeting, rows[1]], head)
    assert moved.start_at - meeting.start_at == moved.end_at - meeting.end_at == timedelta(days=2)
    assert day.due_on - rows[1].due_on == timedelta(days=2) and moved.moves == 1


def test_what_has_no_time_goes_to_a_day_but_not_by_days(window, head, rows):
    do(window, "move", rows, when="31.12.2098")
    assert [task.at.year for task in now(rows, head)] == [2098] * 3
    assert seen(rows[0], head).due_at.time() == rows[0].due_at.time()

    other = actions.set_task(title="Later", by=head)
    do(window, "move", [other], days=1)
    changes = ChangeSet.objects.latest("pk")
    assert changes.left["rows"] == [[other.pk, "It has no time that could be moved"]]
    assert changes.undo_url not in window.get(f"/changes/{changes.pk}/").content.decode()


@pytest.mark.parametrize("given", [{}, {"when": "tomorrow", "days": 1}, {"when": "some day"}, {"days": "x"}])
def test_a_move_that_is_not_understood_is_said_at_its_field(window, head, rows, given):
    answer = do(window, "move", rows, **given)
    assert answer.status_code == 422 and set(answer.context["form"].errors) <= {"when", "days"}
    assert [task.moves for task in now(rows, head)] == [0, 0, 0]


def test_many_are_given_to_somebody_else_but_for_private_and_closed_ones(window, head, seller, colleague, rows):
    actions.finish_task(task=rows[2], result="Thought", by=seller)
    private = actions.set_task(title="Dentist", is_private=True, by=head)
    do(window, "assign", [*rows, private], to=colleague.pk)

    assert [task.person_id for task in now(rows, head)] == [colleague.pk, colleague.pk, seller.pk]
    assert seen(private, head).person_id == head.pk and ChangeSet.objects.get().left["count"] == 2
    window.post(ChangeSet.objects.get().undo_url)
    assert {task.person_id for task in now(rows, head)} == {seller.pk}


def test_many_are_made_urgent_and_put_in_the_trash(window, head, rows):
    do(window, "priority", rows, priority=4)
    assert {task.priority for task in now(rows, head)} == {4}

    do(window, "trash", rows)
    assert not Task.objects.visible_to(head).exists()
    window.post(ChangeSet.objects.latest("pk").undo_url)
    assert Task.objects.visible_to(head).count() == 3


@pytest.mark.parametrize(
    ("act", "given"),
    [("finish", {"result": "x"}), ("move", {"days": 1}), ("assign", {}), ("priority", {"priority": 4}), ("trash", {})],
)
def test_nobody_changes_many_without_the_right_nor_what_lies_out_of_reach(seller, head, stranger, rows, act, given):
    his = actions.set_task(title="His", due_at=in_hours(1), by=stranger)
    browser = Browser()
    browser.force_login(seller)
    assert do(browser, act, rows, **given).status_code == 404

    browser.force_login(head)
    do(browser, act, [his], **given, **({"to": head.pk} if act == "assign" else {}))
    assert seen(his, stranger).version == his.version


def test_the_list_goes_out_as_a_file_with_its_mark_and_without_what_is_not_for_its_reader(window, head, stranger, rows):
    actions.set_task(title="His own affair", by=stranger)
    answer = window.post(f"{LIST}export/csv/", {"purpose": "A look at the week"})

    text = b"".join(answer).decode("utf-8-sig")
    assert "Count" in text and "PT Sinar Abadi" in text and "His own affair" not in text
    assert ExportMark.objects.get().person_id == head.pk
    assert window.get(f"{LIST}print/").status_code == 200


def test_cells_are_pasted_into_the_list(window, head, rows):
    sent = {"cells": "Count twice\tUrgent", "ids": str(rows[1].pk), "columns": "title,priority"}
    preview = window.post(f"{LIST}paste/", sent).content.decode()
    window.post(f"{LIST}paste/", {"paste": preview.split('name="paste" value="')[1].split('"')[0]})

    task = seen(rows[1], head)
    assert (task.title, task.priority) == ("Count twice", 4)
