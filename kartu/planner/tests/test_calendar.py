"""The calendar of one person: what stands in which day for whom."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from kartu.core.formats import region
from kartu.firm.models import Absence, CalendarDay
from kartu.firm.people_for_tests import make_person
from kartu.planner import actions
from kartu.planner.calendar import A_PAGE, AT_ONCE, Calendar
from kartu.planner.days import Entry
from kartu.planner.lanes import lay
from kartu.planner.minutes import Clock, Days, Minutes, minute
from kartu.planner.models import Task
from kartu.planner.views.calendar import first_of_week
from kartu.security.audit import acting_as, create_many
from kartu.security.prepared import USUAL

pytestmark = pytest.mark.django_db

SORTS = ["day", "days", "week", "month", "agenda"]
MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)
SUNDAY = date(2026, 11, 29)


@pytest.fixture(autouse=True)
def zone(seller):
    with timezone.override(ZoneInfo(seller.time_zone)):
        yield ZoneInfo(seller.time_zone)


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))


def meeting(person, start: datetime = None, **more) -> Task:
    start = start or at(10, 7)
    values = {"title": "Pumps", "kind": "meeting", "start_at": start, "end_at": start + timedelta(hours=1), **more}
    return actions.set_task(**values, by=person)


def week(by, person=None, **more) -> dict[date, list[Entry]]:
    days = Calendar(by, person or by).days(MONDAY, SUNDAY, **more)
    return {day.date: day.entries for day in days if day.entries}


def opened(client, sort: str, query: str = "") -> str:
    answer = client.get(reverse(f"planner:{sort}") + query)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_a_task_stands_in_its_day_and_hour_with_all_that_is_told_of_it(seller, sinar):
    meeting(seller, client=sinar)

    [entry] = week(seller, by_hours=True)[MONDAY]

    assert (entry.at, entry.minutes, entry.when) == (607, 60, "10:07–11:07")
    assert (entry.title, entry.client) == ("Pumps", "PT Sinar Abadi") and entry.unseen.startswith("Meeting")


def test_what_has_only_a_day_stands_above_the_hours(seller):
    actions.set_task(title="On the day", due_on=MONDAY, by=seller)
    meeting(seller)

    day = Calendar(seller, seller).days(MONDAY, MONDAY, by_hours=True)[0]

    assert [entry.title for entry in day.whole] == ["On the day"]
    assert [entry.title for entry in day.timed] == ["Pumps"]


def test_what_goes_over_midnight_stands_in_both_days_and_a_whole_day_of_it_above(seller):
    meeting(seller, at(22), end_at=at(2, day=date(2026, 11, 25)))

    days = Calendar(seller, seller).days(MONDAY, SUNDAY, by_hours=True)

    assert [(entry.at, entry.minutes) for entry in days[0].timed] == [(1320, 120)]
    assert [entry.title for entry in days[1].whole] == ["Pumps"]
    assert [(entry.at, entry.minutes) for entry in days[2].timed] == [(0, 120)]
    assert days[3].count == 0


def test_of_a_colleagues_private_task_only_its_time_is_told(client, seller, colleague):
    meeting(seller, title="Salary", is_private=True)

    [entry] = week(colleague, seller)[MONDAY]

    assert (entry.title, entry.when, entry.is_hidden) == ("Busy", "10:07–11:07", True)
    assert not (entry.url or entry.client or entry.kind or entry.version or entry.can_move)
    client.force_login(colleague)
    for sort in SORTS:
        page = opened(client, sort, f"?person={seller.pk}&day=2026-11-23")
        assert "Busy" in page
        assert "Salary" not in page


def test_what_has_no_time_of_day_or_is_done_tells_colleagues_nothing(seller, colleague):
    actions.set_task(title="Salary", due_on=MONDAY, is_private=True, by=seller)
    done = meeting(seller, title="Other", is_private=True)
    actions.finish_task(task=done, result="Done", by=seller)

    assert week(colleague, seller) == {}


@pytest.mark.parametrize("count", [1, USUAL + 1])
def test_a_meeting_stands_in_the_calendar_of_whoever_comes_along(seller, colleague, count):
    for _each in range(count):
        meeting(seller, attendees=[colleague])
    meeting(seller, title="Without him")

    assert [entry.title for entry in week(colleague)[MONDAY]] == ["Pumps"] * count


def test_each_week_and_each_person_has_what_is_his_own(seller, colleague):
    meeting(seller)
    meeting(seller, at(9, day=date(2026, 12, 1)), title="Next week")
    meeting(colleague, title="Not his")
    actions.set_task(title="Then", due_on=date(2026, 12, 6), by=seller)

    first = Calendar(seller, seller).days(MONDAY, SUNDAY)
    second = Calendar(seller, seller).days(date(2026, 11, 30), date(2026, 12, 6))

    assert [entry.title for day in first for entry in day.entries] == ["Pumps"]
    assert [entry.title for day in second for entry in day.entries] == ["Next week", "Then"]
    assert [entry.title for entry in week(colleague)[MONDAY]] == ["Not his"]


def test_what_is_only_due_stands_there_for_as_long_as_it_may_take(seller):
    actions.set_task(title="Call", kind="call", due_at=at(10), by=seller)
    actions.set_task(title="Long", due_at=at(11), estimate_minutes=200, by=seller)
    actions.set_task(title="Late", kind="visit", due_at=at(23, 30), by=seller)

    days = Calendar(seller, seller).days(MONDAY, TUESDAY, by_hours=True)

    assert [(entry.title, entry.at, entry.minutes) for entry in days[0].timed] == [
        ("Call", 600, 15),
        ("Long", 660, 200),
        ("Late", 1410, 30),
    ]
    assert [(entry.title, entry.at, entry.minutes) for entry in days[1].timed] == [("Late", 0, 60)]


def test_a_meeting_that_one_may_not_see_makes_all_who_come_along_busy(client, seller, colleague, head, stranger):
    meeting(head, title="Salary", is_private=True, attendees=[colleague])
    meeting(head, at(15), title="Branch", attendees=[colleague])

    [hidden] = [entry for entry in week(seller, colleague)[MONDAY] if entry.when == "10:07–11:07"]
    strange = week(stranger, colleague)[MONDAY]

    assert (hidden.title, hidden.is_hidden, hidden.url, hidden.can_move) == ("Busy", True, "", False)
    assert [(entry.title, entry.when) for entry in strange] == [("Busy", "10:07–11:07"), ("Busy", "15:00–16:00")]
    days, _place = Calendar(stranger, colleague).agenda(MONDAY)
    assert [entry.title for day in days for entry in day.entries] == ["Busy", "Busy"]


@pytest.mark.parametrize("second", [0, 1, 59])
def test_the_database_counts_minutes_and_days_as_we_do(seller, second):
    start = at(9, 59).replace(second=second)
    timed = meeting(seller, start)
    other = actions.set_task(title="Day", due_on=SUNDAY, by=seller)
    rows = Task.objects.visible_to(seller)

    found = rows.filter(pk=timed.pk).values_list(Minutes("start_at"), Minutes("end_at"), Days("due_on")).get()
    day = rows.filter(pk=other.pk).values_list(Minutes("start_at"), Days("due_on")).get()

    assert found == (minute(start), minute(start) + 60, None)
    assert day == (None, (SUNDAY - date(1970, 1, 1)).days)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"])
def test_a_clock_shows_what_the_zone_says_also_where_it_jumps(zone):
    clock, zone = Clock(ZoneInfo(zone)), ZoneInfo(zone)
    epoch = datetime(1970, 1, 1)

    for number in range(0, 366 * 24 * 60, 97):
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
        shown = at.astimezone(zone).replace(tzinfo=None)
        assert clock.shows(minute(at)) == (shown - epoch) // timedelta(minutes=1)


def test_it_is_late_to_the_second(seller, monkeypatch):
    now = timezone.now()
    for seconds in (-1, 1):
        actions.set_task(title=f"{seconds}", due_at=now + timedelta(seconds=seconds), by=seller)
    day = timezone.localtime(now).date()

    monkeypatch.setattr(timezone, "now", lambda: now)
    [told] = Calendar(seller, seller).days(day, day)
    [few] = Calendar(seller, seller).days(day, day, most=5)

    assert [(entry.title, entry.is_late) for entry in told.entries] == [("-1", True), ("1", False)]
    assert few.entries == told.entries


def test_what_is_done_stays_there_and_what_is_not_needed_does_not(seller):
    done = meeting(seller)
    actions.finish_task(task=done, result="Agreed", by=seller)
    actions.drop_task(task=meeting(seller, title="Needless"), by=seller)

    assert [(entry.title, entry.state) for entry in week(seller)[MONDAY]] == [("Pumps", "done")]


def test_of_a_full_day_so_many_are_shown_and_the_others_counted(client, seller):
    for number in range(8):
        meeting(seller, at(9 + number), title=f"No. {number}")

    day = Calendar(seller, seller).days(MONDAY, MONDAY, most=3)[0]

    assert ([entry.title for entry in day.entries], day.count, day.more) == (["No. 0", "No. 1", "No. 2"], 8, 5)
    client.force_login(seller)
    page = opened(client, "month", "?day=2026-11-02")
    assert "+5 more" in page
    assert reverse("planner:day") + "?day=2026-11-23" in page


def test_weekends_holidays_and_leave_are_marked_by_the_firms_book(client, seller, zone):
    CalendarDay.objects.create(day=TUESDAY, kind="off", name="Founders' day")
    start = datetime(2026, 11, 25, tzinfo=zone)
    Absence.objects.create(person=seller, kind=Absence.Kind.SICK, from_at=start, until_at=start + timedelta(days=1))

    days = Calendar(seller, seller).days(MONDAY, SUNDAY, by_hours=True)

    assert [bool(day.off) for day in days] == [False, True, True, False, False, True, True]
    assert [day.off for day in days if day.is_named] == ["Founders' day", str(Absence.Kind.SICK.label)]
    assert sum(minutes for _at, minutes, _why in days[1].rests) == 24 * 60
    assert sum(minutes for _at, minutes, _why in days[0].rests) == 24 * 60 - 8 * 60
    client.force_login(seller)
    assert "Founders&#x27; day" in opened(client, "month", "?day=2026-11-23")


def test_what_overlaps_stands_side_by_side_and_the_rest_has_the_whole_width():
    long, one, two, later = (
        Entry(1, "a", at=540, minutes=120),
        Entry(2, "b", at=550, minutes=30),
        Entry(3, "c", at=590, minutes=30),
        Entry(4, "d", at=700, minutes=5),
    )

    lay([later, two, one, long])

    assert [(each.lane, each.lanes) for each in (long, one, two, later)] == [(0, 2), (1, 2), (1, 2), (0, 1)]


def test_what_is_very_short_is_not_drawn_over_what_follows():
    first, second = Entry(1, "a", at=540, minutes=1), Entry(2, "b", at=545, minutes=30)

    lay([first, second])

    assert (first.lane, second.lane, first.lanes) == (0, 1, 2)


def test_the_list_goes_on_page_by_page_without_losing_or_doubling_anything(seller):
    for number in range(A_PAGE + 5):
        meeting(seller, at(9) + timedelta(hours=number // 3), title=f"No. {number}")
    calendar = Calendar(seller, seller)

    first, place = calendar.agenda(MONDAY)
    moment, _sign, pk = place.partition("~")
    second, end = calendar.agenda(MONDAY, (datetime.fromisoformat(moment), int(pk)))

    titles = [entry.title for days in (first, second) for day in days for entry in day.entries]
    assert sum(len(day.entries) for day in first) == A_PAGE
    assert sorted(titles) == sorted(f"No. {number}" for number in range(A_PAGE + 5))
    assert end == ""


def test_the_list_of_a_colleague_has_his_hidden_times_between(client, seller, colleague):
    for number in range(A_PAGE):
        meeting(
            seller,
            at(9) + timedelta(hours=number),
            is_private=bool(number % 2),
            attendees=[colleague] * (number % 4 == 0),
        )

    days, place = Calendar(colleague, seller).agenda(MONDAY)

    titles = [entry.title for day in days for entry in day.entries]
    assert place == ""
    assert len(titles) == A_PAGE
    assert titles.count("Busy") >= A_PAGE // 2


def test_weeks_begin_as_they_do_where_the_firm_is():
    with translation.override("ru"):
        assert first_of_week(SUNDAY) == MONDAY
    token = region.set("ID")
    try:
        with translation.override("id"):
            assert first_of_week(SUNDAY) == SUNDAY
    finally:
        region.reset(token)


def test_a_day_on_which_the_clock_jumps_has_its_tasks_at_what_the_clock_shows(seller):
    with timezone.override(ZoneInfo("Europe/Berlin")):
        start = datetime(2026, 3, 29, 7, tzinfo=UTC)
        meeting(seller, start)

        day = Calendar(seller, seller).days(date(2026, 3, 29), date(2026, 3, 29), by_hours=True)[0]

    assert [(entry.at, entry.minutes) for entry in day.timed] == [(9 * 60, 60)]


@pytest.mark.parametrize("sort", SORTS)
def test_one_or_many_take_the_same_number_of_queries(client, seller, sinar, django_assert_max_num_queries, sort):
    client.force_login(seller)

    def asked() -> int:
        with django_assert_max_num_queries(40) as counted:
            opened(client, sort, "?day=2026-11-23")
        return len(counted)

    meeting(seller, client=sinar)
    asked()
    few = asked()
    for number in range(12):
        make_person(f"More {number}", "seller", seller.team)
        meeting(seller, at(8 + number), title=f"No. {number}", client=sinar)

    assert asked() <= few


def many(person, count: int) -> None:
    start = at(9)
    rows = [
        Task(title=f"No. {number}", person=person, author=person, start_at=start, end_at=start + timedelta(hours=1))
        for number in range(count)
    ]
    with acting_as(person):
        create_many(rows)


def test_a_full_week_is_told_in_as_many_queries_as_one_task(seller, django_assert_max_num_queries):
    def asked() -> int:
        with django_assert_max_num_queries(40) as counted:
            assert week(seller)
        return len(counted)

    meeting(seller)
    asked()
    few = asked()
    many(seller, 2 * USUAL)

    assert asked() == few


def test_more_than_is_told_at_once_is_told_all_the_same(seller):
    many(seller, AT_ONCE + 1)

    [day] = Calendar(seller, seller).days(MONDAY, MONDAY, most=3, whole={MONDAY})

    assert {entry.title for entry in day.entries} == {f"No. {number}" for number in range(AT_ONCE + 1)}
    assert not any(entry.is_hidden for entry in day.entries)


@pytest.mark.parametrize("sort", SORTS)
def test_what_somebody_has_typed_is_never_html(client, seller, sinar, sort):
    sinar.name = "<i>Sinar</i>"
    with acting_as(seller):
        sinar.save()
    meeting(seller, title='<b>"Pumps"</b>', client=sinar)
    CalendarDay.objects.create(day=MONDAY, kind="off", name="<u>Founders</u>")
    client.force_login(seller)

    page = opened(client, sort, "?day=2026-11-23")

    assert "&lt;b&gt;&quot;Pumps&quot;&lt;/b&gt;" in page
    assert "&lt;i&gt;Sinar&lt;/i&gt;" in page
    assert [part for part in ('<b>"', "<i>Sinar", "<u>Founders") if part in page] == []


@pytest.mark.parametrize("sort", SORTS)
def test_htmx_gets_the_days_alone(client, seller, sort):
    client.force_login(seller)
    meeting(seller)

    answer = client.get(reverse(f"planner:{sort}") + "?day=2026-11-23", headers={"HX-Request": "true"})

    assert "Pumps" in answer.content.decode()
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("query", ["?day=x", "?day=0001-01-01", "?day=9999-12-31", "?day=2026-02-30"])
def test_days_that_are_none_are_refused(client, seller, sort, query):
    client.force_login(seller)

    assert client.get(reverse(f"planner:{sort}") + query).status_code == 400


@pytest.mark.parametrize(
    "place", ["x", "~", "2026-11-23~5", "2026-11-23T10:00:00+00:00~x", "2026-11-23T10:00:00+00:00"]
)
def test_places_in_the_list_that_are_none_are_refused(client, seller, place):
    client.force_login(seller)

    assert client.get(reverse("planner:agenda"), {"after": place}).status_code == 400


@pytest.mark.parametrize("sort", SORTS)
def test_whoever_has_nothing_to_do_with_tasks_has_no_calendar(client, seller, sort):
    gone = make_person("Gone", "seller", seller.team)
    gone.is_active = False
    gone.save()
    client.force_login(seller)

    for person in (gone.pk, 10**12, "x", "-1"):
        assert client.get(reverse(f"planner:{sort}"), {"person": person}).status_code == 404


def test_the_switch_leads_to_all_views_of_the_same_person_and_day(client, seller, colleague):
    client.force_login(seller)

    page = opened(client, "week", f"?person={colleague.pk}&day=2026-11-23")

    for sort in SORTS:
        assert f"{reverse(f'planner:{sort}')}?person={colleague.pk}&amp;day=2026-11-23" in page
    for key in range(1, 7):
        assert f'data-key="{key}"' in page


def test_the_menu_of_colleagues_names_those_who_have_to_do_with_tasks(client, seller, colleague):
    client.force_login(seller)

    page = opened(client, "week", "?day=2026-11-23&whose=1")

    assert f"?person={colleague.pk}&amp;day=2026-11-23" in page
    assert "<html" not in page


def test_what_one_may_move_says_so_and_nothing_else_does(seller, colleague, head):
    meeting(seller, attendees=[colleague])
    done = meeting(seller, title="Done")
    actions.finish_task(task=done, result="Agreed", by=seller)

    assert [entry.can_move for entry in week(seller)[MONDAY]] == [True, False]
    assert [entry.can_move for entry in week(head, seller)[MONDAY]] == [True, False]
    assert [entry.can_move for entry in week(colleague)[MONDAY]] == [False]
