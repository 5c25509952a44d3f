"""Whoever could give the firm away needs a second step, as soon as there is something to give."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kartu.core.live.visitor import visitor_of
from kartu.firm import required, totp
from kartu.firm.actions import second
from kartu.firm.auth import Backend
from kartu.firm.models import Firm, Team, User
from kartu.firm.required import Stake, stakes
from tests.api.calls import Calls

RIGHT = "correct horse"
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture
def data(monkeypatch) -> None:
    """The first import is done."""
    monkeypatch.setitem(stakes._items, "a test", Stake("a test", lambda: True))


def sign_in(person: User) -> Client:
    client = Client()
    assert client.post("/sign-in/", {"email": person.email, "password": RIGHT}).status_code == 302
    return client


def set_up(person: User) -> None:
    second.set_up_app(secret=SECRET, code=totp.code_at(SECRET, totp.step_at(totp.time.time())), by=person)


def is_led(client: Client) -> bool:
    return client.get("/people/").headers.get("Location") == "/me/second/"


def test_an_owner_without_one_is_led_to_set_it_up_and_gets_nowhere_else(owner, data):
    client = sign_in(owner)

    assert is_led(client)
    assert client.post("/teams/new/", {"name": "Samara"}).status_code == 403
    piece = client.get("/people/", headers={"HX-Request": "true"})
    assert (piece.status_code, 'href="/me/second/"' in piece.content.decode()) == (403, True)
    assert "HX-Redirect" not in piece, "what is typed on the page around it stays"
    assert "until then nothing else opens" in client.get("/me/second/").content.decode()
    assert client.get("/me/second/app/").status_code == 200
    assert client.post("/sign-out/")["Location"] == "/sign-in/"


def test_once_it_is_set_up_everything_opens_at_once(owner, data):
    client = sign_in(owner)

    set_up(owner)

    assert not is_led(client)


def test_before_the_first_import_and_in_the_demo_firm_nobody_must(owner, data, monkeypatch):
    Firm.objects.update(is_demo=True)
    assert not is_led(sign_in(owner)) and not required.has_data()
    Firm.objects.update(is_demo=False)
    monkeypatch.delitem(stakes._items, "a test")
    assert not is_led(sign_in(owner))


@pytest.mark.parametrize(
    ("grants", "must"),
    [({}, False), ({"clients.export": 10}, True), ({"firm.people": 40}, True), ({"roles.change": 40}, True)],
)
def test_what_counts_is_what_somebody_may_do(seller, data, grants, must):
    seller.role.grants = grants
    seller.role.save()

    assert is_led(sign_in(seller)) is must


def test_everybody_else_is_told_once(seller, data):
    first, again = sign_in(seller).get("/people/"), sign_in(seller).get("/people/")

    assert "A second step makes your sign-in safer" in first.content.decode()
    assert "A second step makes your sign-in safer" not in again.content.decode()


def test_the_owner_can_require_it_of_everybody(owner, seller, client, telling):
    set_up(owner)
    telling.clear()
    client.force_login(owner)

    assert client.post("/people/second/", {"all": "1"})["Location"] == "/people/second/"

    assert [(line.verb, line.values["after"]) for line in telling] == [("setting", {"second_for_all": True})]
    assert is_led(sign_in(seller))
    client.post("/people/second/", {})
    assert not is_led(sign_in(seller))


def test_nobody_but_an_owner_sets_of_whom_it_is_required(head, client):
    head.role.grants = {"firm.people": 40}
    head.role.save()
    client.force_login(head)

    assert client.get("/people/second/").status_code == 200
    assert client.post("/people/second/", {"all": "1"}).status_code == 403
    assert not Firm.objects.get().second_for_all


def test_the_owner_sees_who_has_none_those_who_must_first(owner, seller, stranger, head, data, client):
    set_up(stranger)
    set_up(owner)
    client.force_login(owner)

    lines = client.get("/people/second/").context["lines"]

    assert [(line["colleague"].name, line["is_required"], line["colleague"].has_second) for line in lines] == [
        ("Hendra", True, False),
        ("Sari", False, False),
        ("Olga", True, True),
        ("Viktor", False, True),
    ]


def test_the_list_takes_the_same_queries_for_one_and_for_many(owner, client, django_assert_max_num_queries):
    client.force_login(owner)
    client.get("/people/second/")
    with django_assert_max_num_queries(40) as one:
        client.get("/people/second/")
    for number in range(3):
        User.objects.create_user(f"p{number}@example.com", RIGHT, name=f"P{number}", role=owner.role)

    with django_assert_max_num_queries(len(one)):
        client.get("/people/second/")


def test_control_without_the_middleware_nobody_is_led(owner, data, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "SecondStepDue" not in name]

    assert not is_led(sign_in(owner))


def test_a_session_that_runs_already_is_led_by_its_next_request(owner, client, monkeypatch):
    client.force_login(owner)
    assert not is_led(client)

    monkeypatch.setitem(stakes._items, "a test", Stake("a test", lambda: True))

    assert is_led(client)


def test_so_is_whoever_gets_a_further_right_and_everybody_when_the_owner_says_so(seller, stranger, owner, client, data):
    other = Client()
    client.force_login(seller)
    other.force_login(stranger)
    assert not is_led(client) and not is_led(other)

    User.objects.filter(pk=seller.pk).update(role=owner.role)
    assert is_led(client) and not is_led(other)

    Firm.objects.update(second_for_all=True)
    assert is_led(other)


@pytest.fixture
def asked(owner, client, data) -> Client:
    client.force_login(owner)
    return client


def test_what_was_typed_is_kept_and_goes_on_after_the_set_up(owner, asked):
    page = asked.post("/teams/new/", {"name": "Samara"})

    assert (page.status_code, page["Kartu-Again"]) == (403, "1")
    assert 'name="name" value="Samara"' in page.content.decode() and 'action="/teams/new/"' in page.content.decode()
    assert not Team.objects.filter(name="Samara").exists()
    posted = dict(page.context["posted"])
    assert asked.post("/teams/new/", posted).status_code == 403, "before it is set up"
    set_up(owner)
    assert asked.post("/teams/new/", posted).status_code == 302
    assert Team.objects.filter(name="Samara").exists()


def test_passwords_are_not_kept_and_files_are_told_of(asked, owner):
    sent = {
        "name": "x",
        "password": "storage secret 27",
        "secret": "storage secret 28",
        "file": ContentFile(b"x", "a.txt"),
    }

    page = asked.post("/teams/new/", sent)

    text = page.content.decode()
    assert "storage secret" not in text and "Files have to be chosen again" in text
    assert dict(page.context["posted"])["secret"].startswith("sealed:")


def test_a_script_of_ours_says_it_in_a_toast(asked):
    page = asked.post("/teams/new/", {"name": "Samara"}, headers={"HX-Request": "true"})

    assert page.status_code == 403 and "Set up a second step to go on" in page["HX-Trigger"]


def test_whoever_has_one_or_needs_none_is_asked_at_no_query(owner, seller, data):
    set_up(owner)
    for person in (owner, seller):
        request = HttpRequest()
        request.user = Backend().get_user(person.pk)
        with CaptureQueriesContext(connection) as queries:
            assert not required.is_due(request)
        assert len(queries) == 0


def test_programs_go_on(owner, data):
    assert Calls(owner)("GET", "people").status_code == 200


def test_live_messages_are_not_for_who_is_led(owner, asked):
    cookies = {name: cookie.value for name, cookie in asked.cookies.items()}
    with pytest.raises(PermissionDenied):
        visitor_of(cookies, "127.0.0.1")
    set_up(owner)
    assert visitor_of(cookies, "127.0.0.1") == owner.pk
