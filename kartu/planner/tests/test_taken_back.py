"""A task set for somebody, taken back by whoever set it: his name on the task, which opens it to him, goes with it."""

from kartu.planner import actions
from kartu.planner.models import Task
from kartu.planner.tests.conftest import sees
from kartu.records.changes import change_set, undo


def test_a_task_for_a_colleague_of_another_team_is_taken_back(seller, stranger):
    with change_set("edit", "set", by=seller) as changes:
        task = actions.set_task(title="Prepare", person=stranger, by=seller)

    undoing = undo(changes, by=seller)
    assert not sees(task, stranger) and undoing.conflicts == []


def test_what_is_out_of_reach_when_the_undo_begins_stays_as_it_is(seller, stranger, colleague, head):
    task = actions.set_task(title="Prepare", person=stranger, by=seller)
    with change_set("edit", "changed", by=seller) as changes:
        actions.change_task(task=task, values={"title": "Prepare all"}, by=seller)

    undoing = undo(changes, by=colleague)
    assert [conflict.object_id for conflict in undoing.conflicts] == [task.pk]
    assert Task.objects.visible_to(stranger).get(pk=task.pk).title == "Prepare all"
