"""A role, a team's rows or an absent colleague's place, given for a time: the clock alone begins and ends it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from kartu.clients import actions
from kartu.clients.models import Client
from kartu.clients.rights import CHANGE, EXPORT, TRASH, VIEW, reaches
from kartu.clients.seers import seers_of
from kartu.core.actors import System
from kartu.core.testing import run_jobs
from kartu.firm.actions import beyond
from kartu.firm.actions.beyond import end_given, give_role_for_a_time, give_team_for_a_time, name_deputy
from kartu.firm.models import Role, TemporaryRight, User
from kartu.firm.people_for_tests import make_person
from kartu.notifications.models import Notification
from kartu.search.find import find
from kartu.security.actions import Refused
from kartu.security.models import AuditRow

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Clock:
    now = NOON - 5 * MINUTE


@pytest.fixture
def clock(monkeypatch, owner, head, seller, stranger, sinar, volga) -> type[Clock]:
    """A clock that the test sets; what is given holds from noon to one."""
    Clock.now = NOON - 5 * MINUTE
    monkeypatch.setattr(timezone, "now", lambda: Clock.now)
    return Clock


def given(act, **who) -> TemporaryRight:
    return act(from_at=NOON, until_at=NOON + 60 * MINUTE, **who)


def again(person: User) -> User:
    return User.objects.select_related("role", "team").get(pk=person.pk)


def sees(person: User, client: Client) -> bool:
    """As the rows, the row in hand and the search say it; they must agree."""
    person = again(person)
    listed = Client.objects.visible_to(person).filter(pk=client.pk).exists()
    found = client.name in {each.hit.title for group in find(client.name, by=person) for each in group.found}
    assert listed == reaches(person, client) == found
    return listed


MOMENTS = {-1: False, 0: True, 59: True, 60: False}


def test_a_role_holds_from_its_minute_to_its_minute(clock, owner, seller, volga):
    auditor = Role.objects.get(code="auditor")
    given(give_role_for_a_time, person=seller, role=auditor, by=owner)

    for minutes, holds in MOMENTS.items():
        clock.now = NOON + minutes * MINUTE
        assert sees(seller, volga) == holds
        assert again(seller).may("clients.access_log") == holds


def test_a_teams_rows_are_seen_and_changed_only_if_it_was_said(clock, owner, seller, stranger, volga):
    row = given(give_team_for_a_time, person=seller, team=stranger.team, by=owner)
    clock.now = NOON
    assert sees(seller, volga) and not reaches(again(seller), volga, CHANGE)

    TemporaryRight.objects.filter(pk=row.pk).update(may_change=True)

    assert reaches(again(seller), volga, CHANGE) and not reaches(again(seller), volga, TRASH)
    clock.now = NOON + 60 * MINUTE
    assert not sees(seller, volga)


def test_a_deputy_sees_and_works_for_the_absent_one_and_the_history_says_for_whom(
    client, clock, owner, head, seller, stranger, sinar, volga
):
    given(name_deputy, absent=seller, deputy=stranger, by=seller)
    clock.now = NOON
    deputy = again(stranger)

    actions.change_client(client=sinar, values={"about": "Steel"}, by=deputy)
    actions.change_client(client=volga, values={"about": "Fish"}, by=deputy)

    assert sees(stranger, sinar)
    told = AuditRow.objects.filter(actor_id=stranger.pk, verb="change", object_type="clients.client")
    assert {row.object_id: row.payload.values.get("for") for row in told} == {sinar.pk: seller.pk, volga.pk: None}
    client.force_login(owner)
    assert (
        "Viktor for Sari"
        in client.get(f"/clients/{sinar.pk}/history/", headers={"HX-Request": "true"}).content.decode()
    )
    clock.now = NOON + 60 * MINUTE
    assert not sees(stranger, sinar)
    with pytest.raises(Refused):
        actions.change_client(client=sinar, values={"about": "Iron"}, by=again(stranger))


def test_a_deputy_of_the_head_has_the_heads_rights_over_the_teams_rows_and_no_others(
    clock, head, seller, stranger, sinar, volga
):
    Role.objects.filter(code="head").update(grants={EXPORT: 20, TRASH: 20})
    given(name_deputy, absent=again(head), deputy=stranger, by=again(head))
    clock.now = NOON

    assert sees(stranger, sinar) and reaches(again(stranger), sinar, TRASH)
    assert not reaches(again(stranger), volga, TRASH), "his own are no more his to throw away than before"
    assert not again(stranger).may(EXPORT), "nothing is taken out in somebody's place"
    assert not again(stranger).may("roles.change")


def test_a_deputy_stands_in_for_one_and_not_for_those_that_one_stands_in_for(clock, owner, seller, stranger, sinar):
    rudi = make_person("Rudi", "seller")
    given(name_deputy, absent=seller, deputy=stranger, by=owner)
    given(name_deputy, absent=stranger, deputy=rudi, by=owner)
    clock.now = NOON

    assert sees(stranger, sinar) and not sees(rudi, sinar)


def test_whoever_left_is_stood_in_for_by_nobody(clock, owner, seller, stranger, sinar):
    given(name_deputy, absent=seller, deputy=stranger, by=owner)
    clock.now = NOON
    User.objects.filter(pk=seller.pk).update(is_active=False)

    assert not sees(stranger, sinar)


def test_without_the_clock_it_would_hold_for_ever(clock, monkeypatch, owner, seller, volga):
    """The negative control."""
    given(give_role_for_a_time, person=seller, role=Role.objects.get(code="auditor"), by=owner)
    clock.now = NOON + 600 * MINUTE
    assert not sees(seller, volga)
    User.objects.filter(pk=seller.pk).update(beyond_until=clock.now + MINUTE)

    assert not sees(seller, volga), "the column that saves a look decides nothing"
    monkeypatch.setattr(TemporaryRight, "holds", lambda self, now: True)
    monkeypatch.setattr(TemporaryRight, "open", classmethod(lambda cls: cls.objects.select_related("role", "absent")))
    assert Client.objects.visible_to(again(seller)).filter(pk=volga.pk).exists()


def test_it_is_ended_early_by_who_may_and_by_nobody_else(clock, owner, head, seller, stranger, sinar):
    row = given(name_deputy, absent=seller, deputy=stranger, by=seller)
    clock.now = NOON
    with pytest.raises(PermissionDenied):
        end_given(given=row, by=again(stranger))

    end_given(given=row, by=again(seller))

    assert not sees(stranger, sinar)


def test_nobody_lifts_himself_up(clock, owner, head, seller, stranger):
    helper = Role.objects.create(code="own-1", name="Helper", based_on="seller", grants={"roles.change": 40})
    clerk = make_person("Clerk", "seller")
    User.objects.filter(pk=clerk.pk).update(role=helper)
    clerk = again(clerk)
    auditor, top = (Role.objects.get(code=code) for code in ("auditor", "owner"))
    for act in (
        lambda: given(give_role_for_a_time, person=clerk, role=auditor, by=clerk),
        lambda: given(give_role_for_a_time, person=seller, role=auditor, by=clerk),
        lambda: given(give_role_for_a_time, person=seller, role=helper, by=clerk),
        lambda: given(give_team_for_a_time, person=seller, team=stranger.team, by=clerk),
        lambda: given(name_deputy, absent=owner, deputy=clerk, by=clerk),
        lambda: given(name_deputy, absent=head, deputy=seller, by=seller),
    ):
        with pytest.raises(PermissionDenied):
            act()
    with pytest.raises(ValidationError):
        given(give_role_for_a_time, person=seller, role=top, by=owner)


def test_beginning_and_end_stand_in_the_log_and_he_is_told(clock, owner, seller):
    given(give_role_for_a_time, person=seller, role=Role.objects.get(code="auditor"), by=owner)
    count = AuditRow.objects.filter(object_type="firm.temporaryright").count
    said = count()

    for minutes, lines in ((-1, 0), (0, 1), (1, 1), (60, 2), (61, 2)):
        clock.now = NOON + minutes * MINUTE
        beyond.note_beginnings_and_ends(by=System("the clock"))
        assert count() - said == lines

    clock.now = NOON + 61 * MINUTE
    run_jobs()
    assert {row.title for row in Notification.objects.visible_to(seller)} == {
        "For a time: Sari works as Auditor too", "Over: Sari works as Auditor too"
    }  # fmt: skip


def test_who_sees_this_client_says_until_when(clock, owner, seller, stranger, sinar, volga):
    given(name_deputy, absent=seller, deputy=stranger, by=seller)
    given(give_team_for_a_time, person=seller, team=stranger.team, by=owner)
    clock.now = NOON

    why = {seer.person.name: seer.why for seer in seers_of(sinar)}
    assert why["Viktor"].startswith("stands in for Sari, until") and why["Sari"] == "looks after this client"
    why = {seer.person.name: seer.why for seer in seers_of(volga)}
    assert why["Sari"].startswith("sees what is team Samara's, until")


def test_whoever_has_nothing_for_a_time_is_asked_no_further_question(clock, seller, django_assert_num_queries):
    person = again(seller)

    with django_assert_num_queries(2):  # which imports still run, and the rows
        list(Client.objects.visible_to(person, VIEW))


def test_many_people_with_something_for_a_time_cost_one_query_more(
    clock, owner, seller, stranger, sinar, django_assert_num_queries
):
    for number in range(4):
        given(name_deputy, absent=seller, deputy=make_person(f"P{number}", "seller"), by=seller)
    clock.now = NOON

    with django_assert_num_queries(3):
        assert len(seers_of(sinar)) == 3 + 4


def test_the_page_of_a_colleague_shows_it(client, clock, owner, seller, stranger):
    client.force_login(owner)
    data = {"deputy": stranger.pk, "from_at": "2026-03-02T12:00", "until_at": "2026-03-02T13:00"}

    assert client.post(f"/people/{seller.pk}/deputy/", data).status_code == 302

    page = client.get(f"/people/{seller.pk}/").content.decode()
    assert "Viktor stands in" in page
    assert client.post(f"/people/{seller.pk}/deputy/", {**data, "until_at": "2026-03-02T11:00"}).status_code == 422


def test_whose_access_is_closed_is_no_deputy(clock, owner, seller, stranger, sinar):
    given(name_deputy, absent=seller, deputy=stranger, by=seller)
    assert TemporaryRight.deputies_of(seller) == []
    clock.now = NOON
    assert TemporaryRight.deputies_of(seller) == [stranger]

    User.objects.filter(pk=stranger.pk).update(is_active=False)

    assert TemporaryRight.deputies_of(seller) == []
