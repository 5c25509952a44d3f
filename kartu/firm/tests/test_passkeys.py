"""Passkeys: made by the person himself, good only where and for whom they were made, and each challenge once."""

import json
import time
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from kartu.core.models.event import EventRow
from kartu.firm import again, passkeys, throttle
from kartu.firm.actions import second
from kartu.firm.models import Passkey, SignInTry, User
from kartu.firm.recovery import codes_left
from kartu.firm.tests.authenticator import Device

RIGHT = "correct horse"
NEW = {"name": "My phone"}


@pytest.fixture
def here() -> Client:
    """A browser that opens Kartu by a name that passkeys can belong to."""
    return Client(SERVER_NAME="localhost")


def add(person: User, device: Device, **form: str):
    """`person` adds the passkey of `device` in a browser of his own; the answer of the server."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    asked = client.post("/me/passkeys/ask/", {**NEW, **form})
    return client.post("/me/passkeys/", {**NEW, **form, "answer": device.make(asked.json())})


def ask(client: Client) -> dict:
    return client.post("/sign-in/passkey/ask/").json()


def enter(client: Client, device: Device, options: dict | None = None):
    return client.post("/sign-in/passkey/", {"answer": device.show(options or ask(client))})


@pytest.fixture
def phone(seller) -> Device:
    """The seller's, with his passkey in it."""
    device = Device()
    assert add(seller, device).context["codes"]
    return device


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def test_a_passkey_is_added_and_nothing_of_the_person_goes_into_it(seller, here, telling):
    here.force_login(seller)
    options = here.post("/me/passkeys/ask/", NEW).json()["publicKey"]

    assert (options["rp"], options["user"]["name"]) == ({"name": "CV Tirta Makmur", "id": "localhost"}, seller.email)
    assert len(options["challenge"]) >= 43 and len(options["user"]["id"]) >= 43
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"

    here.post("/me/passkeys/", {**NEW, "answer": Device().make({"publicKey": options})})

    made = Passkey.objects.get()
    assert (made.person, made.name, made.host, made.transports) == (
        seller,
        "My phone",
        "localhost",
        ["internal", "hybrid"],
    )
    told = {"after": {"person_id": seller.pk, "name": "My phone", "host": "localhost"}}
    assert [(line.verb, line.row) for line in telling] == [("create", made), ("second_on", seller)]
    assert telling[0].values["after"].items() >= told["after"].items()
    assert not {"public_key", "credential_id", "handle"} & telling[0].values["after"].keys()


def test_further_passkeys_of_a_person_share_his_handle_and_a_device_takes_no_second_one(seller, phone, here):
    here.force_login(seller)
    options = here.post("/me/passkeys/ask/", NEW).json()["publicKey"]

    assert options["user"]["id"] == Passkey.objects.get().handle
    assert [known["id"] for known in options["excludeCredentials"]] == [Passkey.objects.get().credential_id]


def test_the_device_is_not_asked_before_the_form_is_right_and_the_person_has_proved_himself(seller, here):
    here.force_login(seller)
    assert here.post("/me/passkeys/ask/", {"name": ""}).status_code == 422
    stale(here)

    assert here.post("/me/passkeys/ask/", NEW)["Kartu-Again"] == "1"
    assert passkeys.SESSION_KEY not in here.session
    assert here.post("/me/passkeys/", NEW).context["posted"] == [("name", "My phone")]
    page = here.post("/me/passkeys/", {**NEW, "again_password": RIGHT})
    assert (page.status_code, page.context["form"]["name"].value()) == (200, "My phone")


def stale(client: Client) -> None:
    """Let five minutes pass since the person proved himself."""
    session = client.session
    session[again.SESSION_KEY] = time.time() - again.FRESH - 1
    session.save()


def test_a_passkey_proves_again_that_it_is_you_and_only_ones_own(seller, stranger, phone, here, telling):
    other = Device()
    add(stranger, other)
    here.force_login(seller)
    stale(here)
    telling.clear()

    def prove(device: Device):
        answer = device.show(here.post("/me/passkeys/ask-again/").json())
        return here.post("/me/passkeys/ask/", {**NEW, "again_passkey": answer})

    assert prove(other).status_code == 403
    phone.verifies = False
    assert prove(phone).status_code == 403
    phone.verifies = True
    assert prove(phone).status_code == 200
    assert [(line.verb, line.values) for line in telling][-1] == ("confirmed", {"proof": "passkey"})


def test_a_passkey_alone_opens_the_door(seller, phone, here, telling):
    phone.count = 1
    response = here.post("/sign-in/passkey/?next=/people/", {"answer": phone.show(ask(here))})

    assert (response.status_code, response["Location"]) == (302, "/people/")
    assert is_in(here)
    used = Passkey.objects.get()
    assert used.last_used_at and used.sign_count == 1
    assert [(line.verb, line.row, line.values["proof"]) for line in telling] == [("sign_in", seller, "passkey")]


def test_the_door_offers_passkeys_only_where_there_are_some(seller, here):
    assert "data-passkey" not in here.get("/sign-in/").content.decode()

    add(seller, Device())

    assert "data-passkey" in here.get("/sign-in/").content.decode()
    assert "data-passkey" not in Client(SERVER_NAME="127.0.0.1").get("/sign-in/").content.decode()


WRONG = {
    "Invalid origin in CollectedClientData.": {"origin": "http://localhost:81"},
    "Wrong RP ID hash in response.": {"host": "evil.example"},
    "User verification required, but user verified flag not set.": {"verifies": False},
    "in the frame of another page": {"is_framed": True},
    "Invalid signature.": {"key": Device().key},
    "unknown passkey": {"id": b"x" * 32},
    "another person's handle": {"handle": b"y" * 32},
}


@pytest.mark.parametrize(("reason", "wrong"), WRONG.items(), ids=WRONG)
def test_what_is_not_quite_right_is_refused_and_told(seller, phone, here, telling, reason, wrong):
    for name, value in wrong.items():
        setattr(phone, name, value)

    response = enter(here, phone)

    assert (response.status_code, is_in(here)) == (422, False)
    assert "did not open" in response.content.decode()
    assert [(line.verb, line.values["reason"]) for line in telling] == [("sign_in_failed", reason)]


@pytest.mark.parametrize(
    "wrong", [{"origin": "https://localhost"}, {"host": "evil.example"}, {"verifies": False}, {"is_framed": True}]
)
def test_none_is_added_that_is_not_quite_right(seller, telling, wrong):
    assert add(seller, Device(**wrong)).status_code == 422
    assert not Passkey.objects.exists()
    assert [line.verb for line in telling] == ["denied"]


def test_a_challenge_is_good_once(seller, phone, here):
    options = ask(here)
    answer = phone.show(options)
    assert here.post("/sign-in/passkey/", {"answer": answer}).status_code == 302
    here.post("/sign-out/")

    assert here.post("/sign-in/passkey/", {"answer": answer}).status_code == 422
    ask(here)
    assert here.post("/sign-in/passkey/", {"answer": answer}).status_code == 422, "it fits no other challenge"
    assert not is_in(here)


def test_a_refused_try_uses_its_challenge_up(seller, phone, here):
    options = ask(here)
    here.post("/sign-in/passkey/", {"answer": "{}"})

    assert enter(here, phone, options).status_code == 422


def test_a_challenge_of_another_browser_or_for_another_purpose_is_none(seller, stranger, phone, here):
    assert enter(here, phone, ask(Client(SERVER_NAME="localhost"))).status_code == 422

    here.force_login(stranger)
    asked_to_add = here.post("/me/passkeys/ask/", NEW).json()
    here.logout()
    assert enter(here, phone, asked_to_add).status_code == 422


def test_a_challenge_is_good_for_five_minutes(seller, phone, here):
    options = ask(here)

    with patch("kartu.firm.passkeys.time.time", return_value=time.time() + passkeys.LIFETIME + 1):
        assert enter(here, phone, options).status_code == 422


def test_a_passkey_that_counts_less_than_before_is_a_copy_and_the_real_one_goes_on(seller, phone, here, telling):
    phone.count = 5
    enter(here, phone)
    here.post("/sign-out/")
    telling.clear()

    for count in (5, 4, 0):
        phone.count = count
        assert enter(here, phone).status_code == 422

    assert {(line.verb, line.row, line.values["reason"]) for line in telling} == {
        ("sign_in_failed", seller, "counted less than before")
    }
    assert EventRow.objects.filter(name="firm.passkey_copied").count() == 3
    phone.count = 6
    assert enter(here, phone).status_code == 302


def test_a_device_that_does_not_count_opens_again_and_again(seller, phone, here):
    for _ in range(2):
        assert enter(here, phone).status_code == 302
        here.post("/sign-out/")


def test_whose_access_is_closed_his_passkey_opens_nothing(seller, phone, here):
    User.objects.filter(pk=seller.pk).update(is_active=False)

    assert enter(here, phone).status_code == 422


def test_a_passkey_opens_only_at_the_name_where_it_was_added(seller, phone, here):
    Passkey.objects.update(host="crm.example.com")

    assert enter(here, phone).status_code == 422


@pytest.mark.parametrize(
    "answer",
    ["", "{}", "[]", "nonsense", "null", '{"id": 1}', "x" * 30_000, '{"rawId": "AA", "response": {}}'],
)
def test_whatever_a_stranger_sends_is_refused_without_failing(seller, phone, here, answer):
    ask(here)

    assert here.post("/sign-in/passkey/", {"answer": answer}).status_code == 422


def test_cut_and_bent_answers_are_refused_without_failing(seller, phone, here):
    for place in ("clientDataJSON", "authenticatorData", "signature"):
        options = ask(here)
        answer = json.loads(phone.show(options))
        answer["response"][place] = answer["response"][place][:-9]
        assert here.post("/sign-in/passkey/", {"answer": json.dumps(answer)}).status_code == 422


def test_a_passkey_known_already_is_not_added_to_another_person(seller, stranger, phone):
    response = add(stranger, phone)

    assert response.status_code == 422
    assert Passkey.objects.get().person == seller


def test_a_person_removes_his_own_and_nobody_elses(seller, stranger, phone, here, telling):
    pk = Passkey.objects.get().pk
    here.force_login(stranger)
    assert here.post(f"/me/passkeys/{pk}/remove/").status_code == 404

    here.force_login(seller)
    telling.clear()
    assert here.post(f"/me/passkeys/{pk}/remove/").status_code == 204

    assert [line.verb for line in telling] == ["purge", "second_off"]
    assert telling[0].values["before"]["name"] == "My phone"
    assert not Passkey.objects.exists()
    here.logout()
    assert enter(here, phone).status_code == 422


def test_the_page_lists_ones_own_with_the_same_queries_for_one_and_three(
    seller, stranger, phone, here, django_assert_num_queries
):
    add(stranger, Device(), name="Not yours")
    here.force_login(seller)
    counts = []
    for more in (0, 2):
        for number in range(more):
            add(seller, Device(), name=f"Key {number}")
        with CaptureQueriesContext(connection) as queries:
            page = here.get("/me/passkeys/").content.decode()
        counts.append(len(queries))

    assert "My phone" in page and "Key 1" in page and "Not yours" not in page
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("address", "named", "host", "told"),
    [
        (
            "https://192.168.1.5:8420",
            "https://till.local:8420",
            "192.168.1.5:8420",
            "Open Kartu at https://till.local:8420",
        ),
        ("http://till:8420", "http://till:8420", "till:8420", "protected connection"),
        (
            "https://crm.example.com",
            "https://crm.example.com",
            "localhost:8420",
            "Open Kartu at https://crm.example.com",
        ),
    ],
)
def test_where_a_passkey_would_be_of_no_use_the_page_says_why(seller, address, named, host, told):
    with override_settings(ADDRESS=address, NAMED_ADDRESS=named, ALLOWED_HOSTS=["*"]):
        client = Client(headers={"host": host})
        client.force_login(seller)
        page = client.get("/me/passkeys/").content.decode()

        assert told in page and "data-passkey=" not in page
        assert told in client.post("/me/passkeys/ask/", NEW).json()["told"]


def test_behind_a_proxy_that_speaks_https_the_firms_address_is_the_origin(seller):
    ours = "https://crm.example.com"
    with override_settings(ADDRESS=ours, NAMED_ADDRESS=ours, ALLOWED_HOSTS=["*"]):
        client = Client(headers={"host": "crm.example.com"})
        client.force_login(seller)
        asked = client.post("/me/passkeys/ask/", NEW).json()
        device = Device(host="crm.example.com", origin=ours)

        assert client.post("/me/passkeys/", {**NEW, "answer": device.make(asked)}).status_code == 200


def test_asking_again_and_again_has_to_wait(seller, phone, here):
    place = throttle.Place(throttle.digest("passkey", "127.0.0.1"), throttle.FREE_PASSKEYS)
    for _ in range(throttle.FREE_PASSKEYS):
        throttle.take_turn([place])

    refused = here.post("/sign-in/passkey/ask/")

    assert (refused.status_code, "Too many tries" in refused.json()["told"]) == (429, True)
    assert SignInTry.objects.count() == 1, "passwords are counted apart"


def test_a_person_has_twenty_at_most(seller, phone):
    Passkey.objects.bulk_create(
        Passkey(person=seller, name=str(n), host="localhost", credential_id=f"AA{n:x}", public_key=b"")
        for n in range(16, 35)
    )

    assert add(seller, Device()).status_code == 422


def first_step(client: Client, person: User):
    return client.post("/sign-in/?next=/people/", {"email": person.email, "password": RIGHT})


def ask_step(client: Client) -> dict:
    return client.post("/sign-in/passkey/step/ask/").json()


def take_step(client: Client, device: Device, options: dict | None = None):
    return client.post("/sign-in/passkey/step/?next=/people/", {"answer": device.show(options or ask_step(client))})


def test_after_the_password_the_passkey_is_asked_for(seller, phone, here, telling):
    assert first_step(here, seller)["Location"] == "/sign-in/passkey/step/?next=%2Fpeople%2F"
    assert not is_in(here)
    options = ask_step(here)
    assert [known["id"] for known in options["publicKey"]["allowCredentials"]] == [Passkey.objects.get().credential_id]

    assert take_step(here, phone, options)["Location"] == "/people/"

    assert is_in(here)
    assert [(line.verb, line.values["proof"]) for line in telling] == [("sign_in", "passkey")]


def test_the_second_step_takes_no_passkey_of_somebody_else(seller, stranger, phone, here, telling):
    other = Device()
    add(stranger, other)
    telling.clear()
    first_step(here, seller)

    assert take_step(here, other).status_code == 422

    assert not is_in(here)
    assert [line.values for line in telling] == [{"reason": "somebody else's passkey", "passkey": "My phone"}]


def test_the_second_step_takes_no_challenge_given_to_anybody(seller, phone, here):
    first_step(here, seller)

    assert take_step(here, phone, ask(here)).status_code == 422
    assert enter(here, phone, ask_step(here)).status_code == 422
    assert not is_in(here)


def test_nobody_is_asked_for_a_second_step_without_the_first(seller, phone, here):
    assert here.post("/sign-in/passkey/step/ask/")["Location"] == "/sign-in/?next=/sign-in/passkey/step/ask/"
    assert take_step(here, phone, ask(here)).status_code == 302
    assert not is_in(here)


def test_where_the_passkey_does_not_work_a_recovery_code_is_asked_for(seller, phone):
    elsewhere = Client(SERVER_NAME="127.0.0.1")
    first_step(elsewhere, seller)

    assert elsewhere.get("/sign-in/passkey/step/?next=/people/")["Location"] == "/sign-in/code/?next=%2Fpeople%2F"
    page = elsewhere.get("/sign-in/code/")
    assert page.context["on_paper"] and "/sign-in/passkey/step/" not in page.content.decode()


def test_recovery_codes_come_with_the_first_passkey_and_go_with_the_last(seller, here):
    assert len(add(seller, Device()).context["codes"]) == 10
    assert add(seller, Device())["Location"] == "/me/passkeys/", "there are codes already"
    here.force_login(seller)

    left = []
    for passkey in Passkey.objects.all():
        here.post(f"/me/passkeys/{passkey.pk}/remove/")
        left.append(codes_left(seller))

    assert left == [10, 0]


def test_an_owner_who_resets_the_second_step_takes_passkeys_away_too(seller, owner, phone, here):
    second.reset(person=seller, by=owner)

    assert enter(here, phone).status_code == 422
    assert first_step(here, seller)["Location"] == "/people/"
