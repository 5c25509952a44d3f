"""Kinds of rows that there are none of any more: the log names them, and nothing stumbles over that."""

import pytest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kartu.clients import actions
from kartu.clients.models import Client
from kartu.core.actors import System
from kartu.notifications.models import Notification
from kartu.records.changes import change_set, undo
from kartu.records.models import ChangeSet
from kartu.security import audit
from kartu.security.former import FormerKind, former_kinds
from kartu.security.invariants import verify
from kartu.security.models.audit import AuditRow, Verb

GONE = "clients.pigeon"
BECAME = "A pigeon is a letter now"


@pytest.fixture
def sinar(seller) -> Client:
    return actions.add_client(name="PT Sinar", by=seller)


@pytest.fixture
def known(monkeypatch):
    monkeypatch.setitem(former_kinds._items, GONE, FormerKind(GONE, _("pigeon"), BECAME))


@pytest.fixture
def old(sinar, seller) -> ChangeSet:
    """An act on a pigeon of the client, and on the client itself."""
    with change_set("edit", "A pigeon sent", by=seller) as changes:
        actions.change_client(client=sinar, values={"about": "Boxes"}, by=seller)
        for verb, values in ((Verb.CREATE, {"after": {"what": "Grey"}}), (Verb.CHANGE, {"before": {}, "after": {}})):
            line, payload = audit.audit_pair(verb, sinar, by=seller, values=values, change_set_id=changes.pk)
            line.object_type, line.object_id = GONE, 7
            line.save()
            payload.row = line
            payload.save()
    with audit.acting_as(System("a test")):
        Notification(person=seller, kind="pigeon", title="Coo", about_type=GONE, about_id=7).save()
    return changes


def broken() -> list[str]:
    return [line for finding in verify(["I6", "I8", "about"]) for line in finding.broken]


def test_the_check_knows_former_kinds_and_no_others(old, request):
    assert any(GONE in line for line in broken())
    request.getfixturevalue("known")
    assert not any(GONE in line for line in broken())


def test_an_undo_says_what_became_of_them_and_takes_the_rest_back(known, old, sinar, seller, client):
    client.force_login(seller)
    answer = client.post(reverse("records:undo", args=[old.pk]), headers={"HX-Request": "true"})

    assert BECAME in answer.headers["HX-Trigger"]
    assert Client.objects.visible_to(seller).get().about == ""
    undoing = ChangeSet.objects.get(undoes=old)
    page = client.get(reverse("records:change", args=[undoing.pk]))
    assert "pigeon № 7" in page.content.decode()


def test_an_undoing_that_met_them_is_undone_too(known, old, sinar, seller):
    undoing = undo(old, by=seller)
    assert {each.object_type for each in undoing.conflicts} == {GONE}
    undo(undoing.change_set, by=seller)
    assert Client.objects.visible_to(seller).get().about == "Boxes"


def test_the_history_of_the_client_tells_of_them_by_name(known, old, sinar, owner, client):
    client.force_login(owner)
    page = client.get(reverse("clients:history", args=[sinar.pk]), headers={"HX-Request": "true"}).content.decode()

    assert "Pigeon" in page and "Grey" in page and "№ 7" in page
    assert AuditRow.objects.filter(object_type=GONE).count() == 2
    log = client.get(reverse("security:log_lines")).content.decode()
    assert "pigeon" in log
