"""The pages of working time: what holds for whom, the form with its sentence, and the way back."""

from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone, translation
from lxml import html
from playwright.sync_api import Page, expect

from kartu.core.actors import System
from kartu.firm.actions.hours import keep_working_time
from kartu.firm.models import User, WorkingTime
from kartu.firm.people_for_tests import make_person
from kartu.firm.working_words import sentence, weekly_words

US = System("a test")
NINE_TO_SIX = [[540, 780], [840, 1080]]
WEEK = [NINE_TO_SIX] * 5 + [[], []]
FORM = {
    "whose": "firm", "from_day": "2031-03-03", "kind": "week", "observes_holidays": "on",
    "starts_0": "09:00", "ends_0": "18:00", "breaks_0": "13:00-14:00",
}  # fmt: skip
NIGHT = {"starts_0": "22:00", "ends_0": "06:00", "over_0": "on", "breaks_0": ""}


def signed_in(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def said(days: list, **more) -> str:
    return sentence(WorkingTime(days=days, **more))


def undo_of(browser: Browser) -> str:
    return browser.session["toasts"][-1]["undo"]


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ({"days": WEEK}, "Mon–Fri 09:00–18:00, break 13:00–14:00; Sat–Sun off"),
        (
            {"days": [[[540, 1080]], [], [[540, 1080]], [], [[540, 1080]], [[600, 720]], []]},
            "Mon, Wed, Fri 09:00–18:00; Sat 10:00–12:00; Tue, Thu, Sun off",
        ),
        ({"days": [[[1320, 1800]]] + [[]] * 6}, "Mon 22:00–06:00 the next day; Tue–Sun off"),
        ({"days": [[[960, 1440]]] * 7}, "Mon–Sun 16:00–00:00"),
        (
            {"days": [[[480, 1200]]] * 2 + [[]] * 2, "cycle_from": date(2026, 3, 1), "observes_holidays": False},
            "day 1–2 08:00–20:00; day 3–4 off; in turn from 1 Mar 2026; on holidays too",
        ),
    ],
)
def test_a_working_time_is_said_in_a_sentence(time, words):
    assert said(**time) == words


def test_it_is_said_in_the_readers_language():
    with translation.override("ru"):
        assert said(WEEK) == "Пн–Пт 09:00–18:00, перерыв 13:00–14:00; Сб–Вс выходной"
        assert weekly_words(WorkingTime(days=WEEK)) == "40 ч в неделю"


def test_the_form_keeps_a_week_with_its_breaks(owner):
    typed = {**FORM, "starts_1": "08:00", "ends_1": "17:00", "breaks_1": "10-10:15, 12.00 – 12.45"}

    answer = signed_in(owner).post("/working-time/new/", typed)

    time = WorkingTime.objects.get()
    assert (answer.status_code, time.person, time.team, time.from_day) == (302, None, None, date(2031, 3, 3))
    assert time.days == [NINE_TO_SIX, [[480, 600], [615, 720], [765, 1020]], [], [], [], [], []]


def test_a_night_shift_goes_over_midnight_with_its_break(owner, seller):
    typed = {
        "whose": f"person-{seller.pk}", "from_day": "2031-03-03", "kind": "cycle", "length": "3",
        "cycle_from": "2031-03-03", "starts_0": "22:00", "ends_0": "06:00", "over_0": "on",
        "breaks_0": "23:45-00:15, 02:00-02:30",
    }  # fmt: skip

    signed_in(owner).post("/working-time/new/", typed)

    time = WorkingTime.objects.get()
    assert (time.person, time.cycle_from, time.observes_holidays) == (seller, date(2031, 3, 3), False)
    assert time.days == [[[1320, 1425], [1455, 1560], [1590, 1800]], [], []]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"from_day": ""}, "from_day"),
        ({"until_day": "2031-03-02"}, "until_day"),
        ({"ends_0": "08:00", "breaks_0": ""}, "ends_0"),
        ({"ends_0": "", "breaks_0": ""}, "ends_0"),
        ({"starts_0": "", "breaks_0": ""}, "starts_0"),
        ({"breaks_0": "lunch"}, "breaks_0"),
        ({"breaks_0": "13:00-25:00"}, "breaks_0"),
        ({"breaks_0": "08:00-08:30"}, "breaks_0"),
        ({"breaks_0": "13:00-14:00, 13:30-15:00"}, "breaks_0"),
        ({"breaks_1": "13:00-14:00"}, "breaks_1"),
        ({**NIGHT, "starts_1": "05:00", "ends_1": "9:00"}, "starts_1"),
        ({"starts_0": "09:00", "ends_0": "10:00", "over_0": "on", "breaks_0": ""}, "starts_0"),
        ({"kind": "cycle", "cycle_from": "2031-03-03", "length": "61"}, "length"),
        ({"kind": "cycle", "cycle_from": "", "length": "3"}, "cycle_from"),
        ({"kind": "of sorts"}, "kind"),
        ({"whose": "person-999999"}, "whose"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(owner, change, field):
    answer = signed_in(owner).post("/working-time/new/", {**FORM, "breaks_0": "12:00-12:30", **change})

    page = html.fromstring(answer.content.decode())
    wrong = {each.get("name") for each in page.xpath('//main//form//*[@aria-invalid="true"]')}
    assert (answer.status_code, wrong or {"kind"}) == (422, {field})
    assert page.xpath('//input[@name="starts_0"]/@value') == [change.get("starts_0", "09:00")]
    assert not WorkingTime.objects.exists()


def test_a_day_without_any_work_at_all_is_refused(owner):
    answer = signed_in(owner).post("/working-time/new/", {"whose": "firm", "from_day": "2031-03-03", "kind": "week"})

    assert answer.status_code == 422
    assert "Give at least one day on which there is work." in answer.content.decode()


def test_a_second_one_from_the_same_day_is_told_beside_the_day(owner):
    browser = signed_in(owner)
    browser.post("/working-time/new/", FORM)

    page = html.fromstring(browser.post("/working-time/new/", FORM).content.decode())

    assert page.xpath('//*[@aria-invalid="true"]/@name') == ["from_day"]
    assert WorkingTime.objects.count() == 1


def test_a_form_that_is_saved_untouched_changes_nothing(owner, seller):
    nights = [[[1320, 1560], [1590, 1800]], [], [[0, 1440]], [], [[960, 1440]]]
    time = WorkingTime(person=seller, from_day=date(2026, 1, 1), cycle_from=date(2026, 1, 1), days=nights)
    keep_working_time(time=time, by=US)
    browser = signed_in(owner)
    page = html.fromstring(browser.get(f"/working-time/{time.pk}/").content.decode())
    shown = dict(page.xpath('//form[contains(@class, "form-k")]')[0].form_values())

    browser.post(f"/working-time/{time.pk}/", shown)

    before = {name: getattr(time, name) for name in ("person_id", "from_day", "cycle_from", "days", "until_day")}
    time.refresh_from_db()
    assert {name: getattr(time, name) for name in before} == before


def test_a_new_one_begins_like_the_one_that_holds_and_keeps_it(owner, seller):
    old = keep_working_time(time=WorkingTime(person=seller, from_day=date(2026, 1, 1), days=WEEK), by=US)
    browser = signed_in(owner)
    like = f"/working-time/new/?whose=person-{seller.pk}&like={old.pk}"
    page = html.fromstring(browser.get(like).content.decode())
    shown = dict(page.xpath('//form[contains(@class, "form-k")]')[0].form_values())
    assert shown["from_day"] == (timezone.localdate() + timedelta(days=1)).isoformat()

    browser.post(like, {**shown, "ends_0": "17:00"})

    old.refresh_from_db()
    new = WorkingTime.objects.exclude(pk=old.pk).get()
    assert (old.days, old.until_day, new.person) == (WEEK, None, seller)
    assert new.days == [[[540, 780], [840, 1020]], *WEEK[1:]]


def test_every_step_has_its_way_back(owner, seller):
    browser = signed_in(owner)
    browser.post("/working-time/new/", {**FORM, "whose": f"person-{seller.pk}"})
    time, new = WorkingTime.objects.get(), undo_of(browser)
    before = time.days
    browser.post(f"/working-time/{time.pk}/", {**FORM, "until_day": "2031-12-31", "ends_0": "15:00"})
    assert browser.post(undo_of(browser)).status_code == 204
    time.refresh_from_db()
    assert (time.days, time.until_day, time.from_day) == (before, None, date(2031, 3, 3))

    toast = browser.post(f"/working-time/{time.pk}/remove/").headers["HX-Trigger"]
    assert not WorkingTime.objects.exists()
    assert browser.post(toast.split('"undo": "')[1].split('"')[0]).status_code == 204
    assert WorkingTime.objects.get().days == before

    assert browser.post(new).status_code == 404
    assert browser.post("/working-time/put-back/?done=made-up").status_code == 404


def test_a_head_sets_those_of_his_team_and_sees_the_others(head, seller, stranger, team):
    theirs = keep_working_time(time=WorkingTime(person=stranger, from_day=date(2026, 1, 1), days=WEEK), by=US)
    browser = signed_in(head)
    page = html.fromstring(browser.get("/working-time/new/").content.decode())

    offered = set(page.xpath('//select[@name="whose"]//option/@value'))
    assert offered == {f"team-{team.pk}", f"person-{head.pk}", f"person-{seller.pk}"}
    assert browser.get(f"/working-time/{theirs.pk}/").status_code == 404
    assert browser.post(f"/working-time/{theirs.pk}/remove/").status_code == 404
    assert browser.post("/working-time/new/", FORM).status_code == 422
    assert "Viktor" in browser.get("/working-time/").content.decode()
    assert WorkingTime.objects.count() == 1


def test_a_person_sees_his_own_and_cannot_change_it(seller):
    mine = keep_working_time(time=WorkingTime(person=seller, from_day=date(2026, 1, 1), days=WEEK), by=US)
    browser = signed_in(seller)

    page = browser.get("/working-time/").content.decode()

    assert "Mon–Fri 09:00–18:00" in page
    assert f"/working-time/{mine.pk}/" not in page
    assert browser.get(f"/working-time/{mine.pk}/").status_code == 403


def test_the_page_tells_what_holds_what_will_and_what_did(owner, seller):
    today = timezone.localdate()
    for number, shift in enumerate((-40, -20, 20)):
        days = [[[540 + 60 * number, 1080]]] * 7
        keep_working_time(time=WorkingTime(person=seller, from_day=today + timedelta(days=shift), days=days), by=US)

    page = html.fromstring(signed_in(owner).get("/working-time/").content.decode())

    now, past = page.xpath("//main//table")
    lines = ["".join(cell.itertext()).strip() for cell in now.xpath(".//tbody//td[2]")]
    assert lines[1:] == ["Mon–Sun 10:00–18:00", "Mon–Sun 11:00–18:00"]
    assert lines[0].startswith("Mon–Fri 09:00–18:00, break 13:00–14:00")
    assert ["".join(cell.itertext()).strip() for cell in past.xpath(".//tbody//td[2]")] == ["Mon–Sun 09:00–18:00"]


def test_more_working_times_ask_no_more(owner, team, django_assert_max_num_queries):
    browser = signed_in(owner)
    keep_working_time(time=WorkingTime(team=team, from_day=date(2026, 1, 1), days=WEEK), by=US)
    browser.get("/working-time/")
    with django_assert_max_num_queries(40) as few:
        browser.get("/working-time/")
    for number in range(8):
        person = make_person(f"P{number}", "seller")
        keep_working_time(time=WorkingTime(person=person, from_day=date(2026, 1, 1), days=WEEK), by=US)

    with django_assert_max_num_queries(len(few)):
        assert browser.get("/working-time/").status_code == 200


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Mon 09:00–18:00, break 13:00–14:00; Tue–Sun off. 8 h a week"),
        ({"copy": "monday"}, "Mon–Fri 09:00–18:00, break 13:00–14:00; Sat–Sun off. 40 h a week"),
        ({"ends_0": "8:00", "breaks_0": ""}, "Mon, until: The end must come after the beginning."),
        ({"starts_0": "", "ends_0": "", "breaks_0": ""}, "Give at least one day on which there is work."),
    ],
)
def test_the_form_says_while_it_is_filled_in_what_it_means(owner, typed, words):
    page = html.fromstring(signed_in(owner).post("/working-time/shown/", {**FORM, **typed}).content.decode())

    assert page.get_element_by_id("working-said").text_content().startswith(words)
    assert not WorkingTime.objects.exists()


def test_days_are_copied_from_another_working_time(owner, seller):
    shifts = [[[480, 1200]], [[480, 1200]], [], []]
    time = WorkingTime(person=seller, from_day=date(2026, 1, 1), cycle_from=date(2026, 1, 1), days=shifts)
    keep_working_time(time=time, by=US)

    answer = signed_in(owner).post("/working-time/shown/", {**FORM, "copy": time.pk})

    page = html.fromstring(answer.content.decode())
    assert page.xpath('//input[starts-with(@name, "starts_")]/@value') == ["08:00", "08:00", "", ""]
    assert page.xpath('//input[@name="length"]/@value') == ["4"]


@pytest.mark.browser
def test_shifts_are_set_on_a_phone(page: Page, owner, seller, sign_in):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(owner)
    page.goto("/working-time/")
    page.get_by_role("link", name="New working time").click()
    page.get_by_label("For whom").select_option(seller.name)
    page.get_by_text("Shifts in turn").click()
    page.get_by_label("Day 3, from").fill("")
    for day in ("Day 3", "Day 4"):
        page.get_by_label(f"{day}, from").fill("")
        page.get_by_label(f"{day}, until", exact=True).fill("")
        page.get_by_label(f"{day}, breaks").fill("")
    for day in ("Day 1", "Day 2"):
        page.get_by_label(f"{day}, from").fill("20:00")
        page.get_by_label(f"{day}, until", exact=True).fill("08:00")
        page.get_by_label(f"{day}, until the next day").check()
        page.get_by_label(f"{day}, breaks").fill("1-2")
    page.get_by_label("Day 1, breaks").focus()
    expect(page.locator(".trial-k")).to_contain_text("day 1–2 20:00–08:00 the next day, break 01:00–02:00; day 3–4 off")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("link", name=seller.name)).to_be_visible()
    assert WorkingTime.objects.get().days[0] == [[1200, 1500], [1560, 1920]]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name=seller.name)).to_have_count(0)
    assert not WorkingTime.objects.exists()
