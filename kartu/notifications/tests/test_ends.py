"""`kartu check` finds every reminder that stands longer than it may without an end, and none while all goes well."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from kartu.core.models import ClockSpan
from kartu.notifications import minute
from kartu.notifications.actions import mark_seen, notify
from kartu.notifications.answers import acknowledge, put_off
from kartu.notifications.channels import note
from kartu.notifications.invariants import notices_come_to_an_end
from kartu.notifications.jobs import send_sms
from kartu.notifications.models import Held, Hop, MailSettings, Notification, QuietHours

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def awake(db):
    now = timezone.now()
    return ClockSpan.objects.create(worker="w", since=now - timedelta(days=20), until=now)


def tell(person, **more):
    return notify(to=[person], kind="test", title="Call Rina", **more)[0]


def rows():
    return Notification.objects.as_system("a test")


def make_old(notice, **time):
    # `created_at` is no column that is worked out: only a proof may move it.
    QuerySet.update(rows().filter(pk=notice.pk), created_at=timezone.now() - timedelta(**time))


def found():
    return list(notices_come_to_an_end())


def test_what_was_answered_put_off_held_back_and_closed_is_in_order(seller, owner):
    MailSettings(host="mail.example", port=2525, security="none", from_address="crm@tirta.example").save()
    QuietHours.objects.create(person=owner, outside_work=False)
    acknowledge(by=seller, notification=tell(seller, needs_ack=True))
    put_off(by=seller, notification=tell(seller), until=timezone.now() + timedelta(hours=1))
    mark_seen(by=owner, up_to=tell(owner, only=["email"]).pk)
    make_old(tell(seller), days=9)
    back = tell(seller)
    put_off(by=seller, notification=back, until=timezone.now() + timedelta(hours=1))
    rows().filter(pk=back.pk).update(snoozed_until=timezone.now() - timedelta(minutes=1))

    minute.run()

    assert found() == []


def test_what_should_have_been_closed_and_is_not_is_found(seller):
    stuck, due = tell(seller), tell(seller, needs_ack=True)
    mark_seen(by=seller, up_to=due.pk)
    rows().filter(pk=stuck.pk).update(state="open")
    for notice in (stuck, due):
        make_old(notice, days=8)

    assert found() == [f"notice {pk} is open, long after its time was over" for pk in (stuck.pk, due.pk)]


def test_what_was_put_off_and_did_not_come_back_is_found(seller):
    late, lost = tell(seller), tell(seller)
    rows().filter(pk=late.pk).update(state="snoozed", snoozed_until=timezone.now() - timedelta(hours=1))
    rows().filter(pk=lost.pk).update(state="snoozed")

    assert found() == [
        f"notice {late.pk} was put off, and did not come back at its time",
        f"notice {lost.pk} was put off, and will never come back",
    ]


def test_what_is_held_back_too_long_or_let_out_by_nobody_is_found(seller):
    long, lost = tell(seller), tell(seller)
    for notice in (long, lost):
        note(Hop.What.HELD, "email", notification_id=notice.pk)
    Held.objects.create(
        notification=long, person=seller, channel="email", until=timezone.now() - timedelta(hours=2), why="quiet"
    )

    assert found() == [
        f"notice {long.pk} is held back from email for longer than it was to be",
        f"notice {lost.pk} was held back from email, and nothing lets it out",
    ]


def test_what_was_not_yet_sent_and_has_no_job_any_more_is_found(seller):
    notice = tell(seller)
    note(Hop.What.DELAYED, "sms", notification_id=notice.pk)

    assert found() == [f"notice {notice.pk} was not yet sent by sms, and no job will send it"]
    send_sms.later(notification_id=notice.pk)
    assert found() == []


def test_while_the_clock_stands_nothing_is_said(seller, awake):
    make_old(tell(seller), days=20)
    awake.delete()

    assert found() == []
