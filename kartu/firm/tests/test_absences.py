"""Absences: who may note whose, never twice at once, and deputies who come and go with them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from kartu.core.actors import Scope, System
from kartu.firm.absences import set_days
from kartu.firm.actions import people
from kartu.firm.actions.absences import cancel_absence, note_ends, restore_absence, set_absence
from kartu.firm.actions.hours import keep_working_time, remove_working_time, set_calendar_day
from kartu.firm.invariants import deputies_go_with_absences, nobody_is_away_twice
from kartu.firm.models import Absence, CalendarDay, Role, Team, TemporaryRight, User, WorkingTime
from kartu.firm.people_for_tests import make_person

US = System("a test")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = [[[540, 1080]]] * 7


def soon(person: User, start: timedelta = HOUR, end: timedelta = 2 * DAY, **said) -> Absence:
    now = timezone.now()
    return Absence(person=person, whole_days=False, from_at=now + start, until_at=now + end, **said)


def stands_in() -> list[tuple[str, str]]:
    return [(str(given.person), str(given.absent)) for given in TemporaryRight.open()]


@pytest.fixture
def events(monkeypatch) -> list[str]:
    """What has been published since the test began."""
    told: list[str] = []
    monkeypatch.setattr("kartu.firm.actions.absences.publish", lambda event: told.append(type(event).__name__))
    return told


def test_everybody_notes_his_own_and_a_head_those_of_the_team(head, seller, stranger):
    set_absence(absence=soon(seller), by=seller)
    set_absence(absence=soon(seller, 3 * DAY, 4 * DAY), by=head)

    for person, by in ((head, seller), (stranger, seller), (stranger, head)):
        with pytest.raises(PermissionDenied):
            set_absence(absence=soon(person), by=by)
    assert Absence.objects.count() == 2


def test_who_has_no_right_to_it_notes_none_not_even_his_own(seller):
    Role.objects.filter(code="seller").update(grants={"hours.absences": 0})
    seller = User.objects.select_related("role").get(pk=seller.pk)

    with pytest.raises(PermissionDenied):
        set_absence(absence=soon(seller), by=seller)


def test_an_absence_is_not_handed_to_somebody_else(head, seller):
    absence = set_absence(absence=soon(seller), by=head)
    absence.person = head

    with pytest.raises(PermissionDenied):
        set_absence(absence=absence, by=head)


def test_nobody_is_away_twice_at_once(seller):
    first = set_absence(absence=soon(seller), by=seller)

    with pytest.raises(ValidationError) as refused:
        set_absence(absence=soon(seller, DAY, 3 * DAY), by=seller)
    assert list(refused.value.message_dict) == ["from_at"]

    set_absence(absence=soon(seller, 2 * DAY + HOUR, 3 * DAY), by=seller)
    cancel_absence(absence=first, by=seller)
    set_absence(absence=soon(seller, DAY, 2 * DAY), by=seller)
    with pytest.raises(ValidationError):
        restore_absence(absence=first, by=seller)


@pytest.mark.parametrize(
    ("start", "end", "field"), [(DAY, DAY, "until_at"), (DAY, HOUR, "until_at"), (DAY, 3000 * DAY, "until_at")]
)
def test_what_cannot_be_is_refused_beside_its_field(seller, start, end, field):
    with pytest.raises(ValidationError) as refused:
        set_absence(absence=soon(seller, start, end), by=seller)

    assert list(refused.value.message_dict) == [field]


def test_a_deputy_comes_changes_and_goes_with_the_absence(seller, head, stranger, events):
    absence = set_absence(absence=soon(seller), deputies=[head], by=seller)
    given = TemporaryRight.objects.get()
    assert (given.person, given.absent, given.from_at, given.until_at) == (
        head, seller, absence.from_at, absence.until_at,
    )  # fmt: skip

    absence.until_at += DAY
    set_absence(absence=absence, deputies=[head, stranger], by=seller)
    assert stands_in() == [("Hendra", "Sari"), ("Viktor", "Sari")]
    assert {given.until_at for given in TemporaryRight.open()} == {absence.until_at}

    set_absence(absence=absence, deputies=[stranger], by=seller)
    assert stands_in() == [("Viktor", "Sari")]

    cancel_absence(absence=absence, by=seller)
    assert stands_in() == []
    restore_absence(absence=absence, deputies=[head], by=seller)
    assert stands_in() == [("Hendra", "Sari")]
    assert list(deputies_go_with_absences()) == []
    assert events == ["AbsenceSet", "AbsenceSet", "AbsenceSet", "AbsenceEnded", "AbsenceSet"]


def test_a_deputy_named_in_the_middle_stands_in_from_then_on(seller, head):
    absence = set_absence(absence=soon(seller, -DAY, DAY), by=seller)
    before = timezone.now()

    set_absence(absence=absence, deputies=[head], by=seller)

    given = TemporaryRight.objects.get()
    assert before <= given.from_at <= timezone.now()
    assert given.holds_now

    absence.until_at = timezone.now() - HOUR
    set_absence(absence=absence, deputies=[], by=seller)
    assert stands_in() == []


def test_a_begun_place_begins_anew_where_the_absence_is_put_off(seller, head):
    absence = set_absence(absence=soon(seller, -HOUR, DAY), deputies=[head], by=seller)

    absence.from_at, absence.until_at = absence.from_at + DAY, absence.until_at + DAY
    set_absence(absence=absence, deputies=[head], by=seller)

    assert TemporaryRight.objects.count() == 2
    assert [given.from_at for given in TemporaryRight.open()] == [absence.from_at]


def test_nobody_stands_in_for_what_is_over(seller, head):
    set_absence(absence=soon(seller, -3 * DAY, -2 * DAY), by=seller)

    with pytest.raises(ValidationError) as refused:
        set_absence(absence=soon(seller, -DAY, -HOUR), deputies=[head], by=seller)
    assert list(refused.value.message_dict) == ["deputies"]


def test_a_head_names_deputies_for_the_team_but_lifts_nobody_up(head, seller, stranger, team):
    set_absence(absence=soon(seller), deputies=[stranger], by=head)
    assert stands_in() == [("Viktor", "Sari")]

    with pytest.raises(PermissionDenied):
        set_absence(absence=soon(seller, 3 * DAY, 4 * DAY), deputies=[head], by=head)
    wide = make_person("Anna", "auditor", team)
    with pytest.raises(PermissionDenied):
        set_absence(absence=soon(wide), deputies=[stranger], by=head)
    owner = make_person("Otto", "owner", team)
    with pytest.raises(PermissionDenied):
        set_absence(absence=soon(owner), deputies=[stranger], by=head)


def test_the_log_hears_of_it(seller, head, telling):
    absence = set_absence(absence=soon(seller), deputies=[head], by=seller)
    cancel_absence(absence=absence, by=seller)

    lines = [(line.verb, line.row._meta.model_name) for line in telling]
    assert lines == [
        ("create", "absence"), ("create", "temporaryright"), ("change", "absence"), ("change", "temporaryright"),
    ]  # fmt: skip


def test_the_end_by_the_clock_is_told_once(seller, events):
    absence = set_absence(absence=soon(seller, -DAY, HOUR), by=seller)
    Absence.objects.filter(pk=absence.pk).update(until_at=timezone.now() - timedelta(minutes=1))

    assert (note_ends(by=US), note_ends(by=US)) == (1, 0)
    assert events == ["AbsenceSet", "AbsenceEnded"]


def test_whoever_leaves_is_not_away_any_more(owner, seller, head):
    now = set_absence(absence=soon(seller, -DAY, DAY), deputies=[head], by=seller)
    later = set_absence(absence=soon(seller, 5 * DAY, 6 * DAY), by=seller)

    people.close_access(person=seller, by=owner)

    now.refresh_from_db()
    later.refresh_from_db()
    assert now.until_at <= timezone.now()
    assert (now.is_live, later.is_live, stands_in()) == (True, False, [])


def test_broken_absences_are_named(seller, head):
    absence = set_absence(absence=soon(seller), deputies=[head], by=seller)
    assert [*deputies_go_with_absences(), *nobody_is_away_twice()] == []

    Absence.objects.filter(pk=absence.pk).update(until_at=absence.until_at + DAY)
    assert ["does not begin and end with it" in told for told in deputies_go_with_absences()] == [True]
    Absence.objects.filter(pk=absence.pk).update(cancelled_at=timezone.now())
    assert ["was called off" in told for told in deputies_go_with_absences()] == [True]
    Absence.objects.filter(pk=absence.pk).update(cancelled_at=None)
    soon(seller, DAY, 2 * DAY).save()
    assert ["at one time" in told for told in nobody_is_away_twice()] == [True]


def test_working_time_is_set_by_whoever_reaches_those_who_work(owner, head, seller, stranger, team):
    def keep(by: User, **whose) -> WorkingTime:
        return keep_working_time(time=WorkingTime(from_day=date(2026, 1, 1), days=WEEK, **whose), by=by)

    keep(owner)
    keep(head, team=team)
    mine = keep(head, person=seller)
    for whose in ({}, {"person": stranger}, {"team": Team.objects.get(name="Samara")}):
        with pytest.raises(PermissionDenied):
            keep(head, **whose)
    with pytest.raises(PermissionDenied):
        keep(seller, person=seller)
    mine.person = stranger
    with pytest.raises(PermissionDenied):
        keep_working_time(time=mine, by=head)
    with pytest.raises(PermissionDenied):
        remove_working_time(time=mine, by=head)
    with pytest.raises(PermissionDenied):
        set_calendar_day(day=date(2026, 1, 5), kind="off", by=head)
    assert (WorkingTime.objects.count(), CalendarDay.objects.count()) == (3, 0)


@pytest.mark.parametrize(
    "days",
    [
        [],
        [[]] * 7,
        [[[540, 540]]] * 7,
        [[[540, 2000]]] * 7,
        [[[1500, 1600]]] * 7,
        [[[540, 700], [690, 900]]] * 7,
        WEEK[:6],
        [[[0, 60]]] * 61,
    ],
)
def test_hours_that_cannot_be_are_refused(owner, days):
    with pytest.raises(ValidationError) as refused:
        keep_working_time(time=WorkingTime(from_day=date(2026, 1, 1), days=days), by=owner)

    assert list(refused.value.message_dict) == ["days"]


def test_a_working_time_begins_once_a_day(owner):
    keep_working_time(time=WorkingTime(from_day=date(2026, 1, 1), days=WEEK), by=owner)

    with pytest.raises(ValidationError) as refused:
        keep_working_time(time=WorkingTime(from_day=date(2026, 1, 1), days=WEEK), by=owner)
    assert list(refused.value.message_dict) == ["from_day"]


def test_owners_reach_everybody(owner, stranger):
    assert owner.scope("hours.change") is Scope.ALL
    set_absence(absence=set_days(Absence(person=stranger), date(2027, 1, 1), date(2027, 1, 9)), by=owner)
