"""`docs/top10.md` names for each category of the OWASP Top 10:2025 a test, and a control that breaks the build.

Controls that stand nowhere else are here.
"""

import re
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

from kartu.firm import acts
from kartu.notifications.models import mail_settings
from kartu.security import audit
from kartu.security.alerts.rules import alert_rules
from kartu.security.models import AlertSettings
from tests import test_papers
from tests.test_asvs import NAMED, lost

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "top10.md"
LINE = re.compile(r"^\| (A\d\d) \| (.+?) \| (.+?) \| (.+) \|$", re.M)
CATEGORIES = [f"A{number:02}" for number in range(1, 11)]
PASSWORD = "open sesame 4711"  # noqa: S105 - made up
MAIL = {"host": "smtp.tirta.example", "port": "587", "security": "starttls", "user": "kartu", "password": PASSWORD}
LOCK = "requirements/run.lock"


def faults(page: str) -> list[str]:
    """What is wrong with the page, a line each."""
    lines = LINE.findall(page)
    wrong = [] if [line[0] for line in lines] == CATEGORIES else ["the ten categories do not stand here in their order"]
    for category, _name, *cells in lines:
        for cell in cells:
            named = NAMED.findall(cell)
            if not named:
                wrong.append(f"{category} lacks a test or a control")
            wrong += lost(category, named)
    return wrong


def test_each_category_has_a_test_and_its_control():
    assert faults(PAGE.read_text(encoding="utf-8")) == []


def test_control_a_lost_test_and_a_lost_line_are_seen():
    page = PAGE.read_text(encoding="utf-8")

    assert faults(page.replace("::test_every_answer_tells", "::test_that_went_away"))
    assert faults(re.sub(r"^\| A07 .*$", "", page, flags=re.M))
    assert faults(re.sub(r"^(\| A09 \| .+? \| .+? \|) .*$", r"\1 none |", page, flags=re.M)) == [
        "A09 lacks a test or a control"
    ]


def test_control_a_package_without_its_hash_is_seen(monkeypatch):
    """A03: a package slipped into the lock, of which nobody has told the bytes."""
    test_papers.test_a_lock_has_a_hash_for_everything_and_a_host_for_nothing(LOCK)
    read = test_papers.text
    monkeypatch.setattr(test_papers, "text", lambda name: read(name) + "\nslipped-in==1.0.0\n")

    with pytest.raises(AssertionError):
        test_papers.test_a_lock_has_a_hash_for_everything_and_a_host_for_nothing(LOCK)


def stored_mail(client, owner) -> str:
    client.force_login(owner)
    data = {**MAIL, "from_address": "crm@tirta.example", "from_name": "Tirta"}
    assert client.post(reverse("notifications:mail"), data).status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notifications_mailsettings")
        return str(cursor.fetchall())


def test_whoever_reads_the_database_reads_no_mail_password(client, owner):
    """A04."""
    assert PASSWORD not in stored_mail(client, owner)


def test_control_without_sealing_the_password_would_stand_there(client, owner, monkeypatch):
    monkeypatch.setattr(mail_settings, "seal", lambda text, purpose: text)

    assert PASSWORD in stored_mail(client, owner)


def set_limits(client, owner, monkeypatch) -> dict:
    """The owner's limits after an attempt in which the log could not be written."""

    def fail(*args: object, **options: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(audit, "record", fail)
    client.force_login(owner)
    client.raise_request_exception = False
    policies = {f"policy_{rule.key}": "tell" for rule in alert_rules}
    times = {"work_from": "08:00", "work_until": "19:00", "work_days": ["1"], "approve_above": "500"}
    answer = client.post(reverse("security:alert_limits"), {**times, **policies, "limit_cards_day": "150"})
    assert answer.status_code == 500
    assert b"Traceback" not in answer.content
    assert b"the disk is full" not in answer.content
    return AlertSettings.current().limits


def test_what_fails_in_the_middle_has_done_nothing_and_tells_nothing(client, owner, monkeypatch):
    """A10."""
    assert set_limits(client, owner, monkeypatch) == {}


def test_control_without_its_transaction_half_of_it_would_be_done(client, owner, monkeypatch):
    monkeypatch.setattr(acts.transaction, "atomic", lambda *args, **options: nullcontext())

    assert set_limits(client, owner, monkeypatch) == {"cards_day": 150}
