"""Working time, the calendar and absences by /api/v1: as on the screen, with its rights."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kartu.core.actors import System
from kartu.firm.absences import set_days
from kartu.firm.actions.absences import set_absence
from kartu.firm.actions.hours import choose_calendar, keep_working_time, set_calendar_day
from kartu.firm.models import Absence, TemporaryRight, WorkingTime
from kartu.firm.people_for_tests import make_person
from tests.api.calls import Calls

US = System("a test")
WEEK = "first=2031-03-03&last=2031-03-09"
LEAVE = {"kind": "sick", "first_day": "2031-03-04", "last_day": "2031-03-05", "note": "A cold"}


@pytest.fixture
def working(seller) -> WorkingTime:
    days = [[[540, 780], [840, 1080]]] * 5 + [[], []]
    seller.time_zone = "Asia/Jakarta"
    seller.save()
    return keep_working_time(time=WorkingTime(person=seller, from_day=date(2020, 1, 1), days=days), by=US)


def test_the_days_of_a_person_are_told_with_his_absences(seller, stranger, working):
    absence = set_days(Absence(person=seller, kind="sick"), date(2031, 3, 4), date(2031, 3, 5))
    set_absence(absence=absence, by=US)

    mine = Calls(seller).get(f"people/{seller.pk}/hours?{WEEK}")
    theirs = Calls(stranger).get(f"people/{seller.pk}/hours?{WEEK}")

    assert [day["minutes"] for day in mine] == [480, 0, 0, 480, 480, 0, 0]
    assert [day["off"] for day in mine] == ["", "absence", "absence", "", "", "weekend", "weekend"]
    assert mine[0]["spans"][0] == {"from_at": "2031-03-03T02:00:00Z", "until_at": "2031-03-03T06:00:00Z"}
    assert (mine[1]["why"], theirs[1]["why"]) == ("Sick", "Away")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("first=2031-03-09&last=2031-03-03", "last"),
        ("first=2031-03-09&last=2032-03-09", "last"),
        ("first=1031-03-09&last=1031-03-09", "first"),
    ],
)
def test_days_that_cannot_be_asked_for_are_named(seller, query, field):
    for path in (f"people/{seller.pk}/hours", "absences"):
        answer = Calls(seller)("GET", f"{path}?{query}")
        assert (answer.status_code, answer.json()["message"].partition(":")[0]) == (400, field)


def test_the_calendar_tells_what_is_special(seller):
    choose_calendar(calendar="ID", by=US)
    set_calendar_day(day=date(2027, 7, 8), kind="off", name="Birthday of the firm", by=US)

    told = Calls(seller).get("calendar/2027")

    days = {day["day"]: day for day in told["days"]}
    assert told["country"] == "ID"
    assert (days["2027-03-10"]["kind"], days["2027-03-10"]["is_expected"]) == ("holiday", True)
    assert (days["2027-07-08"]["name"], days["2027-07-08"]["is_own"]) == ("Birthday of the firm", True)
    assert Calls(seller)("GET", "calendar/1999").status_code == 404


def test_an_absence_is_made_changed_and_called_off(seller, head):
    calls = Calls(seller)

    made = calls("POST", "absences", {**LEAVE, "deputy_ids": [head.pk]}).json()
    assert (made["person"]["id"], made["first_day"], made["last_day"]) == (seller.pk, "2031-03-04", "2031-03-05")
    assert [each["id"] for each in made["deputies"]] == [head.pk]

    changed = calls("PATCH", f"absences/{made['id']}", {"first_day": "2031-03-04", "last_day": "2031-03-07"}).json()
    assert (changed["last_day"], changed["note"]) == ("2031-03-07", "A cold")
    assert [each["id"] for each in changed["deputies"]] == [head.pk]
    moments = {"from_at": "2031-03-04T09:00:00+07:00", "until_at": "2031-03-04T12:00:00+07:00", "deputy_ids": []}
    assert calls("PATCH", f"absences/{made['id']}", moments).json()["first_day"] is None
    assert not TemporaryRight.open().exists()

    assert [each["id"] for each in calls.get(f"absences?{WEEK}")] == [made["id"]]
    assert calls("DELETE", f"absences/{made['id']}").status_code == 204
    assert calls.get(f"absences?{WEEK}") == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"last_day": None}, "last_day"),
        ({"first_day": None}, "first_day"),
        ({"last_day": "2031-03-01"}, "last_day"),
        ({"from_at": "2031-03-04T09:00:00+07:00"}, "first_day"),
        ({"deputy_ids": [987654]}, "deputy_ids"),
        ({"person_id": 987654}, "person_id"),
    ],
)
def test_what_is_wrong_names_its_field(seller, change, field):
    answer = Calls(seller)("POST", "absences", {**LEAVE, **change})

    assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])
    assert not Absence.objects.exists()


def test_of_others_one_knows_that_and_not_why_and_changes_nothing(seller, stranger):
    made = Calls(seller)("POST", "absences", LEAVE).json()
    theirs = Calls(stranger)

    (seen,) = theirs.get(f"absences?{WEEK}&person_id={seller.pk}")

    assert (seen["kind"], seen["note"], seen["first_day"]) == ("", "", "2031-03-04")
    assert theirs("PATCH", f"absences/{made['id']}", {"note": "No"}).status_code == 404
    assert theirs("DELETE", f"absences/{made['id']}").status_code == 404
    assert theirs("POST", "absences", {**LEAVE, "person_id": seller.pk}).status_code == 403
    assert Calls(seller, "clients.view")("POST", "absences", LEAVE).status_code == 403
    assert Absence.objects.get().note == "A cold"


def test_more_absences_ask_no_more(owner):
    calls = Calls(owner)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            calls.get(f"absences?{WEEK}")
        return len(queries)

    def away(name: str) -> None:
        absence = set_days(Absence(person=make_person(name, "seller")), date(2031, 3, 4), date(2031, 3, 5))
        set_absence(absence=absence, deputies=[owner], by=US)

    away("First")
    asked()
    few = asked()
    for number in range(6):
        away(f"P{number}")

    assert asked() <= few
