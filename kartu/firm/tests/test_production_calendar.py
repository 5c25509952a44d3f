"""The page of the production calendar: what the country says, what is expected, and what the firm says itself."""

from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone
from lxml import html

from kartu.core.actors import System
from kartu.firm import calendars
from kartu.firm.actions.hours import choose_calendar, set_calendar_day
from kartu.firm.models import CalendarDay, DayKind, Firm, User
from kartu.firm.year import Year

US = System("a test")
PAGE = "/production-calendar/"


@pytest.fixture(autouse=True)
def in_indonesia(owner) -> Firm:
    firm = Firm.current()
    firm.country = "ID"
    firm.save()
    return firm


def signed_in(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def shown(browser: Browser, year: int) -> html.HtmlElement:
    return html.fromstring(browser.get(f"{PAGE}?year={year}").content.decode())


def looks(page: html.HtmlElement, month: int) -> dict[int, str]:
    cells = page.xpath('//*[contains(@class, "year-k")]/table')[month - 1].xpath('.//td[contains(@class, "is-")]')
    found = {int("".join(cell.itertext()).split()[0]): cell.get("class") for cell in cells}
    return {day: look for day, look in found.items() if look not in ("is-plain", "is-weekend")}


def undo_of(answer) -> str:
    return answer.headers["HX-Trigger"].split('"undo": "')[1].split('"')[0]


def test_a_year_shows_the_days_of_its_country_with_their_source(seller):
    page = shown(signed_in(seller), 2027)

    assert looks(page, 3) == {
        8: "is-holiday", 9: "is-holiday", 10: "is-holiday is-expected", 11: "is-holiday is-expected",
        12: "is-holiday", 15: "is-holiday", 25: "is-holiday", 26: "is-holiday", 28: "is-holiday",
    }  # fmt: skip
    assert "SKB 3 Menteri No. 1205, 3, 2 Tahun 2026" in page.text_content()
    assert len(page.xpath('//*[contains(@class, "year-k")]/table')) == 12
    assert not page.xpath('//main//form[contains(@action, "choose")]')
    assert not page.xpath('//*[contains(@class, "year-k")]//a')


def test_moved_and_shortened_days_of_russia_are_told_apart(owner):
    choose_calendar(calendar="RU", by=US)

    page = shown(signed_in(owner), 2027)

    assert looks(page, 2) == {20: "is-working", 22: "is-holiday", 23: "is-holiday"}
    assert looks(page, 11) == {3: "is-short", 4: "is-holiday", 5: "is-holiday"}
    assert len(Year(2027).worked) == 247


def test_a_year_that_nobody_has_announced_says_so(owner):
    choose_calendar(calendar="RU", by=US)

    page = shown(signed_in(owner), 2029)

    assert "Nobody has announced this year yet" in page.text_content()
    assert looks(page, 2)[22] == "is-short is-expected"
    assert looks(page, 11)[5] == "is-holiday is-expected"
    assert looks(page, 1)[1] == "is-holiday"


def test_a_firm_may_go_by_another_calendar_or_by_none(owner, seller):
    browser = signed_in(owner)
    browser.post(f"{PAGE}choose/", {"calendar": "-"})
    assert looks(shown(browser, 2027), 3) == {}
    assert "No calendar of a country is taken" in browser.get(PAGE).content.decode()

    assert browser.post(f"{PAGE}choose/", {"calendar": "XX"}).status_code == 404
    assert signed_in(seller).post(f"{PAGE}choose/", {"calendar": ""}).status_code == 403
    assert Firm.current().calendar == "-"

    browser.post(f"{PAGE}choose/", {"calendar": ""})
    assert looks(shown(browser, 2027), 3)[8] == "is-holiday"


def test_the_firm_says_itself_what_a_day_is_and_takes_it_back(owner):
    browser = signed_in(owner)

    browser.post(f"{PAGE}new/", {"day": "2027-12-31", "kind": "off", "name": "Stocktaking"})
    row = CalendarDay.objects.get()
    page = shown(browser, 2027)
    assert looks(page, 12)[31] == "is-holiday is-own"
    assert "Day off: Stocktaking" in page.text_content()

    browser.post(f"{PAGE}{row.pk}/", {"kind": "short", "name": ""})
    undo = browser.session["toasts"][-1]["undo"]
    assert looks(shown(browser, 2027), 12)[31] == "is-short is-own"
    browser.post(undo)
    row.refresh_from_db()
    assert (row.kind, row.name) == ("off", "Stocktaking")

    undo = undo_of(browser.post(f"{PAGE}{row.pk}/remove/"))
    assert not CalendarDay.objects.exists()
    browser.post(undo)
    assert CalendarDay.objects.get().name == "Stocktaking"
    assert browser.post(f"{PAGE}put-back/?done=made-up").status_code == 404


@pytest.mark.parametrize(
    ("change", "field"), [({"day": ""}, "day"), ({"day": "1997-01-01"}, "day"), ({"kind": "never"}, "kind")]
)
def test_what_is_wrong_stands_beside_its_field(owner, change, field):
    answer = signed_in(owner).post(f"{PAGE}new/", {"day": "2027-12-31", "kind": "off", "name": "Party", **change})

    page = html.fromstring(answer.content.decode())
    assert answer.status_code == 422
    assert page.xpath('//main//form//*[@aria-invalid="true"]/@name') == [field]
    assert page.xpath('//input[@name="name"]/@value') == ["Party"]
    assert not CalendarDay.objects.exists()


def test_days_are_set_only_by_whoever_reaches_everybody(head, owner):
    row = set_calendar_day(day=date(2027, 5, 5), kind=DayKind.OFF, by=US)
    browser = signed_in(head)

    assert browser.get(f"{PAGE}new/").status_code == 404
    assert browser.post(f"{PAGE}new/", {"day": "2027-12-31", "kind": "off"}).status_code == 404
    assert browser.post(f"{PAGE}{row.pk}/remove/").status_code == 404
    assert browser.post(f"{PAGE}choose/", {"calendar": "-"}).status_code == 404
    assert CalendarDay.objects.count() == 1


@pytest.mark.parametrize("year", ["", "nonsense", "99999", "0001", "²²²²"])
def test_an_address_that_names_no_year_shows_this_one(owner, year):
    page = html.fromstring(signed_in(owner).get(PAGE, {"year": year}).content.decode())

    assert page.xpath("//main//h2")[0].text_content() == str(timezone.localdate().year)


def test_the_page_warns_whoever_may_add_days_when_the_calendar_ends(owner, seller, monkeypatch):
    assert "The calendar ends soon" not in signed_in(owner).get(PAGE).content.decode()
    monkeypatch.setattr(calendars, "SOON", timedelta(days=1000))

    assert "The calendar ends soon" in signed_in(owner).get(PAGE).content.decode()
    assert "The calendar ends soon" not in signed_in(seller).get(PAGE).content.decode()


def test_a_calendar_ends_soon_sixty_days_before_its_last_day():
    assert calendars.ends_soon("ID", date(2027, 10, 31)) is None
    assert calendars.ends_soon("ID", date(2027, 11, 1)) == 2027
    assert calendars.ends_soon("GB", date(2027, 12, 30)) is None


def test_more_own_days_ask_no_more(owner, django_assert_max_num_queries):
    browser = signed_in(owner)
    set_calendar_day(day=date(2027, 5, 5), kind=DayKind.OFF, by=US)
    browser.get(PAGE)
    with django_assert_max_num_queries(40) as few:
        browser.get(f"{PAGE}?year=2027")
    for number in range(10, 25):
        set_calendar_day(day=date(2027, 9, number), kind=DayKind.OFF, by=US)

    with django_assert_max_num_queries(len(few)):
        assert browser.get(f"{PAGE}?year=2027").status_code == 200
