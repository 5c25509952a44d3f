"""Recurring tasks: set up, made once each, changed with what somebody changed kept, skipped, paused, ended."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kartu.clients import actions as clients
from kartu.core.actors import System
from kartu.firm.absences import set_days
from kartu.firm.actions.absences import set_absence
from kartu.firm.models import Absence
from kartu.notifications.models import Notification
from kartu.planner import actions
from kartu.planner.actions import series as acts
from kartu.planner.making import Maker
from kartu.planner.models import Participant, Reminder, Series, Task, TaskItem
from kartu.planner.nightly import make_all
from kartu.planner.recurrence import parse
from kartu.records.changes import change_set, undo
from kartu.security.actions import Refused

NIGHT = System("a night of a test")


def today(zone: str = "Asia/Jakarta") -> date:
    return timezone.now().astimezone(ZoneInfo(zone)).date()


def start(seller, text: str = "FREQ=DAILY", *, at: time | None = time(10), days: int = 1, **more) -> Series:
    """A series of the seller that begins `days` from today."""
    more = {"title": "Count the till", "zone": "Asia/Jakarta", "by": seller} | more
    return acts.start_series(rule=parse(text), starts_on=today() + timedelta(days=days), at=at, **more)


def tasks(series: Series, **only) -> list[Task]:
    rows = Task.objects.as_system("a look at them").filter(series_id=series.pk, trashed_at=None, **only)
    return list(rows.order_by("at", "id"))


def night(days: float = 0) -> int:
    return make_all(by=NIGHT, now=timezone.now() + timedelta(days=days))


def fresh(series: Series) -> Series:
    return Series.objects.as_system("a look at it").get(pk=series.pk)


def test_its_tasks_stand_there_at_once_up_to_the_horizon(seller):
    series = start(seller, "FREQ=WEEKLY", items=["Cash", "", "Cards"], priority=3)

    made = tasks(series)
    assert [task.due_at - made[0].due_at for task in made] == [timedelta(weeks=week) for week in range(5)]
    assert {(task.title, task.priority, task.person, task.author) for task in made} == {
        ("Count the till", 3, seller, seller)
    }
    assert made[0].due_at.astimezone(ZoneInfo("Asia/Jakarta")).time() == time(10)
    items = TaskItem.objects.as_system("a look").filter(task=made[0])
    assert [item.text for item in items] == ["Cash", "Cards"]
    assert Reminder.objects.as_system("a look").filter(task=made[0], person=seller, before=0).exists()


def test_a_night_makes_what_comes_into_sight_and_no_second_one(seller):
    series = start(seller)
    before = len(tasks(series))

    assert night(3) == 3
    assert night(3) == 0
    assert len({task.slot for task in tasks(series)}) == len(tasks(series)) == before + 3


def test_after_an_outage_each_missed_one_is_there_once_marked_late_and_told_once(seller):
    series = start(seller)
    there = len(tasks(series))

    night(there + 5)
    night(there + 5)

    late = tasks(series, came_late=True)
    days = [task.due_at.date() for task in tasks(series)]
    assert len(late) >= 4 and days == [days[0] + timedelta(days=number) for number in range(len(days))]
    assert not any(task.came_late for task in tasks(series)[:there])
    told = Notification.objects.visible_to(seller).filter(kind="planner.series_late")
    assert [notice.title for notice in told] == [f"{len(late)} recurring tasks came late: the program was off"]
    assert not Reminder.objects.as_system("a look").filter(task__in=late, told_at=None, at__lt=timezone.now()).exists()


@pytest.mark.parametrize("off", [5, 45, 100])
def test_the_last_working_day_survives_an_outage(seller, off):
    """Done when 2: exactly the right tasks."""
    series = start(seller, "FREQ=MONTHLY;X-WORKDAY=-1", days=0)

    night(off)

    days = [task.due_at.astimezone(ZoneInfo("Asia/Jakarta")).date() for task in tasks(series)]
    months = [(day.year, day.month) for day in days]
    assert len(set(months)) == len(months) >= off // 31 + 1
    assert all((day + timedelta(days=3)).month != day.month or day.weekday() == 4 for day in days)


def test_the_database_itself_refuses_a_second_task_of_a_slot(seller):
    first, second, *_rest = tasks(start(seller))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE planner_task SET slot = %s WHERE id = %s", [first.slot, second.pk])


def test_a_second_worker_that_comes_too_late_makes_nothing(seller):
    """Another has made it between the look and the writing."""
    series = start(seller)
    maker = Maker(timezone.now())
    one = maker.wanted(series, series.as_rule, timezone.now() + timedelta(days=3))[0]

    with change_set("manual", "again", by=seller):
        assert maker.make_one(series, one) is None
    assert len(tasks(series, slot=one.slot)) == 1


def test_one_that_was_set_up_for_a_day_long_past_begins_today(seller):
    series = start(seller, days=-100)
    assert tasks(series)[0].due_at.astimezone(ZoneInfo("Asia/Jakarta")).date() == today()
    assert not tasks(series, came_late=True)


def test_a_change_goes_into_the_open_ones_but_not_over_what_somebody_has_changed(seller):
    series = start(seller)
    first, second, third, *_rest = tasks(series)
    actions.finish_task(task=first, result="1,200", by=seller)
    actions.change_task(task=second, values={"title": "Count twice"}, by=seller)
    moved = third.due_at + timedelta(hours=2)
    actions.change_task(task=third, values={"due_at": moved}, by=seller)

    acts.change_series(series=series, values={"title": "Count the cash", "at": time(11)}, by=seller)

    done, second, third, fourth, *_rest = tasks(series)
    assert (done.title, second.title, third.title, fourth.title) == (
        "Count the till",
        "Count twice",
        "Count the cash",
        "Count the cash",
    )
    jakarta = ZoneInfo("Asia/Jakarta")
    assert [task.due_at.astimezone(jakarta).hour for task in (done, second, third, fourth)] == [10, 11, 12, 11]
    assert len({task.due_at.date() for task in tasks(series)}) == len(tasks(series))


def test_another_rule_takes_away_what_nobody_touched_and_keeps_what_somebody_moved(seller):
    series = start(seller, "FREQ=DAILY", days=1)
    kept = tasks(series)[1]
    actions.change_task(task=kept, values={"due_at": kept.due_at + timedelta(hours=1)}, by=seller)
    weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[tasks(series)[3].due_at.weekday()]

    acts.change_series(series=series, values={"rule": f"RRULE:FREQ=WEEKLY;BYDAY={weekday}"}, by=seller)

    left = tasks(series)
    assert left[0].pk == kept.pk
    assert {task.due_at.weekday() for task in left[1:]} == {tasks(series)[-1].due_at.weekday()}


def test_the_rule_changed_to_and_fro_gives_the_same_days_again(seller):
    series = start(seller)
    slots = [task.slot for task in tasks(series)]

    acts.pause_series(series=series, by=seller)
    assert tasks(series) == []
    acts.resume_series(series=fresh(series), by=seller)

    assert [task.slot for task in tasks(series)] == slots


def test_from_one_on_the_series_is_another(seller):
    series = start(seller, "FREQ=DAILY;COUNT=20")
    first, _second, third, *_rest = tasks(series)

    new = acts.change_following(task=third, values={"title": "Count the cash"}, by=seller)

    assert [task.title for task in tasks(series)] == ["Count the till", "Count the till"]
    assert {task.title for task in tasks(new)} == {"Count the cash"}
    assert tasks(new)[0].pk == third.pk
    assert new.as_rule.count == 18 and fresh(series).ended_on == third.due_at.date() - timedelta(days=1)
    night(30)
    assert len(tasks(series)) + len(tasks(new)) == 20


def test_from_the_first_one_on_it_is_the_same_series(seller):
    series = start(seller)
    assert acts.change_following(task=tasks(series)[0], values={"title": "All"}, by=seller).pk == series.pk


def test_from_a_last_working_day_on(seller):
    series = start(seller, "FREQ=MONTHLY;X-WORKDAY=-1", days=-60)
    later = tasks(series)[1]

    new = acts.change_following(task=later, values={"title": "Close the month"}, by=seller)

    assert tasks(new)[0].pk == later.pk and len(tasks(series)) == 1


def test_one_is_skipped_and_does_not_come_again(seller):
    series = start(seller)
    first, second, *_rest = tasks(series)

    acts.skip_task(task=second, by=seller)
    night()

    assert second.slot not in {task.slot for task in tasks(series)}
    assert first.slot in {task.slot for task in tasks(series)}


def test_one_thrown_away_does_not_come_again(seller, head):
    series = start(seller)
    gone = tasks(series)[1]

    actions.trash_task(task=gone, by=head)
    night()

    assert gone.slot not in {task.slot for task in tasks(series)}


def test_skipping_pausing_ending_and_changing_are_taken_back(seller):
    series = start(seller)
    slots = [task.slot for task in tasks(series)]
    acts_of = [
        lambda row: acts.skip_task(task=tasks(row)[1], by=seller),
        lambda row: acts.pause_series(series=row, by=seller),
        lambda row: acts.end_series(series=row, by=seller),
        lambda row: acts.change_series(series=row, values={"rule": "RRULE:FREQ=WEEKLY"}, by=seller),
        lambda row: acts.change_following(task=tasks(row)[3], values={"title": "Other"}, by=seller),
    ]
    for act in acts_of:
        with change_set("manual", "a change", by=seller) as changes:
            act(fresh(series))
        assert [task.slot for task in tasks(series)] != slots

        undo(changes, by=seller)
        night()

        assert [task.slot for task in tasks(series)] == slots
        assert {task.title for task in tasks(series)} == {"Count the till"}


def test_it_ends(seller):
    series = start(seller)
    acts.end_series(series=series, last=today() + timedelta(days=2), by=seller)
    night(20)
    assert len(tasks(series)) == 2


def test_after_completion_the_next_comes_when_the_one_before_is_closed(seller):
    series = start(seller, "FREQ=DAILY;INTERVAL=3;X-AFTER=DONE")
    (only,) = tasks(series)
    night(20)
    assert len(tasks(series)) == 1

    actions.finish_task(task=only, result="done", by=seller)

    _done, following = tasks(series)
    jakarta = ZoneInfo("Asia/Jakarta")
    assert following.due_at.astimezone(jakarta) == datetime.combine(today() + timedelta(days=3), time(10), jakarta)
    actions.reopen_task(task=only, by=seller)
    actions.finish_task(task=Task.objects.visible_to(seller).get(pk=only.pk), result="again", by=seller)
    assert len(tasks(series)) == 2


def test_after_completion_one_that_must_be_accepted_is_done_when_it_is(seller, head):
    series = start(seller, "FREQ=DAILY;X-AFTER=DONE", person=seller, by=head, needs_acceptance=True)
    (only,) = tasks(series)

    actions.finish_task(task=only, result="done", by=seller)
    assert len(tasks(series)) == 1
    actions.accept_task(task=Task.objects.visible_to(head).get(pk=only.pk), by=head)

    assert len(tasks(series)) == 2


def test_after_completion_a_skipped_one_is_followed_too(seller):
    series = start(seller, "FREQ=DAILY;X-AFTER=DONE")
    acts.skip_task(task=tasks(series)[0], by=seller)
    assert [task.slot for task in tasks(series)] == ["#2"]


def test_what_falls_on_a_day_off_goes_to_the_working_day_before(seller):
    series = start(seller, "FREQ=DAILY;X-HOLIDAY=PREVIOUS")
    assert all(task.due_at.astimezone(ZoneInfo("Asia/Jakarta")).weekday() < 5 for task in tasks(series))


@pytest.mark.parametrize("days", range(1, 6))  # the leave lies over a weekend in some
def test_whoever_is_away_is_stood_in_for_on_whatever_days_and_it_says_so(seller, colleague, owner, days):
    series = start(seller, days=days)
    first = today() + timedelta(days=days + 1)
    set_absence(
        absence=set_days(Absence(person=seller, kind="leave"), first, first + timedelta(days=2)),
        deputies=[colleague],
        by=owner,
    )

    night()

    who = [(task.person, task.instead_of) for task in tasks(series)]
    assert who[:5] == [(seller, None), *[(colleague, seller)] * 3, (seller, None)]
    deputised = tasks(series)[1]
    reminders = Reminder.objects.as_system("a look").filter(task=deputised, trashed_at=None)
    assert {reminder.person for reminder in reminders} == {colleague}


def test_a_series_set_up_for_a_time_away_goes_to_the_deputy_and_comes_back(seller, colleague, owner):
    absence = set_days(Absence(person=seller, kind="leave"), today() + timedelta(days=1), today() + timedelta(days=3))
    absence = set_absence(absence=absence, deputies=[colleague], by=owner)
    series = start(seller)
    assert tasks(series)[0].person == colleague

    absence.until_at = absence.from_at + timedelta(minutes=1)
    absence.cancelled_at = timezone.now()
    Absence.objects.filter(pk=absence.pk).update(cancelled_at=timezone.now())
    night()

    assert {task.person for task in tasks(series)} == {seller}


def test_a_birthday_of_the_client_comes_each_year(seller, sinar):
    born = today().replace(year=1990) + timedelta(days=20)
    clients.change_client(client=sinar, values={"birthday": born}, by=seller)
    series = start(seller, "FREQ=YEARLY;X-FIELD=birthday;X-BEFORE=5", days=0, client=sinar)

    (task,) = tasks(series)

    assert task.due_at.astimezone(ZoneInfo("Asia/Jakarta")).date() == born.replace(year=today().year) - timedelta(5)
    assert task.client_id == sinar.pk


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"text": "FREQ=DAILY;UNTIL=20200101"}, "rule"),
        ({"text": "X-FIELD=birthday;X-BEFORE=3"}, "rule"),
        ({"title": " "}, "title"),
        ({"at": None, "begins": True}, "at"),
        ({"items": ["x"] * 201}, "items"),
    ],
)
def test_what_cannot_be_is_refused_by_name(seller, more, field):
    with pytest.raises(ValidationError) as wrong:
        start(seller, **more)
    assert list(wrong.value.message_dict) == [field]


def test_a_meeting_takes_its_place_in_the_day(seller):
    series = start(seller, kind="meeting", begins=True, estimate_minutes=45)
    task = tasks(series)[0]
    assert task.end_at - task.start_at == timedelta(minutes=45) and task.due_at is None


def test_the_colleague_of_another_team_neither_sees_nor_changes_it(seller, stranger, head):
    series = start(seller)

    assert not Series.objects.visible_to(stranger).filter(pk=series.pk).exists()
    assert Series.objects.visible_to(head).filter(pk=series.pk).exists()
    for act in (acts.pause_series, acts.resume_series, acts.end_series):
        with pytest.raises((Refused, ValidationError)):
            act(series=series, by=stranger)
    with pytest.raises((Refused, ValidationError)):
        acts.change_series(series=series, values={"title": "Mine"}, by=stranger)
    with pytest.raises(Refused):
        acts.skip_task(task=tasks(series)[0], by=stranger)
    assert len(tasks(series)) > 5 and fresh(series).title == "Count the till"


def test_who_only_watches_a_task_does_not_change_its_series(seller, stranger):
    series = start(seller)
    task = tasks(series)[0]
    actions.set_participants(task=task, kind="watcher", people=[stranger], by=seller)

    for act in (acts.skip_task, lambda **named: acts.change_following(values={"title": "Mine"}, **named)):
        with pytest.raises((Refused, ValidationError)):
            act(task=task, by=stranger)


def test_whoever_set_it_up_for_a_colleague_sees_it_and_its_tasks(seller, stranger):
    series = start(seller, person=stranger)
    seller.refresh_from_db()

    assert Series.objects.visible_to(seller).filter(pk=series.pk).exists()
    assert Task.objects.visible_to(seller).filter(series=series).count() == len(tasks(series))
    authors = Participant.objects.as_system("a look").filter(task__series=series, kind="author")
    assert {row.person for row in authors} == {seller}


def test_nobody_sets_one_up_for_whom_he_may_not_ask(seller, stranger, monkeypatch):
    monkeypatch.setattr("kartu.planner.actions.tasks.receivers", lambda by: type(by).objects.filter(pk=by.pk))
    with pytest.raises(Refused):
        start(seller, person=stranger)
    series = start(seller)
    with pytest.raises(Refused):
        acts.change_series(series=series, values={"person_id": stranger.pk}, by=seller)


def test_given_to_a_colleague_its_open_tasks_and_reminders_go_with_it(seller, colleague):
    series = start(seller)
    acts.change_series(series=series, values={"person_id": colleague.pk}, by=seller)

    assert {task.person for task in tasks(series)} == {colleague}
    reminders = Reminder.objects.as_system("a look").filter(task__series=series, trashed_at=None)
    assert {reminder.person for reminder in reminders} == {colleague}
