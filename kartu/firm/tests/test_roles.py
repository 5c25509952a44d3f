"""Roles: made as a copy, given and denied rights, and nobody lifts himself up by them."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kartu.core.actors import Scope
from kartu.core.rights import rights
from kartu.firm.actions import people, roles
from kartu.firm.models import Role, User
from kartu.firm.models.role import READY_NAMES, READY_SIGHT
from kartu.firm.people_for_tests import make_person

VIEW, TRASH, ROLES = "clients.view", "clients.trash", "roles.change"


def role(code: str) -> Role:
    return Role.objects.get(code=code)


def give(role: Role, by: User, **reach: Scope | None) -> Role:
    named = {code.replace("__", "."): scope for code, scope in reach.items()}
    return roles.set_reach(role=role, reach=named, seen=role.stamp, by=by)


@pytest.fixture
def clerk(owner) -> User:
    """No owner, but somebody who may change roles; sees the clients of the team."""
    role = roles.add_role(name="Clerk", like=Role.objects.get(code="head"), by=owner)
    give(role, owner, roles__change=Scope.ALL, firm__people=Scope.ALL)
    return make_person("Klara", role.code)


def test_a_new_role_may_what_the_copied_one_may(owner):
    give(role("seller"), owner, clients__view=Scope.TEAM)

    made = roles.add_role(name="Trainee", like=role("seller"), by=owner)

    assert {right.code: made.scope(right.code) for right in rights} == {
        right.code: role("seller").scope(right.code) for right in rights
    }
    assert made.based_on == "seller"


def test_a_role_is_not_made_after_the_owner_and_not_under_a_name_that_is_there(owner):
    with pytest.raises(ValidationError):
        roles.add_role(name="Deputy", like=role("owner"), by=owner)
    with pytest.raises(ValidationError):
        roles.add_role(name="seller", like=role("head"), by=owner)


def test_a_change_is_one_line_with_what_was_and_what_is(owner, telling):
    give(role("seller"), owner, clients__view=Scope.ALL, clients__trash=None, clients__print=None)

    assert [(line.verb, line.row, line.values) for line in telling] == [
        (
            "change",
            role("seller"),
            {
                "before": {"rights": {"clients.view": "own", "clients.print": "own"}},
                "after": {"rights": {"clients.view": "all", "clients.print": "no"}},
            },
        )
    ]


def test_what_is_as_in_the_ready_role_is_not_kept_so_that_later_defaults_hold(owner):
    give(role("seller"), owner, clients__view=Scope.TEAM)
    give(role("seller"), owner, clients__view=Scope.OWN)

    assert role("seller").grants == {}


def test_a_role_that_was_changed_meanwhile_is_not_overwritten(owner):
    seen = role("seller").stamp
    give(role("seller"), owner, clients__view=Scope.TEAM)

    with pytest.raises(ValidationError):
        roles.set_reach(role=role("seller"), reach={VIEW: Scope.ALL}, seen=seen, by=owner)

    assert role("seller").scope(VIEW) is Scope.TEAM


def test_the_role_of_the_owner_cannot_be_changed_by_anybody(owner):
    with pytest.raises(PermissionDenied):
        give(role("owner"), owner, clients__view=None)


def test_only_who_may_change_roles_does(head):
    for act in (
        lambda: give(role("seller"), head, clients__view=Scope.ALL),
        lambda: roles.add_role(name="Mine", like=role("seller"), by=head),
        lambda: roles.rename_role(role=role("seller"), name="Mine", by=head),
        lambda: roles.retire_role(role=role("seller"), by=head),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_nobody_but_an_owner_changes_his_own_role(clerk):
    with pytest.raises(PermissionDenied):
        give(clerk.role, clerk, clients__view=Scope.TEAM)


def test_nobody_but_an_owner_gives_more_than_he_has(clerk):
    with pytest.raises(PermissionDenied):
        give(role("seller"), clerk, clients__view=Scope.ALL)
    with pytest.raises(PermissionDenied):
        give(role("seller"), clerk, firm__settings=Scope.ALL)
    with pytest.raises(PermissionDenied):
        roles.add_role(name="Wide", like=role("auditor"), by=clerk)

    give(role("seller"), clerk, clients__view=Scope.TEAM)
    assert role("seller").scope(VIEW) is Scope.TEAM


def test_nobody_but_an_owner_gives_himself_another_role(clerk):
    with pytest.raises(PermissionDenied):
        people.place(person=clerk, role=role("auditor"), team=None, branch=None, by=clerk)


def test_nobody_but_an_owner_lets_others_change_roles(owner, clerk, seller):
    helper = roles.add_role(name="Helper", like=role("seller"), by=owner)
    give(helper, owner, firm__people=Scope.ALL)
    person = make_person("Hadi", helper.code)

    with pytest.raises(PermissionDenied):
        people.place(person=seller, role=clerk.role, team=None, branch=None, by=person)
    with pytest.raises(PermissionDenied):
        people.invite(role=clerk.role, team=None, branch=None, name="", email="", by=person)
    with pytest.raises(PermissionDenied):
        people.give_key(person=clerk, by=person)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_a_role_would_be_given_while_it_is_put_out_of_use(owner, seller, at_once):
    made = roles.add_role(name="Trainee", like=role("seller"), by=owner)

    results = at_once(
        lambda: roles.retire_role(role=Role.objects.get(pk=made.pk), by=owner),
        lambda: people.place(
            person=User.objects.get(pk=seller.pk), role=Role.objects.get(pk=made.pk), team=None, branch=None, by=owner
        ),
    )

    assert [type(result).__name__ for result in results].count("ValidationError") == 1
    assert User.objects.get(pk=seller.pk).role.is_active


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_a_role_at_once_one_is_told(owner, at_once):
    seen = role("seller").stamp
    reaches = ({VIEW: Scope.ALL}, {VIEW: Scope.TEAM})

    results = at_once(
        *(
            lambda reach=reach: roles.set_reach(role=role("seller"), reach=reach, seen=seen, by=owner)
            for reach in reaches
        )
    )

    assert sorted(type(result).__name__ for result in results) == ["Role", "ValidationError"]


def test_a_role_that_somebody_has_or_is_invited_to_stays(owner, clerk):
    made = roles.add_role(name="Trainee", like=role("seller"), by=owner)
    people.invite(role=made, team=None, branch=None, name="", email="", by=owner)

    for each in (made, clerk.role, role("seller")):
        with pytest.raises(ValidationError):
            roles.retire_role(role=each, by=owner)


def test_a_role_out_of_use_is_given_to_nobody(owner, seller, telling):
    made = roles.add_role(name="Trainee", like=role("seller"), by=owner)
    gone = roles.retire_role(role=made, by=owner)

    with pytest.raises(ValidationError):
        people.place(person=seller, role=gone, team=None, branch=None, by=owner)
    with pytest.raises(ValidationError):
        people.invite(role=gone, team=None, branch=None, name="", email="", by=owner)
    assert gone not in Role.objects.in_use()
    assert [line.verb for line in telling] == ["create", "trash"]


def test_a_ready_role_keeps_its_name(owner):
    with pytest.raises(ValidationError):
        roles.rename_role(role=role("seller"), name="Agent", by=owner)


def test_every_ready_role_is_there_with_a_word_about_it(firm):
    assert set(READY_NAMES) == set(READY_SIGHT) == set(Role.objects.values_list("code", flat=True))


TAKES_AWAY = ("export", "bulk", "merge", "hand_over", "trash", "empty", "undo_others", "all", "change", "simulate")


@pytest.mark.parametrize("code", ["seller", "storekeeper", "accountant"])
def test_who_only_works_with_records_takes_none_away_and_leads_nobody(firm, code):
    had = {right.code for right in rights if role(code).scope(right.code)} - {"clients.change", "tasks.change"}

    assert {right for right in had if right.partition(".")[2] in TAKES_AWAY} == set()


def test_the_auditor_changes_nothing(firm):
    may = {right.code for right in rights if role("auditor").scope(right.code)}

    assert may == {
        "clients.view", "clients.history", "clients.access_log", "clients.touches", "files.view", "files.download",
        "log.read", "roles.simulate", "tasks.view",
        "clients.reveal_phones", "clients.reveal_emails",  # each look at a number leaves its line
    }  # fmt: skip


def test_no_ready_role_but_the_owner_may_change_roles_or_people(firm):
    for each in Role.objects.exclude(code="owner"):
        assert [each.scope(right) for right in (ROLES, "firm.people", "firm.settings", "tokens.all")] == [None] * 4
