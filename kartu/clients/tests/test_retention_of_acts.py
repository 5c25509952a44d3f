"""Acts older than the firm keeps them go to a file first, by whole seals, and the log and the data are still proved."""

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from conftest import drop_triggers
from kartu.clients import actions
from kartu.clients.models import Client
from kartu.core.actors import System
from kartu.records.changes import change_set, undo
from kartu.records.models import ChangeSet
from kartu.security import audit, triggers
from kartu.security.alerts import watching
from kartu.security.invariants import ledger
from kartu.security.models import Alert, AuditPayload, AuditRow, LogRetention, Seal
from kartu.security.models.audit import Verb
from kartu.security.seals import archive, retaining, sealing
from kartu.security.seals.retaining import drop_acts, drop_old, drop_portion
from kartu.security.seals.sealing import seal_new
from kartu.security.seals.verifying import verify_log

CLOCK = System("tests of retention")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch) -> Path:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(sealing, "CHUNK", 5)
    monkeypatch.setattr(retaining, "PORTION", 10)
    return tmp_path / "log-archive"


@pytest.fixture
def old(seller, owner, monkeypatch) -> list[Client]:
    """Four years ago three cards were made and changed, and one deleted for good; today one is changed again."""
    moment = timezone.now() - timedelta(days=4 * 366)
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: moment)
        made = [
            actions.add_client(name=f"PT {number}", phone=f"0812 3456 78{number}", by=seller) for number in range(4)
        ]
        for client in made[:3]:
            actions.change_client(client=client, values={"pinned": "Pays on the 15th"}, by=seller)
        audit.record(Verb.PURGE, Client(pk=99_999), by=owner, values={"name": "PT Gone"})
        seal_new()
    actions.change_client(client=made[0], values={"pinned": "Pays on the 1st"}, by=seller)
    audit.record(Verb.DENIED, Client(pk=99_999), by=seller)
    seal_new()
    return made


def before():
    return timezone.now() - timedelta(days=3 * 366)


def found() -> list[str]:
    seal_new()
    return [str(finding) for finding in verify_log().findings]


def ails() -> list[str]:
    checks = (
        *(ledger.made_in_the_log, ledger.made_once, ledger.counted_in_the_log, ledger.lead_somewhere),
        *(ledger.payloads_fit, ledger.rows_are_what_the_log_tells),
    )
    return [what for check in checks for what in check()]


def test_whole_seals_of_old_acts_go_and_the_chain_stays(old):
    seals, acts = Seal.objects.count(), AuditRow.objects.count()
    young = set(AuditRow.objects.filter(at__gte=before()).values_list("pk", flat=True))
    assert ails() == []

    gone = drop_acts(before=before(), by=CLOCK)

    assert gone == acts - len(young) > 10
    assert young <= set(AuditRow.objects.values_list("pk", flat=True))
    assert AuditRow.objects.filter(at__lt=before()).count() == 0
    assert AuditPayload.objects.count() == AuditRow.objects.count()
    assert found() == []
    assert Seal.objects.count() > seals
    assert ails() == []
    assert AuditRow.objects.filter(verb=Verb.ERASE).first().why == "tests of retention"


def test_control_what_the_lines_of_the_dropping_tell_is_what_the_check_goes_by(old, monkeypatch):
    drop_acts(before=before(), by=CLOCK)

    with monkeypatch.context() as patch:
        patch.setattr(ledger.Dropped, "told", [])
        said = ails()
    assert [line for line in said if "no line in the log that tells who made it" in line]
    assert [line for line in said if "was changed" in line]
    assert "clients.client 99999 is in the log, and neither in its table nor deleted for good" in said

    with connection.cursor() as cursor:
        cursor.execute("UPDATE clients_client SET version = 9 WHERE id = %s", [old[1].pk])
    assert ails() == [f"clients.client {old[1].pk} was changed 8 times, the log knows of 1"]


def test_the_next_run_drops_nothing_and_keeps_the_lines_of_the_first(old, monkeypatch):
    drop_acts(before=before(), by=CLOCK)
    told = AuditRow.objects.filter(verb=Verb.ERASE).count()

    assert drop_acts(before=before(), by=CLOCK) == 0

    assert AuditRow.objects.filter(verb=Verb.ERASE).count() == told
    seal_new()
    drop_acts(before=timezone.now() + timedelta(days=1), by=CLOCK)
    assert AuditRow.objects.filter(verb=Verb.ERASE).count() > told
    assert found() == []
    assert ails() == []


def test_a_newer_act_that_went_with_the_old_ones_is_found(old):
    drop_acts(before=before(), by=CLOCK)
    pk = AuditRow.objects.filter(verb=Verb.DENIED).get().pk

    drop_triggers("default")
    AuditPayload.objects.filter(pk=pk)._raw_delete("default")
    AuditRow.objects.filter(pk=pk)._raw_delete("default")
    triggers.install()

    assert any(f"Line {pk} of the log of acts was deleted" in line for line in found())


def test_afterwards_the_ledger_is_closed_again(old):
    drop_acts(before=before(), by=CLOCK)

    assert triggers.missing() == []
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM security_auditrow")


def test_a_portion_that_fails_has_dropped_nothing(old, monkeypatch):
    acts = AuditRow.objects.count()
    monkeypatch.setattr(retaining, "pass_by", lambda *_args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        drop_acts(before=before(), by=CLOCK)

    assert AuditRow.objects.count() == acts
    assert found() == []


def test_the_archive_holds_all_that_went_and_the_seals_prove_it(old, folder, capsys):
    gone = drop_acts(before=before(), by=CLOCK)

    files = sorted(folder.iterdir())
    assert len(files) > 1
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert sum(archive.verify(file)[0] for file in files) == gone
    assert [archive.verify(file)[1] for file in files] == [[]] * len(files)
    told = [values for values in AuditPayload.objects.values_list("values", flat=True) if "sha256" in values]
    assert {values["file"] for values in told} == {file.name for file in files}
    call_command("audit", "archive", str(files[0]))
    assert "all as they were sealed" in capsys.readouterr().out


@pytest.mark.parametrize("change", ["row", "told", "seal"])
def test_an_archive_that_was_altered_is_found(old, folder, change):
    drop_acts(before=before(), by=CLOCK)
    file = sorted(folder.iterdir())[0]
    lines = [json.loads(line) for line in gzip.open(file, "rt")]
    if change == "seal":
        lines[0]["digest"] = "0" * 64
    else:
        lines[1][-1 if change == "told" else 2] = '{"after":{}}' if change == "told" else 12345
    file.write_bytes(gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode()))

    assert archive.verify(file)[1]
    with pytest.raises(SystemExit):
        call_command("audit", "archive", str(file))


def test_what_is_no_archive_is_said_so(tmp_path):
    (tmp_path / "other.gz").write_bytes(b"PK")

    with pytest.raises(CommandError, match="no archive"):
        call_command("audit", "archive", str(tmp_path / "other.gz"))


def test_an_undo_of_what_was_dropped_is_refused(old, seller, monkeypatch):
    with change_set(ChangeSet.Kind.BULK, "old", by=seller) as made:
        actions.change_client(client=old[2], values={"pinned": ""}, by=seller)
    ChangeSet.objects.filter(pk=made.pk).update(at=before() - timedelta(days=9))
    made.refresh_from_db()
    drop_acts(before=before(), by=CLOCK)

    with pytest.raises(ValidationError, match="too long ago"):
        undo(made, by=seller)

    ChangeSet.objects.filter(pk=made.pk).update(at=timezone.now())
    made.refresh_from_db()
    assert undo(made, by=seller).restored == 1


def test_the_watching_of_the_log_raises_no_alarm(old):
    watching.look(timezone.now())
    actions.change_client(client=old[0], values={"pinned": "x"}, by=CLOCK)
    watching.look(timezone.now())

    drop_acts(before=before(), by=CLOCK)
    watching.look(timezone.now())

    assert not Alert.objects.filter(rule="gap").exists()


def test_it_requires_the_right(old, head):
    acts = AuditRow.objects.count()
    seals = list(Seal.objects.filter(store="acts")[:1])

    with pytest.raises(PermissionDenied):
        drop_portion(seals=seals, before=before(), kept={}, by=head)

    assert AuditRow.objects.exclude(verb=Verb.DENIED).count() <= acts
    assert not AuditRow.objects.filter(verb=Verb.ERASE).exists()


def test_without_years_nothing_goes_and_three_are_the_least(old):
    assert drop_old(now=timezone.now(), by=CLOCK) == {}
    with pytest.raises(IntegrityError), transaction.atomic():
        LogRetention.objects.create(pk=1, acts=2)
    with pytest.raises(CommandError, match="At least 3"):
        call_command("audit", "retain", "--acts", "--years", "2")

    LogRetention.objects.create(pk=1, acts=3)

    assert drop_old(now=timezone.now(), by=CLOCK)["acts"] > 10


def test_the_owner_sets_the_years_on_a_page_and_the_log_keeps_it(client, owner):
    client.force_login(owner)

    assert client.post("/log/retention/", {"acts": "2", "views": ""}).status_code == 422
    assert client.post("/log/retention/", {"acts": "5", "views": "2"}).status_code == 302

    kept = LogRetention.current()
    assert (kept.acts, kept.views) == (5, 2)
    line = AuditRow.objects.select_related("payload").get(object_type="security.logretention")
    assert (line.verb, line.payload.values["after"]["acts"]) == ("setting", 5)
