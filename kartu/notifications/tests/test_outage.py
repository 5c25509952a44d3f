"""A day on which nothing leaves the house, and three on which nothing ran: nothing is lost, nothing comes twice, the
owner hears of it, and nobody is stormed with messages."""

import smtplib
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from kartu.core.jobs import queue
from kartu.core.models import Job
from kartu.core.testing import run_jobs
from kartu.notifications import minute
from kartu.notifications.actions import notify
from kartu.notifications.channels import standing
from kartu.notifications.invariants import letters_are_on_their_way, notices_are_in_the_ledger
from kartu.notifications.letters import write
from kartu.notifications.models import Hop, Letter, MailSettings, Notification, SmsGateway
from kartu.notifications.sms import gateway as gateways

pytestmark = pytest.mark.django_db
TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# With a thousand it takes minutes on a small machine, and ends alike.
MANY = 100
REFUSES = {
    "refuses": lambda: ConnectionRefusedError(),
    "hangs": lambda: TimeoutError(),
    "says 421": lambda: smtplib.SMTPConnectError(421, b"busy"),
}


class Outside:
    """The clock, and whether the servers outside take anything."""

    now = TEN
    error = None
    asked = 0


class Server(EmailBackend):
    def send_messages(self, messages):
        Outside.asked += 1
        if Outside.error:
            raise Outside.error()
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def outside(monkeypatch, settings):
    Outside.now, Outside.error, Outside.asked = TEN, None, 0
    monkeypatch.setattr("django.utils.timezone.now", lambda: Outside.now)
    for module in (queue, "kartu.core.jobs.clock", "kartu.notifications.invariants"):
        monkeypatch.setattr(
            f"{module if isinstance(module, str) else module.__name__}.database_now", lambda: Outside.now
        )
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    MailSettings(host="mail.example", port=2525, security="none", from_address="crm@tirta.example").save()
    return Outside


def work(outside, length, step=5 * MINUTE):
    """The worker, for so long."""
    ends = outside.now + length
    while outside.now < ends:
        outside.now += step
        minute.run()
        run_jobs()


def sent_to():
    return Counter(letter.to[0] for letter in mail.outbox)


def told(person, kind):
    return list(Notification.objects.visible_to(person).filter(kind=kind))


def write_many(first, count):
    for number in range(first, first + count):
        write(address=f"rina{number}@example.com", subject=f"Letter {number}", text="Hello")


@pytest.mark.parametrize("how", REFUSES)
def test_a_day_without_the_mail_server_loses_nothing_and_sends_nothing_twice(outside, owner, seller, how):
    outside.error = REFUSES[how]
    write_many(0, 3)
    work(outside, 15 * MINUTE, MINUTE)
    [news] = told(owner, "notifications.mail_fails")
    assert news.title == "E-mail does not go out"
    asked = outside.asked
    work(outside, DAY, 60 * MINUTE)
    assert outside.asked - asked <= 24 + 2, "one of those that wait asks, and the others hear of it"
    assert len(told(owner, "notifications.mail_fails")) == 1
    assert (mail.outbox, list(letters_are_on_their_way())) == ([], [])

    outside.error = None
    work(outside, 15 * MINUTE, MINUTE)

    assert sent_to() == {f"rina{number}@example.com": 1 for number in range(3)}
    assert not Job.objects.open().exists()


def test_all_letters_have_gone_out_a_quarter_of_an_hour_after_the_server_is_back(outside, owner):
    outside.error = REFUSES["refuses"]
    write_many(0, 1)
    work(outside, timedelta(hours=3), 30 * MINUTE)
    write_many(1, MANY - 1)
    work(outside, 5 * MINUTE, 5 * MINUTE)

    outside.error = None
    work(outside, 15 * MINUTE, 3 * MINUTE)

    assert sent_to() == {f"rina{number}@example.com": 1 for number in range(MANY)}
    assert Hop.objects.filter(what=Hop.What.SENT, letter__isnull=False).count() == MANY
    assert len({letter.message_id for letter in Letter.objects.all()}) == MANY


def test_a_day_without_the_sms_gateway_loses_nothing_and_sends_nothing_twice(outside, owner, seller, monkeypatch):
    SmsGateway(url="https://sms.example/send?to={phone}&msg={text}&id={id}", day_limit=10_000).save()
    seller.phone = "+6281234567890"
    seller.save()
    sent = Counter()

    def hand_over(gateway, sms):
        if outside.error:
            raise outside.error()
        sent[sms.text.rpartition(": ")[2]] += 1

    monkeypatch.setattr(gateways, "hand_over", hand_over)
    outside.error = REFUSES["hangs"]
    notices = [
        notify(to=[seller], kind="test", title=f"News {number}", only=["sms"], urgent=True)[0] for number in range(3)
    ]
    work(outside, 15 * MINUTE, MINUTE)
    assert len(told(owner, "notifications.channel_fails")) == 1
    work(outside, DAY, 60 * MINUTE)

    outside.error = None
    work(outside, 15 * MINUTE, MINUTE)

    assert sent == {f"News {number}": 1 for number in range(3)}
    assert {standing(notice)["sms"].what for notice in notices} == {"sent"}
    assert list(notices_are_in_the_ledger()) == []


def test_three_days_without_the_worker_come_as_one_letter_and_no_person_gets_two_a_minute(outside, seller, head):
    back = TEN + 3 * DAY
    outside.now = back
    for number in range(60):
        planned = back - timedelta(hours=number + 1)
        notify(to=[seller, head], kind="clients.call_back", title=f"Call {number}", at=planned)
    minutes = Counter()
    for _minute in range(10):
        before = len(mail.outbox)
        work(outside, MINUTE, MINUTE)
        for letter in mail.outbox[before:]:
            minutes[letter.to[0], outside.now] += 1

    assert sent_to() == {seller.email: 1, head.email: 1}
    assert set(minutes.values()) == {1}
    for letter in mail.outbox:
        assert all(f"Call {number}" in letter.body for number in range(60))


def test_control_without_the_pace_they_would_come_one_by_one(outside, seller, monkeypatch):
    monkeypatch.setattr("kartu.notifications.actions.held_until", lambda *_what: None)
    for number in range(5):
        notify(to=[seller], kind="clients.call_back", title=f"Call {number}", at=TEN - DAY)

    work(outside, MINUTE, MINUTE)

    assert sent_to() == {seller.email: 5}
