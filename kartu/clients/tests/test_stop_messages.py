"""The link in a message to a client: a button for people, one click for mail programs, nothing for scanners."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from kartu.clients import actions
from kartu.clients.messages import kinds, sending
from kartu.clients.messages.links import is_reachable, key_of
from kartu.clients.models import Client, ClientMessage, MessageHours, OptOut
from kartu.clients.opting import refusal
from kartu.clients.views import stop_messages
from kartu.core.testing import run_jobs
from kartu.notifications.models import Letter, MailSettings
from kartu.records.purging import remove_over
from kartu.security import audit
from kartu.security.rows import KEPT_IN_TRASH

pytestmark = pytest.mark.django_db
EMAIL = "info@sinar.example"
READY = {("email", "en"): ("{firm}", "Hello {name}, come on Tuesday.")}


@pytest.fixture(autouse=True)
def ways_out(settings, firm, monkeypatch) -> None:
    settings.ADDRESS = "https://crm.tirta.example"
    MailSettings.objects.create(host="127.0.0.1", port=587, security="none", from_address="crm@tirta.example")
    kind = kinds.MessageKind("test", "Test", {"name": "", "firm": ""}, READY, lambda *_: "", lambda *_: None)
    monkeypatch.setitem(kinds.message_kinds._items, "test", kind)
    # By day and by night.
    MessageHours.objects.create(opens=0, closes=1440)


@pytest.fixture
def message(sinar) -> ClientMessage:
    return write(sinar, "one")


def write(client, dedupe: str, language: str = "en") -> ClientMessage:
    kind = kinds.message_kinds["test"]
    values = {"name": "Rina", "firm": "CV Tirta"}
    return sending.send(
        sending.Draft(kind, client, "email", EMAIL, language, values, ZoneInfo("UTC"), timezone.now(), dedupe)
    )


def url_of(message: ClientMessage) -> str:
    return reverse("clients:stop_messages", args=[key_of(message)])


def test_the_letter_carries_the_link_and_the_headers_of_one_click(message):
    run_jobs()

    [letter] = mail.outbox
    link = f"https://crm.tirta.example{url_of(message)}"
    assert letter.extra_headers["List-Unsubscribe"] == f"<{link}>, <mailto:crm@tirta.example?subject=unsubscribe>"
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in letter.body
    assert "Kartu" not in letter.body


@pytest.mark.parametrize(
    ("address", "is_open"),
    [
        ("https://crm.tirta.example", True),
        ("http://localhost:8000", False),
        ("https://sari-pc.local:8443", False),
        ("https://192.168.1.5:8443", False),
        ("https://[::1]:8443", False),
        ("https://93.184.216.34", True),
        ("http://kartu", False),
    ],
)
def test_where_kartu_is_not_to_be_reached_no_link_leads_there(sinar, settings, address, is_open):
    settings.ADDRESS = address
    write(sinar, "one")

    run_jobs()

    [letter] = mail.outbox
    assert is_reachable(address) is is_open
    assert ("/stop/" in letter.body) is is_open
    assert ("Answer this letter" in letter.body) is not is_open
    assert ("List-Unsubscribe-Post" in letter.extra_headers) is is_open
    assert "<mailto:crm@tirta.example?subject=unsubscribe>" in letter.extra_headers["List-Unsubscribe"]


def test_who_only_follows_the_link_changes_nothing(message):
    answer = Browser().get(url_of(message))

    assert answer.status_code == 200
    assert refusal(EMAIL) is None


def test_the_button_stops_them_and_the_next_one_lets_them_come_again(message, sinar):
    browser = Browser(enforce_csrf_checks=True)

    answer = browser.post(url_of(message))
    assert "No more reminders go to" in answer.content.decode()
    assert refusal(EMAIL).how == OptOut.How.LINK
    assert write(sinar, "two").parcel.hops.filter(what="failed").exists()

    browser.post(url_of(message), {"again": "1"})
    assert refusal(EMAIL) is None
    assert OptOut.objects.count() == 2


def test_one_click_of_a_mail_program_needs_no_page_and_no_cookie(message):
    answer = Browser(enforce_csrf_checks=True).post(url_of(message), {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert refusal(EMAIL).how == OptOut.How.MAIL_PROGRAM


def test_the_page_tells_nothing_but_a_mask_of_the_address(message):
    text = Browser().get(url_of(message)).content.decode()

    assert "i•••@•••.example" in text
    for secret in (EMAIL, "sinar", "Sinar", "Rina", "Sari"):
        assert secret not in text


@pytest.mark.parametrize(
    ("language", "said"), [("ru", "Больше не напоминать"), ("id", "Jangan ingatkan lagi"), ("en", "No more reminders")]
)
def test_it_speaks_the_language_of_the_message_or_the_one_that_is_pressed(message, sinar, language, said):
    spoken = write(sinar, "two", language)

    assert said in Browser().get(url_of(spoken)).content.decode()
    assert said in Browser().get(url_of(message), {"language": language}).content.decode()


def test_a_key_that_nobody_signed_opens_nothing(message):
    for key in ("17", f"{message.pk}:AAAA", key_of(message)[:-1] + "x", f"9{key_of(message)}"):
        assert Browser().post(reverse("clients:stop_messages", args=[key])).status_code == 404

    assert refusal(EMAIL) is None


def test_guessing_becomes_slow_and_good_keys_are_not_counted(message, monkeypatch):
    monkeypatch.setattr(stop_messages, "FREE", 3)
    bad = reverse("clients:stop_messages", args=["17:AAAA"])
    for _time in range(10):
        assert Browser().post(url_of(message)).status_code == 200

    answers = [Browser().post(bad).status_code for _time in range(5)]

    assert answers[:3] == [404, 404, 404]
    assert answers[-1] == 429


def test_what_was_written_goes_with_a_client_that_is_deleted_for_good(message, sinar, owner):
    run_jobs()
    actions.trash_client(client=sinar, by=owner)
    with transaction.atomic(), audit.acting_as(stop_messages.BY):
        row = Client.objects.as_system("a test").get(pk=sinar.pk)
        row.trashed_at = timezone.now() - KEPT_IN_TRASH - timedelta(days=1)
        row.save()

    remove_over(by=stop_messages.BY)

    letter = Letter.objects.get(pk=message.letter_id)
    assert (letter.address, letter.subject, letter.text) == ("", "", "")
    assert letter.hops.filter(what="sent").exists()
    assert Browser().get(url_of(message)).status_code == 404


def test_the_history_of_the_card_tells_what_became_of_it_as_far_as_one_may_read(message, sinar, seller):
    run_jobs()
    browser = Browser()
    browser.force_login(seller)
    url = reverse("clients:timeline", args=[sinar.pk])

    text = browser.get(url, headers={"HX-Request": "true"}).content.decode()

    entry = text[text.index(f'id="message-{message.pk}"') :]
    assert "sent" in entry and EMAIL in entry and "come on Tuesday" in entry
