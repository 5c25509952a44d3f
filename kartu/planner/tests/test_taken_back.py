"""A task set for somebody, taken back by whoever set it: his name on the task, which opens it to him, goes with it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kartu.planner import actions
from kartu.planner.models import Task
from kartu.planner.tests.conftest import sees
from kartu.records.changes import change_set, undo
from kartu.security.models.audit import AuditRow


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


def test_a_moment_said_in_another_zone_is_no_conflict_and_the_same_one_again_no_change(seller):
    task = actions.set_task(title="Prepare", due_at=datetime(2031, 3, 3, 8, tzinfo=UTC), by=seller)
    bandung = ZoneInfo("Asia/Jakarta")
    with change_set("edit", "moved", by=seller) as changes:
        task = actions.change_task(task=task, values={"due_at": datetime(2031, 3, 4, 10, tzinfo=bandung)}, by=seller)

    told = AuditRow.objects.get(change_set_id=changes.pk, object_type="planner.task").payload.values["after"]
    assert told["due_at"] == "2031-03-04T03:00:00Z"
    row = Task.objects.visible_to(seller).get(pk=task.pk)
    row.due_at = row.due_at.astimezone(bandung)
    with change_set("edit", "the same", by=seller) as same:
        row.save()
    assert not AuditRow.objects.filter(change_set_id=same.pk, object_type="planner.task").exists()
    undoing = undo(changes, by=seller)
    assert undoing.conflicts == []
    assert Task.objects.visible_to(seller).get(pk=task.pk).due_at == datetime(2031, 3, 3, 8, tzinfo=UTC)
