"""The only owner has lost the phone: whoever stands at the server lets him in again, and every owner hears of it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client

from kartu.firm import totp
from kartu.firm.actions import people, second
from kartu.firm.models import KeyLink, RecoveryCode, TotpSecret, User
from kartu.firm.people_for_tests import make_person

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
NEW = "three short words"


@pytest.fixture
def lost(owner) -> User:
    """The owner, whose phone is gone."""
    second.set_up_app(secret=SECRET, code=totp.code_at(SECRET, totp.step_at(totp.time.time())), by=owner)
    return owner


def link_of(capsys, email: str = "olga@example.com") -> str:
    call_command("recover", email)
    out = capsys.readouterr().out.strip()
    assert out.startswith("http")
    return "/key/" + out.split("/key/")[1]


def test_the_link_leads_in_past_the_second_step_once(lost, capsys, telling):
    link = link_of(capsys)
    assert TotpSecret.objects.exists(), "until it is used nothing has changed"

    answer = Client().post(link, {"password": NEW})

    assert answer["Location"] == "/welcome/"
    assert not TotpSecret.objects.exists() and not RecoveryCode.objects.exists()
    assert Client().post(link, {"password": NEW}).status_code == 410
    verbs = [line.verb for line in telling if line.verb in ("create", "change", "second_reset", "sign_in")]
    assert verbs == ["create", "change", "second_reset", "sign_in"]


def test_a_link_of_a_colleague_does_not_lead_past_it(lost, capsys):
    other = make_person("Boris", "owner")
    token = people.give_key(person=lost, by=other)[1]

    answer = Client().post(f"/key/{token}/", {"password": NEW})

    assert answer["Location"].startswith("/sign-in/code/")
    assert TotpSecret.objects.exists()


def test_the_token_is_not_kept_and_an_earlier_link_opens_nothing(lost, capsys):
    first, then = link_of(capsys), link_of(capsys, "OLGA@example.com")

    assert Client().get(first).status_code == 410
    assert Client().get(then).status_code == 200
    assert then.split("/")[2] not in str(list(KeyLink.objects.values()))


def test_unknown_and_closed_are_refused(lost, seller):
    User.objects.filter(pk=seller.pk).update(is_active=False)

    for email in ("nobody@example.com", "sari@example.com"):
        with pytest.raises(CommandError):
            call_command("recover", email)
    assert not KeyLink.objects.exists()


def test_nobody_makes_such_a_link_from_a_page(lost, owner):
    with pytest.raises(PermissionDenied):
        people.recover(person=owner, by=owner)
