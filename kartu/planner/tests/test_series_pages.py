"""Recurring tasks as a person meets them: the form and what it says by now, the page, the list, the task of one."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kartu.clients import actions as clients
from kartu.planner import actions
from kartu.planner.models import Series, Task
from kartu.planner.recurrence import Holiday, parse
from kartu.planner.tests.test_series import fresh, start, tasks, today
from kartu.records.lists.keeping import views_of
from kartu.records.lists.spec import lists
from kartu.records.models import ChangeSet

TYPED = {
    **{"title": "Count the till", "kind": "task", "every": "week", "interval": "1", "weekdays": ["0", "3"]},
    **{"holiday": "NEXT", "at": "10:00", "ends": "never", "whom": "nobody", "priority": "2"},
}


def at(who) -> Browser:
    browser = Browser()
    browser.force_login(who)
    return browser


def send(who, name: str, *args: int, query: str = "", status: int = 302, **data: object):
    answer = at(who).post(reverse(f"planner:{name}", args=args) + query, data)
    assert answer.status_code == status, (answer.status_code, answer.content.decode()[:3000])
    return answer


def page(who, name: str, *args: int, query: str = "") -> str:
    answer = at(who).get(reverse(f"planner:{name}", args=args) + query, follow=True)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def typed(who, **more: object) -> dict:
    return {**TYPED, "person": who.pk, "starts_on": today().isoformat(), **more}


def newest(who) -> Series:
    return Series.objects.visible_to(who).order_by("-pk").first()


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({}, "RRULE:FREQ=WEEKLY;BYDAY=MO,TH;X-HOLIDAY=NEXT"),
        ({"every": "day", "interval": "3", "holiday": "KEEP"}, "RRULE:FREQ=DAILY;INTERVAL=3"),
        ({"every": "workday"}, "RRULE:FREQ=DAILY;X-HOLIDAY=SKIP"),
        (
            {"every": "month", "month_on": "days", "month_days": "1, 15"},
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15;X-HOLIDAY=NEXT",
        ),
        ({"every": "month", "month_on": "last", "holiday": "KEEP"}, "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1"),
        ({"every": "month", "month_on": "workday", "workday_nth": "-1"}, "RRULE:FREQ=MONTHLY;X-WORKDAY=-1"),
        (
            {"every": "month", "month_on": "weekday", "nth": "2", "weekday": "1", "holiday": "KEEP"},
            "RRULE:FREQ=MONTHLY;BYDAY=2TU",
        ),
        (
            {"every": "done", "interval": "3", "done_unit": "workdays", "holiday": "KEEP"},
            "RRULE:FREQ=DAILY;INTERVAL=3;X-AFTER=DONE;X-IN=WORKDAYS",
        ),
        ({"ends": "count", "count": "12", "holiday": "KEEP"}, "RRULE:FREQ=WEEKLY;BYDAY=MO,TH;COUNT=12"),
    ],
)
def test_what_is_chosen_makes_the_rule_and_stands_in_the_form_again(seller, more, text):
    send(seller, "new_series", **typed(seller, **more))

    series = newest(seller)
    assert series.rule == text and (series.title, series.at, series.person) == ("Count the till", time(10), seller)
    assert tasks(series)
    # Saved again as it is shown, nothing changes.
    shown = at(seller).get(reverse("planner:change_series", args=[series.pk])).context["form"]
    again = {bound.html_name: bound.value() for bound in shown}
    send(
        seller,
        "change_series",
        series.pk,
        **{name: value for name, value in again.items() if value not in (None, False)},
    )
    assert fresh(series).version == series.version and fresh(series).rule == text


def test_it_ends_on_a_day(seller):
    last = today() + timedelta(days=40)
    send(seller, "new_series", **typed(seller, ends="date", until=last.isoformat()))
    assert newest(seller).as_rule.until == last and newest(seller).until == last


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"every": "month", "month_on": "days", "month_days": "32"}, "month_days"),
        ({"every": "before", "date_field": ""}, "date_field"),
        ({"ends": "date"}, "until"),
        ({"ends": "count"}, "count"),
        ({"ends": "date", "until": "2020-01-01"}, "until"),
        ({"whom": "one"}, "client"),
        ({"whom": "segment"}, "segment"),
        ({"interval": "0"}, "interval"),
        ({"every": "week", "interval": "500"}, "interval"),
        ({"title": " "}, "title"),
        ({"begins": "on", "at": ""}, "at"),
        ({"starts_on": ""}, "starts_on"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(seller, more, field):
    answer = send(seller, "new_series", status=422, **typed(seller, **more))

    assert field in answer.context["form"].errors
    assert answer.context["form"]["text"].value() is not None or "text" not in more
    assert not Series.objects.visible_to(seller).exists()


def test_the_sentence_and_the_next_days_are_told_while_typing(seller):
    answer = send(
        seller,
        "series_preview",
        status=200,
        **typed(seller, title="", every="month", month_on="workday", workday_nth="-1"),
    )

    said = answer.content.decode()
    assert "every month on the last working day at 10:00" in said.lower()
    assert said.count("<li>") == 5
    assert '"month_on"' not in answer["HX-Trigger"] and '"weekdays"' in answer["HX-Trigger"]
    assert not Series.objects.visible_to(seller).exists()


def test_a_rule_that_never_comes_is_told_while_typing(seller):
    answer = send(
        seller,
        "series_preview",
        status=200,
        **typed(seller, ends="date", until=today().isoformat(), weekdays=[str((today().weekday() + 2) % 7)]),
    )
    assert "never comes" in answer.content.decode()


def test_days_off_move_what_is_shown(seller):
    day = today() + timedelta(days=(5 - today().weekday()) % 7 or 7)  # a Saturday
    answer = send(
        seller,
        "series_preview",
        status=200,
        **typed(seller, every="month", month_on="days", month_days=str(day.day), starts_on=day.isoformat()),
    )
    assert "is a day off" in answer.content.decode()


def test_the_preview_counts_the_clients_of_a_segment(seller, sinar):
    segment = clients.add_segment(name="All", text="name is not empty", by=seller)
    answer = send(seller, "series_preview", status=200, **typed(seller, whom="segment", segment=segment.pk))
    assert "For 1 client just now" in answer.content.decode()


def test_a_task_is_repeated_and_becomes_the_first_of_its_series(seller, sinar):
    due = timezone.now().replace(second=0, microsecond=0) + timedelta(days=2)
    task = actions.set_task(title="Call Rina", kind="call", client=sinar, due_at=due, by=seller)
    shown = at(seller).get(reverse("planner:new_series") + f"?task={task.pk}").context["form"]
    sent = {bound.html_name: bound.value() for bound in shown if bound.value() not in (None, False)}

    send(seller, "new_series", query=f"?task={task.pk}", **sent)

    series = newest(seller)
    made = tasks(series)
    assert made[0].pk == task.pk and len(made) > 1
    assert len({each.due_at for each in made}) == len(made)
    assert (series.client_id, series.kind, series.title) == (sinar.pk, "call", "Call Rina")


def test_a_task_of_a_series_is_not_repeated_a_second_time(seller):
    task = tasks(start(seller))[0]
    answer = send(seller, "new_series", query=f"?task={task.pk}", status=422, **typed(seller))
    assert "comes back already" in answer.content.decode()


def test_its_page_tells_when_it_comes_and_what_became_of_it(seller):
    series = start(seller)
    first, second, *_rest = tasks(series)
    actions.finish_task(task=first, result="1,200", by=seller)
    actions.skip_task(task=second, by=seller)

    told = page(seller, "series", series.pk)

    assert "Every day at 10:00" in told and "Done: 1" in told and "Left out: 1" in told
    assert f"/tasks/{tasks(series)[1].pk}/" in told and "Bring back" in told


def test_the_numbers_on_its_page_open_their_rows(seller):
    series = start(seller)
    actions.finish_task(task=tasks(series)[0], result="1,200", by=seller)
    other = actions.set_task(title="Somebody else's", by=seller)

    shown = at(seller).get(f"/tasks/?f=series%3Aany%3A{series.pk}&f=state%3Aany%3Adone").content.decode()

    assert "Count the till" in shown and other.title not in shown


def test_a_day_is_left_out_before_its_task_stands_there_and_brought_back(seller):
    series = start(seller, "FREQ=MONTHLY;BYMONTHDAY=1")
    slot = f"{date(today().year + 1, 3, 1).isoformat()}T10:00"

    send(seller, "skip_day", series.pk, slot=slot)
    assert slot in fresh(series).as_rule.exceptions
    send(seller, "bring_back", series.pk, slot=slot)
    assert slot not in fresh(series).as_rule.exceptions


@pytest.mark.parametrize("slot", ["", "x", "2020-01-01T10:00", "9999-12-31T10:00", "2026-13-45"])
def test_a_day_that_does_not_come_cannot_be_left_out(seller, slot):
    series = start(seller)
    url = reverse("planner:skip_day", args=[series.pk])
    answer = at(seller).post(url, {"slot": slot}, headers={"HX-Request": "true"})
    assert "It does not come then" in answer["HX-Trigger"]
    assert fresh(series).as_rule.exceptions == ()


def test_it_is_paused_gone_on_with_and_ended(seller):
    series = start(seller)
    send(seller, "pause_series", series.pk, first=today().isoformat(), last="")
    assert fresh(series).is_paused and not tasks(series)
    send(seller, "resume_series", series.pk)
    assert not fresh(series).is_paused and tasks(series)
    send(seller, "end_series", series.pk, last=(today() + timedelta(days=2)).isoformat())
    assert len(tasks(series)) == 2 and not fresh(series).is_over


def test_a_pause_that_ends_before_it_begins_is_told_at_its_field(seller):
    series = start(seller)
    dates = {"first": today().isoformat(), "last": (today() - timedelta(days=3)).isoformat()}
    assert "last" in send(seller, "pause_series", series.pk, status=422, **dates).context["form"].errors


def test_what_was_ended_goes_on_when_its_end_is_changed(seller):
    series = start(seller)
    actions.end_series(series=series, by=seller)
    actions.change_series(series=fresh(series), values={"rule": "RRULE:FREQ=DAILY"}, by=seller)
    assert fresh(series).ended_on is None and tasks(series)


def test_it_is_handed_over_and_put_back_by_one_click(seller, colleague):
    series = start(seller)
    answer = at(seller).post(
        reverse("planner:hand_over_series", args=[series.pk]), {"person": colleague.pk}, follow=True
    )
    assert {task.person for task in tasks(series)} == {colleague}
    assert answer.status_code == 200
    changes = ChangeSet.objects.latest("pk")
    at(seller).post(reverse("records:undo", args=[changes.pk]))
    assert {task.person for task in tasks(series)} == {seller}


def test_a_task_of_a_series_asks_which_ones_a_change_is_about(seller):
    series = start(seller)
    task = tasks(series)[2]

    asked = page(seller, "change_task", task.pk)
    only = at(seller).get(reverse("planner:change_task", args=[task.pk]) + "?only=1")

    assert (
        "Only this one" in asked and f"/tasks/{task.pk}/following/" in asked and f"/series/{series.pk}/change/" in asked
    )
    assert "form" in only.context


def test_this_one_and_those_that_follow_become_another_series(seller):
    series = start(seller)
    third = tasks(series)[2]
    shown = at(seller).get(reverse("planner:change_following", args=[third.pk])).context["form"]
    sent = {bound.html_name: bound.value() for bound in shown if bound.value() not in (None, False)}

    send(seller, "change_following", third.pk, **sent | {"title": "Count the cash", "at": "11:30"})

    new = newest(seller)
    assert new.pk != series.pk and len(tasks(series)) == 2
    assert {task.title for task in tasks(new)} == {"Count the cash"} and tasks(new)[0].pk == third.pk


def test_two_people_change_one_series_and_neither_loses_what_the_other_typed(seller, colleague, head):
    series = start(seller)
    shown = at(head).get(reverse("planner:change_series", args=[series.pk])).context["form"]
    sent = {bound.html_name: bound.value() for bound in shown if bound.value() not in (None, False)}
    actions.change_series(series=series, values={"title": "Hers", "estimate_minutes": 20}, by=seller)

    answer = send(head, "change_series", series.pk, status=409, **sent | {"title": "His"})

    assert "Hers" in answer.content.decode() and fresh(series).title == "Hers"
    send(head, "change_series", series.pk, **sent | {"text": "In words"})
    assert (fresh(series).title, fresh(series).text, fresh(series).estimate_minutes) == ("Hers", "In words", 20)


def test_a_rule_of_another_program_stays_as_it_is_while_the_rest_is_changed(seller):
    series = start(seller, "FREQ=MONTHLY;BYDAY=MO,TU,WE;BYSETPOS=-1")
    shown = at(seller).get(reverse("planner:change_series", args=[series.pk])).context["form"]
    sent = {bound.html_name: bound.value() for bound in shown if bound.value() not in (None, False)}
    assert sent["every"] == "kept"

    send(seller, "change_series", series.pk, **sent | {"title": "Other"})

    assert fresh(series).title == "Other" and fresh(series).rule == series.rule


def test_days_left_out_and_pauses_stay_when_the_rule_is_changed(seller):
    series = start(seller)
    actions.skip_task(task=tasks(series)[1], by=seller)
    series = fresh(series)
    shown = at(seller).get(reverse("planner:change_series", args=[series.pk])).context["form"]
    sent = {bound.html_name: bound.value() for bound in shown if bound.value() not in (None, False)}

    send(seller, "change_series", series.pk, **sent | {"holiday": "PREVIOUS"})

    assert fresh(series).as_rule.holiday == Holiday.PREVIOUS
    assert fresh(series).as_rule.exceptions == series.as_rule.exceptions != ()


def test_what_was_left_out_stays_so_at_another_time_of_day(seller):
    series = start(seller)
    skipped = tasks(series)[1]
    actions.skip_task(task=skipped, by=seller)

    actions.change_series(series=fresh(series), values={"at": time(12)}, by=seller)

    assert skipped.due_at.date() not in {task.due_at.date() for task in tasks(series)}


def test_in_the_trash_its_coming_tasks_go_with_it_and_come_back_with_it(seller, head):
    series = start(seller)
    slots = [task.slot for task in tasks(series)]

    actions.trash_series(series=series, by=head)
    assert tasks(series) == [] and not Series.objects.visible_to(seller).filter(pk=series.pk).exists()
    actions.restore_series(series=series, by=head)

    assert [task.slot for task in tasks(series)] == slots


def test_a_private_one_is_nobody_elses_affair(seller, head, owner):
    series = start(seller, is_private=True)
    for person in (head, owner):
        assert not Series.objects.visible_to(person).filter(pk=series.pk).exists()
        assert at(person).get(reverse("planner:series", args=[series.pk])).status_code == 404
        assert not Task.objects.visible_to(person).filter(series=series).exists()
    assert Series.objects.visible_to(seller).filter(pk=series.pk).exists()


def test_whoever_sees_a_task_but_not_its_series_changes_only_the_task(seller, stranger):
    series = start(seller)
    task = tasks(series)[0]
    actions.set_participants(task=task, kind="watcher", people=[stranger], by=seller)
    told = page(stranger, "task", task.pk)
    assert "Recurring" in told and f"/series/{series.pk}/" not in told


def test_a_date_field_that_one_may_not_see_is_no_date_to_count_from(seller, sinar):
    answer = send(
        seller,
        "new_series",
        status=422,
        **typed(seller, every="before", date_field="f999", whom="one", client=sinar.pk),
    )
    assert "date_field" in answer.context["form"].errors
    with pytest.raises(Exception, match="no such date"):
        start(seller, "X-FIELD=f999;X-BEFORE=3", client=sinar)


# --- the list ----------------------------------------------------------------------------------------------------


def queries(browser: Browser, url: str) -> int:
    browser.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(url).status_code == 200
    return len(seen)


def test_every_ready_view_of_the_list_opens(seller):
    start(seller)
    views = views_of(lists["series"], seller)
    assert len(views) > 3
    for view in views:
        assert at(seller).get(f"/series/?v={view.key}").status_code == 200, view.key


@pytest.mark.parametrize("state", ["running", "paused", "over"])
def test_the_list_is_filtered_by_what_runs_is_paused_and_over(seller, state):
    rows = {
        "running": start(seller, title="Runs on"),
        "paused": start(seller, title="Waits now"),
        "over": start(seller, title="Long gone"),
    }
    actions.pause_series(series=rows["paused"], first=today() - timedelta(days=1), by=seller)
    actions.end_series(series=rows["over"], last=today() - timedelta(days=2), by=seller)

    shown = at(seller).get(f"/series/?f=state%3Aany%3A{state}").content.decode()

    assert [key for key, row in rows.items() if row.title in shown] == [state]


def test_many_series_take_no_more_questions_than_few(seller, sinar):
    for number in range(2):
        start(seller, title=f"Duty {number}", client=sinar)
    few = queries(at(seller), "/series/?v=all")
    for number in range(12):
        start(seller, "FREQ=WEEKLY", title=f"Further {number}", client=sinar)
    assert queries(at(seller), "/series/?v=all") <= few <= 26


def test_the_page_of_one_takes_as_many_questions_for_many_tasks_as_for_few(seller):
    few, many = start(seller, "FREQ=MONTHLY;BYMONTHDAY=1"), start(seller, "FREQ=DAILY")
    parse(many.rule)
    one, other = (queries(at(seller), reverse("planner:series", args=[row.pk])) for row in (few, many))
    assert other <= one + 1 <= 50


# --- from the form of a single task ---------------------------------------------------------------------------------


def repeated(who, status: int = 200, **data: object):
    answer = at(who).post(reverse("planner:repeat_typed"), data)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer


def test_what_was_typed_into_a_new_task_makes_a_series_without_being_typed_again(seller, sinar):
    answer = repeated(
        seller,
        **{"title": "Call about the pumps tomorrow 15:00", "kind": "task", "client": sinar.pk, "text": "Ask for Rina"},
        **{"items": "One\nTwo", "priority": "3", "estimate_minutes": "20", "reminders": ["15"], "person": seller.pk},
    )

    assert not Task.objects.visible_to(seller).exists() and not Series.objects.visible_to(seller).exists()
    form = answer.context["form"]
    sent = {bound.html_name: bound.value() for bound in form}
    assert answer.context["action"] == reverse("planner:new_series") and "note" not in answer.context
    send(seller, "new_series", **{name: value for name, value in sent.items() if value not in (None, False)})
    series = newest(seller)
    tomorrow = today(seller.time_zone) + timedelta(days=1)
    assert (series.title, series.kind, series.at, series.starts_on) == (
        "Call about the pumps",
        "call",
        time(15),
        tomorrow,
    )
    assert (series.client, series.text, series.items) == (sinar, "Ask for Rina", ["One", "Two"])
    assert (series.priority, series.estimate_minutes, series.reminders) == (3, 20, [{"before": 15}])
    assert [slot[:10] for slot in (task.slot for task in tasks(series))][0] == tomorrow.isoformat()


def test_a_meeting_keeps_its_place_and_its_length_and_may_have_no_title_yet(seller):
    day = today() + timedelta(days=3)
    moments = {"start_at": f"{day}T14:00", "end_at": f"{day}T16:30"}

    form = repeated(seller, title="", kind="meeting", **moments).context["form"]

    told = {name: form[name].value() for name in ("title", "starts_on", "begins", "estimate_minutes")}
    assert told == {"title": None, "starts_on": day, "begins": True, "estimate_minutes": 150}
    assert not form.errors


def test_what_a_series_has_no_place_for_is_said(seller, colleague):
    other = actions.set_task(title="Before", by=seller)
    answer = repeated(seller, title="X", kind="task", watchers=[colleague.pk], first=other.pk, needs_ack="on")

    note = answer.context["note"]
    assert all(label in note for label in ("Who watches", "Only after", "Remind again")) and "Part of" not in note


def test_what_is_wrong_in_the_task_stays_there_with_all_that_was_typed(seller, stranger):
    foreign = clients.add_client(name="PT Rahasia", by=stranger)
    answer = repeated(seller, status=422, title="X", kind="task", client=foreign.pk, text="Kept")

    assert "client" in answer.context["form"].errors and "PT Rahasia" not in answer.content.decode()
    assert answer.context["form"]["text"].value() == "Kept" and answer.context["action"] == reverse("planner:new_task")


def test_the_form_of_a_new_task_offers_to_repeat_it_behind_the_button_that_enter_presses(seller):
    shown = page(seller, "new_task")
    assert shown.index("Set the task</button>") < shown.index(f'formaction="{reverse("planner:repeat_typed")}"')
