"""The routine of a month: how much time it takes of whom, what collides, and who could take it over."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html

from kartu.clients import actions as clients
from kartu.core.actors import System
from kartu.core.testing import run_jobs
from kartu.firm.models import Absence
from kartu.firm.working import Book, days_between
from kartu.planner import actions
from kartu.planner.actions import series as acts
from kartu.planner.models import Series, Task
from kartu.planner.recurrence import parse
from kartu.planner.routine.month import Inventory, Load, month_in
from kartu.planner.segments import follow_segment
from kartu.planner.templatetags.queue import hours
from kartu.planner.templatetags.routine import in_hours
from kartu.records.lists import approval
from kartu.records.lists.export_job import again
from kartu.records.models import ExportFile, ExportMark, ExportRequest
from kartu.security.models import AlertSettings
from kartu.security.models.audit import AuditRow, Verb

# A Saturday; far ahead, so that nothing depends on the day on which this runs.
MARCH = date(2031, 3, 1)


def start(by, text: str = "FREQ=WEEKLY;BYDAY=MO", *, at: time | None = time(10), **more) -> Series:
    more = {"title": "Count the till", "zone": "UTC", "starts_on": MARCH, "by": by} | more
    return acts.start_series(rule=parse(text), at=at, **more)


def load_of(person, by=None, month: date = MARCH) -> Load:
    return next(load for load in Inventory(by or person, month).loads if load.person == person)


def days(load: Load) -> list[int]:
    return [each.day.day for each in load.happenings]


def at(who) -> Browser:
    browser = Browser()
    browser.force_login(who)
    return browser


def shown(who, name: str = "routine", query: str = "?month=2031-03") -> html.HtmlElement:
    answer = at(who).get(reverse(f"planner:{name}") + query)
    assert answer.status_code == 200, answer.status_code
    return html.fromstring(answer.content.decode())


def test_hours_are_times_by_the_rule_and_what_has_no_estimate_is_counted_and_not_guessed(seller):
    start(seller, estimate_minutes=30)
    start(seller, "FREQ=MONTHLY;BYMONTHDAY=15", title="Reconcile")

    load = load_of(seller)

    assert days(load) == [3, 10, 15, 17, 24, 31]
    assert (load.times, load.minutes, load.unestimated) == (6, 150, 1)
    assert [(duty.series.title, duty.minutes) for duty in load.duties] == [("Count the till", 150), ("Reconcile", None)]


def test_the_share_is_of_the_working_time_of_that_month_without_absences(seller):
    start(seller, estimate_minutes=60)
    whole = load_of(seller).working
    book = Book.of([seller], MARCH, date(2031, 3, 31))
    by_day = {day: book.hours(seller, day).minutes for day in days_between(MARCH, date(2031, 3, 31))}
    assert whole == sum(by_day.values()) > 100 * 60
    Absence.objects.create(
        person=seller, from_at=datetime(2031, 3, 3, tzinfo=UTC), until_at=datetime(2031, 3, 8, tzinfo=UTC)
    )

    load = load_of(seller)

    left = whole - sum(minutes for day, minutes in by_day.items() if 3 <= day.day <= 7)
    assert load.working == left and load.share == round(100 * 300 / left)
    assert load.free == left - 300


def test_what_was_set_up_later_has_taken_no_time_before(seller):
    start(seller, "FREQ=DAILY", starts_on=date(2020, 1, 1), estimate_minutes=30)
    month = timezone.now().date().replace(day=1)

    assert load_of(seller, month=month - timedelta(days=40)).times == 0
    assert load_of(seller).times == 31


def test_left_out_paused_and_ended_ones_are_not_counted(seller):
    series = start(seller, estimate_minutes=30)
    actions.skip_day(series=series, slot="2031-03-10T10:00", by=seller)
    actions.pause_series(series=series, first=date(2031, 3, 20), last=date(2031, 3, 25), by=seller)

    assert days(load_of(seller)) == [3, 17, 31]

    actions.end_series(series=series, last=date(2031, 3, 5), by=seller)
    assert days(load_of(seller)) == [3]


def test_what_collides_is_told_with_whoever_is_free_then(seller, head, colleague, stranger):
    start(seller, begins=True, estimate_minutes=60, title="Meeting")
    start(seller, "FREQ=MONTHLY;BYDAY=1MO", begins=True, estimate_minutes=60, title="Stock", at=time(10, 30))
    start(seller, "FREQ=MONTHLY;BYDAY=1MO", begins=True, estimate_minutes=30, title="Behind it", at=time(11, 30))
    start(seller, "FREQ=MONTHLY;BYDAY=1MO", estimate_minutes=30, title="Only due", at=time(10, 30))
    start(head, "FREQ=MONTHLY;BYDAY=1MO", begins=True, estimate_minutes=15, title="Own", at=time(11, 0))

    load = load_of(seller, by=head)

    [collision] = load.collisions
    assert (collision.first.title, collision.second.title) == ("Meeting", "Stock")
    assert collision.shown.day.day == 3 and load.clashes == 2
    assert collision.free == [colleague]


def test_two_that_fall_together_again_and_again_are_told_once_with_the_next_time(seller, head):
    start(seller, begins=True, estimate_minutes=60, title="Meeting")
    start(seller, begins=True, estimate_minutes=60, title="Stock", at=time(10, 30))
    start(seller, "FREQ=MONTHLY;BYDAY=2MO", begins=True, estimate_minutes=90, title="Inspection", at=time(9, 30))

    told = {(each.first.title, each.second.title): each for each in load_of(seller).collisions}

    assert {pair: len(each.times) for pair, each in told.items()} == {
        ("Meeting", "Stock"): 5, ("Inspection", "Meeting"): 1, ("Inspection", "Stock"): 1,
    }  # fmt: skip
    assert told["Meeting", "Stock"].shown.day.day == 3 and told["Meeting", "Stock"].is_ahead
    assert told["Meeting", "Stock"].is_series_given
    page = shown(head)
    [link] = page.xpath('//section//a[text()="5 times"]/@href')
    rows = html.fromstring(at(head).get(link).content.decode()).xpath("//tbody/tr")
    assert [row.xpath("string(td[3])").strip() for row in rows] == ["Stock"] * 5
    assert [row.xpath("string(td[6])").strip() for row in rows] == ["Meeting", "Inspection, Meeting", *["Meeting"] * 3]


def test_the_last_time_is_told_where_none_lies_ahead(seller, monkeypatch):
    start(seller, begins=True, estimate_minutes=60, title="Meeting")
    start(seller, begins=True, estimate_minutes=60, title="Stock", at=time(10, 30))
    inventory = Inventory(seller, MARCH)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2031, 4, 5, tzinfo=UTC))

    [told] = next(load for load in inventory.loads if load.person == seller).collisions

    assert (told.shown.day.day, told.is_ahead) == (31, False)


def test_those_of_one_segment_at_one_time_are_one_collision(seller):
    segment = clients.add_segment(name="Born", text="birthday is not empty", by=seller)
    for name in ("Adi", "Budi", "Cici"):
        clients.add_client(name=name, birthday=date(1990, 5, 5), by=seller)
    whole = start(seller, segment=segment, begins=True, estimate_minutes=10, title="Ask for orders")
    follow_segment(whole.pk, by=System("a night of a test"), now=timezone.now())

    [told] = load_of(seller).collisions

    assert (told.first, told.second, len(told.times)) == (whole, whole, 15)
    [link] = shown(seller).xpath('//section//a[text()="15 times"]/@href')
    assert len(html.fromstring(at(seller).get(link).content.decode()).xpath("//tbody/tr")) == 15


def test_a_day_with_more_routine_than_working_time_is_told_with_free_hands(seller, head, colleague):
    working = Book.of([seller], MARCH, MARCH).hours(seller, date(2031, 3, 4)).minutes
    start(seller, "FREQ=MONTHLY;BYMONTHDAY=4", at=None, estimate_minutes=working, title="All day")
    assert load_of(seller).full_days == []
    start(seller, "FREQ=MONTHLY;BYMONTHDAY=4", at=None, estimate_minutes=20, title="And more")

    [day] = load_of(seller, by=head).full_days

    assert (day.day, day.minutes, day.working) == (date(2031, 3, 4), working + 20, working)
    assert {person for person, _minutes in day.free} == {head, colleague}
    assert all(minutes == working for _person, minutes in day.free)


def test_each_counts_what_he_reaches_and_private_things_are_nobody_elses(seller, head, colleague, stranger, owner):
    start(seller, estimate_minutes=30)
    start(seller, estimate_minutes=45, title="Secret", is_private=True)
    start(stranger, estimate_minutes=30)

    assert load_of(seller).minutes == 5 * 75
    assert load_of(seller, by=head).minutes == 5 * 30
    assert {load.person for load in Inventory(seller, MARCH).loads} == {seller}
    assert {load.person for load in Inventory(head, MARCH).loads} == {head, seller, colleague}
    assert {load.person for load in Inventory(owner, MARCH).loads} >= {head, seller, colleague, stranger, owner}


def test_of_somebody_out_of_reach_only_what_one_has_set_is_counted_and_no_share_is_told(seller, stranger):
    start(stranger, estimate_minutes=90)
    start(seller, estimate_minutes=30, person=stranger, title="For Viktor")

    load = load_of(stranger, by=seller)

    assert (load.minutes, load.working, load.share) == (150, None, None)


def test_what_comes_after_completion_counts_as_far_as_it_stands_there(seller):
    series = start(seller, "FREQ=DAILY;INTERVAL=7;X-AFTER=DONE", estimate_minutes=20, starts_on=date(2031, 3, 4))

    assert days(load_of(seller)) == [4]
    [task] = Task.objects.visible_to(seller).filter(series=series)
    assert load_of(seller).happenings[0].task == task


def test_by_teams_the_hours_are_those_of_all_of_it(seller, head, colleague):
    start(seller, estimate_minutes=30)
    start(colleague, estimate_minutes=30)
    inventory = Inventory(head, MARCH)

    [team] = inventory.by_team(inventory.loads)

    assert (team.name, team.times, team.minutes) == ("Bandung", 10, 300)
    assert team.working == sum(load.working for load in inventory.loads)


def test_every_number_opens_its_times(seller, head):
    start(seller, begins=True, estimate_minutes=60, title="Meeting")
    start(seller, "FREQ=MONTHLY;BYDAY=1MO", begins=True, title="Stock", at=time(10, 30))
    page = shown(head)

    def opened(text: str) -> list[str]:
        [link] = page.xpath(f'//tbody/tr[td[1]//a[text()="Sari"]]//a[text()="{text}"]/@href')
        rows = html.fromstring(at(head).get(link).content.decode()).xpath("//tbody/tr")
        return [row.xpath("string(td[3])").strip() for row in rows]

    assert opened("6") == ["Meeting", "Stock", "Meeting", "Meeting", "Meeting", "Meeting"]
    assert opened("5 h") == opened("6")
    assert opened("1") == ["Stock"]
    assert opened("2") == ["Meeting", "Stock"]
    sums = shown(head, "routine_times", f"?month=2031-03&person={seller.pk}").xpath("//tfoot")[0].text_content()
    assert "6 times" in sums and "without an estimate: 1" in sums and "5 h" in sums


def test_what_a_team_works_opens_its_people_with_what_they_work(owner, seller, head, colleague):
    for person in (seller, head, owner):
        start(person, estimate_minutes=30)
    page = shown(owner, query="?month=2031-03&by=team")

    def opened(name: str) -> tuple[float, list[float]]:
        [link] = page.xpath(f'(//table)[1]/tbody/tr[td[1]//a[normalize-space()="{name}"]]/td[4]/a')
        rows = html.fromstring(at(owner).get(link.get("href")).content.decode()).xpath("(//table)[1]/tbody/tr")
        return number(link.text_content()), [number(row.xpath("string(td[4])")) for row in rows]

    def number(text: str) -> float:
        return float(text.removesuffix(" h").replace(",", ""))

    for name, count in (("Bandung", 3), ("Without a team", 1)):
        total, single = opened(name)
        assert len(single) == count and total == sum(single) > 100


def test_more_people_and_more_series_ask_no_more(owner, seller, head, colleague):
    def asked(query: str = "?month=2031-03") -> int:
        browser = at(owner)
        browser.get(reverse("planner:routine") + query)
        with CaptureQueriesContext(connection) as found:
            assert browser.get(reverse("planner:routine") + query).status_code == 200
        return len(found)

    start(seller, begins=True, estimate_minutes=30)
    start(seller, "FREQ=DAILY;INTERVAL=7;X-AFTER=DONE", estimate_minutes=20)
    born = clients.add_client(name="PT Lahir", birthday=date(1980, 3, 20), by=seller)
    start(seller, "FREQ=YEARLY;X-FIELD=birthday;X-BEFORE=1", client=born)
    few = asked()
    for person in (seller, head, colleague):
        for number in range(5):
            start(person, begins=True, estimate_minutes=30, title=f"More {number}")
        other = clients.add_client(name=f"PT {person}", birthday=date(1980, 3, 21), by=person)
        start(person, "FREQ=YEARLY;X-FIELD=birthday;X-BEFORE=1", client=other)

    assert asked() == few


def test_a_date_of_the_client_comes_in_its_month(seller):
    born = clients.add_client(name="PT Lahir", birthday=date(1980, 3, 20), by=seller)
    start(seller, "FREQ=YEARLY;X-FIELD=birthday;X-BEFORE=1", client=born)

    assert days(load_of(seller)) == [19]
    assert load_of(seller, month=date(2031, 4, 1)).times == 0


def test_it_leaves_as_a_file_with_its_mark_and_a_line_in_the_log_by_the_right_alone(seller, head):
    start(seller, estimate_minutes=30)
    url = reverse("planner:routine_file") + "?month=2031-03"
    assert at(seller).post(url, {"purpose": "A report"}).status_code == 403
    assert not ExportMark.objects.exists()
    assert at(head).post(url, {"purpose": ""}).status_code == 422

    answer = at(head).post(url, {"purpose": "A report"})

    assert answer.status_code == 200 and b"".join(answer.streaming_content)[:2] == b"PK"
    [row] = AuditRow.objects.filter(verb=Verb.EXPORT)
    mark = ExportMark.objects.get()
    assert row.actor_id == head.pk and mark.person_id == head.pk
    assert row.payload.values["number"] == mark.pk and row.payload.values["rows"] == 1


def test_more_rows_than_the_limit_wait_for_a_second_person(seller, head, owner, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    AlertSettings.objects.create(pk=1, approve_above=1)
    start(seller, estimate_minutes=30)
    start(head, estimate_minutes=30)

    answer = at(head).post(reverse("planner:routine_file") + "?month=2031-03", {"purpose": "A report"})

    assert answer.status_code == 302 and answer["Location"].startswith(reverse("planner:routine"))
    request = ExportRequest.objects.get()
    assert (request.list_key, request.rows, request.question["month"]) == ("routine", 2, "2031-03")
    assert "Routine inventory" in at(owner).get("/exports/").content.decode()
    start(seller, title="Set while it waited")
    approval.approve(request=request, now=timezone.now(), by=owner)
    run_jobs()
    file = ExportFile.objects.get()
    assert (file.rows, file.person_id, file.name) == (2, head.pk, "routine-2031-03.xlsx")
    values = AuditRow.objects.get(verb=Verb.EXPORT).payload.values
    assert (values["agreed by"], values["purpose"], values["rows"]) == (owner.pk, "A report", 2)


def test_who_may_not_take_tasks_out_any_more_gets_nothing_of_what_was_agreed_to(seller):
    with pytest.raises(PermissionDenied):
        again("routine", {"month": "2031-03"}, [], "A report", seller)


def test_of_a_team_out_of_reach_since_nothing_leaves_and_not_everything(head, stranger):
    mine = {"month": "2031-03", "whose": str(head.team_id)}
    assert again("routine", mine, [], "A report", head)[0].asked.whose == str(head.team_id)

    with pytest.raises(PermissionDenied):
        again("routine", {**mine, "whose": str(stranger.team_id or 99)}, [], "A report", head)


def test_it_is_printed_with_its_mark(seller):
    start(seller, estimate_minutes=30)

    answer = at(seller).get(reverse("planner:routine_print") + "?month=2031-03")

    assert answer.status_code == 200 and answer.content[:4] == b"%PDF"
    assert AuditRow.objects.filter(verb=Verb.PRINT).count() == ExportMark.objects.count() == 1


def test_an_address_that_names_no_month_shows_this_one():
    assert month_in("2031-03", date(2026, 1, 5)) == MARCH
    assert month_in("nonsense", date(2026, 1, 5)) == month_in("2031-13", date(2026, 1, 5)) == date(2026, 1, 1)


def test_those_of_a_segment_are_one_duty_with_its_clients_and_stand_under_the_segment(seller):
    segment = clients.add_segment(name="Born", text="birthday is not empty", by=seller)
    for name in ("Adi", "Budi", "Cici"):
        clients.add_client(name=name, birthday=date(1990, 5, 5), by=seller)
    whole = start(seller, segment=segment, estimate_minutes=10, title="Ask for orders")
    follow_segment(whole.pk, by=System("a night of a test"), now=timezone.now())
    start(seller, estimate_minutes=30)

    load = load_of(seller)

    duty = next(duty for duty in load.duties if duty.series == whole)
    assert (duty.parts, duty.times, duty.minutes) == (3, 15, 150)
    page = shown(seller, query="?month=2031-03&by=segment")
    names = [" ".join(each.split()) for each in page.xpath("(//table)[1]/tbody/tr/td[1]//a/text()")]
    assert names[0] == "Born" and names[1].startswith("For no segment")
    [link] = page.xpath('(//table)[1]/tbody/tr[td[1]//a[text()="Born"]]/td[2]/a/@href')
    assert len(html.fromstring(at(seller).get(link).content.decode()).xpath("//tbody/tr")) == 15


def test_hours_are_told_to_a_tenth():
    assert [in_hours(minutes) for minutes in (0, 20, 315, 345, None)] == ["0 h", "0.3 h", "5.3 h", "5.8 h", "–"]
    assert hours(20, 345) == "0.3 of 5.8 h"
