"""The second step: nobody is in before it, a code is good once, and guessing it is slow for guessers only."""

import re
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.test import Client

from kartu.core.sealing import seal
from kartu.firm import second as waiting
from kartu.firm import throttle, totp
from kartu.firm.actions import people, second
from kartu.firm.contributes import second_ways
from kartu.firm.models import Firm, Invitation, RecoveryCode, SignInTry, TotpSecret, User
from kartu.firm.recovery import codes_left
from kartu.firm.signals import sign_in_changed

RIGHT = "correct horse"
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    """The time that codes are made for; a test may change it."""
    moment = [1_800_000_000.0]
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: moment[0]))
    return moment


@pytest.fixture
def codes(seller, clock) -> list[str]:
    """The seller has set up an app a while ago; his recovery codes."""
    made = second.set_up_app(secret=SECRET, code=code(clock), by=seller)
    clock[0] += 3600
    return made


@pytest.fixture
def told_of() -> Iterator[list[tuple[str, User, User]]]:
    """Whom the apps above are to tell of a change in how he signs in."""
    heard: list[tuple[str, User, User]] = []

    def hear(what: str, person: User, by: User, **kwargs: object) -> None:
        heard.append((what, person, by))

    sign_in_changed.connect(hear)
    yield heard
    sign_in_changed.disconnect(hear)


def code(clock: list[float], away: int = 0) -> str:
    return totp.code_at(SECRET, totp.step_at(clock[0]) + away)


def first_step(client: Client, **extra):
    return client.post("/sign-in/", {"email": "sari@example.com", "password": RIGHT}, **extra)


def give(client: Client, given: str, **extra):
    return client.post("/sign-in/code/", {"code": given}, **extra)


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def test_the_password_alone_lets_nobody_in(codes, client, clock):
    sent = client.post("/sign-in/?next=/people/", {"email": "sari@example.com", "password": RIGHT})

    assert sent["Location"] == "/sign-in/code/?next=%2Fpeople%2F"
    assert not is_in(client)
    answer = client.post(sent["Location"], {"code": code(clock)})
    assert (answer.status_code, answer["Location"]) == (302, "/people/")
    assert is_in(client)


def test_without_a_first_step_there_is_no_second(codes, client, clock):
    assert give(client, code(clock))["Location"].startswith("/sign-in/?next=")
    assert not is_in(client)


def test_who_waits_at_the_second_step_is_still_nobody_to_every_other_page(codes, client):
    first_step(client)

    piece = client.get("/people/", headers={"HX-Request": "true"})

    assert (piece.status_code, piece["HX-Redirect"]) == (401, "/sign-in/")
    assert client.get("/people/")["Location"] == "/sign-in/?next=/people/"


def test_a_code_is_good_once(codes, client, clock):
    first_step(client)
    give(client, code(clock))
    other = Client()
    first_step(other)

    assert give(other, code(clock)).status_code == 422
    assert give(other, code(clock, -1)).status_code == 422, "nor an older one"
    assert not is_in(other)
    clock[0] += 30
    assert give(other, code(clock)).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_who_give_the_same_code_at_once_one_is_too_late(codes, clock, at_once):
    browsers = [Client(), Client()]
    for browser in browsers:
        first_step(browser)

    answers = at_once(*[lambda browser=browser: give(browser, code(clock)).status_code for browser in browsers])

    assert sorted(answers) == [302, 422]


@pytest.mark.parametrize("spell", [str, str.upper, lambda text: f"  {text.replace('-', ' ')} "])
def test_a_recovery_code_lets_in_once(codes, client, spell):
    first_step(client)

    assert give(client, spell(codes[3])).status_code == 302
    other = Client()
    first_step(other)
    assert give(other, codes[3]).status_code == 422
    assert codes_left(User.objects.get(email="sari@example.com")) == 9


def test_ten_recovery_codes_are_made_of_which_nothing_is_kept_but_a_hash(codes, seller):
    assert len(set(codes)) == 10
    kept = str(list(RecoveryCode.objects.values())) + str(list(TotpSecret.objects.values()))
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    assert SECRET not in kept


def test_guessing_codes_becomes_slow_and_the_right_password_does_not_make_it_fast_again(codes, client, clock):
    for _ in range(5):
        first_step(client)
        assert give(client, "000000").status_code == 422
    first_step(client)

    refused = give(client, code(clock))

    assert (refused.status_code, is_in(client)) == (429, False)
    assert 0 < int(refused["Retry-After"]) <= 30


def test_a_guesser_is_slow_from_many_addresses_too_and_does_not_lock_out_a_known_browser(codes, clock):
    own = Client()
    first_step(own)
    give(own, code(clock))
    own.post("/sign-out/")
    clock[0] += 60

    for number in range(8):
        guesser = Client(REMOTE_ADDR=f"10.0.0.{number}")
        first_step(guesser)
        last = give(guesser, "000000")

    assert last.status_code == 429
    first_step(own)
    assert give(own, code(clock)).status_code == 302


def test_a_guesser_of_codes_has_twenty_looks_an_hour_at_most(codes, client, seller):
    looked, passed = 0, 0.0
    first_step(client)
    while passed < 3600:
        places = throttle.places_of_codes(client.get("/sign-in/").wsgi_request, seller.email)
        wait = throttle.take_turn(places).total_seconds()
        looked += not wait
        for row in SignInTry.objects.all():
            SignInTry.objects.filter(pk=row.pk).update(next_at=row.next_at - throttle.timedelta(seconds=wait))
        passed += wait

    assert 5 < looked <= 20


def test_the_second_step_waits_for_some_minutes(codes, client, clock, monkeypatch):
    first_step(client)
    monkeypatch.setattr(waiting, "time", SimpleNamespace(time=lambda: time.time() + 601))

    assert give(client, code(clock))["Location"].startswith("/sign-in/")


def test_a_new_password_ends_the_wait_for_the_second_step(codes, client, clock, seller):
    first_step(client)
    seller.set_password("another long one")
    seller.save()

    give(client, code(clock))

    assert not is_in(client)


def test_whoever_was_closed_out_meanwhile_does_not_get_in(codes, client, clock, seller):
    first_step(client)
    User.objects.filter(pk=seller.pk).update(is_active=False)

    give(client, code(clock))

    assert "_auth_user_id" not in client.session


def test_a_link_for_a_new_password_leads_to_the_second_step(codes, seller, owner, client):
    token = people.give_key(person=seller, by=owner)[1]

    answer = client.post(f"/key/{token}/", {"password": "three long words"})

    assert answer["Location"] == "/sign-in/code/?next=%2Fwelcome%2F"
    assert not is_in(client)


def test_in_the_demo_firm_too_a_second_step_is_asked_where_it_was_set_up(codes, seller, client):
    Firm.objects.update(is_demo=True)
    seller.set_unusable_password()
    seller.save()

    assert client.post(f"/sign-in/{seller.pk}/")["Location"].startswith("/sign-in/code/")
    assert not is_in(client)


def test_the_session_of_before_is_left_behind_at_the_first_step(codes, owner, client):
    client.force_login(owner)
    planted = client.session.session_key

    client.post("/sign-out/")
    client.force_login(owner)
    token = people.give_key(person=codes and User.objects.get(email="sari@example.com"), by=owner)[1]
    client.post(f"/key/{token}/", {"password": "three long words"})

    assert not client.session.exists(planted)
    assert client.get("/me/").status_code == 302, "the owner is not in any more either"


def test_data_from_another_computer_open_by_recovery_codes_only(codes, client, clock):
    TotpSecret.objects.update(sealed=seal(SECRET, "another computer"))
    first_step(client)

    assert give(client, code(clock)).status_code == 422
    assert give(client, codes[0]).status_code == 302


def test_every_step_is_told_without_a_code(codes, client, clock, telling, seller):
    first_step(client)
    give(client, "000000")
    give(client, codes[0])
    client.post("/me/second/codes/")
    client.post("/me/second/app/off/")

    assert [(line.verb, line.row, line.values) for line in telling] == [
        ("sign_in_failed", seller, {"proof": "code"}),
        ("sign_in", seller, {"proof": "recovery"}),
        ("second_codes", seller, {}),
        ("second_off", seller, {"way": "totp"}),
    ]


def set_up(client: Client, clock: list[float]) -> tuple[str, object]:
    """What the app reads from the page, and the answer to its first code."""
    page = client.get("/me/second/app/")
    secret = "".join(page.context["secret"])
    sealed = re.search(r'name="sealed" value="([^"]+)"', page.content.decode())[1]
    given = totp.code_at(secret, totp.step_at(clock[0]))
    return secret, client.post("/me/second/app/", {"sealed": sealed, "code": f"{given[:3]} {given[3:]}"})


def test_an_app_is_set_up_by_its_first_code_and_ten_codes_are_shown_once(seller, client, clock, telling):
    client.force_login(seller)

    secret, shown = set_up(client, clock)

    assert (shown.status_code, len(shown.context["codes"])) == (200, 10)
    assert [(line.verb, line.values) for line in telling] == [("second_on", {"way": "totp"})]
    assert secret not in str(telling)
    page = client.get("/me/second/").content.decode()
    assert "10 of 10 are left" in page
    assert not any(code in page for code in shown.context["codes"])


def test_another_phone_takes_the_place_of_the_first_and_the_codes_stay(codes, seller, client, clock):
    client.force_login(seller)

    _secret, answer = set_up(client, clock)

    assert answer["Location"] == "/me/second/"
    assert codes_left(seller) == 10
    clock[0] += 60
    other = Client()
    first_step(other)
    assert give(other, code(clock)).status_code == 422, "the first phone opens nothing any more"


@pytest.mark.parametrize("wrong", ["000000", "", "x"])
def test_an_app_whose_code_is_wrong_is_not_set_up(seller, client, clock, wrong):
    client.force_login(seller)
    page = client.get("/me/second/app/")
    sealed = page.context["form"].initial["sealed"]

    again = client.post("/me/second/app/", {"sealed": sealed, "code": wrong})

    assert (again.status_code, again.context["secret"]) == (422, page.context["secret"])
    assert not TotpSecret.objects.exists()


def test_a_secret_that_was_sealed_for_somebody_else_is_not_taken(seller, stranger, client, clock):
    client.force_login(stranger)
    sealed = client.get("/me/second/app/").context["form"].initial["sealed"]
    client.force_login(seller)

    page = client.post("/me/second/app/", {"sealed": sealed, "code": "000000"})

    assert page.status_code == 422 and page.context["form"].data["sealed"] != sealed
    assert not TotpSecret.objects.exists()


def test_with_the_last_way_the_recovery_codes_go_and_the_person_is_told(codes, seller, client, told_of):
    client.force_login(seller)

    client.post("/me/second/app/off/")

    assert not RecoveryCode.objects.exists()
    assert told_of == [("second_off", seller, seller)]
    assert first_step(Client())["Location"] == "/"


def test_new_recovery_codes_void_the_old_ones(codes, seller, client):
    client.force_login(seller)

    made = client.post("/me/second/codes/").context["codes"]

    other = Client()
    first_step(other)
    assert give(other, codes[0]).status_code == 422
    assert give(other, made[0]).status_code == 302


def test_an_owner_resets_the_second_step_of_a_colleague_who_is_told(codes, seller, owner, client, telling, told_of):
    client.force_login(owner)

    client.post(f"/people/{seller.pk}/second/reset/")

    assert [(line.verb, line.row, line.by) for line in telling] == [("second_reset", seller, owner)]
    assert told_of == [("second_reset", seller, owner)]
    assert first_step(Client())["Location"] == "/"


def test_whoever_may_look_after_people_and_is_no_owner_resets_nothing(codes, seller, head, client):
    """With a new password for the seller he could be the seller."""
    head.role.grants = {"firm.people": 40}
    head.role.save()
    client.force_login(head)

    assert client.post(f"/people/{seller.pk}/second/reset/").status_code == 403
    assert TotpSecret.objects.exists()


def test_nobody_resets_his_own(owner, clock, client):
    second.set_up_app(secret=SECRET, code=code(clock), by=owner)
    client.force_login(owner)

    assert client.post(f"/people/{owner.pk}/second/reset/").status_code == 403


def test_control_without_its_way_in_the_registry_the_password_is_enough(codes, client, monkeypatch):
    """What the tests above see is the gate's doing."""
    monkeypatch.delitem(second_ways._items, "totp")

    first_step(client)

    assert is_in(client)


def test_joining_and_the_first_run_go_in_at_once(owner, client):
    fields = {"role": owner.role, "team": None, "branch": None, "name": "Ayu", "email": ""}
    _invitation, token = people.invite(by=owner, **fields)
    typed = {"name": "Ayu", "email": "ayu@example.com", "password": "three long words", "language": "en"}

    assert client.post(f"/join/{token}/", typed)["Location"] == "/welcome/"
    assert is_in(client) and Invitation.objects.get().joined.name == "Ayu"
