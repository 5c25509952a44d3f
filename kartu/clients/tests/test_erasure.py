"""What the log told of a client that was deleted for good can be erased; the proof that it was told stays."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from kartu.clients import actions
from kartu.clients.models import Client
from kartu.core.actors import System
from kartu.records import purging
from kartu.security.audit import acting_as
from kartu.security.invariants import verify
from kartu.security.models import AuditPayload, AuditRow
from kartu.security.models.audit import Verb
from kartu.security.seals.erasing import erase_told
from kartu.security.seals.sealing import seal_new
from kartu.security.seals.verifying import verify_log

pytestmark = pytest.mark.django_db
KIND = "clients.client"


def added(name: str, seller) -> Client:
    client = actions.add_client(name=name, phone="0812 3456 789", by=seller)
    actions.add_contact(client=client, name=f"Rina of {name}", by=seller)
    return client


@pytest.fixture
def gone(seller, settings, tmp_path) -> int:
    """A client that was deleted for good, beside one that stays; all of it sealed."""
    settings.MEDIA_ROOT = tmp_path
    client = added("PT Sinar", seller)
    added("PT Tetap", seller)
    with transaction.atomic(), acting_as(System("a test")):
        client.trashed_at = timezone.now() - timedelta(days=100)
        client.save()
    purging.remove_over(by=System("a test"))
    assert AuditRow.objects.filter(object_type=KIND, object_id=client.pk, verb=Verb.PURGE).exists()
    seal_new()
    return client.pk


def told() -> str:
    return str(list(AuditPayload.objects.values_list("values", flat=True)))


def test_an_erasure_empties_what_was_told_of_the_client_and_of_nobody_else(gone, owner):
    assert "PT Sinar" in told()

    count = erase_told(object_type=KIND, object_id=gone, by=owner)

    assert count > 3
    assert "Sinar" not in told() and "Rina of PT Tetap" in told()


def test_the_seals_accept_exactly_what_was_erased(gone, owner):
    erase_told(object_type=KIND, object_id=gone, by=owner)
    seal_new()
    assert verify_log().count == 0

    another = AuditRow.objects.filter(root_type=KIND).exclude(root_id=gone).first()
    AuditPayload.objects.filter(pk=another.pk).update(values={})

    assert [(finding.what, finding.row) for finding in verify_log().findings] == [("emptied", another.pk)]


def test_what_was_erased_cannot_be_filled_with_something_else(gone, owner):
    erase_told(object_type=KIND, object_id=gone, by=owner)
    line = AuditRow.objects.filter(object_type=KIND, object_id=gone, verb=Verb.CREATE).get()
    AuditPayload.objects.filter(pk=line.pk).update(values={"after": {"name": "PT Lain"}})

    assert [(finding.what, finding.row) for finding in verify_log().findings] == [("told", line.pk)]


def test_the_log_tells_who_erased_and_the_data_stay_sound(gone, owner):
    erase_told(object_type=KIND, object_id=gone, by=owner)

    line = AuditRow.objects.latest("pk")
    assert (line.verb, line.actor_id, line.object_id) == ("erase", owner.pk, gone)
    assert [finding.broken for finding in verify(["I6"]) if finding.broken] == []


def test_nothing_is_erased_twice(gone, owner):
    erase_told(object_type=KIND, object_id=gone, by=owner)

    assert erase_told(object_type=KIND, object_id=gone, by=owner) == 0
    assert AuditRow.objects.filter(verb=Verb.ERASE).count() == 1


def test_a_client_who_is_here_keeps_the_history(gone, seller, owner):
    here = added("PT Baru", seller)

    with pytest.raises(ValidationError):
        erase_told(object_type=KIND, object_id=here.pk, by=owner)


def test_it_requires_the_right(gone, head):
    with pytest.raises(PermissionDenied):
        erase_told(object_type=KIND, object_id=gone, by=head)

    assert "PT Sinar" in told()


def test_the_command_erases_in_the_name_of_a_person(gone, owner, head, capsys):
    with pytest.raises(CommandError, match="may not erase"):
        call_command("audit", "erase", KIND, str(gone), "--user", head.email)

    call_command("audit", "erase", KIND, str(gone), "--user", owner.email)

    assert "lines were emptied" in capsys.readouterr().out
    assert "Sinar" not in told()
