"""Tasks: set, moved, given away, finished, accepted; the reminders that follow them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kartu.clients import actions as clients
from kartu.clients.models import Touch
from kartu.clients.tests.conftest import told
from kartu.planner import actions, events
from kartu.planner.actions.reminders import remind
from kartu.planner.models import Outcome, Reminder, Task
from kartu.planner.tests.conftest import in_hours, seen, sees
from kartu.records.changes import change_set, undo
from kartu.security.actions import Refused


def reminders(task: Task) -> list[Reminder]:
    rows = Reminder.objects.as_system("a look at them").filter(task=task, trashed_at=None)
    return list(rows.order_by("at", "id"))


def test_what_begins_has_an_end_by_its_estimate_or_its_kind(seller):
    meeting = actions.set_task(title="Meet", kind="meeting", start_at=in_hours(1), by=seller)
    work = actions.set_task(title="Count", start_at=in_hours(1), estimate_minutes=47, by=seller)

    assert meeting.end_at - meeting.start_at == timedelta(minutes=60)
    assert work.end_at - work.start_at == timedelta(minutes=47)


@pytest.mark.parametrize(
    ("times", "field"),
    [
        ({"end_at": 2}, "start_at"),
        ({"start_at": 2, "end_at": 1}, "end_at"),
        ({"start_at": 2, "end_at": 2}, "end_at"),
        ({"start_at": 1, "end_at": 24 * 32}, "end_at"),
        ({"due_at": 1, "due_on": 1}, "due_on"),
    ],
)
def test_times_that_cannot_be_are_refused_by_name(seller, times, field):
    times = {name: in_hours(hours).date() if name == "due_on" else in_hours(hours) for name, hours in times.items()}
    with pytest.raises(ValidationError) as wrong:
        actions.set_task(title="Meet", by=seller, **times)
    assert list(wrong.value.message_dict) == [field]


def test_the_database_itself_refuses_an_end_before_the_beginning(seller):
    task = actions.set_task(title="Meet", start_at=in_hours(1), by=seller)
    with pytest.raises(IntegrityError), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE planner_task SET end_at = start_at WHERE id = %s", [task.pk])


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Jakarta", 17), ("Pacific/Kiritimati", 10), ("Asia/Kathmandu", 18)])
def test_a_day_is_over_when_it_is_over_where_whoever_does_it_is(seller, zone, hour):
    seller.time_zone = zone
    task = actions.set_task(title="Count", due_on=timezone.now().date() + timedelta(days=3), by=seller)

    end = task.late_at + timedelta(microseconds=1)
    assert (end.date(), end.hour) == (task.due_on, hour)


def test_a_task_needs_a_title(seller):
    with pytest.raises(ValidationError) as wrong:
        actions.set_task(title=" ", by=seller)
    assert list(wrong.value.message_dict) == ["title"]


def test_whoever_sets_a_task_for_a_colleague_goes_on_seeing_it_and_others_do_not(seller, colleague, stranger, head):
    task = actions.set_task(title="Prepare the offer", person=stranger, by=seller)

    assert sees(task, stranger) and sees(task, seller) and sees(task, seller, "tasks.change")
    assert not sees(task, colleague) and not sees(task, head)


def test_a_head_sees_the_tasks_of_the_team_but_not_the_private_ones(seller, head, owner):
    task = actions.set_task(title="Call back", by=seller)
    private = actions.set_task(title="Dentist", is_private=True, by=seller)

    assert sees(task, head) and sees(task, owner)
    assert not sees(private, head) and not sees(private, owner) and sees(private, seller)


def test_a_task_on_a_client_is_seen_by_whoever_sees_the_client(seller, colleague, stranger, sinar):
    task = actions.set_task(title="Send samples", client=sinar, by=seller)
    assert not sees(task, colleague)

    clients.name_collaborator(client=sinar, person=colleague, by=seller)
    colleague.refresh_from_db()
    assert sees(task, colleague) and not sees(task, colleague, "tasks.change") and not sees(task, stranger)

    clients.name_collaborator(client=sinar, person=colleague, may_change=True, by=seller)
    assert sees(task, colleague, "tasks.change") and not sees(task, colleague, "tasks.trash")


def test_a_private_task_on_a_client_stays_private(seller, colleague, sinar):
    clients.name_collaborator(client=sinar, person=colleague, may_change=True, by=seller)
    task = actions.set_task(title="Between us", client=sinar, is_private=True, by=seller)

    assert not sees(task, colleague)


def test_nobody_makes_a_task_of_a_colleague_private(seller, colleague):
    with pytest.raises(ValidationError) as wrong:
        actions.set_task(title="Count", person=colleague, is_private=True, by=seller)
    assert list(wrong.value.message_dict) == ["is_private"]


def test_without_the_right_to_ask_colleagues_one_sets_tasks_for_oneself_only(seller, colleague):
    seller.role.grants = {"tasks.assign": 0}

    with pytest.raises(Refused):
        actions.set_task(title="Count", person=colleague, by=seller)
    assert actions.set_task(title="Count", by=seller).person == seller


def test_a_client_out_of_sight_cannot_be_named(seller, stranger, sinar):
    with pytest.raises(Refused):
        actions.set_task(title="Call", client=sinar, by=stranger)
    task = actions.set_task(title="Call", by=stranger)
    with pytest.raises(ValidationError) as wrong:
        actions.change_task(task=task, values={"client_id": sinar.pk}, by=stranger)
    assert list(wrong.value.message_dict) == ["client_id"]


def test_what_hangs_on_a_client_in_the_trash_is_out_of_sight_with_it(seller, owner, sinar):
    task = actions.set_task(title="Call", client=sinar, by=seller)
    clients.trash_client(client=sinar, by=owner)
    assert not sees(task, seller)

    clients.restore_client(client=sinar, by=owner)
    assert sees(task, seller)


def test_a_task_moved_by_its_beginning_keeps_its_length_and_counts_the_move(seller):
    task = actions.set_task(title="Meet", kind="meeting", start_at=in_hours(1), end_at=in_hours(1.75), by=seller)
    moved = actions.change_task(task=task, values={"start_at": in_hours(27)}, by=seller)

    assert moved.end_at - moved.start_at == timedelta(minutes=45)
    assert (moved.moves, moved.at) == (1, moved.start_at)


def test_reminders_follow_the_task_and_an_undo_moves_them_back(seller):
    task = actions.set_task(title="Meet", kind="meeting", start_at=in_hours(1), by=seller)
    before = [row.at for row in reminders(task)]
    assert before == [task.start_at - timedelta(minutes=15), task.start_at]

    with change_set("edit", "Moved", by=seller) as changes:
        actions.change_task(task=task, values={"start_at": in_hours(30)}, by=seller)
    assert [row.at for row in reminders(task)] == [in_hours(29.75), in_hours(30)]

    undo(changes, by=seller)
    assert [row.at for row in reminders(task)] == before


def test_each_reminder_is_told_once_and_again_after_a_move(seller):
    task = actions.set_task(title="Call", kind="call", due_at=in_hours(1), by=seller)
    assert remind(timezone.now()) == 0
    assert remind(in_hours(1)) == 1
    assert remind(in_hours(1)) == 0

    actions.change_task(task=seen(task, seller), values={"due_at": in_hours(2)}, by=seller)
    assert remind(in_hours(2)) == 1
    assert [row["is_late"] for row in told(events.ReminderDue)] == [False, False]


def test_a_reminder_that_was_over_when_it_was_set_is_told_to_nobody(seller):
    actions.set_task(title="Meet", kind="meeting", start_at=in_hours(0.1), by=seller)
    assert remind(in_hours(0.11)) == 1  # the one of the minute itself; a quarter of an hour before was over


def test_of_a_finished_or_trashed_task_nobody_is_reminded(seller, head):
    done = actions.set_task(title="Call", due_at=in_hours(1), by=seller)
    gone = actions.set_task(title="Write", due_at=in_hours(1), by=seller)
    actions.finish_task(task=done, result="Agreed", by=seller)
    actions.trash_task(task=gone, by=head)

    assert remind(in_hours(1)) == 0


def test_a_day_is_reminded_of_in_its_morning(seller):
    seller.time_zone = "Asia/Jakarta"
    seller.save()
    task = actions.set_task(title="Count", due_on=timezone.now().date() + timedelta(days=2), by=seller)

    (reminder,) = reminders(task)
    assert (reminder.at.astimezone(timezone.get_fixed_timezone(420)).hour, reminder.on_the_day) == (9, True)


def test_everybody_chooses_his_own_reminders(seller, colleague):
    task = actions.set_task(title="Meet", start_at=in_hours(3), watchers=[colleague], by=seller)
    actions.set_reminders(task=task, wanted=[{"before": 30}, {"typed_at": in_hours(1)}], by=colleague)

    assert {(row.person_id, row.before) for row in reminders(task)} == {
        (seller.pk, 0), (colleague.pk, 30), (colleague.pk, None)
    }  # fmt: skip
    actions.set_reminders(task=task, wanted=[], by=colleague)
    assert [row.person_id for row in reminders(task)] == [seller.pk]


def test_a_task_given_away_takes_its_reminders_along_and_stays_in_sight_of_the_giver(seller, colleague):
    task = actions.set_task(title="Meet", kind="meeting", start_at=in_hours(3), by=seller)
    given = actions.assign_task(task=task, to=colleague, by=seller)

    assert given.person == colleague and {row.person_id for row in reminders(task)} == {colleague.pk}
    assert sees(task, seller) and told(events.TaskAssigned)[-1]["to_id"] == colleague.pk


def test_a_task_is_not_finished_without_a_result(seller):
    task = actions.set_task(title="Call", by=seller)
    with pytest.raises(ValidationError) as wrong:
        actions.finish_task(task=task, result="  ", by=seller)
    assert list(wrong.value.message_dict) == ["result"]

    outcome = Outcome.objects.create(kind="task", name="No answer", is_success=False)
    (done,) = actions.finish_task(task=task, outcome=outcome, by=seller)
    assert (done.state, done.closed_by_id) == ("done", seller.pk)


def test_the_database_itself_holds_that_what_is_done_has_a_result(seller):
    task = actions.set_task(title="Call", by=seller)
    with pytest.raises(IntegrityError), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE planner_task SET state = 'done', closed_at = created_at WHERE id = %s", [task.pk])


def test_a_finished_call_goes_into_the_clients_history_and_a_task_does_not(seller, sinar):
    call = actions.set_task(title="Call about the price", kind="call", client=sinar, by=seller)
    work = actions.set_task(title="Count", client=sinar, by=seller)
    done, touch = actions.finish_task(task=call, result="Takes 40 boxes", spent_minutes=7, by=seller)
    assert (touch.kind, touch.text, touch.minutes, done.touch_id) == ("call", "Takes 40 boxes", 7, touch.pk)

    assert len(actions.finish_task(task=work, result="Counted", by=seller)) == 1
    assert Touch.objects.visible_to(seller).count() == 1


def test_whoever_may_not_write_into_the_clients_history_can_still_finish(seller, colleague, sinar):
    task = actions.set_task(title="Call", kind="call", client=sinar, person=colleague, by=seller)

    (done,) = actions.finish_task(task=seen(task, colleague), result="Spoke", by=colleague)
    assert done.touch is None


def test_the_next_step_is_taken_over_from_the_one_before(seller, sinar):
    task = actions.set_task(title="Call", kind="call", client=sinar, by=seller)
    next_step = {"due_at": in_hours(24), "title": "Ask again"}
    following = actions.finish_task(task=task, result="No answer", next_step=next_step, by=seller)[-1]

    assert (following.title, following.kind, following.client_id) == ("Ask again", "call", sinar.pk)
    with pytest.raises(ValidationError) as wrong:
        again = {"start_at": in_hours(2), "end_at": in_hours(1)}
        actions.finish_task(task=following, result="No answer", next_step=again, by=seller)
    assert list(wrong.value.message_dict) == ["next_step"]


def test_what_waits_for_another_is_not_finished_before_it(seller):
    first = actions.set_task(title="Measure", by=seller)
    second = actions.set_task(title="Make the offer", by=seller)
    actions.put_after(task=second, first=first, by=seller)
    with pytest.raises(ValidationError, match="Measure"):
        actions.finish_task(task=second, result="Made", by=seller)

    actions.finish_task(task=first, result="Measured", by=seller)
    assert actions.finish_task(task=second, result="Made", by=seller)[0].state == "done"


def test_nothing_waits_for_itself_through_others(seller):
    one, two, three = (actions.set_task(title=title, by=seller) for title in ("One", "Two", "Three"))
    actions.put_after(task=two, first=one, by=seller)
    actions.put_after(task=three, first=two, by=seller)
    with pytest.raises(ValidationError):
        actions.put_after(task=one, first=three, by=seller)


def test_what_is_to_be_accepted_waits_for_whoever_set_it(seller, colleague):
    task = actions.set_task(title="Make the offer", person=colleague, needs_acceptance=True, by=seller)
    (done,) = actions.finish_task(task=seen(task, colleague), result="Made", by=colleague)
    assert (done.state, done.closed_at) == ("review", None)
    with pytest.raises(Refused):
        actions.accept_task(task=done, by=colleague)

    actions.return_task(task=seen(task, seller), why="The price is missing", by=seller)
    assert seen(task, colleague).state == "open" and "price is missing" in seen(task, colleague).text
    actions.finish_task(task=seen(task, colleague), result="With the price", by=colleague)
    assert actions.accept_task(task=seen(task, seller), by=seller).state == "done"


def test_a_finished_task_is_not_finished_again_but_can_be_opened(seller):
    task = actions.set_task(title="Call", by=seller)
    (done,) = actions.finish_task(task=task, result="Spoke", by=seller)
    with pytest.raises(ValidationError):
        actions.finish_task(task=done, result="Spoke twice", by=seller)

    assert actions.reopen_task(task=done, by=seller).state == "open"


def test_the_checklist_is_in_its_order_and_each_line_is_ticked_by_itself(seller):
    task = actions.set_task(title="Deliver", items=["Load", " ", "Drive"], by=seller)
    item = actions.add_item(task=task, text="Sign", by=seller)
    actions.change_item(item=item, is_done=True, by=seller)

    rows = seen(task, seller).items.order_by("place")
    assert [(row.text, row.is_done) for row in rows] == [("Load", False), ("Drive", False), ("Sign", True)]


def test_the_trash_gives_back_what_it_took(seller, head):
    task = actions.set_task(title="Call", by=seller)
    actions.trash_task(task=task, by=head)
    assert not sees(task, seller)

    actions.restore_task(task=task, by=head)
    assert sees(task, seller)
