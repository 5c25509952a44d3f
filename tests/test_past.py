"""A made-up past is written once, into the empty log of a demo firm, and nowhere else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from kartu.clients.models import Client, Contact
from kartu.firm.models import Firm
from kartu.search.models import Doc
from kartu.security import audit
from kartu.security.invariants import verify
from kartu.security.models import AuditRow
from kartu.security.past import NoPast, Past

THEN = datetime(2025, 3, 4, 9, 30, tzinfo=UTC)


@pytest.fixture
def demo(firm) -> Firm:
    Firm.objects.update(is_demo=True)
    return Firm.current()


def test_a_firm_at_work_has_no_past_but_its_own(firm, seller):
    with pytest.raises(NoPast):
        Past()


def test_nor_has_a_demo_firm_in_which_something_has_happened(demo, seller):
    audit.record(audit.Verb.SIGN_IN, seller, by=seller)

    with pytest.raises(NoPast):
        Past()


def test_nor_a_firm_that_stopped_being_a_demo_meanwhile(demo, seller):
    past = Past()
    past.make(Client(name="PT Sinar", responsible=seller), at=THEN, by=seller)
    Firm.objects.update(is_demo=False)

    with pytest.raises(NoPast):
        past.write()

    assert not AuditRow.objects.exists() and not Client.objects.as_system("a test").exists()


def test_a_past_is_written_once(demo, seller):
    past = Past()
    past.make(Client(name="PT Sinar", responsible=seller), at=THEN, by=seller)
    past.write()

    with pytest.raises(NoPast), transaction.atomic():
        past.write()
    with pytest.raises(NoPast):
        Past()


def test_every_line_has_its_own_moment_and_person_in_the_order_of_time(demo, owner, seller):
    past = Past()
    client = past.make(Client(name="PT Sinar", responsible=seller), at=THEN, by=seller)
    past.change(client, at=THEN + timedelta(days=9), by=owner, name="PT Sinar Abadi")
    past.make(Contact(client=client, name="Rina"), at=THEN + timedelta(days=3), by=seller)
    past.write()

    lines = AuditRow.objects.order_by("id").values_list("object_type", "verb", "at", "actor_id", "why")
    assert list(lines) == [
        ("clients.client", "create", THEN, seller.pk, ""),
        ("clients.contact", "create", THEN + timedelta(days=3), seller.pk, ""),
        ("clients.client", "change", THEN + timedelta(days=9), owner.pk, ""),
    ]
    stands = Client.objects.visible_to(owner).get()
    assert (stands.name, stands.name_key, stands.version, stands.created_at) == (
        "PT Sinar Abadi",
        "pt sinar abadi",
        2,
        THEN,
    )
    assert Doc.objects.filter(kind="client", object_id=stands.pk).exists()
    assert [finding.broken for finding in verify(("I6",)) if finding.broken] == []


def test_a_change_that_changes_nothing_leaves_no_line(demo, seller):
    past = Past()
    client = past.make(Client(name="PT Sinar", responsible=seller), at=THEN, by=seller)

    past.change(client, at=THEN, by=seller, name="PT Sinar")
    past.write()

    assert (AuditRow.objects.count(), client.version) == (1, 1)


def test_what_is_written_later_goes_on_behind_it(demo, owner, seller):
    past = Past()
    client = past.make(Client(name="PT Sinar", responsible=seller), at=THEN, by=seller)
    past.write()

    with audit.acting_as(owner):
        Contact(client=client, name="Rina").save()

    first, second = AuditRow.objects.order_by("id")
    assert first.at == THEN and second.at > THEN + timedelta(days=300)
