"""The log leaves as a file only for a purpose, with a mark, and tells so itself."""

import csv
import io

import pytest

from kartu.clients import actions
from kartu.records.models import ExportMark
from kartu.security.models import AlertSettings, AuditRow
from kartu.security.models.audit import Verb

pytestmark = pytest.mark.django_db


def taken(client, **data):
    return client.post("/log/lines/file/", {"query": "", "purpose": "for the lawyer", **data})


def test_the_file_has_the_lines_found_and_a_line_of_the_log_tells_of_it(client, owner, seller):
    actions.add_client(name="=PT Sinar", by=seller)
    client.force_login(owner)

    answer = taken(client, query=f"person={seller.pk}&kind=create")

    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig")), delimiter=";" if owner else ","))
    assert any("Sari" in cell for cell in rows[1])
    assert not any(cell.startswith("=") for row in rows for cell in row)
    told = AuditRow.objects.filter(verb=Verb.EXPORT).select_related("payload").get().payload.values
    assert told["purpose"] == "for the lawyer"
    assert told["rows"] == 1
    assert told["number"] == ExportMark.objects.get(person_id=owner.pk).pk
    assert told["log"] == {"person": str(seller.pk), "kind": "create"}
    page = client.get("/log/lines/?kind=export").content.decode()
    assert "for the lawyer" in page


def test_nothing_leaves_without_a_purpose_or_for_a_senseless_question(client, owner):
    client.force_login(owner)

    assert taken(client, purpose=" ").status_code == 422
    assert taken(client, query="person=zz").status_code == 422
    assert not AuditRow.objects.filter(verb=Verb.EXPORT).exists()


def test_more_than_the_owners_limit_leaves_with_nobody_but_him(client, owner, head, seller, monkeypatch):
    head.role.scopes = {**head.role.scopes, "log.export": 40} if hasattr(head.role, "scopes") else {}
    AlertSettings.objects.create(pk=1, approve_above=1)
    for number in range(3):
        actions.add_client(name=f"PT {number}", by=seller)
    monkeypatch.setattr(type(head), "may", lambda person, right: True)
    client.force_login(head)

    assert taken(client).status_code == 422
    client.force_login(owner)
    assert taken(client).status_code == 200  # he has just signed in
