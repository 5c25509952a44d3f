"""The incident paper: what an alert is about, for a lawyer, with what proves it."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone
from pypdf import PdfReader

from conftest import drop_triggers
from kartu.clients import actions
from kartu.firm.models import User
from kartu.firm.people_for_tests import make_person
from kartu.records.culprit import How, find_culprit
from kartu.records.incident import paper
from kartu.records.printing import NotPrintable
from kartu.security import audit, triggers, views_log
from kartu.security.models import Alert, AuditRow, Seal, ViewRow
from kartu.security.models.audit import Verb
from kartu.security.seals.covering import broken_under, seals_over
from kartu.security.seals.sealing import seal_new

STOLEN = hashlib.sha256(b"a list").hexdigest()


@pytest.fixture
def alert(sinar, volga, seller) -> Alert:
    """The seller has opened two cards, one of which has gone out of everybody's sight, and taken a file out."""
    for client in (sinar, volga):
        views_log.saw(ViewRow.CARD, by=seller, row=client)
    values = {"rows": 400, "sha256": STOLEN, "purpose": "The mailing", "format": "xlsx", "number": 12}
    audit.record(Verb.EXPORT, by=seller, values=values)
    now = timezone.now()
    things = [f"clients.client {client.pk}" for client in (sinar, volga)]
    return Alert.objects.create(
        rule="cards_burst",
        subject=seller.pk,
        person=seller,
        day=timezone.localdate(),
        count=81,
        limit=80,
        since=now - timedelta(minutes=1),
        last_at=now,
        evidence={"things": things, "addresses": ["10.0.0.7"], "sessions": ["f00df00df00df00d"]},
        reason="I was looking for a phone",
    )


@pytest.fixture
def make(client, owner) -> Callable:
    """make(alert, by=owner, language="en") -> the answer of the paper's address."""

    def post(alert: Alert, by: User = owner, **data: str) -> object:
        client.force_login(by)
        return client.post(f"/alerts/{alert.pk}/paper/", {"purpose": "For the lawyer", "language": "en", **data})

    return post


def text_of(pdf: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def squeezed(pdf: bytes) -> str:
    """Without the breaks inside long words."""
    return text_of(pdf).replace(" ", "")


def data_in(pdf: bytes) -> bytes:
    return PdfReader(BytesIO(pdf)).attachments["incident.json"][0]


def print_line() -> AuditRow:
    return AuditRow.objects.filter(verb=Verb.PRINT).select_related("payload").get()


def saved(pdf: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "found.pdf"
    path.write_bytes(pdf)
    return path


def test_the_paper_says_who_when_whence_what_and_what_proves_it(alert, make, sinar, volga):
    answer = make(alert)

    text = text_of(answer.content)
    assert answer["Content-Type"] == "application/pdf"
    for words in (
        *("Incident: Sari", "Incident paper", "made for: For the lawyer", "I was looking for a phone"),
        *("Different cards opened within 40 minutes", "81, the limit is 80", "10.0.0.7", "f00df00df00df00d"),
        *("PT Sinar Abadi", "ООО «Волга Снаб»", "The mailing", "№ 12", "nothing was altered", "Printed by Olga"),
    ):
        assert words in text
    assert STOLEN in squeezed(answer.content)
    for seal in Seal.objects.all():
        assert seal.hash in squeezed(answer.content)
    looks = ViewRow.objects.filter(kind=ViewRow.CARD).values_list("pk", flat=True)
    assert all(f"v{pk}" in text for pk in looks)


def test_the_log_knows_the_paper_by_its_hash_before_it_leaves(alert, make, owner, tmp_path, capsys):
    pdf = make(alert).content

    line = print_line()
    told = line.payload.values
    assert (line.actor_id, line.object_type, line.object_id) == (owner.pk, "security.alert", alert.pk)
    assert (told["paper"], told["purpose"], told["sha256"]) == (
        "incident",
        "For the lawyer",
        hashlib.sha256(pdf).hexdigest(),
    )
    path = saved(pdf, tmp_path)
    found = find_culprit(path)
    assert (found.how, found.mark.person_id, found.about) == (How.BYTES, owner.pk, alert.pk)
    call_command("find-culprit", str(path))
    assert f"Incident paper about the alert № {alert.pk}" in capsys.readouterr().out


def test_control_a_paper_with_one_byte_more_is_not_the_very_file(alert, make, tmp_path):
    found = find_culprit(saved(make(alert).content + b"\n", tmp_path))

    assert found.how == How.LINE


def test_the_data_lie_in_the_paper_and_their_hash_stands_on_it(alert, make):
    pdf = make(alert).content

    data = data_in(pdf)
    digest = hashlib.sha256(data).hexdigest()
    assert digest == print_line().payload.values["sha256_data"]
    assert digest in squeezed(pdf)
    assert json.loads(data)["facts"][0][1] == "81"


def test_a_line_that_was_altered_is_named_on_the_paper(alert, make):
    seal_new()
    line = AuditRow.objects.get(verb=Verb.EXPORT)
    drop_triggers("default")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE security_auditrow SET address = '10.9.9.9' WHERE id = %s", [line.pk])
    triggers.install()

    text = text_of(make(alert).content)

    assert f"Line {line.pk} of the log of acts was altered" in text
    assert "nothing was altered" not in text


def test_each_line_has_the_seal_that_holds_it(alert):
    seal_new()
    looks = list(ViewRow.objects.values_list("pk", flat=True))
    acts = list(AuditRow.objects.values_list("pk", flat=True))

    for store, rows in (("views", looks), ("acts", acts)):
        held = seals_over(store, rows)
        assert set().union(*(seal.rows for seal in held)) == set(rows)
        assert broken_under([seal.number for seal in held]) == []
        assert {seal.number for seal in held} <= set(Seal.objects.filter(store=store).values_list("number", flat=True))
    assert seals_over("acts", [max(acts) + 1]) == []


def test_many_seals_are_searched_by_halves(alert, seller):
    for _number in range(20):
        views_log.saw(ViewRow.LIST, by=seller, object_type="clients.client")
        audit.record(Verb.DOWNLOAD, by=seller)
        seal_new()

    for store, model in (("views", ViewRow), ("acts", AuditRow)):
        for pk in model.objects.values_list("pk", flat=True):
            [seal] = seals_over(store, [pk])
            assert seal.rows == {pk}


@pytest.mark.parametrize(
    ("language", "words"), [("ru", "Происшествие: Sari"), ("id", "Insiden: Sari"), ("en", "Incident: Sari")]
)
def test_in_three_languages(alert, make, language, words):
    text = text_of(make(alert, language=language).content)

    assert words in text
    assert print_line().payload.values["language"] == language


def test_who_does_not_see_a_client_reads_its_number_only(alert, make, head, volga, monkeypatch):
    monkeypatch.setattr(User, "may", lambda person, right: True)

    text = text_of(make(alert, by=head).content)

    assert "Волга" not in text and "Волга" not in data_in(make(alert, by=head).content).decode()
    assert f"client № {volga.pk}" in text


def test_without_a_purpose_there_is_no_paper(alert, make):
    assert make(alert, purpose=" ").status_code == 422
    assert not AuditRow.objects.filter(verb=Verb.PRINT).exists()


def test_nobody_makes_the_paper_about_himself(alert, make, owner, seller):
    make_person("Omar", "owner")
    Alert.objects.filter(pk=alert.pk).update(subject=owner.pk, person=owner)

    answer = make(alert)

    assert answer.status_code == 422
    assert b"%PDF" not in answer.content
    assert not AuditRow.objects.filter(verb=Verb.PRINT).exists()


def test_the_right_to_alerts_alone_is_not_enough(alert, make, head, monkeypatch):
    granted = User.may
    monkeypatch.setattr(User, "may", lambda person, right: right == "alerts.see" or granted(person, right))

    assert make(alert, by=head).status_code == 403
    assert "/paper/" not in page_of(alert, head)


def page_of(alert: Alert, by: User) -> str:
    browser = Browser()
    browser.force_login(by)
    return browser.get(f"/alerts/{alert.pk}/").content.decode()


def test_the_page_of_the_alert_offers_it(alert, owner):
    assert f"/alerts/{alert.pk}/paper/" in page_of(alert, owner)


def test_a_paper_that_cannot_be_made_leaves_no_line(alert, make, monkeypatch):
    def fail(*args: object, **options: object) -> bytes:
        raise NotPrintable("the fonts are missing")

    monkeypatch.setattr(paper, "render", fail)

    assert make(alert).status_code == 503
    assert not AuditRow.objects.filter(verb=Verb.PRINT).exists()


def test_whose_exports_are_stopped_gets_none(alert, make, owner):
    now = timezone.now()
    at = {"day": timezone.localdate(), "since": now, "last_at": now, "count": 11, "limit": 10}
    Alert.objects.create(rule="exports", subject=owner.pk, person=owner, policy="freeze", **at)

    assert make(alert).status_code == 403
    assert not AuditRow.objects.filter(verb=Verb.PRINT).exists()


def test_a_thousand_lines_have_their_paper_and_the_rest_is_told_of(alert, make, seller, sinar, monkeypatch):
    monkeypatch.setattr("kartu.records.incident.evidence.MOST_LINES", 40)
    for _number in range(60):
        views_log.saw(ViewRow.CARD, by=seller, row=sinar)

    text = text_of(make(alert).content)

    assert "Only the newest stand here." in text


def test_a_client_that_is_gone_is_named_by_its_number(alert, make):
    alert.evidence["things"].append("clients.client 999999")
    alert.save()

    assert "№ 999999" in text_of(make(alert).content)


def test_a_paper_about_many_costs_as_many_questions(alert, make, owner, seller, django_assert_max_num_queries):
    for number in range(12):
        made = actions.add_client(name=f"PT {number}", by=seller)
        views_log.saw(ViewRow.CARD, by=seller, row=made)
        alert.evidence["things"].append(f"clients.client {made.pk}")
    alert.last_at = timezone.now()
    alert.save()
    make(alert)

    with django_assert_max_num_queries(90):
        paper.print_incident(alert=alert, purpose="For the lawyer", language="en", by=owner)
