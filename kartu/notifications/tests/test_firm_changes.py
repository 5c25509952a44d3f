"""A change of settings, people and roles says what stood there before and what stands there now, and never a secret."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kartu.core.actors import Scope
from kartu.core.rights import rights
from kartu.firm.actions.roles import set_reach
from kartu.firm.acts import telling
from kartu.firm.models import Firm, Role
from kartu.notifications.models import MailSettings
from kartu.security import audit
from kartu.security.logbook import changes
from kartu.security.logbook.words import entries
from kartu.security.models import AlertSettings, AuditRow, BackupSettings
from kartu.security.models.audit import Verb

SECRETS = ("hunter2", "sha256$abc", "JBSWY3DPEHPK3PXP", "tok-123", "-----BEGIN")


@pytest.fixture
def last(db, owner):
    """last() -> the changes of the newest line, as the owner reads them."""

    def read() -> list[tuple[str, str, str]]:
        row = AuditRow.objects.select_related("payload").latest("pk")
        return entries([row], owner)[0].changes

    return read


def test_a_setting_says_old_and_new(last, owner):
    firm = Firm.current()
    was = firm.name
    with telling(firm, by=owner, verb="setting"):
        firm.name = "CV Tirta Baru"
        firm.save()

    assert last() == [("Name of the firm", was, "CV Tirta Baru")]


def test_a_person_moved_is_told_by_the_names_of_role_and_team(last, owner, seller, head):
    was = str(seller.role)
    with telling(seller, by=owner):
        seller.role = head.role
        seller.is_active = False
        seller.save()

    assert set(last()) == {("Role", was, str(head.role)), ("Is active", "yes", "no")}


def test_each_right_of_a_role_is_told_by_its_name_and_reach(last, owner):
    role = Role.objects.get(code="seller")
    set_reach(role=role, reach={"clients.print": Scope.ALL, "clients.view": None}, seen=role.stamp, by=owner)

    told = {label: (before, after) for label, before, after in last()}
    expected = {"clients.print": ("own", "all"), "clients.view": ("own", "")}
    assert told == {rights.get(code).label: reaches for code, reaches in expected.items()}


def test_limits_are_told_key_by_key(last, owner):
    limits = AlertSettings.objects.create(pk=1, limits={"cards_day": 200, "searches": 5})
    with telling(limits, by=owner, verb="setting"):
        limits.limits = {"cards_day": 150, "searches": 5}
        limits.save()

    assert last() == [("Cards_day", "200", "150")]


@pytest.mark.parametrize(
    "column",
    [
        *("password", "sealed_password", "sealed_secret", "secret", "token", "token_digest", "key", "api_key"),
        *("public_key", "recovery_codes", "totp", "credential_id", "seed", "private"),
    ],
)
@pytest.mark.parametrize("model", [MailSettings, BackupSettings, Firm])
def test_no_secret_is_told_even_where_somebody_has_logged_one(last, owner, column, model):
    before = {column: SECRETS[0], "rights": {column: SECRETS[1]}}
    after = {column: SECRETS[2], "rights": {column: SECRETS[3]}}
    audit.record(Verb.SETTING, model(pk=1), by=owner, values={"before": before, "after": after})

    assert last() == []


def test_control_without_the_list_of_secrets_they_would_be_told(last, owner, monkeypatch):
    values = {"before": {"sealed_password": SECRETS[0]}, "after": {"sealed_password": SECRETS[2]}}
    audit.record(Verb.SETTING, MailSettings(pk=1), by=owner, values=values)
    monkeypatch.setattr(changes, "is_secret", lambda column: False)

    assert [each[1:] for each in last()] == [(SECRETS[0], SECRETS[2])]


def test_the_page_of_the_log_and_the_story_show_it(client, owner):
    firm = Firm.current()
    with telling(firm, by=owner, verb="setting"):
        firm.name = "CV Tirta Baru"
        firm.save()
    client.force_login(owner)

    for url in ("/log/lines/?kind=setting", f"/log/people/{owner.pk}/"):
        page = client.get(url).content.decode()
        assert "→" in page and "CV Tirta Baru" in page


def test_many_changes_cost_as_many_questions_as_one(owner, seller, head, stranger):
    def change(person) -> None:
        with telling(person, by=owner):
            person.role = Role.objects.exclude(pk=person.role_id).first()
            person.save()

    def rows() -> list[AuditRow]:
        return list(AuditRow.objects.filter(verb=Verb.CHANGE).select_related("payload"))

    change(seller)
    few = rows()
    with CaptureQueriesContext(connection) as one:
        entries(few, owner)
    change(head)
    change(stranger)
    many = rows()
    with CaptureQueriesContext(connection) as three:
        entries(many, owner)

    assert len(many) == 3
    assert len(three) == len(one)
