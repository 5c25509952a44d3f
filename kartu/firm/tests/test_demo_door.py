"""The door of a demo firm: one click, and one is somebody. Nowhere else."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from kartu.core.actors import System
from kartu.firm.actions.door import walk_in
from kartu.firm.models import Firm, SetupLink, User
from kartu.firm.people_for_tests import make_person
from kartu.firm.tests.test_first_run import TYPED


@pytest.fixture
def demo(owner, seller) -> Firm:
    """A demo firm with an owner and a seller who have no password."""
    for person in (owner, seller):
        person.set_unusable_password()
        person.save()
    Firm.objects.update(is_demo=True)
    return Firm.current()


def is_in(client: Client, person: User) -> bool:
    return client.session.get("_auth_user_id") == str(person.pk)


def test_the_door_shows_the_people_and_what_each_of_them_sees(demo, owner, seller, client):
    page = client.get("/sign-in/").content.decode()

    people = re.findall(
        r'formaction="/sign-in/(\d+)/\?next=%2F".*?<b class="b5">([^<]+)</b><span[^>]*>([^<]+)</span>', page, re.S
    )
    assert people == [(str(owner.pk), "Olga", "Owner"), (str(seller.pk), "Sari", "Seller · Bandung")]
    assert "sees everything" in page and "sees only own clients" in page
    assert 'name="password"' not in page


def test_the_first_visit_ends_at_that_door(demo, client):
    response = client.get("/", follow=True)

    assert response.redirect_chain == [("/sign-in/?next=/", 302)]
    assert "Who would you like to be?" in response.content.decode()


@pytest.mark.parametrize("who", ["owner", "seller"])
def test_a_click_lets_one_in_and_stands_in_the_log(demo, who, client, telling, request):
    person = request.getfixturevalue(who)

    response = client.post(f"/sign-in/{person.pk}/?next=/people/")

    assert (response.status_code, response["Location"]) == (302, "/people/")
    assert client.get("/me/").context["person"] == person
    assert [(line.verb, line.row, line.by) for line in telling] == [("sign_in", person, person)]


def test_a_firm_that_is_no_demo_has_no_such_door(seller, client, telling):
    seller.set_unusable_password()
    seller.save()

    page, posted = client.get("/sign-in/").content.decode(), client.post(f"/sign-in/{seller.pk}/")

    assert (posted.status_code, "_auth_user_id" in client.session, telling) == (404, False, [])
    assert "Sari" not in page and 'name="password"' in page


def test_the_act_itself_refuses_outside_of_a_demo(seller, client, telling):
    seller.set_unusable_password()
    seller.save()
    asked = RequestFactory().post("/")
    asked.session = client.session

    with pytest.raises(PermissionDenied):
        walk_in(request=asked, person=seller, by=System("somebody at the door"))

    assert [line.verb for line in telling] == ["denied"] and "_auth_user_id" not in asked.session


def test_who_has_a_password_or_is_closed_out_cannot_be_walked_in_as(demo, owner, seller, client):
    joined = make_person("Rina", "seller")
    User.objects.filter(pk=seller.pk).update(is_active=False)

    answers = [client.post(f"/sign-in/{person.pk}/").status_code for person in (joined, seller)]

    assert answers == [404, 404] and "_auth_user_id" not in client.session
    page = client.get("/sign-in/").content.decode()
    assert "Olga" in page and "Rina" not in page and "Sari" not in page
    # Whoever joined the demo firm by an invitation has a key, and a place to use it.
    assert client.post("/sign-in/", {"email": joined.email, "password": "correct horse"}).status_code == 302


def test_a_click_from_another_site_lets_nobody_in(demo, seller):
    forged = Client(enforce_csrf_checks=True)

    answers = [forged.post(f"/sign-in/{seller.pk}/").status_code, forged.get(f"/sign-in/{seller.pk}/").status_code]

    assert answers == [403, 405] and "_auth_user_id" not in forged.session


def test_one_becomes_somebody_else_in_a_session_of_his_own(demo, owner, seller, client, telling):
    client.post(f"/sign-in/{owner.pk}/")
    before = client.session.session_key

    client.post(f"/sign-in/{seller.pk}/")

    assert is_in(client, seller) and client.session.session_key != before
    assert [(line.verb, line.row) for line in telling] == [
        ("sign_in", owner),
        ("sign_out", owner),
        ("sign_in", seller),
    ]


def test_the_frame_of_a_demo_says_so_and_leads_out(demo, seller, client):
    client.post(f"/sign-in/{seller.pk}/")

    assert 'href="/demo/"' in client.get("/welcome/").content.decode()
    page = client.get("/demo/").content.decode()
    assert "python3 start.py" in page and "this is you now" in page


def test_the_frame_of_a_firm_at_work_knows_no_demo(seller, client):
    client.force_login(seller)

    assert 'href="/demo/"' not in client.get("/welcome/").content.decode()
    assert client.get("/demo/").status_code == 404


def test_nothing_that_is_posted_makes_a_firm_a_demo(owner, client):
    client.force_login(owner)
    form = {"name": "CV Tirta", "trade": "shop", "country": "ID", "currency": "IDR", "time_zone": "Asia/Jakarta"}

    response = client.post("/firm/", {**form, "language": "id", "is_demo": "on"})

    assert response.status_code == 302
    assert (Firm.current().name, Firm.current().is_demo) == ("CV Tirta", False)


def test_a_first_run_never_makes_a_demo(db, client):
    _link, token = SetupLink.issue()

    client.post(f"/setup/{token}/", {**TYPED, "is_demo": "on"})

    assert Firm.current().is_demo is False


def test_the_door_speaks_the_language_of_the_demo_until_another_is_chosen(demo, client):
    Firm.objects.update(language="ru")

    spoken = client.get("/sign-in/", headers={"Accept-Language": "en"})
    client.get("/sign-in/?language=id")
    chosen = client.get("/sign-in/", headers={"Accept-Language": "en"})

    assert ("Кем войдёте?" in spoken.content.decode(), spoken["Content-Language"]) == (True, "ru")
    assert '<html lang="ru"' in spoken.content.decode()
    assert chosen["Content-Language"] == "id"


def test_two_and_ten_people_at_the_door_take_the_same_number_of_queries(demo, team, client):
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get("/sign-in/")
        counts.append(len(queries))
        for at in range(8):
            person = make_person(f"Person{number}{at}", "seller", team)
            User.objects.filter(pk=person.pk).update(password="!")

    assert counts[0] == counts[1]
