"""What happens beyond a limit is the owner's choice: told, asked why, or no exports and prints until it is lifted."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from kartu.clients import actions
from kartu.core.models.sequence import reader_sees_its_own_transaction
from kartu.core.outbox.delivery import deliver_all
from kartu.core.testing import run_jobs
from kartu.firm.models import User
from kartu.notifications.models import Notification
from kartu.records.lists import exports
from kartu.records.models import ExportFile
from kartu.security.alerts import watching
from kartu.security.models import Alert, AlertSettings, AuditRow, ViewRow
from kartu.security.models.audit import Verb

EXPORT, PRINT = "/lists/clients/export/csv/", "/lists/clients/print/"
PURPOSE = {"query": "", "purpose": "A mailing"}


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def card(head):
    return actions.add_client(name="PT Sinar", by=head)


def beyond(person: User, policy: str) -> Alert:
    """`person` has opened more cards than are allowed, and that is to have `policy`."""
    watching.look()
    AlertSettings.objects.create(pk=1, limits={"cards_day": 3}, policies={"cards_day": policy, "off_hours": "off"})
    for pk in range(1, 6):
        ViewRow.objects.create(
            at=timezone.now(), actor_id=person.pk, kind="card", object_type="clients.client", object_id=pk
        )
    watching.look()
    return Alert.objects.get()


def leaves(window: Browser, card) -> list[int]:
    """How an export, a printed list, a dossier, and the card itself are answered."""
    answers = [window.post(EXPORT, PURPOSE), window.get(PRINT), window.get(f"/clients/{card.pk}/dossier.pdf")]
    return [answer.status_code for answer in [*answers, window.get(f"/clients/{card.pk}/")]]


@pytest.mark.parametrize("policy", ["tell", "ask"])
def test_control_who_is_only_told_of_or_asked_goes_on_taking_out(client, head, owner, card, policy):
    beyond(head, policy)
    client.force_login(head)

    assert leaves(client, card) == [200, 200, 200, 200]


def test_a_stop_holds_for_exports_and_papers_and_never_for_cards(client, head, owner, card):
    alert = beyond(head, "freeze")
    client.force_login(head)

    assert leaves(client, card) == [403, 403, 403, 200]

    assert not AuditRow.objects.filter(verb__in=[Verb.EXPORT, Verb.PRINT]).exists()
    refused = AuditRow.objects.filter(verb=Verb.DENIED, actor_id=head.pk)
    assert [row.payload.values["target"] for row in refused] == [f"security.alert {alert.pk}"] * 3


def test_a_stop_holds_for_what_is_written_in_the_background(client, head, owner, card, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    client.force_login(head)
    client.post(EXPORT, PURPOSE)
    beyond(head, "freeze")

    run_jobs()

    assert not ExportFile.objects.exists()


def test_it_holds_for_nobody_else(client, head, owner, card):
    beyond(head, "freeze")
    client.force_login(owner)

    assert leaves(client, card) == [200, 200, 200, 200]


def test_the_owner_lifts_it_and_the_log_keeps_who(client, head, owner, card):
    alert = beyond(head, "freeze")
    client.force_login(owner)
    client.post(f"/alerts/{alert.pk}/lift/")
    client.force_login(head)

    assert leaves(client, card) == [200, 200, 200, 200]
    row = AuditRow.objects.filter(object_type="security.alert", verb="change").get()
    assert (row.actor_id, row.payload.values["after"]["lifted_by_id"]) == (owner.pk, owner.pk)


def test_a_stop_is_not_over_the_next_day(client, head, owner, card):
    alert = beyond(head, "freeze")
    Alert.objects.filter(pk=alert.pk).update(day=alert.day - timedelta(days=9))
    client.force_login(head)

    assert leaves(client, card)[0] == 403


def test_who_is_asked_hears_of_it_and_the_owner_reads_the_reason(client, head, owner):
    alert = beyond(head, "ask")
    with reader_sees_its_own_transaction():
        deliver_all()
    [asked] = Notification.objects.as_system("a test").filter(person=head)
    client.force_login(head)

    assert client.post(asked.url, {"reason": " "}).status_code == 422
    client.post(asked.url, {"reason": "The autumn campaign"})
    with reader_sees_its_own_transaction():
        deliver_all()

    alert.refresh_from_db()
    assert alert.reason == "The autumn campaign"
    told = Notification.objects.as_system("a test").filter(person=owner).latest("pk")
    assert (told.text, told.url) == ("The autumn campaign", f"/alerts/{alert.pk}/")


def test_who_is_only_told_of_is_asked_nothing(client, head, owner):
    alert = beyond(head, "tell")
    with reader_sees_its_own_transaction():
        deliver_all()
    client.force_login(head)

    assert not Notification.objects.as_system("a test").filter(person=head).exists()
    assert client.get(f"/alerts/{alert.pk}/reason/").status_code == 404
