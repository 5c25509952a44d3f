import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import System
from kartu.core.events import JobDied
from kartu.core.models import LiveMessage
from kartu.core.outbox import publish
from kartu.core.testing import run_jobs
from kartu.firm.events import PasskeyCopied
from kartu.firm.models import Passkey
from kartu.firm.signals import sign_in_changed
from kartu.notifications.actions import mark_acted, mark_seen, notify, unseen_count
from kartu.notifications.channels import standing
from kartu.notifications.models import Hop, Notification
from kartu.security import audit
from kartu.security.rows import Unguarded

pytestmark = pytest.mark.django_db


def told(person):
    return list(Notification.objects.visible_to(person).newest_first())


def hops(notification):
    return [(hop.channel, hop.what) for hop in notification.hops.order_by("id")]


def test_a_notice_reaches_the_bell_and_the_screen_of_its_person(seller, head):
    [notice] = notify(to=[seller], kind="test", title="Call Rina", text="She asked twice", url="/clients/7/", by=head)

    assert told(seller) == [notice]
    assert (notice.by, notice.seen_at) == (head, None)
    assert hops(notice) == [("bell", "planned"), ("bell", "sent"), ("popup", "planned"), ("popup", "sent")]
    message = LiveMessage.objects.get()
    assert (message.person_id, message.kind) == (seller.pk, "bell")
    assert message.data == {
        "count": 1, "id": notice.pk, "title": "Call Rina", "text": "She asked twice", "url": "/clients/7/",
    }  # fmt: skip


def test_nobody_sees_anothers_notice(seller, owner, head, stranger):
    notify(to=[seller], kind="test", title="Call Rina")

    assert told(owner) == told(head) == told(stranger) == []


def test_notices_are_not_read_without_saying_for_whom(seller):
    notify(to=[seller], kind="test", title="Call Rina")

    with pytest.raises(Unguarded):
        list(Notification.objects.all())


def test_each_person_is_told_once_and_who_left_is_not(seller, head, stranger):
    stranger.is_active = False

    notices = notify(to=[seller, head, seller, stranger], kind="test", title="Call Rina")

    assert [notice.person for notice in notices] == [seller, head]


def test_the_same_news_is_told_once(seller, head):
    notify(to=[seller], kind="test", title="Due", dedupe="callback:5")

    notices = notify(to=[seller, head], kind="test", title="Due", dedupe="callback:5")

    assert [notice.person for notice in notices] == [head]
    assert unseen_count(seller) == 1


def test_the_database_refuses_the_same_news_twice(seller):
    notify(to=[seller], kind="test", title="Due", dedupe="callback:5")

    with pytest.raises(IntegrityError), transaction.atomic(), audit.acting_as(System("a test")):
        Notification(person=seller, kind="test", title="Due", dedupe="callback:5").save()


def test_the_ledger_refuses_a_second_sending_and_any_change(seller):
    [notice] = notify(to=[seller], kind="test", title="Due")

    with pytest.raises(IntegrityError), transaction.atomic():
        Hop.objects.create(notification=notice, channel="bell", what="sent")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Hop.objects.update(what="failed")


def test_words_come_in_the_language_of_each_person(seller, head, monkeypatch):
    head.language = "ru"
    seen = []
    monkeypatch.setattr(
        "kartu.notifications.actions.send_by_all", lambda *a, **k: seen.append(translation.get_language())
    )

    notify(to=[seller, head], kind="test", title=_("Save"))

    assert seen == ["en", "ru"]


def test_a_notice_leads_nowhere_but_into_the_program(seller):
    for url in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        with pytest.raises(ValueError, match="a page of the program"):
            notify(to=[seller], kind="test", title="Look", url=url)


def test_without_a_mail_server_the_ledger_says_so_and_the_bell_works(seller):
    [notice] = notify(to=[seller], kind="test", title="Call Rina", email=True)

    stands = standing(notice)
    assert stands["bell"].what == "sent"
    assert (stands["email"].what, stands["email"].reason) == ("failed", "No mail server is set up")


def test_seen_notices_leave_the_count(seller):
    notices = [notify(to=[seller], kind="test", title=f"News {number}")[0] for number in range(3)]

    mark_seen(by=seller, up_to=notices[1].pk)

    assert unseen_count(seller) == 1
    assert standing(notices[0])["bell"].what == "shown"
    assert standing(notices[2])["bell"].what == "sent"
    assert LiveMessage.objects.last().data == {"count": 1}


def test_following_a_notice_is_noted_once(seller):
    [notice] = notify(to=[seller], kind="test", title="Call Rina", url="/clients/7/")

    mark_acted(by=seller, notification=notice)
    mark_acted(by=seller, notification=notice)

    assert [what for channel, what in hops(notice) if channel == "bell"] == ["planned", "sent", "clicked"]
    assert told(seller)[0].acted_at is not None
    assert unseen_count(seller) == 0


def test_the_owner_is_told_of_dead_work(owner, seller):
    publish(JobDied(job_id=5, name="notifications.send_letter"))

    run_jobs()

    [notice] = told(owner)
    assert notice.title == "Work in the background has failed: Sending e-mail"
    assert told(seller) == []


def test_a_bell_that_shows_nothing_new_tells_no_number(seller):
    [notice] = notify(to=[seller], kind="test", title="Call Rina")
    mark_seen(by=seller, up_to=notice.pk)
    told_so_far = LiveMessage.objects.count()

    mark_seen(by=seller, up_to=notice.pk)

    assert LiveMessage.objects.count() == told_so_far


def test_whose_second_step_was_reset_is_told_in_his_own_language(seller, owner):
    seller.language = "ru"
    seller.save()

    sign_in_changed.send(sender=None, what="second_reset", person=seller, by=owner)

    [notice] = told(seller)
    assert (notice.kind, notice.by, notice.url) == ("firm.second_reset", owner, "/me/second/")
    assert notice.title == "Теперь вы входите без второго шага. Настройте его заново"
    assert told(owner) == []


def test_a_copied_passkey_is_told_to_its_person_and_the_owners(seller, owner, head):
    passkey = Passkey.objects.create(
        person=seller, name="Phone", host="localhost", credential_id="AAAA", public_key=b""
    )
    for _time in range(2):
        with transaction.atomic():
            publish(PasskeyCopied(passkey.pk))
        run_jobs()

    assert [notice.title for notice in told(seller)] == ["A copy of a passkey of Sari may be about"]
    assert (len(told(owner)), len(told(head))) == (1, 0)


def test_of_a_recovery_on_the_server_all_owners_hear(seller, owner):
    sign_in_changed.send(sender=None, what="recovery", person=seller, by=System("by hand"))

    [notice] = told(owner)
    assert notice.title == "On the server a way in without the second step was made for Sari"
    assert told(seller) == []
