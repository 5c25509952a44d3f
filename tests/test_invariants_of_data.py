"""`kartu check` on what the database cannot see to by itself: links, columns that repeat others, files, imports,
reminders, its own settings. Each check is met by data broken on purpose; and all read one moment, in nobody's way."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections, transaction
from django.utils import timezone

from conftest import drop_triggers
from kartu.clients import actions
from kartu.clients.models import Client, Status
from kartu.core.models import ClockSpan
from kartu.core.models.event import EventRow, FailedDelivery
from kartu.notifications.actions import notify
from kartu.planner import actions as planner
from kartu.planner.models import Reminder, Task
from kartu.project import prepare
from kartu.records.actions import attach_file
from kartu.records.custom import actions as shaping
from kartu.records.files import store
from kartu.records.imports import acts
from kartu.records.imports.importers import importers
from kartu.records.models import ChangeSet, File, Import
from kartu.security import triggers
from kartu.security.invariants import Invariant, databases, verify
from kartu.security.invariants.registry import SHOWN, ask
from kartu.security.models import AuditRow

LONG = timedelta(minutes=40)
LETS_EVERYTHING_PASS = (
    "CREATE OR REPLACE FUNCTION kartu_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
)


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def card(seller) -> Client:
    return actions.add_client(name="PT Sinar", phone="0812 3456 789", by=seller)


@pytest.fixture
def awake(db) -> ClockSpan:
    now = timezone.now()
    return ClockSpan.objects.create(worker="living", since=now - LONG, until=now)


def broken(*keys: str) -> list[str]:
    return [line for finding in verify(keys) for line in finding.broken]


def sql(statement: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


# ---- settings and triggers


def test_a_database_that_does_not_wait_for_the_disk_is_named(db, settings, monkeypatch):
    settings.SYNCHRONOUS = {"default": "FULL"}  # as outside of tests
    monkeypatch.setattr(databases, "ONLY_FOR_TESTS", "another name")
    if connection.vendor == "postgresql":
        sql("SET LOCAL synchronous_commit = off")

    told = {
        "sqlite": "default: PRAGMA synchronous is 0 and must be 2: see OPTIONS in kartu/project/settings.py",
        "postgresql": "default: synchronous_commit is off: a power cut loses what was saved. "
        "Set it to on in postgresql.conf",
    }
    assert told[connection.vendor] in broken("I1.settings")


def test_transactions_that_begin_as_readers_are_named(db, monkeypatch):
    monkeypatch.setitem(connection.settings_dict.setdefault("OPTIONS", {}), "transaction_mode", "DEFERRED")
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)

    assert (
        list(databases.sqlite_settings("default"))[-2:]
        == [
            "default: transactions begin DEFERRED and must begin IMMEDIATE, or writers fail as “locked”",
            "default: ATOMIC_REQUESTS is on, and makes a writer of everybody who looks at a page",
        ]
        if connection.vendor == "sqlite"
        else broken("I1.settings") == []
    )


def test_a_trigger_that_only_bears_the_name_is_named_and_made_again_at_the_next_start(db):
    name = "security_auditrow_no_update"
    drop_triggers("default")
    triggers.install("default")
    if connection.vendor == "sqlite":
        sql(f"DROP TRIGGER {name}")
        sql(f"CREATE TRIGGER {name} BEFORE UPDATE ON security_auditrow BEGIN SELECT 1; END")
    else:
        sql(f"ALTER TABLE security_auditrow DISABLE TRIGGER {name}")
    assert [line.split(",")[0] for line in broken("I1.ledgers")] == [f"default: the trigger {name} is missing"]

    if connection.vendor == "postgresql":
        sql(LETS_EVERYTHING_PASS)
        assert len(broken("I1.ledgers")) == min(SHOWN, 3 * len(triggers.append_only_models()))

    prepare.close_ledgers()
    assert broken("I1.ledgers") == []


# ---- links


def test_a_file_about_a_client_that_is_not_there_is_named(card, seller):
    file = attach_file(target=card, name="a.txt", chunks=[b"x"], by=seller)
    sql("UPDATE records_file SET about_id = 999999 WHERE id = %s", file.pk)

    assert broken("I1.links") == [f"records_file {file.pk} is about clients.client 999999, which is not there"]


def test_a_notice_about_something_unknown_is_named(card, seller, owner):
    [notice] = notify(to=[seller], kind="test", title="Look", about=card, by=owner)
    sql("UPDATE notifications_notification SET about_type = 'clients.ghost' WHERE id = %s", notice.pk)

    assert broken("I1.links") == [
        "rows of notifications_notification are about clients.ghost, which Kartu does not know"
    ]


def test_a_change_set_that_is_not_there_is_named(card, seller):
    line = AuditRow.objects.first()
    AuditRow.objects.create(at=line.at, actor_id=seller.pk, verb="view", digest="0", change_set_id=999999)

    [told] = broken("I6.sets")
    assert told.startswith("lines of the log belong to the change set 999999, which is not in")


def test_rows_that_stay_hidden_are_named(db):
    forgotten = ChangeSet.objects.create(kind="import", title="a.csv", is_hidden=True)

    assert broken("I6.hidden") == [
        f"change set {forgotten.pk} hides its rows from everybody, and no import works on it"
    ]


def test_rows_of_an_import_at_work_may_be_hidden(head):
    working = ChangeSet.objects.create(kind="import", title="a.csv", is_hidden=True)
    source = dropped(head)
    Import.objects.filter(pk=source.pk).update(state="running", change_set=working)

    assert broken("I6.hidden") == []


def test_an_undoing_of_something_later_is_named(db):
    first, second = (ChangeSet.objects.create(kind="edit", title=title) for title in "ab")
    ChangeSet.objects.filter(pk=first.pk).update(undoes=second)

    assert broken("I6.undoings") == [f"change set {first.pk} undoes {second.pk}, which came later"]


# ---- columns that repeat others


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE clients_client SET name_key = 'x'", "clients.client {client}: name_key is not what it is"),
        ("UPDATE clients_channel SET digits = ''", "clients.channel {phone}: digits is not what it is"),
    ],
)
def test_a_key_that_is_not_of_its_column_is_named(card, statement, told):
    sql(statement)

    [line] = broken("derived.columns")
    assert line.startswith(told.format(client=card.pk, phone=card.channels.get().pk))


def test_what_a_client_repeats_wrongly_is_named(card, seller):
    actions.log_touch(client=card, kind="call", text="Wants a discount", by=seller)
    sql("UPDATE clients_client SET phone = '+62', last_touch_at = NULL, last_touch_text = ''")

    [line] = broken("derived.parts")
    assert line.startswith(f"clients.client {card.pk}: phone, last_touch_at, last_touch_text is not what its parts say")


def test_a_part_that_vanished_leaves_a_client_that_repeats_it_wrongly(card):
    sql("UPDATE clients_channel SET trashed_at = %s", timezone.now())

    assert len(broken("derived.parts")) == 1


@pytest.fixture
def own(owner) -> str:
    """The column of a field of the firm's own."""
    section = shaping.add_section(entity="clients.client", kind="fields", name="Machines", by=owner)
    return f"custom.{shaping.add_field(section=section, type='text', name='Model', by=owner).pk}"


def test_fields_of_the_firms_own_are_told_and_repeated_as_they_are_held(card, seller, own):
    for value in ("K-2", "K-7", None, "K-9"):
        card = actions.set_custom(client=card, values={own: value}, by=seller)
    assert broken("I6", "own", "derived", "search") == []

    sql("UPDATE clients_clientvalue SET text = 'x'")
    [line] = broken("own.repeated")
    assert line.startswith(f"clients.client {card.pk} is found by other values")

    sql("DELETE FROM clients_clientvalue")
    assert len(broken("own.repeated")) == 1


def test_a_value_of_a_field_of_the_firms_own_written_past_the_log_is_named(card, seller, own):
    actions.set_custom(client=card, values={own: "K-2"}, by=seller)

    sql("UPDATE clients_client SET custom = %s WHERE id = %s", "{}", card.pk)

    assert broken("I6.values") == [f"clients.client {card.pk} differs from the log in custom"]


@pytest.mark.parametrize(
    ("statement", "key", "told"),
    [
        ("UPDATE search_doc SET title = 'x' WHERE kind = 'client'", "search.words", "is found by old words (title)"),
        ("DELETE FROM search_doc WHERE kind = 'client'", "search.records", "1 of clients.client cannot be found"),
        ("UPDATE search_doc SET object_id = 99 WHERE kind = 'client'", "search.records", "though they are gone"),
    ],
)
def test_an_index_that_tells_something_else_than_its_records_is_named(card, statement, key, told):
    assert broken("search") == []

    sql(statement)

    assert told in "\n".join(broken(key))


def test_what_an_import_writes_is_what_an_action_would_write(head):
    """It knows these columns beforehand and writes them itself."""
    text = "Company;Phone;E-mail;City;Country;INN;Contact;Note\n" + (
        "ООО Ёлка;8 916 123-45-67, 0812 3456 789;a@b.example;Ёбург;RU;7707083893;Rina Kusuma;Asked for a price\n"
    )
    file = SimpleUploadedFile("a.csv", text.encode())
    source = acts.drop_file(importer=importers["clients"], file=file, name="a.csv", by=head, inline=True)
    source = acts.decide(source=source, targets={}, answers={}, by=head, inline=True)
    source = acts.start(source=source, by=head, inline=True)

    assert source.new_count == 1
    assert broken("derived", "search", "I6") == []


# ---- files and imports


def test_lost_and_changed_bytes_are_named(card, seller):
    lost, changed = (attach_file(target=card, name=n, chunks=[n.encode()], by=seller) for n in ("a", "b"))
    assert broken("I10") == []

    store.path_of(lost.stored).unlink()
    store.path_of(changed.stored).write_bytes(b"other")

    assert broken("I10") == [f"file {lost.pk}: its bytes are gone", f"file {changed.pk}: its bytes have changed"]
    assert File.objects.visible_to(seller).count() == 2


def dropped(person) -> Import:
    file = SimpleUploadedFile("a.csv", b"Name,Phone\nPT Baru,0812 7777 001\n")
    return acts.drop_file(importer=importers["clients"], file=file, name="a.csv", by=person, inline=True)


def test_an_import_whose_file_is_gone_is_named(head):
    source = dropped(head)
    assert broken("I10") == []

    Path(source.file.path).unlink()

    assert broken("I10") == [f"import {source.pk} (a.csv): its file {source.file.name} is gone; bring it in again"]


def test_an_import_that_nobody_works_on_is_named_while_a_worker_is_awake(head, awake):
    source = dropped(head)
    Import.objects.update(state="checking", created_at=timezone.now() - LONG)

    assert broken("I8.imports") == [f"import {source.pk} (a.csv) is checking, and nobody works on it; take it back"]

    ClockSpan.objects.all().delete()
    assert broken("I8.imports") == []


# ---- reminders


@pytest.fixture
def overdue(card, seller) -> Task:
    soon = timezone.now() + timedelta(hours=1)
    task = planner.set_task(title="The offer", kind="call", client=card, due_at=soon, by=seller)
    long_ago = timezone.now() - LONG
    sql("UPDATE planner_task SET due_at = %s, at = %s, late_at = %s", long_ago, long_ago, long_ago)
    sql("UPDATE planner_reminder SET at = %s", long_ago)
    return task


def test_a_reminder_that_told_nobody_is_named_while_the_clock_runs(overdue, awake):
    pk = Reminder.objects.as_system("a test").get().pk
    assert broken("I7") == [f"planner.reminder {pk} of task {overdue.pk} is due, and nobody was told of it"]

    ClockSpan.objects.all().delete()
    assert broken("I7") == []


def test_a_reminder_that_went_nowhere_is_named_unless_it_is_shown_as_failed(overdue, awake):
    pk = Reminder.objects.as_system("a test").get().pk
    sql("UPDATE planner_reminder SET told_at = at")

    assert broken("I7") == [
        f"planner.reminder {pk} of task {overdue.pk} came due and went nowhere; set another time for it"
    ]

    event = EventRow.objects.create(name="planner.reminder_due", payload={"reminder_id": pk})
    FailedDelivery.objects.create(event=event, handler="planner.tell_of_reminder", state="dead")
    assert broken("I7") == []


def test_a_reminder_that_rang_is_well(overdue, awake, seller):
    sql("UPDATE planner_reminder SET told_at = at")
    notify(to=[seller], kind="planner.reminder", title="Call", about=overdue)

    assert broken("I7") == []


# ---- one moment, in nobody's way


def count_while_somebody_writes(*, looks_twice: bool) -> list[int]:
    """How many statuses a check sees before and after another one has added one."""
    counts: list[int] = []

    def add() -> None:
        with transaction.atomic():
            Status.objects.create(name="New")
        connections.close_all()

    def check() -> list[str]:
        counts.append(Status.objects.count())
        writer = threading.Thread(target=add)
        writer.start()
        writer.join(10)
        assert not writer.is_alive(), "a check holds a writer up"
        counts.append(Status.objects.count())
        return []

    finding = ask(Invariant("X", "Whatever", check, 1000, looks_twice=looks_twice))
    assert finding.broken == []
    return counts


@pytest.mark.django_db(transaction=True)
def test_a_check_sees_one_moment_and_keeps_no_writer_waiting():
    assert count_while_somebody_writes(looks_twice=False) == [0, 0]
    assert Status.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_snapshot_sees_two_moments():
    assert count_while_somebody_writes(looks_twice=True) == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_writers_begin_as_writers_again_after_a_check():
    ask(Invariant("X", "Whatever", lambda: [], 1000))

    if connection.vendor == "sqlite":
        assert connection.transaction_mode == "IMMEDIATE"
    with transaction.atomic():
        Status.objects.create(name="New")
    assert Status.objects.count() == 1
