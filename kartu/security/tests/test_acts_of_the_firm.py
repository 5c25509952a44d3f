"""Acts on the firm, which lies below the log, stand in the log all the same: in their own transaction."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client

from kartu.core.actors import System
from kartu.firm.actions import founding, people, structure
from kartu.firm.models import Firm, Role, SetupLink, Team, User
from kartu.security.models import AuditRow

RIGHT = "correct horse"


def lines() -> list[tuple]:
    return [(row.verb, row.object_type, row.object_id, row.actor_id) for row in AuditRow.objects.order_by("pk")]


def test_the_first_run_is_the_beginning_of_the_log(db):
    link, _token = SetupLink.issue()
    beginning = founding.Beginning(
        language="en",
        country="ID",
        firm_name="CV Tirta",
        currency="IDR",
        time_zone="Asia/Jakarta",
        trade="shop",
        owner_name="Budi",
        email="budi@example.com",
        password="kuda biru besar",
    )

    owner = founding.found(link=link, beginning=beginning, by=System("the first run"))

    assert [(verb, kind) for verb, kind, *_ in lines() if kind.startswith("firm.")] == [
        ("create", "firm.firm"),
        ("create", "firm.legalentity"),
        ("create", "firm.user"),
    ]
    assert AuditRow.objects.filter(object_type="firm.user").latest("pk").object_id == owner.pk
    assert {row.why for row in AuditRow.objects.filter(object_type__startswith="firm.")} == {"the first run"}


def test_a_change_tells_what_it_was_before_and_who_did_it(owner, seller):
    head = Role.objects.get(code="head")

    people.place(person=seller, role=head, team=seller.team, branch=None, by=owner)

    assert lines() == [("change", "firm.user", seller.pk, owner.pk)]
    assert AuditRow.objects.get().payload.values == {
        "before": {"role_id": Role.objects.get(code="seller").pk},
        "after": {"role_id": head.pk},
    }


def test_a_setting_of_the_firm_is_one(owner, firm):
    firm.name = "CV Baru"

    structure.keep_firm(firm=firm, by=owner)

    assert lines() == [("setting", "firm.firm", 1, owner.pk)]


def test_an_act_that_is_undone_leaves_no_line(owner):
    with pytest.raises(RuntimeError), transaction.atomic():
        structure.keep_team(team=Team(name="Jakarta"), by=owner)
        raise RuntimeError

    assert not Team.objects.exists() and not AuditRow.objects.exists()


def test_when_the_log_cannot_be_written_nothing_is_done(owner, firm, monkeypatch):
    monkeypatch.setattr(AuditRow, "save", lambda self, **kwargs: 1 / 0)
    firm.name = "CV Baru"

    with pytest.raises(ZeroDivisionError):
        structure.keep_firm(firm=firm, by=owner)

    assert Firm.objects.get().name == "CV Tirta Makmur"


def test_a_refused_act_leaves_a_line_and_nothing_else(seller):
    with pytest.raises(PermissionDenied):
        structure.keep_team(team=Team(name="Jakarta"), by=seller)

    assert lines() == [("denied", "", None, seller.pk)]
    assert AuditRow.objects.get().payload.values["right"] == "firm.settings"


def test_a_refused_page_leaves_a_line_with_its_address(seller, client):
    client.force_login(seller)

    client.get("/firm/entities/")

    assert lines() == [("denied", "", None, seller.pk)]
    assert AuditRow.objects.get().payload.values == {"right": "firm.settings", "target": "/firm/entities/"}


def test_the_door_is_in_the_log_with_address_and_session(seller):
    client = Client(REMOTE_ADDR="10.1.2.3")
    client.post("/sign-in/", {"email": seller.email, "password": "wrong"})
    client.post("/sign-in/", {"email": seller.email, "password": RIGHT})
    client.post("/sign-out/")

    assert lines() == [
        ("sign_in_failed", "firm.user", seller.pk, None),
        ("sign_in", "firm.user", seller.pk, seller.pk),
        ("sign_out", "firm.user", seller.pk, seller.pk),
    ]
    failed, signed_in, signed_out = AuditRow.objects.order_by("pk")
    assert {row.address for row in (failed, signed_in, signed_out)} == {"10.1.2.3"}
    assert signed_in.session == signed_out.session != ""
    assert failed.session == ""


def test_what_a_person_does_is_tied_to_the_session_he_signed_in_with(owner, client):
    client.post("/sign-in/", {"email": owner.email, "password": RIGHT})
    client.post("/teams/new/", {"name": "Jakarta", "head": "", "branch": ""})

    sessions = {row.verb: row.session for row in AuditRow.objects.all()}

    assert sessions["create"] == sessions["sign_in"] != ""


def test_no_password_or_token_ever_stands_in_the_log(owner, client):
    client.post("/sign-in/", {"email": owner.email, "password": RIGHT})
    client.post("/people/invite/", {"role": Role.objects.get(code="seller").pk, "name": "Ayu", "email": ""})
    client.post("/me/key/", {"email": owner.email, "password": "quite another one", "old_password": RIGHT})

    log = str([row.payload.values for row in AuditRow.objects.all()])

    secrets = [RIGHT, "quite another one", User.objects.get(pk=owner.pk).password, "token"]
    assert [secret for secret in secrets if secret in log] == []
