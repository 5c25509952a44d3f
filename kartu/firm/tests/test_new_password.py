"""A colleague who has forgotten the password gets in again by a link."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from kartu.firm.actions import people
from kartu.firm.models import KeyLink, Role, User
from kartu.firm.people_for_tests import make_person

NEW = "three short words"


@pytest.fixture
def link(owner, seller, client) -> str:
    client.force_login(owner)
    page = client.post(f"/people/{seller.pk}/key/").content.decode()
    return re.search(r'value="http://testserver(/key/[^"]+)"', page)[1]


def test_whoever_has_the_link_chooses_a_password_and_is_in(link, seller):
    browser = Client()
    assert "sari@example.com" in browser.get(link).content.decode()

    answer = browser.post(link, {"password": NEW})

    assert answer["Location"] == "/welcome/"
    assert browser.get("/me/").status_code == 200
    assert User.objects.get(pk=seller.pk).check_password(NEW)


def test_the_old_password_holds_until_the_link_is_used_and_then_ends_with_every_session(link, seller):
    somewhere = Client()
    somewhere.force_login(seller)
    assert somewhere.get("/me/").status_code == 200

    Client().post(link, {"password": NEW})

    assert somewhere.get("/me/").status_code == 302
    assert not User.objects.get(pk=seller.pk).check_password("correct horse")


def test_the_link_works_once(link):
    Client().post(link, {"password": NEW})

    again = Client().post(link, {"password": "quite another one"})

    assert again.status_code == 410
    assert User.objects.get(name="Sari").check_password(NEW)


@pytest.mark.django_db(transaction=True)
def test_two_who_use_it_at_once_are_one(link, at_once):
    posts = [lambda n=n: Client().post(link, {"password": f"{NEW} {n}"}) for n in range(3)]

    assert sorted(answer.status_code for answer in at_once(*posts)) == [302, 410, 410]


def test_a_weak_password_is_refused_and_the_link_stays_open(link):
    assert Client().post(link, {"password": "12345678"}).status_code == 422
    assert Client().post(link, {"password": NEW}).status_code == 302


def test_a_newer_link_closes_the_older(link, seller, client):
    client.post(f"/people/{seller.pk}/key/")

    assert Client().get(link).status_code == 410


def test_a_link_is_good_for_a_day(link):
    KeyLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert Client().get(link).status_code == 410


def test_closing_the_access_closes_the_links_to_it(link, owner, seller):
    people.close_access(person=seller, by=owner)

    assert Client().post(link, {"password": NEW}).status_code == 410
    assert User.objects.get(pk=seller.pk).check_password("correct horse")


def test_a_link_from_somebody_who_was_dismissed_opens_nothing(seller, owner):
    Role.objects.create(code="clerk", name="Clerk", grants={"firm.people": 3})
    clerk = make_person("Klara", "clerk")
    _link, token = people.give_key(person=seller, by=clerk)

    people.close_access(person=clerk, by=owner)

    assert Client().get(f"/key/{token}/").status_code == 410


def test_nobody_but_an_owner_gets_a_link_to_an_owner(owner):
    Role.objects.create(code="clerk", name="Clerk", grants={"firm.people": 3})
    clerk = make_person("Klara", "clerk")

    with pytest.raises(PermissionDenied):
        people.give_key(person=owner, by=clerk)

    assert not KeyLink.objects.exists()


def test_looking_at_the_question_makes_no_link(owner, seller, client):
    client.force_login(owner)

    client.get(f"/people/{seller.pk}/key/")

    assert not KeyLink.objects.exists()


def test_the_log_tells_who_gave_it_and_who_used_it_but_no_secret(link, owner, seller, telling):
    Client().post(link, {"password": NEW})

    assert [(line.verb, line.row) for line in telling] == [("change", seller), ("sign_in", seller)]
    assert NEW not in str(telling) and link.split("/")[2] not in str(telling)


def test_a_link_made_on_this_computer_says_that_it_works_here_only(owner, seller, client):
    client.force_login(owner)

    here = client.post(f"/people/{seller.pk}/key/", headers={"Host": "localhost:8420"}).content.decode()
    there = client.post(f"/people/{seller.pk}/key/").content.decode()

    assert ["works on this computer only" in page for page in (here, there)] == [True, False]
