"""How tasks can end: the firm's list of results, and what it asks of whoever finishes a task."""

import importlib

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client as Browser
from django.urls import reverse

from kartu.core.actors import System
from kartu.firm.models import Firm
from kartu.planner import actions
from kartu.planner.models import Outcome, Task
from kartu.planner.starting import READY, fill_outcomes
from kartu.planner.tests.conftest import in_hours, seen
from kartu.security.models import AuditRow


def at(who) -> Browser:
    browser = Browser()
    browser.force_login(who)
    return browser


def made(owner, name: str = "No answer", kind: str = "call", **values) -> Outcome:
    return actions.add_outcome(kind=kind, values={"name": name, **values}, by=owner)


def offered(kind: str) -> list[str]:
    return list(Outcome.objects.filter(kind=kind, is_active=True).values_list("name", flat=True))


def test_results_are_added_in_order_and_told_to_the_log(owner):
    one, two = made(owner, "Agreed"), made(owner, "  No   answer ")
    actions.order_outcomes(kind="call", ids=[two.pk, one.pk], by=owner)

    assert offered("call") == ["No answer", "Agreed"]
    assert AuditRow.objects.filter(verb="create", object_type="planner.outcome").count() == 2


def test_a_result_stands_once_in_its_list_whatever_its_case(owner):
    one = made(owner)
    with pytest.raises(ValidationError, match="is there already"):
        made(owner, "NO ANSWER")
    assert made(owner, kind="letter").pk

    actions.retire_outcome(outcome=one, by=owner)
    with pytest.raises(ValidationError, match="offer it again"):
        made(owner, "no answer")


def test_only_who_looks_after_the_firm_changes_results(owner, head, seller):
    one = made(owner)
    for person in (head, seller):
        for act in (
            lambda by: made(by, "Mine"),
            lambda by: actions.save_outcome(outcome=one, values={"name": "Mine"}, by=by),
            lambda by: actions.retire_outcome(outcome=one, by=by),
            lambda by: actions.use_outcome_again(outcome=one, by=by),
            lambda by: actions.order_outcomes(kind="call", ids=[], by=by),
        ):
            with pytest.raises(PermissionDenied):
                act(person)
    assert offered("call") == ["No answer"]


def test_a_retired_result_stays_on_its_tasks_and_is_chosen_no_more(owner, seller):
    outcome = made(owner)
    task = actions.set_task(title="Call Rina", kind="call", by=seller)
    actions.finish_task(task=task, outcome=outcome, by=seller)
    actions.retire_outcome(outcome=outcome, by=owner)

    assert seen(task, seller).outcome == outcome
    other = actions.set_task(title="Call Budi", kind="call", by=seller)
    with pytest.raises(ValidationError, match="choose another"):
        actions.finish_task(task=other, outcome=outcome, by=seller)
    assert 'name="outcome"' not in finish_page(seller, other)


def finish_page(person, task: Task) -> str:
    return at(person).get(reverse("planner:finish_task", args=[task.pk])).content.decode()


def test_a_task_ends_only_as_tasks_of_its_kind_do(owner, seller):
    of_letters, of_all = made(owner, "It came back", "letter"), made(owner, "Settled", "")
    task = actions.set_task(title="Call Rina", kind="call", by=seller)

    shown = finish_page(seller, task)
    assert "Settled" in shown and "It came back" not in shown
    with pytest.raises(ValidationError):
        actions.finish_task(task=task, outcome=of_letters, by=seller)
    actions.finish_task(task=task, outcome=of_all, by=seller)


def test_a_result_that_needs_a_next_step_lets_nothing_end_without_one(owner, seller):
    outcome = made(owner, "Call back later", next_kind="call", next_after=1440, needs_next=True)
    task = actions.set_task(title="Call Rina", kind="call", by=seller)

    with pytest.raises(ValidationError) as refused:
        actions.finish_task(task=task, outcome=outcome, by=seller)
    assert list(refused.value.error_dict) == ["next_step"]
    assert seen(task, seller).state == "open"

    url = reverse("planner:finish_task", args=[task.pk])
    assert "Call back later” something has to follow" in at(seller).post(url, {"outcome": outcome.pk}).content.decode()
    at(seller).post(url, {"outcome": outcome.pk, "next_when": "tomorrow 10:00", "next_kind": "call"})
    assert seen(task, seller).state == "done"
    assert Task.objects.visible_to(seller).filter(state="open", kind="call").count() == 1


def test_my_day_offers_how_such_a_task_can_end(owner, seller):
    outcome, other = made(owner, next_kind="call", next_after=120), made(owner, "It came back", "letter")
    task = actions.set_task(title="Call Rina", kind="call", due_at=in_hours(1), by=seller)

    shown = at(seller).get(reverse("queue:item", args=["planner.task", task.pk])).content.decode()
    url = reverse("planner:finish_task", args=[task.pk])
    assert f"{url}?outcome={outcome.pk}" in shown and f"{url}?outcome={other.pk}" not in shown
    assert 'name="next_kind"' in at(seller).get(f"{url}?outcome={outcome.pk}").content.decode()


def test_the_page_of_results_tells_how_many_tasks_ended_so(owner, seller, django_assert_max_num_queries):
    outcome = made(owner, next_kind="call", next_after=120, needs_next=True)
    task = actions.set_task(title="Call Rina", kind="call", by=seller)
    actions.finish_task(task=task, outcome=outcome, next_step={"due_at": in_hours(2)}, by=seller)
    browser = at(owner)
    browser.get(reverse("planner:outcomes"))
    for number in range(10):
        made(owner, f"Result {number}", "visit")

    with django_assert_max_num_queries(25):
        shown = browser.get(reverse("planner:outcomes")).content.decode()
    assert f'/tasks/?f=outcome:any:{outcome.pk}">1<' in shown
    assert "Call · In two hours · must be named" in shown
    listed = browser.get(reverse("planner:tasks") + f"?f=outcome:any:{outcome.pk}").content.decode()
    assert "Call Rina" in listed


def test_results_are_kept_on_their_page(owner):
    browser, url = at(owner), reverse("planner:new_outcome", args=["call"])
    assert browser.post(url, {"name": "Engaged", "next_after": "120"}).status_code == 422
    browser.post(url, {"name": "Engaged", "next_kind": "call", "next_after": "120", "needs_next": "on"})
    outcome = Outcome.objects.get()
    assert (outcome.kind, outcome.next_after, outcome.needs_next, outcome.is_success) == ("call", 120, True, False)

    browser.post(reverse("planner:outcome", args=[outcome.pk]), {"name": "Line engaged", "is_success": "on"})
    browser.post(reverse("planner:retire_outcome", args=[outcome.pk]))
    outcome.refresh_from_db()
    assert (outcome.name, outcome.next_kind, outcome.is_active) == ("Line engaged", "", False)
    assert browser.get(reverse("planner:new_outcome", args=["nothing"])).status_code == 404


def test_a_new_firm_has_results_in_its_language(owner):
    fill_outcomes(language="id", by=System("a test"))

    assert Outcome.objects.count() == len(READY)
    assert {kind for kind in Task.Kind.values if offered(kind)} == set(Task.Kind.values)
    assert "Tidak ada jawaban" in offered("call")


def test_a_firm_that_exists_gets_them_once(owner):
    fill = importlib.import_module("kartu.planner.migrations.0010_outcomes").fill
    Firm.objects.update(language="ru")
    fill(apps, None)
    fill(apps, None)

    assert Outcome.objects.count() == len(READY)
    assert "Нет ответа" in offered("call")


def test_a_firm_that_has_its_own_keeps_them(owner):
    made(owner, "Mine")
    importlib.import_module("kartu.planner.migrations.0010_outcomes").fill(apps, None)
    assert list(Outcome.objects.values_list("name", flat=True)) == ["Mine"]
