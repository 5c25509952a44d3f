"""Who hears of what colleagues do with tasks: each once, whatever the act causes, and never of what he does not see."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone

from kartu.core.actors import System
from kartu.core.testing import run_jobs
from kartu.notifications.models import Notification
from kartu.planner import actions
from kartu.planner.actions.placing import Place
from kartu.planner.models import Task, TaskNews
from kartu.planner.queue.acts import give_tasks
from kartu.planner.telling import acts
from kartu.planner.tests.conftest import in_hours, seen
from kartu.planner.tests.test_series import fresh, start
from kartu.records.changes import change_set, undo
from kartu.records.models import ChangeSet
from kartu.security import audit


@pytest.fixture
def told():
    def told(person) -> list[str]:
        """The new ones, the oldest first."""
        run_jobs()
        rows = Notification.objects.visible_to(person).filter(kind__startswith="planner.", seen_at=None).order_by("pk")
        titles = [notice.title for notice in rows]
        rows.update(seen_at=timezone.now())
        return titles

    return told


def last(person) -> Notification:
    return Notification.objects.visible_to(person).order_by("-pk").first()


def given(by, to, title: str = "Count", **more) -> Task:
    return actions.set_task(title=title, person=to, by=by, **more)


def test_who_is_set_a_task_hears_of_it_and_who_sets_himself_one_does_not(told, head, seller, sinar):
    task = given(head, seller, due_at=in_hours(30), client=sinar)
    actions.set_task(title="My own", by=seller)

    assert told(seller) == [f"{head.name} sets you a task: “Count”"]
    notice = last(seller)
    assert notice.url == f"/tasks/{task.pk}/" and "PT Sinar Abadi" in notice.text
    assert (notice.about_type, notice.about_id, notice.by_id) == ("planner.task", task.pk, head.pk)
    assert told(head) == []


def test_handed_over_and_moved_at_once_is_one_notice(told, head, seller, colleague):
    task = given(head, seller, due_at=in_hours(30))
    told(seller)
    start = in_hours(50)
    place = Place(task=task, version=task.version, start=start, end=start + timedelta(hours=1), person=colleague)
    with change_set(ChangeSet.Kind.EDIT, "Moved", by=head):
        actions.place_tasks(places=[place], by=head)

    assert told(colleague) == [f"{head.name} hands over to you: “Count”"]
    assert told(seller) == ["“Count” is now done by Kolya"]
    assert told(head) == []


def test_thirty_tasks_are_one_notice_that_leads_to_their_list(told, head, seller, colleague):
    tasks = [given(head, seller, f"Task {number}") for number in range(30)]
    told(seller)
    with change_set(ChangeSet.Kind.EDIT, "Given", by=head):
        give_tasks(ids=[task.pk for task in tasks], to=colleague, by=head)

    assert told(colleague) == [f"{head.name} hands over to you 30 tasks"]
    notice = last(colleague)
    assert "“Task 0”, “Task 1”" in notice.text and not notice.about_id
    browser = Browser()
    browser.force_login(colleague)
    listed = browser.get(notice.url).content.decode()
    assert "Task 0" in listed and "Task 29" in listed


def test_an_act_on_many_is_told_when_it_is_through(told, monkeypatch, head, seller, colleague):
    tasks = [given(head, seller, f"Task {number}") for number in range(4)]
    told(seller)
    changes = ChangeSet.objects.create(kind=ChangeSet.Kind.BULK, title="Given", by_id=head.pk)
    for part in (tasks[:2], tasks[2:]):
        with audit.acting_as(head, changes.pk):
            for task in part:
                actions.assign_task(task=task, to=colleague, by=head)
        assert told(colleague) == []

    TaskNews.objects.update(at=timezone.now() - 2 * acts.QUIET - timedelta(seconds=1))
    assert acts.tell_left() == 2
    assert told(colleague) == [f"{head.name} hands over to you 4 tasks"]
    assert acts.tell_left() == 0


def test_the_author_hears_how_it_ended_and_watchers_too_but_not_whoever_did_it(told, head, seller, colleague):
    task = given(head, seller, watchers=[colleague])
    assert told(colleague) == ["You are named on “Count”"]
    told(seller)
    actions.finish_task(task=seen(task, seller), result="Forty boxes", by=seller)

    assert told(head) == ["Done: “Count”"] == told(colleague)
    assert last(head).text == f"{seller.name} · Forty boxes"
    assert told(seller) == []


def test_what_waits_to_be_accepted_is_told_and_the_answer_too(told, head, seller):
    task = given(head, seller, needs_acceptance=True)
    told(seller)
    actions.finish_task(task=seen(task, seller), result="Forty", by=seller)
    assert told(head) == ["To be accepted: “Count”"]

    actions.return_task(task=seen(task, head), why="The second shelf too", by=head)
    assert told(seller) == ["Given back: “Count”"]
    assert "The second shelf too" in last(seller).text

    actions.finish_task(task=seen(task, seller), result="Fifty", by=seller)
    actions.accept_task(task=seen(task, head), by=head)
    assert told(seller) == ["Accepted: “Count”"]


def test_moved_dropped_and_opened_again_by_somebody_else_is_told(told, head, seller):
    task = given(head, seller, due_at=in_hours(30))
    told(seller)
    actions.change_task(task=seen(task, head), values={"due_at": in_hours(50)}, by=head)
    assert told(seller) == ["Moved: “Count”"]
    actions.change_task(task=seen(task, head), values={"text": "On the upper shelf"}, by=head)
    assert told(seller) == []
    actions.drop_task(task=seen(task, head), why="They have closed", by=head)
    assert told(seller) == ["Not needed any more: “Count”"]
    assert "They have closed" in last(seller).text
    actions.reopen_task(task=seen(task, head), by=head)
    assert told(seller) == ["Open again: “Count”"]

    actions.change_task(task=seen(task, seller), values={"due_at": in_hours(70)}, by=seller)
    assert told(seller) == []


def test_put_in_the_trash_and_taken_out_by_somebody_else_is_told(told, head, seller, colleague):
    task = given(head, seller, due_at=in_hours(30), watchers=[colleague])
    told(seller), told(colleague)
    seller.role.grants = {**seller.role.grants, "tasks.trash": 1}
    seller.role.save()

    actions.trash_task(task=seen(task, head), by=head)
    assert told(seller) == told(colleague) == ["In the trash: “Count”"]
    assert last(seller).url == "/trash/" and head.name in last(seller).text
    assert told(head) == []
    actions.restore_task(task=task, by=head)
    assert told(seller) == told(colleague) == ["Out of the trash again: “Count”"]
    assert last(seller).url == f"/tasks/{task.pk}/"

    actions.trash_task(task=seen(task, seller), by=seller)
    assert told(seller) == []
    assert told(head) == ["In the trash: “Count”"]


def test_what_was_taken_out_of_the_trash_before_it_was_told_of_is_not_told(told, head, seller):
    task = given(head, seller)
    told(seller)
    actions.trash_task(task=task, by=head)
    actions.restore_task(task=task, by=head)
    assert told(seller) == []

    with change_set(ChangeSet.Kind.EDIT, "Trash", by=head) as changes:
        actions.trash_task(task=seen(task, head), by=head)
    undo(changes, by=head)
    assert told(seller) == []


def test_a_recurring_task_out_of_the_trash_is_told_to_those_who_heard_that_it_was_gone(told, head, seller):
    series = start(seller, text="FREQ=WEEKLY;BYDAY=MO")
    told(seller)
    with change_set(ChangeSet.Kind.EDIT, "In the trash", by=head):
        actions.trash_series(series=fresh(series), by=head)
    [gone] = told(seller)
    assert gone.startswith(f"{head.name}: ") and gone.endswith("tasks are in the trash")

    with change_set(ChangeSet.Kind.EDIT, "Out of the trash", by=head):
        actions.restore_series(series=series, by=head)

    [back] = told(seller)
    assert back.startswith(f"{head.name} takes ") and back.endswith("tasks out of the trash")
    assert told(head) == []
    # Gone and back before anybody heard of it: there is nothing to tell.
    actions.trash_series(series=fresh(series), by=head)
    actions.restore_series(series=series, by=head)
    assert told(seller) == []


def test_who_may_take_nothing_out_is_told_of_the_trash_and_not_sent_there(told, head, seller):
    tasks = [given(head, seller, title) for title in ("Count", "Weigh")]
    told(seller)
    with change_set(ChangeSet.Kind.EDIT, "Trash", by=head):
        for task in tasks:
            actions.trash_task(task=task, by=head)

    assert told(seller) == [f"{head.name}: 2 tasks are in the trash"]
    assert last(seller).url == ""


def test_who_waits_for_a_trashed_task_can_begin(told, head, seller, colleague):
    first, waiting = given(seller, seller, "Measure"), given(colleague, colleague, "Build")
    actions.put_after(task=waiting, first=first, by=System("a test"))
    actions.trash_task(task=first, by=head)
    assert told(colleague) == ["You can begin: “Build”"]


def test_who_waits_for_a_task_hears_when_he_can_begin_and_not_before(told, head, seller, colleague):
    first, second = given(seller, seller, "Measure"), given(seller, seller, "Order")
    last_one = given(colleague, colleague, "Build")
    for each in (first, second):
        actions.put_after(task=last_one, first=each, by=System("a test"))
    actions.finish_task(task=first, result="Done", by=seller)
    assert told(colleague) == []
    actions.finish_task(task=second, result="Done", by=seller)
    assert told(colleague) == ["You can begin: “Build”"]


def test_nobody_hears_of_a_private_task_that_he_does_not_see(told, head, seller, colleague):
    task = given(seller, seller, "Doctor", is_private=True)
    with audit.acting_as(seller):
        TaskNews.objects.create(person=colleague, by=seller, what="finished", task_number=task.pk)
        acts.tell_person(colleague.pk)

    assert told(colleague) == []
    assert not TaskNews.objects.exists()


def test_what_was_taken_back_before_it_was_told_is_not_told(told, head, seller, colleague):
    task = given(head, seller)
    told(seller)
    with change_set(ChangeSet.Kind.EDIT, "Given", by=head) as changes:
        actions.assign_task(task=task, to=colleague, by=head)
    undo(changes, by=head)

    assert (told(colleague), told(seller)) == ([], [])


def test_what_the_program_does_by_itself_is_news_to_nobody(told, seller):
    with transaction.atomic():
        actions.set_task(title="Count", person=seller, by=System("a test"))
    assert told(seller) == []


def test_of_a_batch_in_another_language_the_number_is_said_in_it(told, head, seller, colleague):
    colleague.language = "ru"
    colleague.save()
    tasks = [given(head, seller, f"Task {number}") for number in range(3)]
    with change_set(ChangeSet.Kind.EDIT, "Given", by=head):
        give_tasks(ids=[task.pk for task in tasks], to=colleague, by=head)
    assert told(colleague) == [f"{head.name} передаёт вам 3 задачи"]
