"""Inviting, placing and showing out, with the rule that a firm never loses its last owner."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from kartu.core.actors import System
from kartu.firm.actions import people
from kartu.firm.models import Invitation, Role, User
from kartu.firm.people_for_tests import make_person

NOBODY = System("a test")


def role(code: str) -> Role:
    return Role.objects.get(code=code)


def invitation_by(person: User, code: str = "seller", **fields) -> tuple[Invitation, str]:
    fields = {"team": None, "branch": None, "name": "Ayu", "email": "", **fields}
    return people.invite(role=role(code), by=person, **fields)


def join(invitation: Invitation, email: str = "ayu@example.com") -> User:
    return people.join(
        invitation=invitation, name="Ayu", email=email, password="three short words", language="id", by=NOBODY
    )


def test_a_colleague_joins_with_the_role_and_team_of_the_invitation(owner, team):
    invitation, token = invitation_by(owner, "head", team=team)

    person = join(Invitation.find(token))

    assert (person.role.code, person.team, person.language) == ("head", team, "id")
    assert person.check_password("three short words")
    assert Invitation.objects.get().joined == person


def test_an_invitation_lets_in_one_colleague_only(owner):
    invitation, token = invitation_by(owner)
    join(invitation)

    assert Invitation.find(token) is None
    with pytest.raises(people.LinkGone):
        join(invitation, "second@example.com")


@pytest.mark.django_db(transaction=True)
def test_two_who_use_one_invitation_at_once_are_one_colleague(owner, at_once):
    invitation, token = invitation_by(owner)

    results = at_once(*(lambda n=n: join(Invitation.find(token) or invitation, f"{n}@example.com") for n in range(4)))

    assert sorted(type(result).__name__ for result in results) == ["LinkGone", "LinkGone", "LinkGone", "User"]
    assert User.objects.count() == 2


def test_an_invitation_that_was_taken_back_or_is_too_old_opens_nothing(owner):
    taken, token = invitation_by(owner)
    people.take_back(invitation=taken, by=owner)
    old, old_token = invitation_by(owner)
    Invitation.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))

    assert Invitation.find(token) is None
    assert Invitation.find(old_token) is None
    with pytest.raises(people.LinkGone):
        join(taken)


def test_only_a_hash_of_the_link_is_kept(owner):
    invitation, token = invitation_by(owner)

    assert token not in str(Invitation.objects.values().get())


def test_an_e_mail_that_is_taken_is_refused_and_the_link_stays_open(owner):
    invitation, token = invitation_by(owner)

    with pytest.raises(ValidationError) as refused:
        join(invitation, "OLGA@example.com")

    assert list(refused.value.message_dict) == ["email"]
    assert Invitation.find(token)


def test_who_may_not_invite_is_refused_and_the_refusal_is_told(seller, telling):
    with pytest.raises(PermissionDenied):
        invitation_by(seller)

    assert not Invitation.objects.exists()
    assert [(line.verb, line.values["right"]) for line in telling] == [("denied", "firm.people")]


@pytest.fixture
def clerk(firm) -> User:
    """Somebody who looks after the people without being an owner."""
    Role.objects.create(code="clerk", name="Clerk", grants={"firm.people": 3})
    return make_person("Klara", "clerk")


def test_who_looks_after_the_people_makes_no_owners_of_himself_or_others(clerk, owner, seller):
    with pytest.raises(PermissionDenied):
        people.place(person=clerk, role=role("owner"), team=None, branch=None, by=clerk)
    with pytest.raises(PermissionDenied):
        people.place(person=owner, role=role("seller"), team=None, branch=None, by=clerk)
    with pytest.raises(PermissionDenied):
        invitation_by(clerk, "owner")
    with pytest.raises(PermissionDenied):
        people.close_access(person=owner, by=clerk)

    people.place(person=seller, role=role("head"), team=None, branch=None, by=clerk)
    assert {user.name: user.role.code for user in User.objects.all()} == {
        "Klara": "clerk",
        "Olga": "owner",
        "Sari": "head",
    }


def test_the_last_owner_keeps_the_role_and_the_access(owner, seller):
    with pytest.raises(ValidationError):
        people.place(person=owner, role=role("seller"), team=None, branch=None, by=owner)
    with pytest.raises(ValidationError):
        people.close_access(person=owner, by=NOBODY)

    owner.refresh_from_db()
    assert owner.is_owner and owner.is_active


def test_an_owner_whose_access_is_closed_does_not_count_as_one(owner):
    people.close_access(person=make_person("Oscar", "owner"), by=owner)

    with pytest.raises(ValidationError):
        people.place(person=owner, role=role("seller"), team=None, branch=None, by=owner)


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_dismiss_each_other_at_once_leave_one(owner, at_once):
    other = make_person("Oscar", "owner")

    results = at_once(
        lambda: people.close_access(person=User.objects.get(pk=other.pk), by=owner),
        lambda: people.place(
            person=User.objects.get(pk=owner.pk), role=role("seller"), team=None, branch=None, by=other
        ),
    )

    assert sorted(type(result).__name__ for result in results) == ["User", "ValidationError"]
    assert User.objects.filter(is_active=True, role__code="owner").count() == 1


def test_nobody_closes_his_own_access(owner):
    make_person("Oscar", "owner")

    with pytest.raises(ValidationError):
        people.close_access(person=owner, by=owner)


def test_a_dismissed_colleague_is_out_at_the_next_request_of_every_session(owner, seller, client, django_user_model):
    client.force_login(seller)
    assert "_auth_user_id" in client.session
    person = django_user_model.objects.get(pk=seller.pk)

    people.close_access(person=person, by=owner)
    assert client.get("/people/").status_code == 302

    people.open_access(person=person, by=owner)
    assert client.get("/people/").status_code == 302, "an old session must not come to life again"


def test_a_dismissed_colleague_leaves_no_door_open(clerk, owner):
    invitation, token = invitation_by(clerk)

    people.close_access(person=clerk, by=owner)

    assert Invitation.find(token) is None


def test_who_no_longer_invites_leaves_no_door_open(clerk, owner):
    invitation, token = invitation_by(clerk)

    people.place(person=clerk, role=role("seller"), team=None, branch=None, by=owner)

    assert Invitation.find(token) is None


def test_a_new_role_is_told_with_what_it_was_before(owner, seller, telling):
    people.place(person=seller, role=role("head"), team=seller.team, branch=None, by=owner)

    assert [(line.verb, line.row, line.by) for line in telling] == [("change", seller, owner)]
    assert telling[0].values == {
        "before": {"role_id": role("seller").pk},
        "after": {"role_id": role("head").pk},
    }


def test_nothing_secret_is_told_of_a_new_colleague(owner, telling):
    invitation, token = invitation_by(owner)
    person = join(invitation)

    said = str([line.values for line in telling])

    assert person.password not in said and token not in said and invitation.token_digest not in said
    assert "ayu@example.com" in said
