"""Working hours and addresses: who is outside is told so, whichever way he comes; somebody can always take it back."""

from datetime import UTC, datetime, time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kartu.core.live.visitor import bars, visitor_of
from kartu.firm import entry
from kartu.firm.actions.limits import remove_limit, set_limit
from kartu.firm.models import EntryLimit, Firm, Role, User
from kartu.firm.people_for_tests import make_person
from kartu.security.models import AuditRow
from kartu.security.tokens import make_token

MONDAY = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)  # 9:30 in Jakarta


@pytest.fixture
def clock(monkeypatch, owner, seller):
    """A clock that the test sets; the firm is in Jakarta."""

    class Clock:
        now = MONDAY

        def at(self, hour: int, minute: int = 0, day: int = 2) -> None:
            self.now = datetime(2026, 3, day, hour, minute, tzinfo=UTC)

    clock = Clock()
    Firm.objects.update(time_zone="Asia/Jakarta")
    entry._logged.clear()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


def limit(by: User, *, role: Role | None = None, person: User | None = None, **values) -> EntryLimit:
    values = {"days": [], "from_time": None, "until_time": None, "addresses": [], **values}
    return set_limit(limit=EntryLimit(role=role, person=person), by=by, **values)


def hours(by: User, **who) -> EntryLimit:
    """Monday to Friday, nine to six."""
    return limit(by, days=[0, 1, 2, 3, 4], from_time=time(9), until_time=time(18), **who)


def test_open_pages_say_so_to_the_minute(client, clock, owner, seller):
    hours(owner, role=seller.role)

    answers = {}
    for hour, minute, day in ((1, 59, 2), (2, 0, 2), (10, 59, 2), (11, 0, 2), (2, 30, 7)):
        clock.at(hour, minute, day)
        client.force_login(seller)  # a session that nobody has used for hours is over by itself
        answers[hour, minute, day] = client.get("/clients/").status_code

    assert answers == {(1, 59, 2): 403, (2, 0, 2): 200, (10, 59, 2): 200, (11, 0, 2): 403, (2, 30, 7): 403}
    page = client.get("/clients/").content.decode()
    assert "outside your working hours" in page and "09:00–18:00" in page
    assert client.get("/clients/", headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert client.post("/sign-out/").status_code == 302


def test_signing_in_outside_is_refused_and_leaves_no_session(client, clock, owner, seller):
    hours(owner, role=seller.role)
    typed = {"email": seller.email, "password": "correct horse"}
    clock.at(20)

    refused = client.post("/sign-in/", typed)

    assert refused.status_code == 403 and "outside your working hours" in refused.content.decode()
    assert "_auth_user_id" not in client.session
    assert AuditRow.objects.filter(verb="denied", actor_id=seller.pk).exists()
    clock.at(3)
    assert client.post("/sign-in/", typed).status_code == 302
    assert client.session["_auth_user_id"] == str(seller.pk)


def test_from_other_addresses_nobody_comes_in(client, clock, owner, seller):
    limit(owner, person=seller, addresses=["192.168.1.7/24", "2001:db8::/32"])
    client.force_login(seller)

    answers = {
        here: client.get("/clients/", REMOTE_ADDR=here).status_code
        for here in ("192.168.1.200", "192.168.2.1", "2001:db8::5", "::ffff:192.168.1.9", "unix", "")
    }

    assert [here for here, status in answers.items() if status == 200] == [
        "192.168.1.200", "2001:db8::5", "::ffff:192.168.1.9"
    ]  # fmt: skip


def test_programs_are_held_to_it_too(client, clock, owner, seller):
    Role.objects.filter(pk=seller.role_id).update(grants={"tokens.make": 40})
    him = User.objects.select_related("role").get(pk=seller.pk)
    _token, secret = make_token(person=him, name="Shop", rights=["clients.view"], by=him)
    asking = {"headers": {"Authorization": f"Bearer {secret}"}}
    hours(owner, role=seller.role)
    assert client.get("/api/v1/clients", **asking).status_code == 200

    clock.at(20)

    answer = client.get("/api/v1/clients", **asking)
    assert answer.status_code == 403 and answer["Content-Type"].startswith("application/json")


def cookies_of(client) -> dict[str, str]:
    return {name: cookie.value for name, cookie in client.cookies.items()}


def test_live_messages_end_with_the_hours_and_come_back_with_them(client, clock, owner, seller):
    hours(owner, role=seller.role)
    client.force_login(seller)
    assert visitor_of(cookies_of(client), "127.0.0.1") == seller.pk

    clock.at(11)

    with pytest.raises(PermissionDenied):
        visitor_of(cookies_of(client), "127.0.0.1")


def test_live_messages_go_to_the_permitted_addresses_only(client, clock, owner, seller):
    limit(owner, person=seller, addresses=["192.168.1.0/24"])
    client.force_login(seller)

    assert visitor_of(cookies_of(client), "192.168.1.9") == seller.pk
    with pytest.raises(PermissionDenied):
        visitor_of(cookies_of(client), "203.0.113.9")


def test_control_without_the_bar_live_messages_go_on(client, clock, owner, seller, monkeypatch):
    hours(owner, role=seller.role)
    client.force_login(seller)
    clock.at(11)

    monkeypatch.delitem(bars._items, "entry")

    assert visitor_of(cookies_of(client), "127.0.0.1") == seller.pk


def test_without_the_middleware_everybody_comes_in(client, clock, settings, owner, seller):
    """The negative control."""
    hours(owner, role=seller.role)
    clock.at(20)
    client.force_login(seller)
    assert client.get("/clients/").status_code == 403

    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each != "kartu.firm.entry.within_limits"]
    client.handler._middleware_chain = None

    assert client.get("/clients/").status_code == 200


def test_a_shift_over_midnight_belongs_to_the_day_it_began():
    night = EntryLimit(days=[0], from_time=time(22), until_time=time(6))
    open_at = [(day, hour) for day in (2, 3) for hour in (5, 21, 22, 23) if night.is_open(datetime(2026, 3, day, hour))]

    assert open_at == [(2, 22), (2, 23), (3, 5)]


def test_a_limit_of_the_person_stands_instead_of_the_roles(client, clock, owner, seller, stranger):
    hours(owner, role=seller.role)
    limit(owner, person=seller, days=[*range(7)])
    clock.at(20)

    assert entry.obstacle(User.objects.get(pk=seller.pk), "127.0.0.1") == ""
    assert entry.obstacle(User.objects.get(pk=stranger.pk), "127.0.0.1")


def test_the_last_owner_is_never_shut_out(clock, owner, seller):
    with pytest.raises(ValidationError):
        hours(owner, role=owner.role)
    with pytest.raises(ValidationError):
        hours(owner, person=owner)
    second = make_person("Second", "owner")
    hours(owner, person=owner)
    clock.at(20)
    assert entry.obstacle(User.objects.get(pk=owner.pk), "127.0.0.1")
    with pytest.raises(ValidationError):
        hours(second, person=second)

    User.objects.filter(pk=second.pk).update(is_active=False)

    assert entry.obstacle(User.objects.get(pk=owner.pk), "127.0.0.1") == ""


def test_who_is_held_to_a_limit_does_not_take_it_back_himself(clock, owner, seller):
    helper = Role.objects.create(code="own-1", name="Helper", based_on="seller", grants={"roles.change": 40})
    User.objects.filter(pk=seller.pk).update(role=helper)
    him = User.objects.select_related("role").get(pk=seller.pk)

    with pytest.raises(PermissionDenied):
        remove_limit(limit=hours(owner, person=him), by=him)


def test_what_is_no_address_is_refused_and_who_would_be_outside_is_told(client, clock, owner, seller):
    client.force_login(owner)
    data = {"role": seller.role_id, "from_time": "09:00", "until_time": "18:00"}
    assert client.post("/limits/new/", {**data, "addresses": "home"}).status_code == 422
    clock.at(20)
    client.force_login(owner)

    page = client.post("/limits/new/", {**data, "preview": "1"})

    assert "Sari" in page.content.decode() and not EntryLimit.objects.exists()
    assert client.post("/limits/new/", data).status_code == 302
    assert "09:00–18:00" in client.get("/limits/").content.decode()


def test_the_log_is_not_filled_by_a_page_that_asks_again(client, clock, owner, seller):
    hours(owner, role=seller.role)
    clock.at(20)
    client.force_login(seller)
    for _time in range(5):
        client.get("/clients/")

    assert AuditRow.objects.filter(verb="denied", actor_id=seller.pk).count() == 1


def test_the_list_costs_the_same_for_any_number(client, clock, owner, seller, stranger, django_assert_max_num_queries):
    hours(owner, role=seller.role)
    client.force_login(owner)
    with CaptureQueriesContext(connection) as one:
        client.get("/limits/")
    for person in (seller, stranger):
        hours(owner, person=person)

    with django_assert_max_num_queries(len(one)):
        assert client.get("/limits/").status_code == 200
