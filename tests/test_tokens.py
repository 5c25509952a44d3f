"""Access tokens: what they open, for whom, until when, and that nobody learns one from us."""

import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.utils import timezone

from kartu.core.testing.queue import run_jobs
from kartu.firm.actions import people
from kartu.notifications.models import Notification
from kartu.records.models import Import
from kartu.security import tokens
from kartu.security.models import AccessToken, AuditPayload, AuditRow
from kartu.security.tokens import end_token, make_token

RIGHTS = ["clients.import"]


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def made(head) -> tuple[AccessToken, str]:
    return make_token(person=head, name="till in the shop", rights=RIGHTS)


def sends(text: str, browser: Browser | None = None, url: str = "/imports/file/") -> Callable:
    """POST a small file with the token `text`, past no check that a real request meets."""
    browser = browser or Browser(enforce_csrf_checks=True)
    file = SimpleUploadedFile("clients.csv", b"Name\nPT Baru\n")
    return browser.post(url, {"file": file}, headers={"Authorization": f"Bearer {text}"})


def test_a_program_drops_a_file_in_the_name_of_its_person(made, head):
    token, text = made

    response = sends(text)
    run_jobs()

    source = Import.objects.get()
    assert response.status_code == 201
    assert response.json()["import"] == source.pk
    assert (source.by_id, source.name) == (head.pk, "clients.csv")
    told = Browser().get(f"/imports/{source.pk}/state/", headers={"Authorization": f"Bearer {text}"}).json()
    assert (told["state"], told["refusal"]) == (source.state, "")
    assert "clients.csv" in Notification.objects.visible_to(head).get().title
    token.refresh_from_db()
    assert token.last_used_at is not None


SPOILED = {
    "another last letter": lambda text: text[:-1] + ("x" if text[-1] != "x" else "y"),
    "a letter more": lambda text: text + "a",
    "nothing": lambda text: "",
    "another number": lambda text: text.replace("kartu_", "kartu_9"),
    "capitals": lambda text: text.upper(),
    "no token at all": lambda text: "kartu_1_é",
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_what_is_not_quite_the_token_opens_nothing(made, spoil):
    response = sends(spoil(made[1]))

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert not Import.objects.exists()


def test_an_ended_token_opens_nothing_and_the_try_is_written_down(made, head):
    end_token(token=made[0])

    assert sends(made[1]).status_code == 401

    row = AuditRow.objects.select_related("payload").get(verb="denied")
    assert (row.actor_id, row.payload.values) == (head.pk, {"right": "ended", "target": f"token {made[0].pk}"})


def test_a_token_opens_nothing_after_its_day(made):
    AccessToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert sends(made[1]).status_code == 401


def test_a_token_opens_until_its_day(made):
    AccessToken.objects.update(expires_at=timezone.now() + timedelta(minutes=1))

    assert sends(made[1]).status_code == 201


def test_the_tokens_of_whoever_is_shown_out_are_dead_and_stay_dead(made, head, owner):
    people.close_access(person=head, by=owner)
    closed = sends(made[1]).status_code
    people.open_access(person=head, by=owner)

    assert (closed, sends(made[1]).status_code) == (401, 401)


def test_a_token_has_no_right_but_its_own(owner):
    _token, text = make_token(person=owner, name="lists", rights=["clients.view"])

    assert sends(text).status_code == 404
    assert not Import.objects.exists()


def test_a_token_has_no_right_that_its_person_has_lost(made, head):
    head.role.grants = {"clients.import": 0}
    head.role.save()

    assert sends(made[1]).status_code == 404


@pytest.mark.parametrize("url", ["/clients/", "/imports/", "/me/", "/trash/", "/lists/clients/print/"])
def test_pages_for_people_are_closed_to_programs(owner, url):
    _token, text = make_token(person=owner, name="all", rights=["clients.view", "clients.import", "clients.print"])

    response = Browser().get(url, headers={"Authorization": f"Bearer {text}"})

    assert response.status_code == 403
    assert "error" in json.loads(response.content)
    assert AuditRow.objects.filter(verb="denied", actor_id=owner.pk).count() == 1


def test_beside_a_token_cookies_do_not_count(made, owner, head):
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(owner)

    with_token = sends(made[1], browser)
    with_a_wrong_one = sends("kartu_1_" + "x" * 43, browser)

    assert (with_token.status_code, with_a_wrong_one.status_code) == (201, 401)
    assert Import.objects.get().by_id == head.pk
    assert "sessionid" not in with_token.cookies and not with_token.cookies


def test_without_a_token_the_same_address_asks_for_the_csrf_token(head):
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(head)

    response = browser.post("/imports/file/", {"file": SimpleUploadedFile("a.csv", b"Name\nA\n")})

    assert response.status_code == 403
    assert not Import.objects.exists()


def test_the_secret_is_kept_nowhere(made, caplog):
    sends(made[1])
    sends(made[1] + "x")
    run_jobs()

    secret = made[1].rsplit("_", 1)[1] if made[1].count("_") == 2 else made[1].split("_", 2)[2]
    assert len(secret) == 43
    assert secret not in json.dumps(list(AccessToken.objects.values()), default=str)
    assert secret not in json.dumps([payload.values for payload in AuditPayload.objects.all()], default=str)
    assert secret not in caplog.text


def test_the_log_tells_what_a_program_did(made):
    sends(made[1])
    Browser().get("/clients/", headers={"Authorization": f"Bearer {made[1]}"})

    assert AuditRow.objects.get(verb="denied").session == f"token {made[0].pk}"
    row = AuditRow.objects.select_related("payload").get(object_type="security.accesstoken")
    assert row.payload.values["after"]["rights"] == RIGHTS


def test_digests_are_compared_in_constant_time(made, monkeypatch):
    compared = []
    monkeypatch.setattr("hmac.compare_digest", lambda a, b: compared.append((a, b)) or a == b)

    sends(made[1])
    sends("kartu_999_" + "x" * 43)

    assert [len(right) for _left, right in compared] == [64, 64]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"rights": ["clients.fly"]}, "unknown"),
        ({"rights": ["trash.empty"]}, "lacking"),
        ({"rights": []}, "incomplete"),
        ({"name": " "}, "incomplete"),
        ({"days": 0}, "incomplete"),
    ],
)
def test_a_token_that_makes_no_sense_is_not_made(head, wrong, code):
    with pytest.raises(ValidationError) as refused:
        make_token(**{"person": head, "name": "till", "rights": RIGHTS, **wrong})

    assert refused.value.code == code
    assert not AccessToken.objects.exists()


def test_the_command_makes_lists_and_ends(head):
    out, told = io.StringIO(), io.StringIO()
    call_command("token", "make", "till", "--user", head.email, "--right", "clients.import", stdout=out, stderr=told)
    text = out.getvalue().strip()
    assert sends(text).status_code == 201

    listed = io.StringIO()
    call_command("token", "list", stdout=listed)
    assert "till" in listed.getvalue() and "clients.import" in listed.getvalue()
    assert text.split("_", 2)[2] not in listed.getvalue() + told.getvalue()

    call_command("token", "end", str(AccessToken.objects.get().pk), stdout=io.StringIO())
    assert sends(text).status_code == 401
    with pytest.raises(CommandError):
        call_command("token", "end", "1")


def test_the_command_makes_none_for_whoever_was_shown_out(head, owner):
    people.close_access(person=head, by=owner)

    with pytest.raises(CommandError):
        call_command("token", "make", "till", "--user", head.email, "--right", "clients.import")


def test_use_is_noted_once_a_minute(made, django_assert_num_queries):
    tokens.note_use(made[0])
    made[0].refresh_from_db()

    with django_assert_num_queries(0):
        tokens.note_use(made[0])
