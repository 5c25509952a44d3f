"""`kartu check`: says nothing about whole data, and names whatever was broken, by its table and number."""

import io
import types
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path
from django_tasks.exceptions import InvalidTaskError

from conftest import drop_triggers
from kartu.clients import actions
from kartu.clients.models import Client
from kartu.core.access import public
from kartu.core.actors import System
from kartu.core.jobs import job, jobs
from kartu.core.jobs.declare import JobTask
from kartu.core.registry import Registry
from kartu.security import triggers
from kartu.security.audit import acting_as
from kartu.security.invariants import Invariant, invariants, verify
from kartu.security.invariants.declarations import passages
from kartu.security.models import AuditPayload, AuditRow


@pytest.fixture
def client_row(seller) -> Client:
    """A client with a phone, changed once, put in the trash and taken out again."""
    row = actions.add_client(name="PT Sinar", phone="0812 3456 789", by=seller)
    row = actions.change_client(client=row, values={"name": "PT Sinar Abadi"}, by=seller)
    return row


def broken(*keys: str) -> list[str]:
    return [line for finding in verify(keys) for line in finding.broken]


def sql(statement: str, *params: object) -> None:
    """Past every guard: what a hand in the database would do."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def test_whole_data_pass_every_check(client_row, owner):
    found = {finding.invariant.key: finding.broken for finding in verify()}

    assert found == {invariant.key: [] for invariant in invariants}
    assert len(found) >= 14


def test_saving_a_row_that_has_not_changed_is_no_change(client_row, seller):
    for _ in range(2):
        actions.change_client(client=client_row, values={"name": "PT Sinar Abadi"}, by=seller)

    assert broken("I6") == []


def test_a_row_written_as_it_stands_keeps_its_version(client_row):
    with acting_as(System("a test")):
        client_row.save()
        client_row.save()

    assert Client.objects.as_system("a test").get().version == client_row.version == 2
    assert broken("I6") == []


def test_trash_and_restore_are_counted_as_changes(client_row, head):
    trashed = actions.trash_client(client=client_row, by=head)
    actions.restore_client(client=trashed or client_row, by=head)

    assert broken("I6") == []


def test_a_row_that_came_past_the_log_is_named(client_row, seller):
    columns = [field.column for field in Client._meta.concrete_fields if field.column != "id"]
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    sql(f"INSERT INTO clients_client ({names}) SELECT {names} FROM clients_client WHERE id = %s", client_row.pk)
    copy = Client.objects.as_system("a test").latest("pk")

    assert f"clients.client {copy.pk} has no line in the log that tells who made it" in broken("I6.made")


def test_a_value_that_was_changed_past_the_log_is_named(client_row):
    sql("UPDATE clients_client SET name = 'PT Curian' WHERE id = %s", client_row.pk)

    assert broken("I6.values") == [f"clients.client {client_row.pk} differs from the log in name"]


def test_a_version_that_nobody_told_of_is_named(client_row):
    sql("UPDATE clients_client SET version = version + 1 WHERE id = %s", client_row.pk)

    assert broken("I6.counted") == [f"clients.client {client_row.pk} was changed 2 times, the log knows of 1"]


def test_a_row_that_vanished_is_named(client_row):
    phone = client_row.channels.get()
    sql("DELETE FROM clients_channel WHERE id = %s", phone.pk)

    assert broken("I6.rows") == [
        f"clients.channel {phone.pk} is in the log, and neither in its table nor deleted for good"
    ]


@pytest.fixture
def opened_ledger(db) -> None:
    drop_triggers("default")
    yield
    triggers.install("default")


def test_a_line_that_was_rewritten_is_named(client_row, opened_ledger):
    line = AuditRow.objects.filter(verb="change", object_type="clients.client").get()
    payload = AuditPayload.objects.get(pk=line.pk)
    payload.values["before"]["name"] = "PT Lain"
    payload.save()

    assert broken("I6.payloads") == [f"line {line.pk} of the log tells something else than when it was written"]


def test_a_line_that_lost_its_payload_is_named(client_row, opened_ledger):
    line = AuditRow.objects.filter(verb="change", object_type="clients.client").get()
    sql("DELETE FROM security_auditpayload WHERE row_id = %s", line.pk)

    assert broken("I6.payloads") == [f"line {line.pk} of the log has lost what it told"]


def test_a_line_that_was_deleted_is_named(client_row, opened_ledger):
    line = AuditRow.objects.filter(verb="create", object_type="clients.client").get()
    sql("DELETE FROM security_auditpayload WHERE row_id = %s", line.pk)
    sql("DELETE FROM security_auditrow WHERE id = %s", line.pk)

    assert f"clients.client {client_row.pk} has no line in the log that tells who made it" in broken("I6.made")


def test_a_row_that_was_made_twice_is_named(client_row, seller):
    line = AuditRow.objects.filter(verb="create", object_type="clients.client").get()
    AuditRow.objects.create(
        at=line.at, actor_id=seller.pk, verb="create", object_type="clients.client", object_id=client_row.pk, digest="0"
    )

    assert broken("I6.once") == [f"clients.client {client_row.pk} was made 2 times, says the log"]


def test_a_ledger_whose_trigger_is_gone_is_named(opened_ledger):
    assert "default: the trigger security_auditrow_no_update is missing" in "\n".join(broken("I1.ledgers"))

    triggers.install("default")
    assert broken("I1.ledgers") == []


@pytest.mark.django_db(transaction=True)
def test_a_reference_that_leads_nowhere_is_named(client_row):
    phone = client_row.channels.get()
    forge = "UPDATE clients_channel SET client_id = 999999 WHERE id = %s"
    if connection.vendor == "sqlite":
        sql("PRAGMA foreign_keys = OFF")
        sql(forge, phone.pk)
        sql("PRAGMA foreign_keys = ON")
    else:
        sql("ALTER TABLE clients_channel DISABLE TRIGGER ALL")
        sql(forge, phone.pk)
        sql("ALTER TABLE clients_channel ENABLE TRIGGER ALL")

    assert broken("I1.references") == [f"clients_channel {phone.pk} names a row of clients_client that is not there"]


def hidden(request: object) -> HttpResponse:
    return HttpResponse("nobody said who may see this")


@public("a test")
def shown(request: object) -> HttpResponse:
    return HttpResponse("open")


URLS = types.ModuleType("tests.undeclared_urls")
URLS.urlpatterns = [path("hidden/", hidden), path("shown/", shown)]


def test_a_page_that_does_not_say_who_may_open_it_is_shut_and_named(owner, client):
    client.force_login(owner)

    with override_settings(ROOT_URLCONF=URLS):
        assert (client.get("/shown/").status_code, client.get("/hidden/").status_code) == (200, 403)
        named = broken("access.views")

    assert named == [f"{__name__}.hidden (/hidden/) does not say who may use it: nobody can"]


@pytest.fixture
def registered() -> Callable:
    """Adds to a registry for the time of a test."""
    added = []

    def add(registry: Registry, item: object) -> None:
        registry._items[item.key] = item
        added.append((registry, item.key))

    yield add
    for registry, key in added:
        del registry._items[key]


def nobodys(*, by: object) -> None:
    """A job that is not in the program."""


def test_a_job_that_names_no_right_and_no_reason_is_not_even_imported():
    with pytest.raises(InvalidTaskError):
        job()(nobodys)


def test_a_job_whose_right_does_not_exist_is_named(db, registered):
    declared = next(iter(jobs))
    values = {name: getattr(declared, name) for name in declared.__dataclass_fields__}
    registered(jobs, JobTask(**{**values, "func": nobodys, "right": "no.such", "system": ""}))

    assert broken("access.jobs") == [
        "the job test_invariants.nobodys needs the right no.such, which is declared nowhere"
    ]


def test_a_passage_without_a_plain_reason_is_found(tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "thief.py").write_text(
        'WHY = "a good reason"\n'
        "a = Client.objects.as_system(WHY)\n"
        'b = Client.objects.as_system("another")\n'
        'c = Client.objects.as_system(f"{x}")\n'
        "d = Client.objects.as_system(why())\n"
    )

    found = {(passage.line, passage.why) for passage in passages(tmp_path)}

    assert found == {(2, "a good reason"), (3, "another"), (4, ""), (5, "")}


def test_a_check_that_cannot_be_made_is_not_passed(db, registered):
    registered(invariants, Invariant("X", "Whatever", lambda: 1 / 0, 1000))

    [finding] = verify(["X"])

    assert (finding.is_well, finding.broken) == (False, ["could not be looked at: ZeroDivisionError: division by zero"])


def test_the_command_ends_in_one_when_something_is_broken_and_says_what(client_row):
    call_command("verify", stdout=io.StringIO())
    sql("UPDATE clients_client SET about = 'Stolen' WHERE id = %s", client_row.pk)
    said = io.StringIO()

    with pytest.raises(SystemExit) as end:
        call_command("verify", stdout=said)

    assert end.value.code == f"1 of {len(invariants)} checks found something broken."
    assert f"BROKEN  I6.values        Every row is what its lines tell\n          clients.client {client_row.pk}" in (
        said.getvalue()
    )


def test_the_command_lists_where_the_program_reads_past_the_rights(db):
    said = io.StringIO()

    call_command("verify", "registries", stdout=said)

    assert "kartu/security/audit.py:" in said.getvalue()
    assert "  writing what an action has checked" in said.getvalue()


def test_many_broken_things_are_counted_and_the_first_are_told(db, registered):
    registered(invariants, Invariant("X", "Whatever", lambda: (str(number) for number in range(50)), 1000))

    [finding] = verify(["X"])

    assert (finding.count, len(finding.broken)) == (50, 20)
