"""Working time on the page of a person and on one's own: what holds, whence, and who may change it."""

from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from kartu.core.actors import System
from kartu.firm.absences import set_days
from kartu.firm.actions.absences import set_absence
from kartu.firm.actions.hours import keep_working_time
from kartu.firm.models import Absence, User, WorkingTime
from kartu.firm.working_section import working_section

US = System("a test")
LONG_AGO = date(2020, 1, 1)


def keep(start: int, **whose) -> WorkingTime:
    days = [[[start * 60, 1080]]] * 7
    return keep_working_time(time=WorkingTime(from_day=LONG_AGO, days=days, **whose), by=US)


def page(person: User, path: str) -> str:
    browser = Browser()
    browser.force_login(person)
    return browser.get(path).content.decode()


def test_it_says_whose_working_time_it_is_that_holds(seller, team):
    def told() -> tuple[str, str]:
        section = working_section(User.objects.get(pk=seller.pk), seller)
        return section.words.partition(" ")[2][:5], section.whence

    assert told() == ("09:00", "nobody has said so yet")
    keep(10)
    assert told() == ("10:00", "set for the firm")
    keep(11, team=team)
    assert told() == ("11:00", "set for the team")
    keep(12, person=seller)
    assert told() == ("12:00", "set for this person")


@pytest.mark.parametrize("path", ["/me/", "/people/{pk}/"])
def test_a_person_sees_his_own_and_only_who_has_the_right_changes_it(seller, head, owner, path):
    keep(10, person=seller)
    asked = f"/working-time/new/?whose=person-{seller.pk}"

    assert "Mon–Sun 10:00–18:00" in page(seller, path.format(pk=seller.pk))
    assert asked not in page(seller, path.format(pk=seller.pk))
    assert asked in page(head, f"/people/{seller.pk}/")
    assert asked in page(owner, f"/people/{seller.pk}/")


def test_why_somebody_is_away_this_week_is_not_told_to_everybody(seller, stranger, head):
    today = timezone.localdate()
    keep(10, person=seller)
    absence = set_days(Absence(person=seller, kind="sick", note="A cold"), today, today + timedelta(days=1))
    set_absence(absence=absence, deputies=[head], by=US)

    pages = {who.name: page(who, f"/people/{seller.pk}/") for who in (seller, stranger, head)}

    assert {name: "Sick" in told for name, told in pages.items()} == {"Sari": True, "Viktor": False, "Hendra": True}
    assert all("Hendra" in told for told in pages.values())


def test_the_section_asks_little_however_much_there_is(seller, owner, django_assert_max_num_queries):
    today = timezone.localdate()
    for number in range(5):
        first = today + timedelta(days=10 * number)
        absence = set_days(Absence(person=seller), first, first + timedelta(days=3))
        set_absence(absence=absence, by=US)

    with django_assert_max_num_queries(14):
        working_section(seller, owner)
