"""Whoever goes: what acts in his name ends with his access, and nothing that holds a person is forgotten in this."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import models
from django.test import Client as Browser
from django.utils import timezone

from kartu.clients import actions as clients
from kartu.core.jobs.run import run
from kartu.core.models import Job
from kartu.core.testing.queue import run_jobs
from kartu.firm.absences import set_days
from kartu.firm.actions import people
from kartu.firm.actions.absences import set_absence
from kartu.firm.models import Absence, User
from kartu.notifications.actions import notify
from kartu.notifications.models import Letter, MailSettings, PushSubscription, TelegramChat, TelegramCode
from kartu.planner.actions import open_feed
from kartu.records.lists import exports
from kartu.records.lists.export_job import export_in_background
from kartu.records.models import ExportFile, Import
from kartu.security.invariants import verify
from kartu.security.leaving.revoked import end_again, revoked
from kartu.security.models import AuditRow
from kartu.security.tokens import make_token
from tests.world import World

# Columns that hold a person and let nothing act for him later, and why.
WHO_DID_IT = "says who did it, for ever"
OWN_AFFAIR = "how a person wants to see things: of no use to anybody without his access"
AT_THE_DOOR = "opens the door only to somebody with access, as his password does"
EXCUSED = {
    "clients.client.responsible": "owned",
    "clients.client.created_by": WHO_DID_IT,
    "clients.collaborator.added_by": WHO_DID_IT,
    "clients.collaborator.person": "sees a client beside whoever looks after it, and nothing without access",
    "clients.favourite.person": OWN_AFFAIR,
    "clients.optout.by": WHO_DID_IT,
    "clients.segment.person": "owned",
    "clients.touch.by": WHO_DID_IT,
    "core.eventrow.by_id": WHO_DID_IT,
    "core.livemessage.person_id": "told to open pages, of which he has none any more; gone after a day",
    "firm.invitation.joined": WHO_DID_IT,
    "firm.passkey.person": AT_THE_DOOR,
    "planner.putoff.person": OWN_AFFAIR,
    "firm.recoverycode.person": AT_THE_DOOR,
    "firm.team.head": "owned",
    "firm.entrylimit.person": "when and from where he may come, if he may at all",
    "firm.absence.created_by": WHO_DID_IT,
    "firm.workingtime.person": "when he works, if he works here at all",
    "firm.temporaryright.absent": "a deputy stands in for somebody with access only",
    "firm.temporaryright.given_by": WHO_DID_IT,
    "firm.temporaryright.person": "adds to his role, and is nothing without access",
    "firm.totpsecret.person": AT_THE_DOOR,
    "notifications.notification.by": WHO_DID_IT,
    "notifications.notification.person": "read by himself only, after signing in",
    "planner.participant.person": "sees a task that somebody else does, and nothing without access",
    "planner.schedulersetting.person": OWN_AFFAIR,
    "planner.tasknews.by": WHO_DID_IT,
    "planner.tasknews.person": "told within a minute, to nobody without access",
    "planner.reminder.person": "goes over with the task, and is told to nobody without access",
    "planner.series.author": WHO_DID_IT,
    "planner.series.person": "owned",
    "planner.task.author": WHO_DID_IT,
    "planner.task.closed_by": WHO_DID_IT,
    "planner.task.instead_of": "in whose place it is done: the name of who was away stays",
    "planner.task.person": "owned",
    "notifications.held.person": "what is held back for him goes nowhere without access",
    "notifications.pace.person": "when he was last told of something",
    "notifications.preference.person": OWN_AFFAIR,
    "notifications.quiethours.person": OWN_AFFAIR,
    "records.changeset.by": WHO_DID_IT,
    "records.departure.by": WHO_DID_IT,
    "records.departure.person": "that he goes, and to whom what went",
    "records.exportmark.person_id": WHO_DID_IT,
    "records.exportrequest.decided_by": WHO_DID_IT,
    "records.file.created_by": WHO_DID_IT,
    "records.keptanswer.person": "an answer to a form that he has sent already; gone after a day",
    "records.listsetting.person": OWN_AFFAIR,
    "records.savedview.person": "owned",
    "search.doc.owner_id": "repeats whose the record is",
    "security.alert.lifted_by": WHO_DID_IT,
    "security.alert.looked_by": WHO_DID_IT,
    "security.alert.person": "what he did",
    "security.alert.subject": "what he did",
    "security.auditrow.actor_id": WHO_DID_IT,
    "security.noticeperiod.by": WHO_DID_IT,
    "security.noticeperiod.person": "watches him, and ends with his access",
    "security.restoration.let_out_by": WHO_DID_IT,
    "security.tally.person_id": "what he did today",
    "security.viewrow.actor_id": WHO_DID_IT,
}
BY_NAME = re.compile(r"(^|_)(actor|person|by|owner|user)_id$|^subject$")


def columns_with_people() -> Iterator[str]:
    """Every column of ours that points at a person, by a reference or by a number that is called so."""
    for model in apps.get_models():
        if not model.__module__.startswith("kartu."):
            continue
        fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
        for field in fields:
            if field.related_model is User or (
                not field.is_relation and isinstance(field, models.IntegerField) and BY_NAME.search(field.name)
            ):
                yield f"{model._meta.label_lower}.{field.name}"


def test_whatever_holds_a_person_ends_with_him_or_says_why_not():
    found = set(columns_with_people())
    known = {column for kind in revoked for column in kind.columns}

    assert found - known - EXCUSED.keys() == set(), "add it to security.revoked, or excuse it here with the reason"
    assert (EXCUSED.keys() - found, EXCUSED.keys() & known) == (set(), set())
    assert known - found == set()


@pytest.fixture
def world(owner, head, seller, stranger, settings, tmp_path) -> World:
    settings.MEDIA_ROOT = settings.DATA_DIR = tmp_path
    MailSettings.objects.create(host="127.0.0.1", port=9, security="none", from_address="kartu@example.com")
    return World(owner, head, seller, stranger)


@pytest.fixture
def busy(world, django_capture_on_commit_callbacks) -> User:
    """The head, with one of each kind of what could go on without him."""
    head = world.head
    with django_capture_on_commit_callbacks(execute=True):
        world.token.person = head
        world.token.save()
        people.give_key(person=head, by=world.owner)
        world.role("head").grants["firm.people"] = 40
        world.invited[0].invited_by = head
        world.invited[0].save()
        world.export.person = head
        world.export.save()
        _ = world.export_request, world.read_import
        set_absence(absence=set_days(Absence(person=head), date(2027, 3, 1), date(2027, 3, 5)), by=world.owner)
        Browser().force_login(head)
        TelegramChat.objects.create(person=head, chat=7)
        TelegramCode.objects.create(person=head, digest="d", until_at=timezone.now())
        PushSubscription.objects.create(person=head, digest="d", service="fcm.googleapis.com", sealed="s")
        open_feed(by=head)
        notify(to=[head], kind="test", title="Call Rina", by=world.owner, email=True)
        export_in_background.later(by=head, list_key="clients", question={}, columns=["name"], kind="csv")
    return head


def test_all_that_acts_for_a_person_ends_with_his_access(busy, owner, django_capture_on_commit_callbacks):
    before = {kind.key: kind.count(busy) for kind in revoked if kind.waiting}
    assert all(before.values()), before
    kept, source = ExportFile.objects.get(), Import.objects.get()

    with django_capture_on_commit_callbacks(execute=True):
        people.close_access(person=busy, by=owner)

    assert {kind.key: kind.count(busy) for kind in revoked if kind.waiting} == dict.fromkeys(before, 0)
    assert not kept.path.exists()
    assert not source.file.storage.exists(source.file.name)
    assert [line for finding in verify(["leaving"]) for line in finding.broken] == []
    told = AuditRow.objects.select_related("payload").filter(verb="setting", object_type="firm.user").get()
    assert told.payload.values["ended"]["jobs"] == before["jobs"]

    run_jobs()
    people.open_access(person=busy, by=owner)
    run_jobs()
    assert not ExportFile.objects.exists(), "work that was queued before must not come to life again"
    assert {kind.key: kind.count(busy) for kind in revoked if kind.waiting} == dict.fromkeys(before, 0)


@pytest.mark.parametrize("key", [kind.key for kind in revoked if kind.end])
def test_the_check_finds_what_one_of_the_ways_forgot(key, busy, owner, monkeypatch, django_capture_on_commit_callbacks):
    kind = revoked[key]
    monkeypatch.setitem(revoked._items, key, type(kind)(**{**vars(kind), "end": lambda **_: None}))

    with django_capture_on_commit_callbacks(execute=True):
        people.close_access(person=busy, by=owner)
    left = [line for finding in verify(["leaving"]) for line in finding.broken]
    monkeypatch.setitem(revoked._items, key, kind)

    assert left
    assert all(f"({key})" in line for line in left)
    assert end_again() == 1
    assert [line for finding in verify(["leaving"]) for line in finding.broken] == []


@pytest.mark.django_db(transaction=True)
def test_an_export_that_is_being_written_never_comes_to_be(world, monkeypatch):
    clients.add_client(name="PT Sinar", by=world.head)
    export_in_background.later(
        by=world.head, list_key="clients", question={}, columns=["name"], kind="csv", purpose="x"
    )
    job = Job.objects.get(name=export_in_background.key)
    write = exports.write

    def shown_out_meanwhile(*args, **kwargs):
        written = write(*args, **kwargs)
        people.close_access(person=User.objects.get(pk=world.head.pk), by=world.owner)
        return written

    monkeypatch.setattr(exports, "write", shown_out_meanwhile)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, worker="w", attempts=1, started_at=timezone.now())
    job.refresh_from_db()

    run(job)

    job.refresh_from_db()
    assert (ExportFile.objects.count(), job.state) == (0, Job.State.STOPPED)
    assert not list(ExportFile.folder().glob("*"))
    assert not AuditRow.objects.filter(verb="export").exists()


def test_the_sessions_and_tokens_of_a_leaver_open_nothing_at_the_next_request(world, owner):
    browsers = [Browser() for _ in range(3)]
    for browser in browsers:
        browser.force_login(world.head)
    _token, text = make_token(person=world.head, name="till", rights=["clients.view"])
    bearer = {"Authorization": f"Bearer {text}"}
    assert Browser().get("/api/v1/clients", headers=bearer).status_code == 200

    people.close_access(person=world.head, by=owner)

    assert [browser.get("/clients/").status_code for browser in browsers] == [302] * 3
    assert Browser().get("/api/v1/clients", headers=bearer).status_code == 401


def test_a_letter_that_waits_for_the_mail_server_is_not_sent_to_a_leaver(world, owner, settings):
    notify(to=[world.seller], kind="test", title="Call Rina", by=owner, email=True)
    [letter] = Letter.objects.filter(person=world.seller)
    User.objects.filter(pk=world.seller.pk).update(is_active=False)

    run_jobs()

    assert [hop.reason for hop in letter.hops.filter(what="failed")] == ["This person works here no more"]
    assert timezone.now() - letter.created_at < timedelta(minutes=1)
