"""What an export is for is asked, and a large one waits for a second person."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from kartu.clients import actions
from kartu.core.testing import run_jobs
from kartu.firm.models import User
from kartu.firm.people_for_tests import make_person
from kartu.notifications.models import Notification
from kartu.records.lists import approval
from kartu.records.models import ExportFile, ExportRequest
from kartu.security.models import AlertSettings, AuditRow
from kartu.security.models.audit import Verb

EXPORT = "/lists/clients/export/csv/"


@pytest.fixture(autouse=True)
def few_are_many(firm, settings, tmp_path) -> None:
    settings.DATA_DIR = tmp_path
    AlertSettings.objects.create(pk=1, approve_above=3)


@pytest.fixture
def clients(seller) -> list:
    return [actions.add_client(name=f"C{number}", by=seller) for number in range(5)]


@pytest.fixture
def asked(client, head, clients, stranger, owner) -> ExportRequest:
    client.force_login(head)
    answer = client.post(EXPORT, {"query": "s=name", "purpose": "The autumn mailing"})
    assert answer.status_code == 302
    return ExportRequest.objects.get()


def kept() -> list[ExportFile]:
    run_jobs()
    return list(ExportFile.objects.all())


def test_without_a_purpose_nothing_leaves(client, head, clients):
    client.force_login(head)

    for purpose in ({}, {"purpose": " x "}):
        assert client.post(EXPORT, {"query": "f=name:has:C1", **purpose}).status_code == 422
    assert not AuditRow.objects.filter(verb=Verb.EXPORT).exists()


def test_the_purpose_stands_in_the_line_of_the_log(client, head, clients):
    client.force_login(head)

    answer = client.post(EXPORT, {"query": "f=name:has:C1", "purpose": "The  autumn mailing"})

    assert answer.status_code == 200
    told = AuditRow.objects.get(verb=Verb.EXPORT)
    assert (told.payload.values["purpose"], told.payload.values["rows"]) == ("The autumn mailing", 1)


def test_a_large_export_waits_and_a_second_person_hears_of_it(asked, head, owner):
    assert kept() == []
    assert (asked.person, asked.rows, asked.state, asked.opens_at) == (head, 5, "waiting", None)
    [notice] = Notification.objects.as_system("a test").filter(kind="lists.export_asked")
    assert (notice.person, notice.title) == (owner, "Hendra wants to take out 5 rows")


def test_agreed_to_it_is_written_in_the_name_of_whoever_asked(client, asked, head, owner):
    client.force_login(owner)

    assert client.post(f"/exports/requests/{asked.pk}/approve/").status_code == 204

    [file] = kept()
    assert (file.person_id, file.rows) == (head.pk, 5)
    told = AuditRow.objects.get(verb=Verb.EXPORT).payload.values
    assert (told["agreed by"], told["purpose"], told["rows"]) == (owner.pk, "The autumn mailing", 5)


def test_no_more_rows_leave_than_were_agreed_to(client, asked, owner, seller):
    for number in range(20):
        actions.add_client(name=f"D{number}", by=seller)
    approval.approve(request=asked, now=timezone.now(), by=owner)

    assert [file.rows for file in kept()] == [5]


def test_refused_nothing_leaves_and_whoever_asked_hears_of_it(client, asked, head, owner):
    client.force_login(owner)

    client.post(f"/exports/requests/{asked.pk}/refuse/")

    assert kept() == []
    [notice] = Notification.objects.as_system("a test").filter(kind="lists.export_refused")
    assert (notice.person, notice.title) == (head, "Olga does not agree to your export")


def test_nobody_agrees_to_his_own_export_whatever_his_rights(asked, head):
    head.role.grants = {**head.role.grants, "lists.approve_exports": 3}
    head.role.save()

    with pytest.raises(ValidationError):
        approval.approve(request=asked, now=timezone.now(), by=User.objects.get(pk=head.pk))
    with pytest.raises(IntegrityError), transaction.atomic():  # nor does the database let him
        ExportRequest.objects.filter(pk=asked.pk).update(decided_by=head)
    assert kept() == []


def test_what_is_decided_stays_decided(asked, owner):
    approval.refuse(request=asked, now=timezone.now(), by=owner)

    with pytest.raises(ValidationError):
        approval.approve(request=asked, now=timezone.now(), by=owner)
    assert kept() == []


def test_a_job_of_a_request_that_nobody_agreed_to_writes_nothing(asked, head):
    approval.write_later(asked)

    assert kept() == []


def test_the_owner_needs_nobody_but_the_log(client, owner, clients):
    client.force_login(owner)

    assert client.post(EXPORT, {"query": "", "purpose": "A copy"}).status_code == 200
    assert AuditRow.objects.get(verb=Verb.EXPORT).payload.values["rows"] == 5


def test_in_a_firm_of_two_silence_is_a_yes_after_a_day(client, owner, clients, seller):
    User.objects.exclude(pk=owner.pk).update(is_active=False)
    second = make_person("Agus", "head")
    second.role.grants = {"clients.export": 3, "clients.view": 3}
    second.role.save()
    client.force_login(second)
    client.post(EXPORT, {"query": "", "purpose": "A mailing"})
    now = timezone.now()

    assert (approval.settle(now + timedelta(hours=23)), kept()) == (0, [])
    assert approval.settle(now + timedelta(hours=25)) == 1
    assert [file.rows for file in kept()] == [5]


def test_in_a_larger_firm_silence_is_no_yes(asked):
    assert approval.settle(timezone.now() + timedelta(days=2)) == 0
    assert approval.settle(timezone.now() + timedelta(days=8)) == 1

    asked.refresh_from_db()
    assert (asked.state, kept()) == ("over", [])


def test_the_page_costs_the_same_for_one_request_and_for_many(
    client, asked, owner, head, django_assert_max_num_queries
):
    client.force_login(owner)
    client.get("/exports/")
    with django_assert_max_num_queries(60) as few:
        assert client.get("/exports/").content.decode().count("The autumn mailing") == 1
    for _n in range(8):
        ExportRequest.objects.create(person=head, list_key="clients", kind="csv", purpose="The spring mailing", rows=9)

    with django_assert_max_num_queries(len(few)):
        assert client.get("/exports/").content.decode().count("The spring mailing") == 8


def test_a_limit_beyond_what_lists_are_counted_to_is_no_way_around(client, head, clients, owner, monkeypatch):
    AlertSettings.objects.update(approve_above=1_000_000)
    for module in ("approval", "finding"):
        monkeypatch.setattr(f"kartu.records.lists.{module}.CAP", 4)
    client.force_login(head)

    answer = client.post(EXPORT, {"query": "s=name", "purpose": "The autumn mailing"})

    assert (answer.status_code, ExportRequest.objects.count()) == (302, 1)
