"""Tasks found by what stands in them, by those who see them; the verbs of the palette."""

import pytest
from django.test import Client as Browser

from kartu.clients import actions as clients
from kartu.core.models import Job
from kartu.core.testing import run_jobs
from kartu.firm.models import User
from kartu.planner import actions
from kartu.records.changes import change_set, undo
from kartu.search.checking import finds_what_is_there, says_what_is_there
from kartu.search.find import find
from kartu.search.jobs import index_source
from kartu.search.models import Doc
from kartu.search.newcomers import index_newly_searched


def found(text: str, by: User) -> list[str]:
    return [each.hit.title for group in find(text, by=by, kinds=["task"]) for each in group.found]


def test_tasks_older_than_their_search_are_found_after_an_update(seller):
    tasks = [actions.set_task(title=f"Measure the roof {n}", by=seller) for n in range(3)]
    Doc.objects.filter(kind="task").delete()
    assert found("measure roof", seller) == []

    index_newly_searched()
    index_newly_searched()
    assert Job.objects.filter(name=index_source.key).count() == 1
    run_jobs()

    assert sorted(found("measure roof", seller)) == sorted(task.title for task in tasks)
    before = Job.objects.filter(name=index_source.key).count()
    index_newly_searched()
    assert Job.objects.filter(name=index_source.key).count() == before


def test_a_task_is_found_by_its_title_its_details_and_its_result(seller, sinar):
    task = actions.set_task(title="Send the catalogue", text="Printed in Garut", client=sinar, by=seller)
    assert found("catalog", seller) == found("garut", seller) == ["Send the catalogue"]

    actions.finish_task(task=task, result="Courier Wahana took it", by=seller)
    assert found("wahana", seller) == ["Send the catalogue"]
    actions.change_task(task=task, values={"title": "Send the folder"}, by=seller)
    assert found("folder", seller) == ["Send the folder"] and found("catalogue", seller) == []


def test_it_is_found_by_whoever_is_named_on_it_or_sees_its_client_and_by_nobody_else(
    seller, colleague, stranger, head, sinar
):
    actions.set_task(title="Prepare the offer", client=sinar, person=stranger, by=head)
    actions.set_task(title="Prepare the cellar", person=stranger, watchers=[colleague], by=head)

    assert found("prepare", stranger) == ["Prepare the cellar", "Prepare the offer"]
    assert found("prepare", seller) == ["Prepare the offer"]
    assert found("prepare", colleague) == ["Prepare the cellar"]


def test_a_private_task_is_found_by_whoever_does_it_alone(seller, head, owner, sinar):
    actions.set_task(title="Dentist", client=sinar, is_private=True, by=seller)
    assert found("dentist", seller) == ["Dentist"]
    assert found("dentist", head) == found("dentist", owner) == []


def test_it_goes_with_its_person_and_into_the_trash_and_back(seller, colleague, head):
    task = actions.set_task(title="Count the pumps", by=seller)
    actions.assign_task(task=task, to=colleague, by=seller)
    assert found("pumps", colleague) == ["Count the pumps"]

    with change_set("edit", "trash", by=head) as changes:
        actions.trash_task(task=task, by=head)
    assert found("pumps", colleague) == []
    undo(changes, by=head)
    assert found("pumps", colleague) == ["Count the pumps"]


def test_on_a_client_in_the_trash_it_is_not_found_and_the_index_stays_whole(seller, head, sinar):
    actions.set_task(title="Count the pumps", client=sinar, by=seller)
    clients.trash_client(client=sinar, by=head)

    assert found("pumps", seller) == [] and list(finds_what_is_there()) == []
    clients.restore_client(client=sinar, by=head)
    assert found("pumps", seller) == ["Count the pumps"]
    assert [*finds_what_is_there(), *says_what_is_there()] == []


@pytest.mark.parametrize(
    ("typed", "leads_to"), [("late", "?v=late"), ("finish", "?v=today"), ("free hour", "/scheduler/free/")]
)
def test_the_palette_does_what_is_done_with_tasks(seller, typed, leads_to):
    browser = Browser()
    browser.force_login(seller)
    answer = browser.get("/search/", {"q": typed}, headers={"HX-Request": "true"}).content.decode()
    assert leads_to in answer
