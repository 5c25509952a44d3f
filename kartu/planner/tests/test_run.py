"""What is due of recurring tasks, done, moved or handed over in one run."""

from datetime import time, timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from kartu.planner import actions
from kartu.planner.models import Outcome, Series, Task
from kartu.planner.recurrence import parse
from kartu.planner.routine.run import MOST
from kartu.planner.tests.test_series import tasks, today
from kartu.records.changes import undo
from kartu.records.models import ChangeSet
from kartu.security import audit


def duty(by, **more) -> Series:
    """A daily duty whose first five stand in the past."""
    more = {"title": "Ask for orders", "zone": "UTC", "by": by, "at": time(0, 1)} | more
    series = actions.start_series(rule=parse("FREQ=DAILY"), starts_on=today("UTC"), **more)
    rows = Task.objects.as_system("a look").filter(pk__in=[task.pk for task in tasks(series)[:5]])
    with audit.acting_as(by):
        for number, task in enumerate(rows.order_by("at")):
            task.due_at = timezone.now() - timedelta(days=5 - number)
            task.save()
    return series


def url(query: str = "") -> str:
    return reverse("planner:run") + query


def at(who) -> Browser:
    browser = Browser()
    browser.force_login(who)
    return browser


def send(who, ids: list[int], status: int = 302, query: str = "", **data: object):
    answer = at(who).post(url(query), {"task": ids, **data})
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer


def due(who, query: str = "") -> list[int]:
    return [line["task"].pk for line in at(who).get(url(query)).context["lines"]]


def states(ids: list[int]) -> list[str]:
    rows = Task.objects.as_system("a look").filter(pk__in=ids)
    return list(rows.order_by("at", "pk").values_list("state", flat=True))


def test_what_is_late_or_stands_today_of_recurring_tasks_stands_there_and_nothing_else(seller, colleague):
    mine = duty(seller)
    other = duty(seller, title="Count the till")
    duty(colleague)
    actions.set_task(title="No series", due_at=timezone.now() - timedelta(hours=1), by=seller)

    found = due(seller, f"?series={mine.pk}")

    assert len(found) >= 5 and set(due(seller)) == {*found, *due(seller, f"?series={other.pk}")}
    assert Task.objects.visible_to(seller).filter(pk__in=found, series=mine).count() == len(found)


def test_thirty_are_done_in_one_run_each_with_its_own_result_and_taken_back_as_one(seller):
    duty(seller)
    ids = due(seller)[:5]

    send(seller, ids, act="finish", result="No order", **{f"result-{ids[1]}": "Wants 20 pumps"})

    rows = Task.objects.visible_to(seller).filter(pk__in=ids)
    assert set(states(ids)) == {"done"}
    assert {task.pk: task.result for task in rows} == {
        pk: "Wants 20 pumps" if pk == ids[1] else "No order" for pk in ids
    }
    undo(ChangeSet.objects.latest("pk"), by=seller)
    assert set(states(ids)) == {"open"}


def test_each_its_own_result_needs_none_for_all(seller):
    duty(seller)
    ids = due(seller)[:2]

    send(seller, ids, status=422, act="finish", **{f"result-{ids[0]}": "Yes"})
    assert set(states(ids)) == {"open"}

    send(seller, ids, act="finish", **{f"result-{ids[0]}": "Yes", f"result-{ids[1]}": "No"})
    assert set(states(ids)) == {"done"}


def test_several_are_moved_and_given_to_somebody_else(seller, colleague):
    series = duty(seller)
    ids = due(seller)[:3]

    send(seller, ids[:2], act="move", days="30")
    send(seller, ids[2:], act="assign", to=colleague.pk)

    rows = {task.pk: task for task in Task.objects.as_system("a look").filter(pk__in=ids)}
    assert all(rows[pk].due_at > timezone.now() + timedelta(days=20) for pk in ids[:2])
    assert rows[ids[2]].person == colleague and rows[ids[2]].series == series
    assert not set(ids) & set(due(seller, f"?person={seller.pk}"))


def test_what_refuses_is_left_with_its_reason_and_the_rest_is_done(seller):
    duty(seller, kind="call")
    duty(seller, title="Count")
    ids = due(seller)
    outcome = Outcome.objects.create(kind="call", name="Agreed", is_success=True)

    answer = send(seller, ids, status=422, act="finish", outcome=outcome.pk, result="")

    calls = Task.objects.visible_to(seller).filter(kind="call", pk__in=ids)
    assert set(calls.values_list("state", flat=True)) == {"done"}
    left = answer.context["lines"]
    assert left and all("is not how this can end" in line["why"] and line["is_on"] for line in left)
    assert {line["task"].kind for line in left} == {"task"}


def test_nobody_runs_what_he_may_not_change(seller, stranger, head):
    duty(seller)
    ids = due(seller)[:2]

    send(stranger, ids, status=422, act="finish", result="X")
    assert due(stranger) == [] and set(states(ids)) == {"open"}
    assert set(ids) <= set(due(head))


@pytest.mark.parametrize("data", [{}, {"act": "trash"}, {"act": "finish", "task": []}])
def test_nothing_chosen_says_so(seller, data):
    duty(seller)
    ids = due(seller)[:1]

    answer = send(seller, data.pop("task", ids), status=422, result="X", **data)

    assert "Choose what is to be done" in answer.content.decode() and set(states(ids)) == {"open"}


def test_a_run_takes_a_hundred_at_most(seller, monkeypatch):
    monkeypatch.setattr("kartu.planner.routine.run.MOST", 2)
    duty(seller)
    page = at(seller).get(url())

    assert MOST == 100 and len(page.context["lines"]) == 2 and page.context["is_cut"]
