"""The head of the log is told to the owners and to nobody else, by the bell and by letter."""

import pytest

from kartu.core.actors import System
from kartu.core.testing import run_jobs
from kartu.notifications.models import Letter, MailSettings, Notification
from kartu.security import audit
from kartu.security.models.audit import Verb
from kartu.security.seals.heads import tell_head
from kartu.security.seals.sealing import seal_new

pytestmark = pytest.mark.django_db


@pytest.fixture
def head():
    audit.record(Verb.SETTING, by=System("tests of the log"), values={"a": 1})
    seal_new()
    told = tell_head()
    run_jobs()
    return told


def notices(person):
    return [(notice.title, notice.text) for notice in Notification.objects.visible_to(person)]


@pytest.fixture
def mail(firm):
    return MailSettings.objects.create(
        host="smtp.example.com", port=2525, security="none", from_address="crm@tirta.example"
    )


def test_the_owners_are_told_the_number_and_the_hash(owner, seller, head):
    [(title, text)] = notices(owner)

    assert title == "Today's seal of the log"
    assert f" {head} " in text and text.endswith("Lines: 1")
    assert notices(seller) == []


def test_with_a_mail_server_the_head_leaves_the_house_by_letter(owner, seller, mail, head):
    letter = Letter.objects.get()

    assert letter.address == owner.email
    assert str(head) in letter.text


def test_where_nothing_new_was_sealed_nobody_is_told_again(owner, head):
    assert tell_head() is None
    run_jobs()

    assert len(notices(owner)) == 1
