"""Tasks by /api/v1: the actions and rights of the screen, and errors that name what was sent."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kartu.clients import actions as clients
from kartu.clients.models import Client
from kartu.firm.models import User
from kartu.firm.people_for_tests import make_person
from kartu.planner import actions
from kartu.planner.models import Outcome, Task
from tests.api.calls import Calls

DUE = "2199-11-27T15:07:00+07:00"


@pytest.fixture
def calls(seller) -> Calls:
    return Calls(seller)


@pytest.fixture
def sinar(seller) -> Client:
    return clients.add_client(name="PT Sinar", phone="0812 3456 789", by=seller)


@pytest.fixture
def colleague(team) -> User:
    return make_person("Kolya", "seller", team)


@pytest.fixture
def task(seller, sinar) -> Task:
    return actions.set_task(title="Send the offer", client=sinar, by=seller)


def fields(response) -> set[str]:
    assert response.status_code == 422, response.content
    return set(response.json()["fields"])


def test_a_task_is_set_with_all_that_hangs_on_it(calls, sinar, seller, colleague, head):
    made = calls(
        "POST",
        "tasks",
        {
            **{"title": "Meet", "kind": "meeting", "priority": 3, "client_id": sinar.pk, "person_id": colleague.pk},
            **{"start_at": DUE, "items": ["Print", "Pack"], "watcher_ids": [head.pk], "reminders": [{"before": 30}]},
        },
    ).json()
    one = calls.get(f"tasks/{made['id']}")

    assert (one["title"], one["state"], one["client"]["name"], one["person"]["name"]) == (
        "Meet", "open", "PT Sinar", "Kolya",
    )  # fmt: skip
    assert [item["text"] for item in one["items"]] == ["Print", "Pack"]
    assert {(each["person"]["name"], each["kind"]) for each in one["participants"]} == {
        ("Sari", "author"), ("Hendra", "watcher"),
    }  # fmt: skip
    assert one["start_at"] == "2199-11-27T08:07:00Z" and one["end_at"] == "2199-11-27T09:07:00Z"
    assert one["reminders"] == []
    assert Calls(colleague).get(f"tasks/{made['id']}")["reminders"][0]["before"] == 30


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ({"title": ""}, {"title"}),
        ({"kind": "party"}, {"kind"}),
        ({"client_id": 999_999}, {"client_id"}),
        ({"contact_id": 999_999}, {"contact_id"}),
        ({"person_id": 999_999}, {"person_id"}),
        ({"parent_id": 999_999}, {"parent_id"}),
        ({"watcher_ids": [999_999]}, {"watcher_ids"}),
        ({"due_at": DUE, "due_on": "2199-11-27"}, {"due_on"}),
        ({"end_at": DUE}, {"start_at"}),
        ({"priority": 9}, {"priority"}),
        ({"state": "done"}, {"state"}),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_set(calls, seller, sent, named):
    assert fields(calls("POST", "tasks", {"title": "Call", **sent})) == named
    assert not Task.objects.visible_to(seller).exists()


def test_reminders_are_one_thing_each(calls):
    assert (
        calls("POST", "tasks", {"title": "Call", "reminders": [{"before": 5, "on_the_day": True}]}).status_code == 422
    )


def test_whom_one_may_not_ask_is_named(calls, seller, colleague):
    seller.role.grants = {"tasks.assign": 0}
    seller.role.save()
    assert fields(calls("POST", "tasks", {"title": "Call", "person_id": colleague.pk})) == {"person_id"}


def test_a_client_out_of_reach_is_none(calls, stranger):
    his = clients.add_client(name="His", by=stranger)
    assert fields(calls("POST", "tasks", {"title": "Call", "client_id": his.pk})) == {"client_id"}


def test_a_list_is_asked_as_on_the_screen_in_as_many_questions_for_many_as_for_few(calls, seller, sinar, stranger):
    actions.set_task(title="Not his", by=stranger)
    actions.set_task(title="Call A", client=sinar, due_on=timezone.localdate(), by=seller)
    calls.get("tasks")
    with CaptureQueriesContext(connection) as few:
        assert [each["title"] for each in calls.get("tasks?f=state:any:open")["items"]] == ["Call A"]
    for number in range(20):
        actions.set_task(title=f"Call {number}", client=sinar, by=seller)
    with CaptureQueriesContext(connection) as many:
        page = calls.get("tasks?f=state:any:open&limit=15")

    assert (len(page["items"]), page["count"]) == (15, 21) and len(many) <= len(few)
    assert len(calls.get(f"tasks?f=state:any:open&limit=15&after={page['next']}")["items"]) == 6


def test_two_programs_that_change_different_fields_do_not_hinder_each_other(calls, task):
    version = task.version
    calls("PATCH", f"tasks/{task.pk}", {"title": "Send it", "version": version})
    kept = calls("PATCH", f"tasks/{task.pk}", {"due_at": DUE, "version": version}).json()
    again = calls("PATCH", f"tasks/{task.pk}", {"title": "Post it", "version": version})

    assert (kept["title"], kept["due_at"]) == ("Send it", "2199-11-27T08:07:00Z")
    assert again.status_code == 409 and set(again.json()["fields"]) == {"title"}
    assert fields(calls("PATCH", f"tasks/{task.pk}", {"title": "x"})) == {"version"}


def test_done_needs_a_result_and_sets_the_next_step(calls, task, seller):
    assert fields(calls("POST", f"tasks/{task.pk}/finish", {})) == {"result"}
    assert fields(calls("POST", f"tasks/{task.pk}/finish", {"outcome_id": 999})) == {"outcome_id"}
    outcome = Outcome.objects.create(name="Agreed")
    assert calls.get("outcomes")[0]["name"] == "Agreed"

    step = {"title": "Ask again", "due_at": DUE}
    done = calls("POST", f"tasks/{task.pk}/finish", {"outcome_id": outcome.pk, "next_step": step}).json()
    following = Task.objects.visible_to(seller).get(state="open")

    assert (done["state"], done["outcome"]["name"]) == ("done", "Agreed")
    assert (following.title, following.client_id) == ("Ask again", task.client_id)
    assert calls("POST", f"tasks/{task.pk}/finish", {"result": "x"}).status_code == 422


def test_whoever_set_it_accepts_or_gives_back(calls, seller, head):
    task = actions.set_task(title="Count", person=seller, needs_acceptance=True, by=head)
    boss = Calls(head)
    assert calls("POST", f"tasks/{task.pk}/finish", {"result": "Counted"}).json()["state"] == "review"
    assert calls("POST", f"tasks/{task.pk}/accept").status_code == 403
    assert fields(boss("POST", f"tasks/{task.pk}/return", {"why": ""})) == {"why"}
    assert boss("POST", f"tasks/{task.pk}/return", {"why": "The cellar too", "due_at": DUE}).json()["state"] == "open"
    calls("POST", f"tasks/{task.pk}/finish", {"result": "All"})
    assert boss("POST", f"tasks/{task.pk}/accept").json()["closed_by"]["name"] == "Hendra"
    assert calls("POST", f"tasks/{task.pk}/reopen").json()["state"] == "open"
    assert calls("POST", f"tasks/{task.pk}/drop", {"why": "Too late"}).json()["result"] == "Too late"


def test_somebody_else_does_it_from_now_on(calls, task, seller, colleague):
    assert fields(calls("POST", f"tasks/{task.pk}/assign", {"to_id": 999_999})) == {"to_id"}
    assert calls("POST", f"tasks/{task.pk}/assign", {"to_id": colleague.pk}).status_code == 204
    assert calls.get(f"tasks/{task.pk}")["person"]["name"] == "Kolya"


def test_the_checklist_people_reminders_and_what_it_waits_for(calls, task, seller, colleague):
    item = calls("POST", f"tasks/{task.pk}/items", {"text": "Ask the price"}).json()
    path = f"tasks/{task.pk}/items/{item['id']}"
    assert calls("PATCH", path, {"is_done": True, "version": item["version"]}).json()["is_done"]
    assert calls("PATCH", path, {"is_done": False, "version": item["version"]}).status_code == 409
    other = actions.set_task(title="Measure", by=seller)
    assert calls("PATCH", f"tasks/{other.pk}/items/{item['id']}", {"text": "x", "version": 2}).status_code == 404

    people = calls("PUT", f"tasks/{task.pk}/people", {"watcher_ids": [colleague.pk], "attendee_ids": []}).json()
    reminders = calls("PUT", f"tasks/{task.pk}/reminders", {"items": [{"typed_at": DUE}]}).json()
    after = calls("POST", f"tasks/{task.pk}/after", {"first_id": other.pk}).json()
    assert fields(calls("POST", f"tasks/{other.pk}/after", {"first_id": task.pk})) == {"first_id"}
    assert [each["person"]["name"] for each in people] == ["Kolya"] and len(reminders) == 1
    assert calls.get(f"tasks/{task.pk}")["waits_for"] == [after]

    assert calls("DELETE", path).status_code == 204
    assert calls("DELETE", f"tasks/{task.pk}/after/{after['id']}").status_code == 204
    one = calls.get(f"tasks/{task.pk}")
    assert one["items"] == [] and one["waits_for"] == []


def test_what_went_into_the_trash_comes_out_of_it_and_an_act_is_taken_back(head, task):
    boss = Calls(head)
    assert boss("DELETE", f"tasks/{task.pk}").status_code == 204
    assert boss("GET", f"tasks/{task.pk}").status_code == 404
    assert boss("POST", f"trash/planner.task/{task.pk}/restore").status_code == 204
    done = boss("POST", f"tasks/{task.pk}/finish", {"result": "Sent"})
    assert boss("POST", f"changes/{done['Kartu-Changes']}/undo").status_code == 200
    assert boss.get(f"tasks/{task.pk}")["state"] == "open"


def test_each_of_several_clients_gets_one_all_or_none(head, seller, sinar, stranger):
    other = clients.add_client(name="PT Bulan", by=seller)
    his = clients.add_client(name="His", by=stranger)
    boss, sent = Calls(head), {"title": "Call [client]", "kind": "call", "due_at": DUE}

    wrong = boss("POST", "tasks/for-clients", {**sent, "client_ids": [sinar.pk, his.pk]})
    assert fields(wrong) == {"client_ids.1.id"} and not Task.objects.visible_to(head).exists()
    made = boss("POST", "tasks/for-clients", {**sent, "client_ids": [sinar.pk, other.pk]})
    titles = [boss.get(f"tasks/{pk}")["title"] for pk in made.json()["ids"]]
    assert titles == ["Call PT Sinar", "Call PT Bulan"]
    boss("POST", f"changes/{made['Kartu-Changes']}/undo")
    assert not Task.objects.visible_to(head).exists()


def test_a_token_without_the_right_to_change_many_sets_none_for_many(calls, sinar):
    sent = {"title": "Call", "client_ids": [sinar.pk]}
    assert calls("POST", "tasks/for-clients", sent).status_code == 403


def test_many_are_set_and_changed_all_or_none_and_taken_back_as_one(head, seller, sinar, task):
    boss = Calls(head)
    made = boss(
        "POST", "tasks/bulk", {"items": [{"title": "One", "client_id": sinar.pk}, {"title": "Two", "due_at": DUE}]}
    )
    assert made.status_code == 201
    one, two = [each["id"] for each in made.json()["items"]]
    assert (boss.get(f"tasks/{one}")["title"], boss.get(f"tasks/{two}")["title"]) == ("One", "Two")

    items = [{"id": one, "version": 1, "priority": 4}, {"id": two, "version": 1, "title": ""}]
    assert fields(boss("PATCH", "tasks/bulk", {"items": items})) == {"items.1.title"}
    assert boss.get(f"tasks/{one}")["priority"] == 2
    items[1] = {"id": two, "version": 1, "due_at": None}
    changed = boss("PATCH", "tasks/bulk", {"items": items})
    assert changed.json()["items"] == [{"id": one, "version": 2}, {"id": two, "version": 2}]
    boss("POST", f"changes/{changed['Kartu-Changes']}/undo")
    assert boss.get(f"tasks/{one}")["priority"] == 2 and boss.get(f"tasks/{two}")["due_at"] is not None


def test_what_somebody_else_changed_in_one_of_many_is_a_conflict_of_all(head, seller, task):
    boss, other = Calls(head), actions.set_task(title="Another", by=seller)
    actions.change_task(task=task, values={"title": "The offer"}, by=seller)
    items = [{"id": other.pk, "version": 1, "title": "New"}, {"id": task.pk, "version": 1, "title": "Mine"}]
    assert boss("PATCH", "tasks/bulk", {"items": items}).status_code == 409
    assert boss.get(f"tasks/{other.pk}")["title"] == "Another"


def test_many_are_finished_given_away_and_trashed_by_the_acts_of_the_list(head, seller, colleague, task, stranger):
    boss, other = Calls(head), actions.set_task(title="Another", by=seller)
    ids = [task.pk, other.pk]
    assert boss("POST", "tasks/bulk/assign", {"ids": ids, "to_id": colleague.pk}).status_code == 200
    assert {boss.get(f"tasks/{pk}")["person"]["id"] for pk in ids} == {colleague.pk}

    refused = boss("POST", "tasks/bulk/finish", {"ids": ids})
    assert fields(refused) == {"ids.0.result"}
    assert boss("POST", "tasks/bulk/finish", {"ids": ids, "result": "Sent"}).status_code == 200
    assert {boss.get(f"tasks/{pk}")["state"] for pk in ids} == {"done"}
    late = boss("POST", "tasks/bulk/assign", {"ids": ids, "to_id": seller.pk})
    assert late.status_code == 422

    theirs = actions.set_task(title="Theirs", by=stranger)
    assert boss("POST", "tasks/bulk/trash", {"ids": [*ids, theirs.pk]}).status_code == 404
    trashed = boss("POST", "tasks/bulk/trash", {"ids": ids})
    assert trashed.status_code == 200 and boss("GET", f"tasks/{task.pk}").status_code == 404
    boss("POST", f"changes/{trashed['Kartu-Changes']}/undo")
    assert boss("GET", f"tasks/{task.pk}").status_code == 200


def test_whoever_may_not_change_many_changes_none(calls, task):
    assert calls("POST", "tasks/bulk/finish", {"ids": [task.pk], "result": "Sent"}).status_code == 403
    assert calls("PATCH", "tasks/bulk", {"items": [{"id": task.pk, "version": 1, "title": "New"}]}).status_code == 403


def test_a_private_task_of_a_colleague_is_none(head, seller):
    task = actions.set_task(title="Dentist", is_private=True, due_at=timezone.now() + timedelta(hours=1), by=seller)
    boss = Calls(head)
    assert boss("GET", f"tasks/{task.pk}").status_code == 404 and boss.get("tasks")["items"] == []
