from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from kartu.core.actors import System
from kartu.core.models import Job
from kartu.core.testing import run_jobs
from kartu.core.testing.smtp import FakeSmtp
from kartu.notifications.actions import notify
from kartu.notifications.channels import note, standing
from kartu.notifications.invariants import letters_are_on_their_way, notices_are_in_the_ledger
from kartu.notifications.letters import write
from kartu.notifications.models import Hop, Letter, MailSettings, Notification
from kartu.security import audit
from kartu.security.backups import let_letters_out
from kartu.security.models import Restoration

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def real_smtp(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def server():
    with FakeSmtp() as server:
        yield server


@pytest.fixture
def mail(server, firm):
    mail = MailSettings(
        host=server.host, port=server.port, security="none", user="kartu", from_address="crm@tirta.example"
    )
    mail.set_password("open sesame")
    mail.save()
    return mail


def hops(letter):
    return [(hop.what, hop.attempt) for hop in letter.hops.order_by("id")]


def try_now():
    """The pause is over and the retry is due."""
    MailSettings.objects.update(paused_until=None)
    Job.objects.waiting().update(run_at=None)
    return run_jobs()


def told(person):
    return [notice.title for notice in Notification.objects.visible_to(person).newest_first()]


def test_a_notice_goes_out_as_a_letter_too(mail, server, seller):
    [notice] = notify(to=[seller], kind="test", title="Call Rina", text="At 10:07", url="/clients/7/", email=True)

    run_jobs()

    [message] = server.messages
    assert server.received[0].recipients == (seller.email,)
    assert message["Subject"] == "Call Rina"
    assert message["From"] == "CV Tirta Makmur <crm@tirta.example>"
    assert "At 10:07" in message.get_body(("plain",)).get_content()
    assert "/clients/7/" in message.get_body(("html",)).get_content()
    letter = Letter.objects.get()
    assert message["Message-ID"] == letter.message_id
    sent = standing(notice)["email"]
    assert (sent.what, sent.carrier_id, sent.attempt) == ("sent", letter.message_id, 1)


def test_after_a_restoration_letters_wait_until_the_owner_lets_them_out(mail, server, owner):
    letter = write(address="rina@example.com", subject="Welcome", text="Hello")
    Restoration.objects.create(file="a.kartu", made_at=timezone.now())
    run_jobs()
    assert (server.received, hops(letter)) == ([], [("planned", 0)])
    assert Job.objects.waiting().get().error == "Letters are held: the data came from a backup"

    let_letters_out(by=owner)
    try_now()

    assert hops(letter) == [("planned", 0), ("sent", 1)]
    assert len(server.messages) == 1


def test_a_letter_that_was_held_for_days_still_goes_out(mail, server, owner):
    letter = write(address="rina@example.com", subject="Welcome", text="Hello")
    Letter.objects.update(created_at=timezone.now() - timedelta(days=10))
    Restoration.objects.create(file="a.kartu", made_at=timezone.now())
    let_letters_out(by=owner)

    run_jobs()

    assert hops(letter) == [("planned", 0), ("sent", 1)]


def test_a_letter_of_an_undone_change_is_never_sent(mail, server):
    class Undone(Exception): ...

    with pytest.raises(Undone), transaction.atomic():
        write(address="rina@example.com", subject="Welcome", text="Hello")
        raise Undone

    run_jobs()
    assert server.received == []


def test_a_line_break_in_a_subject_brings_no_second_recipient(mail, server):
    write(address="rina@example.com", subject="A\r\nBcc: spy@example.com", text="Hello")

    run_jobs()

    [received] = server.received
    assert received.recipients == ("rina@example.com",)
    assert received.message["Subject"] == "A Bcc: spy@example.com"
    assert received.message["Bcc"] is None


@pytest.mark.parametrize("mood", ["busy", "full", "locked"])
def test_a_server_that_cannot_now_is_asked_again(mail, server, mood):
    server.mood = mood
    letter = write(address="rina@example.com", subject="Welcome", text="Hello")
    run_jobs()
    assert hops(letter) == [("planned", 0), ("delayed", 1)]
    assert MailSettings.current().last_error

    server.mood = "kind"
    try_now()

    assert hops(letter) == [("planned", 0), ("delayed", 1), ("sent", 2)]
    assert MailSettings.current().last_error == ""
    assert len(server.messages) == 1


def test_a_server_that_fails_is_left_in_peace(mail, server):
    server.mood = "busy"
    for number in range(5):
        write(address=f"rina{number}@example.com", subject="Welcome", text="Hello")

    run_jobs()

    assert server.connections == 1
    assert Job.objects.waiting().count() == 5


@pytest.mark.parametrize(("mood", "reason"), [
    ("stranger", "The mail server refuses this address: No such person here"),
    ("no", "The mail server answered: 554 We do not like it"),
])  # fmt: skip
def test_a_letter_refused_for_good_is_shown_at_once(mail, server, owner, mood, reason):
    server.mood = mood
    letter = write(address="rina@example.com", subject="Welcome", text="Hello")

    run_jobs()

    assert hops(letter) == [("planned", 0), ("failed", 1)]
    assert letter.hops.last().reason == reason
    assert told(owner) == ["A letter to rina@example.com was not sent"]
    assert not Job.objects.open().exists()


def test_a_line_cut_before_the_answer_means_the_same_letter_again(mail, server):
    server.mood = "cut"
    write(address="rina@example.com", subject="Welcome", text="Hello")
    run_jobs()
    server.mood = "kind"

    try_now()

    first, second = server.messages
    assert first["Message-ID"] == second["Message-ID"]


def test_the_owner_hears_that_mail_is_down(mail, server, owner):
    server.mood = "busy"
    write(address="rina@example.com", subject="Welcome", text="Hello")
    run_jobs()
    assert told(owner) == []

    MailSettings.objects.update(failing_since=timezone.now() - timedelta(minutes=6))
    try_now()
    try_now()

    assert told(owner) == ["E-mail does not go out"]


def test_after_three_days_the_ledger_says_that_it_never_went_out(mail, server, owner):
    server.mood = "busy"
    letter = write(address="rina@example.com", subject="Welcome", text="Hello")
    run_jobs()
    Letter.objects.update(created_at=timezone.now() - timedelta(days=3, hours=1))

    try_now()

    assert letter.hops.last().what == Hop.What.FAILED
    assert letter.hops.last().reason.startswith("Not sent within three days")
    assert told(owner) == ["A letter to rina@example.com was not sent"]


def test_a_dripping_server_keeps_the_next_letter_waiting_no_longer_than_the_deadline(mail, server, monkeypatch):
    monkeypatch.setattr("kartu.notifications.sending.DEADLINE", 1.5)
    server.mood = "drip"
    letter = write(address="rina@example.com", subject="Welcome", text="Hello")

    run_jobs()

    assert hops(letter) == [("planned", 0), ("delayed", 1)]
    assert letter.hops.last().reason == "The mail server does not answer"


def test_a_secret_letter_keeps_no_secret_once_it_is_sent(mail, server):
    letter = write(address="rina@example.com", subject="Join us", text="/join/s3cret/", is_secret=True)

    run_jobs()

    letter.refresh_from_db()
    assert letter.text == ""
    assert "s3cret" in server.messages[0].get_body(("plain",)).get_content()


def test_a_letter_is_written_in_its_own_language(mail, server):
    write(address="rina@example.com", subject="Selamat datang", text="Halo", url="/", language="id")

    run_jobs()

    assert 'lang="id"' in server.messages[0].get_body(("html",)).get_content()


def test_what_is_typed_stays_text_in_the_rich_letter(mail, server):
    write(address="rina@example.com", subject="<b>x</b>", text="<img src=x onerror=alert(1)>")

    run_jobs()

    assert "<img" not in server.messages[0].get_body(("html",)).get_content()


def test_the_password_is_not_in_the_database(mail):
    stored = MailSettings.objects.values_list("sealed_password", flat=True).get()

    assert "open sesame" not in stored
    assert MailSettings.current().password == "open sesame"


def test_a_password_sealed_under_another_key_is_asked_for_again(mail, server, settings):
    settings.SECRET_KEY = "another installation"
    letter = write(address="rina@example.com", subject="Welcome", text="Hello")

    run_jobs()

    assert letter.hops.last().reason == "The mail password cannot be read any more. Type it again."
    assert server.connections == 0


def test_a_lost_letter_is_found(mail, server, seller):
    notify(to=[seller], kind="test", title="Call Rina", email=True)
    write(address="rina@example.com", subject="Welcome", text="Hello")
    assert [*letters_are_on_their_way(), *notices_are_in_the_ledger()] == []

    Job.objects.all().delete()

    assert len(list(letters_are_on_their_way())) == 2


def test_a_notice_of_which_nothing_came_is_found(seller):
    notify(to=[seller], kind="test", title="Call Rina")
    with audit.acting_as(System("a test")):
        bare = Notification(person=seller, kind="test", title="Forgotten")
        bare.save()
        stuck = Notification(person=seller, kind="test", title="Stuck")
        stuck.save()
    note(Hop.What.PLANNED, "popup", notification_id=stuck.pk)

    assert list(notices_are_in_the_ledger()) == [
        f"notice {bare.pk} was planned for no channel",
        f"notice {stuck.pk} was planned for popup, and nothing came of it",
    ]
