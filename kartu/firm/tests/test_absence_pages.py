"""The pages of absences: the month, the form, the way back, and what colleagues are not told."""

from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone
from lxml import html
from playwright.sync_api import Page, expect

from kartu.core.actors import System
from kartu.firm.absences import set_days
from kartu.firm.actions.absences import set_absence
from kartu.firm.models import Absence, TemporaryRight, User
from kartu.firm.people_for_tests import make_person

US = System("a test")
FORM = {"kind": "sick", "from_day": "2031-03-03", "until_day": "2031-03-07", "note": "A cold"}


def signed_in(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def away(person: User, first: date, last: date, *deputies: User, **said) -> Absence:
    return set_absence(absence=set_days(Absence(person=person, **said), first, last), deputies=deputies, by=US)


def undo_of(browser: Browser) -> str:
    return browser.session["toasts"][-1]["undo"]


def test_days_are_whole_in_the_zone_of_the_person(seller):
    seller.time_zone = "Asia/Kathmandu"
    seller.save()

    answer = signed_in(seller).post("/absences/new/", FORM)

    assert answer.status_code == 302
    absence = Absence.objects.get()
    assert (absence.person, absence.kind, absence.note, absence.whole_days) == (seller, "sick", "A cold", True)
    assert absence.from_at.isoformat() == "2031-03-02T18:15:00+00:00"
    assert absence.until_at.isoformat() == "2031-03-07T18:15:00+00:00"


def test_times_are_those_of_the_clock_of_whoever_notes_it(head, seller):
    head.time_zone = "Asia/Jakarta"
    head.save()
    day = {"from_day": "2031-03-03", "until_day": "2031-03-03"}

    signed_in(head).post("/absences/new/", {**FORM, **day, "person": seller.pk, "from_time": "14:07"})

    absence = Absence.objects.get()
    assert absence.from_at.isoformat() == "2031-03-03T07:07:00+00:00"
    assert (absence.until_at.isoformat(), absence.whole_days) == ("2031-03-04T00:00:00+00:00", False)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"until_day": "2031-03-02"}, "until_day"),
        ({"from_day": ""}, "from_day"),
        ({"until_day": "2039-01-01"}, "until_day"),
        ({"from_day": "2031-01-07"}, "from_day"),
        ({"until_day": "2031-03-03", "from_time": "10:00", "until_time": "09:00"}, "until_day"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(seller, change, field):
    away(seller, date(2031, 1, 6), date(2031, 1, 10))

    answer = signed_in(seller).post("/absences/new/", {**FORM, **change})

    page = html.fromstring(answer.content)
    assert answer.status_code == 422
    assert [each.get("name") for each in page.xpath('//main//form//*[@aria-invalid="true"]')] == [field]
    assert Absence.objects.count() == 1


def test_every_step_has_its_way_back(seller, head):
    browser = signed_in(seller)
    browser.post("/absences/new/", {**FORM, "deputies": [head.pk]})
    absence, new = Absence.objects.get(), undo_of(browser)
    browser.post(f"/absences/{absence.pk}/", {**FORM, "until_day": "2031-03-14", "deputies": []})
    change = undo_of(browser)
    assert TemporaryRight.open().count() == 0

    assert browser.post(change).status_code == 204
    absence.refresh_from_db()
    assert absence.until_at.date() == date(2031, 3, 8)
    assert [given.person for given in TemporaryRight.open()] == [head]

    toast = browser.post(f"/absences/{absence.pk}/cancel/").headers["HX-Trigger"]
    assert not Absence.objects.live().exists()
    assert browser.post(toast.split('"undo": "')[1].split('"')[0]).status_code == 204
    assert Absence.objects.live().exists()
    assert [given.person for given in TemporaryRight.open()] == [head]

    browser.post(new)
    assert not Absence.objects.live().exists()
    assert browser.post(f"/absences/{absence.pk}/put-back/?was=made-up").status_code == 404


def test_why_somebody_is_away_is_not_told_to_everybody(seller, stranger, head):
    today = timezone.localdate()
    away(seller, today, today, kind="sick", note="A cold")

    pages = {who.name: signed_in(who).get("/absences/").content.decode() for who in (seller, stranger, head)}

    assert {name: ("Sick" in page, "A cold" in page) for name, page in pages.items()} == {
        "Sari": (True, True), "Viktor": (False, False), "Hendra": (True, True),
    }  # fmt: skip
    assert all("Away" in page or "Sick" in page for page in pages.values())


def test_a_deputy_who_is_away_himself_is_warned_of(seller, head):
    away(head, date(2031, 3, 5), date(2031, 3, 20))

    browser = signed_in(seller)
    browser.post("/absences/new/", {**FORM, "deputies": [head.pk]})

    told = "Hendra is away 03/05/2031 – 03/20/2031"
    assert told in browser.session["toasts"][-1]["text"]
    assert told in browser.get("/absences/?month=2031-03").content.decode()


def test_a_month_shows_each_persons_days(seller):
    away(seller, date(2031, 3, 5), date(2031, 3, 6))

    page = html.fromstring(signed_in(seller).get("/absences/?month=2031-03").content)

    cells = page.xpath('//*[contains(@class, "strip-k")]//tbody/tr[1]/td')
    looks = [cell.get("class") for cell in cells[:9]]
    assert looks == [
        "is-weekend",
        "is-weekend",
        None,
        None,
        "is-absence",
        "is-absence",
        None,
        "is-weekend",
        "is-weekend",
    ]
    assert signed_in(seller).get("/absences/?month=nonsense").status_code == 200


def test_more_people_and_absences_ask_no_more(owner, django_assert_max_num_queries):
    browser, today = signed_in(owner), timezone.localdate()
    away(owner, today, today, make_person("First", "seller"))
    away(make_person("Second", "seller"), today, today, owner)
    browser.get("/absences/")
    with django_assert_max_num_queries(60) as few:
        browser.get("/absences/")
    for number in range(8):
        away(make_person(f"P{number}", "seller"), today, today + timedelta(days=number), owner)

    with django_assert_max_num_queries(len(few)):
        assert browser.get("/absences/").status_code == 200


def test_the_page_of_a_person_whose_deputy_is_at_it_opens(seller, head):
    today = timezone.localdate()
    away(seller, today - timedelta(days=1), today + timedelta(days=1), head)

    assert b"Hendra stands in" in signed_in(seller).get(f"/people/{seller.pk}/").content


def test_the_picker_finds_colleagues_by_a_part_of_the_name(seller, head):
    answer = signed_in(seller).get("/people/pick/?q=HEN")

    assert [item["label"] for item in answer.json()["items"]] == ["Hendra"]


@pytest.mark.browser
def test_an_absence_is_noted_on_a_phone(page: Page, seller, head, sign_in):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(seller)
    page.goto("/absences/?month=2031-03")
    page.get_by_role("link", name="Note an absence").click()
    page.get_by_label("Why").select_option("Sick")
    page.get_by_label("First day").fill("2031-03-03")
    page.get_by_label("Last day").fill("2031-03-07")
    page.get_by_label("Who stands in").fill("hen")
    page.get_by_role("option", name="Hendra").click()
    page.get_by_role("button", name="Save").click()

    expect(page.locator(".strip-k td.is-absence")).to_have_count(5)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Undo").click()

    expect(page.locator(".strip-k td.is-absence")).to_have_count(0)
    assert not Absence.objects.live().exists()
