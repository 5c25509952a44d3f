"""The scheduler: what stands in it for whom, and what becomes of what is moved in it."""

import json
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from pypdf import PdfReader

from kartu.core.models import LiveMessage
from kartu.core.testing import run_jobs
from kartu.firm.models import Absence
from kartu.firm.people_for_tests import make_person
from kartu.notifications.models import Notification
from kartu.planner import actions
from kartu.planner.minutes import minute, moment_of
from kartu.planner.models import SchedulerSetting, Task
from kartu.planner.tests.conftest import seen
from kartu.planner.timeline import Look, offsets, people_of
from kartu.security.actions import Refused
from kartu.security.models import AuditRow

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 10, 7, tzinfo=UTC)
THURSDAY = datetime(2026, 11, 26, 14, 23, tzinfo=UTC)
WEEK = (datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC))


def meeting(person, **more) -> Task:
    start = more.pop("start_at", MONDAY)
    values = {"title": "Pumps", "kind": "meeting", "start_at": start, "end_at": start + timedelta(hours=1), **more}
    return actions.set_task(**values, by=person)


def items(by, **more) -> list[dict]:
    return Look(by, people_of(by, None), *WEEK).items(**more)


def put(client, *moves) -> object:
    url = reverse("planner:place")
    return client.post(url, {"moves": json.dumps(moves)})


def move(task: Task, **more) -> dict:
    return {"task": task.pk, "version": task.version, **more}


def test_what_a_person_may_see_stands_there_with_all_that_is_told_of_it(seller, sinar):
    task = meeting(seller, client=sinar)

    [item] = items(seller)

    assert item["row"] == f"p{seller.pk}"
    assert (item["start"], item["end"]) == (minute(MONDAY), minute(MONDAY) + 60)
    assert (item["title"], item["client"], item["can_move"]) == ("Pumps", "PT Sinar Abadi", True)
    assert item["version"] == task.version


def test_of_a_colleagues_task_only_its_time_is_told(seller, colleague):
    meeting(seller, title="Salary", is_private=True)

    [item] = items(colleague)

    assert item["title"] == "Busy"
    assert item["hidden"] and not item["can_move"]
    assert (item["start"], item["end"]) == (minute(MONDAY), minute(MONDAY) + 60)
    assert "Salary" not in json.dumps(item)
    assert "client" not in item and "version" not in item and "url" not in item


def test_a_meeting_that_one_may_not_see_makes_all_who_come_along_busy(seller, colleague, head, stranger):
    meeting(head, title="Salary", is_private=True, attendees=[colleague])

    for reader in (seller, stranger):
        found = items(reader)

        assert {item["row"] for item in found} == {f"p{head.pk}", f"p{colleague.pk}"}
        assert len({item["id"] for item in found}) == 2
        for item in found:
            assert set(item) == {"id", "task", "row", "start", "end", "title", "kind", "hidden", "can_move", "soft"}
            assert (item["title"], item["kind"], item["hidden"], item["soft"]) == ("Busy", "", True, False)
            assert (item["start"], item["end"]) == (minute(MONDAY), minute(MONDAY) + 60)


def test_the_rows_of_a_team_have_what_its_people_come_along_to_and_nothing_of_others(seller, stranger, head):
    meeting(stranger, title="Elsewhere")
    task = meeting(head, attendees=[seller])

    found = Look(head, [seller], *WEEK).items()

    assert [(item["id"], item["row"], item["title"]) for item in found] == [
        (f"t{task.pk}a{seller.pk}", f"p{seller.pk}", "Pumps")
    ]


def test_a_meeting_stands_in_the_row_of_whoever_comes_along_too(seller, colleague):
    meeting(seller, attendees=[colleague])

    assert {item["row"] for item in items(seller)} == {f"p{seller.pk}", f"p{colleague.pk}"}
    assert [item["can_move"] for item in items(seller) if item["row"] == f"p{colleague.pk}"] == [False]


def test_what_has_no_time_of_day_lies_in_the_tray(seller):
    actions.set_task(title="Some day", by=seller)
    actions.set_task(title="On the day", due_on=MONDAY.date(), by=seller)
    meeting(seller)

    tray = Look(seller, people_of(seller, None), *WEEK).tray()

    assert {each["title"] for each in tray} == {"Some day", "On the day"}
    assert [each["title"] for each in items(seller)] == ["Pumps"]


def test_holidays_and_absences_are_named_where_nobody_works(seller, owner):
    zone = ZoneInfo(seller.time_zone)
    start, end = datetime(2026, 11, 25, tzinfo=zone), datetime(2026, 11, 26, tzinfo=zone)
    Absence.objects.create(person=seller, kind=Absence.Kind.SICK, from_at=start, until_at=end)

    off = Look(seller, [seller], *WEEK).off()

    named = [each for each in off if each.get("why")]
    assert [(each["start"], each["end"]) for each in named] == [(minute(start), minute(end))]
    assert named[0]["why"] == str(Absence.Kind.SICK.label)
    assert sum(each["end"] - each["start"] for each in off) == 7 * 24 * 60 - 4 * 8 * 60


def test_the_offsets_of_a_zone_tell_the_minute_at_which_its_clocks_jump():
    berlin = ZoneInfo("Europe/Berlin")

    found = offsets(berlin, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC))

    jumps = [(moment_of(at), ahead) for at, ahead in found[1:]]
    assert jumps == [
        (datetime(2026, 3, 29, 1, tzinfo=UTC), 120),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), 60),
    ]


def test_a_task_goes_to_another_person_and_minute_both_are_told_and_one_click_undoes_it(
    client, head, seller, colleague
):
    task = meeting(seller)
    client.force_login(head)

    answer = put(client, move(task, row=f"p{colleague.pk}", start=minute(THURSDAY), end=minute(THURSDAY) + 60))

    assert answer.status_code == 200, answer.content
    moved = seen(task, head)
    assert (moved.person, moved.start_at) == (colleague, THURSDAY)
    run_jobs()
    told = {
        each.person_id: each
        for each in Notification.objects.as_system("a test").filter(kind__in=["planner.moved", "planner.given"])
    }
    assert set(told) == {seller.pk, colleague.pk}
    assert "Pumps" in told[colleague.pk].title
    assert answer.json()["items"][0]["row"] == f"p{colleague.pk}"

    client.post(answer.json()["undo"])

    back = seen(task, head)
    assert (back.person, back.start_at, back.end_at) == (seller, MONDAY, MONDAY + timedelta(hours=1))


def test_somebody_was_faster_and_nothing_is_written(client, seller):
    task, other = meeting(seller), meeting(seller, title="Other")
    client.force_login(seller)
    later = {"start": minute(THURSDAY), "end": minute(THURSDAY) + 60}
    actions.change_task(task=task, values={"title": "Newer"}, by=seller)

    answer = put(client, move(other, **later), move(task, **later))

    assert answer.status_code == 409
    assert answer.json()["items"][0]["title"] == "Newer"
    assert seen(other, seller).start_at == seen(task, seller).start_at == MONDAY


def test_who_may_only_look_moves_nothing(seller, colleague):
    outsider = make_person("Outsider", "auditor", seller.team)
    task = meeting(seller)

    with pytest.raises(Refused):
        actions.place_tasks(places=[actions.Place(task, task.version, person=colleague)], by=outsider)


def test_a_strangers_task_is_not_moved(client, seller, stranger):
    task = meeting(seller)
    client.force_login(stranger)

    answer = put(client, move(task, start=minute(THURSDAY), end=minute(THURSDAY) + 60))

    assert answer.status_code in (403, 404)
    assert seen(task, seller).start_at == MONDAY


def test_what_is_done_is_not_moved(client, seller):
    task = meeting(seller)
    task = actions.drop_task(task=task, by=seller)
    client.force_login(seller)

    answer = put(client, move(task, start=minute(THURSDAY), end=minute(THURSDAY) + 60))

    assert answer.status_code == 422
    assert "done" in answer.json()["text"]


def test_what_is_pulled_from_the_tray_has_a_time_instead_of_a_day(client, seller):
    task = actions.set_task(title="Call", due_on=MONDAY.date(), by=seller)
    client.force_login(seller)

    put(client, move(task, row=f"p{seller.pk}", start=minute(THURSDAY), end=minute(THURSDAY) + 15))

    fresh = seen(task, seller)
    assert (fresh.start_at, fresh.due_on) == (THURSDAY, None)


def test_open_pages_hear_of_every_move_by_numbers_only(seller):
    task = meeting(seller, title="Secret")

    message = LiveMessage.objects.filter(kind="planner.moved").last()

    assert message.data == {"tasks": [task.pk]}
    assert message.person_id is None


@pytest.mark.parametrize("query", ["", "from=1&until=x", "from=5&until=4", "from=0&until=99999999", "tasks=1,x"])
def test_nonsense_is_refused_in_words(client, seller, query):
    client.force_login(seller)

    assert client.get(reverse("planner:timeline") + "?" + query).status_code == 400


@pytest.mark.parametrize("body", ["", "[]", "{}", "5", '[{"task": "x", "version": 1}]'])
def test_moves_that_are_none_are_refused(client, seller, body):
    client.force_login(seller)

    assert client.post(reverse("planner:place"), {"moves": body}).status_code == 400


def test_one_row_or_many_take_the_same_number_of_queries(client, seller, head, django_assert_max_num_queries):
    client.force_login(head)
    url = reverse("planner:timeline") + f"?team=&from={minute(WEEK[0])}&until={minute(WEEK[1])}"

    def asked() -> int:
        with django_assert_max_num_queries(40) as counted:
            assert client.get(url).status_code == 200
        return len(counted)

    meeting(seller)
    asked()
    few = asked()
    for number in range(5):
        person = make_person(f"More {number}", "seller", seller.team)
        for _each in range(3):
            meeting(person)

    assert asked() <= few


def test_a_day_is_printed_and_the_log_knows_it_first(client, seller, colleague, sinar):
    meeting(seller, client=sinar)
    meeting(colleague, title="Secret", is_private=True)
    client.force_login(seller)

    paper = client.get(reverse("planner:day_sheet") + "?day=2026-11-23&team=")

    assert paper.status_code == 200
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(paper.content)).pages)
    assert "Pumps" in words
    assert "PT Sinar Abadi" in words
    assert "Busy" in words
    assert "Secret" not in words
    assert AuditRow.objects.filter(verb="print").exists()
    assert client.get(reverse("planner:day_sheet") + "?day=x").status_code == 400


def kept(client, **values) -> int:
    return client.post(reverse("planner:keep_scheduler"), values).status_code


def test_the_scheduler_opens_as_its_person_had_it_last_on_whatever_computer(client, seller, colleague):
    client.force_login(seller)
    assert kept(client, view="week") == 204

    assert client.get(reverse("planner:scheduler")).headers["Location"] == reverse("planner:week")
    assert client.get(reverse("planner:scheduler") + "?view=team").status_code == 200
    client.force_login(colleague)
    assert client.get(reverse("planner:scheduler")).status_code == 200


def test_rows_zoom_grid_and_colours_are_kept_one_by_one(client, seller, stranger):
    client.force_login(seller)
    for values in ({"team": stranger.team_id}, {"minutes": 4320}, {"snap": 5}, {"colours": "client"}, {"whole": 1}):
        assert kept(client, **values) == 204

    context = client.get(reverse("planner:scheduler")).context
    assert context["team"] == stranger.team
    shown = {name: context["config"][name] for name in ("days", "snap", "colours", "whole")}
    assert shown == {"days": 3, "snap": 5, "colours": "client", "whole": True}

    kept(client, team="")
    assert client.get(reverse("planner:scheduler")).context["team"] is None
    assert SchedulerSetting.objects.get().snap == 5


def test_it_is_put_on_a_day_as_a_whole_and_back_to_an_hour(client, seller):
    task = meeting(seller)
    client.force_login(seller)

    assert put(client, move(task, day="2026-11-25")).status_code == 200
    task = seen(task, seller)
    assert (task.due_on, task.start_at, task.end_at, task.due_at) == (date(2026, 11, 25), None, None, None)

    assert put(client, move(task, start=minute(THURSDAY), end=None)).status_code == 200
    task = seen(task, seller)
    # As long as a meeting is taken to last.
    assert (task.due_on, task.start_at, task.end_at) == (None, THURSDAY, THURSDAY + timedelta(hours=1))


def test_what_is_only_due_comes_to_be_due_at_another_moment(client, seller):
    task = actions.set_task(title="Answer", due_at=MONDAY, by=seller)
    client.force_login(seller)

    answer = put(client, move(task, due=minute(THURSDAY)))

    assert answer.status_code == 200
    assert (seen(task, seller).due_at, seen(task, seller).start_at) == (THURSDAY, None)


@pytest.mark.parametrize("where", [{"day": "2026-02-30"}, {"day": 5}, {"day": "x"}, {"due": "x"}, {"start": 10**30}])
def test_places_that_are_none_are_refused(client, seller, where):
    task = meeting(seller)
    client.force_login(seller)

    assert put(client, move(task, **where)).status_code == 400
    assert seen(task, seller).start_at == MONDAY


def test_a_day_on_which_nothing_can_be_is_told(client, seller):
    task = meeting(seller)
    client.force_login(seller)

    answer = put(client, move(task, day="2999-01-01"))

    assert answer.status_code == 422
    assert "2999" in answer.json()["text"]


def test_nobody_looks_and_is_remembered_for_it(client, seller):
    client.force_login(seller)
    for address in ("scheduler", "day", "days", "week", "month", "agenda"):
        client.get(reverse(f"planner:{address}"))

    assert not SchedulerSetting.objects.exists()


@pytest.mark.parametrize(
    "values", [{"view": "year"}, {"minutes": 0}, {"minutes": "x"}, {"snap": 7}, {"colours": "red"}, {"team": 10**9}]
)
def test_what_the_scheduler_cannot_have_sent_is_not_kept(client, seller, values):
    client.force_login(seller)

    assert kept(client, **values) == 400
    assert not SchedulerSetting.objects.exists()
