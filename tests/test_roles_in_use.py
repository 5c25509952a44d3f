"""What is shown of a role is what holds: the editor, the simulator and the preview against the real pages and rules."""

import random
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kartu.clients import actions
from kartu.clients.models import Client
from kartu.clients.seers import seers_of
from kartu.core.actors import Scope
from kartu.core.rights import rights
from kartu.firm.actions import beyond, roles
from kartu.firm.forms.roles import ReachForm
from kartu.firm.models import Role, User
from kartu.firm.people_for_tests import make_person
from kartu.security import reached
from kartu.security.models import AuditRow

PAGES = {
    "clients.view": "/clients/",
    "clients.import": "/imports/new/?what=clients",
    "firm.settings": "/firm/",
    "tokens.make": "/tokens/",
}


@pytest.fixture
def busy(owner, head, seller, stranger) -> list[Client]:
    """Clients of the seller, of the head and of the stranger, and one of nobody's team; the seller takes part in one of
    the stranger's two."""
    clients = [
        actions.add_client(name=f"PT {person.name} {number}", by=person)
        for number, person in enumerate([owner, head, seller, seller, stranger, stranger])
    ]
    actions.name_collaborator(client=clients[5], person=seller, by=stranger)
    seller.refresh_from_db()
    return clients


def of(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def sent(role: Role, **changes: Scope | None) -> dict[str, str]:
    form = ReachForm(role=role)
    data = {field.html_name: str(field.value()) for field in form}
    return data | {code.replace("__", "."): str(int(scope or 0)) for code, scope in changes.items()}


def random_reach(dice: random.Random) -> dict[str, Scope | None]:
    """A reach for every right; who looks after the roles is left alone."""
    return {
        right.code: dice.choice([None, *Scope] if right.scoped else [None, Scope.ALL])
        for right in rights
        if right.code != "roles.change"
    }


def give_something(dice: random.Random, owner: User, person: User) -> None:
    """To most of them something for a time: a role, the rows of a team, the place of a colleague."""
    now = timezone.now()
    period = {
        "from_at": now - timedelta(minutes=dice.choice([0, 30])),
        "until_at": now + timedelta(hours=1),
        "by": owner,
    }
    viktor = User.objects.get(name="Viktor")
    if dice.random() < 0.4:
        role = Role.objects.get(code=dice.choice(["head", "accountant", "auditor"]))
        beyond.give_role_for_a_time(person=person, role=role, **period)
    if dice.random() < 0.4:
        beyond.give_team_for_a_time(person=person, team=viktor.team, may_change=dice.random() < 0.5, **period)
    if dice.random() < 0.4:
        absent = User.objects.get(name=dice.choice(["Viktor", "Hendra", "Olga"]))
        beyond.name_deputy(absent=absent, deputy=person, **period)


@pytest.mark.parametrize("number", range(50))
def test_what_is_shown_of_a_person_is_what_the_pages_and_the_rules_do(owner, seller, busy, number):
    role = Role.objects.get(code="seller")
    roles.set_reach(role=role, reach=random_reach(random.Random(number)), seen=role.stamp, by=owner)
    give_something(random.Random(number), owner, seller)
    person = User.objects.select_related("role").get(pk=seller.pk)
    page = of(owner).get(f"/rights/as/{person.pk}/")

    shown = {each["label"]: each["reach"] for group in page.context["groups"] for each in group["rights"]}
    assert set(shown) == {right.label for right in rights if person.scope(right.code)}
    for right, address in PAGES.items():
        answer = of(person).get(address).status_code
        assert (answer in (200, 302)) == person.may(right), right
    for client in busy:
        opens = of(person).get(f"/clients/{client.pk}/").status_code == 200
        assert opens == (person.pk in [seer.person.pk for seer in seers_of(client)])
    listed = set(re.findall(r"/clients/(\d+)/", of(owner).get(f"/rights/as/{person.pk}/clients/").content.decode()))
    sees = Client.objects.visible_to(person)
    assert listed == {str(pk) for pk in sees.values_list("pk", flat=True)}
    assert page.context["kinds"][0]["count"] == sees.count()


@pytest.mark.parametrize("number", range(20))
def test_what_the_preview_says_is_what_saving_does(owner, seller, busy, number):
    role = Role.objects.get(code="seller")
    reach = random_reach(random.Random(100 + number))

    told = {effect.person.pk: effect.counts[0] for effect in reached.effects(role, role.with_reach(reach))}
    roles.set_reach(role=role, reach=reach, seen=role.stamp, by=owner)

    for person in User.objects.filter(role=role).select_related("role"):
        assert told[person.pk].after == Client.objects.visible_to(person).count()


def test_a_preview_saves_nothing(owner, seller, busy):
    role = Role.objects.get(code="seller")

    page = of(owner).post(f"/rights/{role.pk}/effects/", sent(role, clients__view=Scope.ALL)).content.decode()

    assert "Sari" in page and "2 → <b" in page.replace("  ", " ")
    assert Role.objects.get(code="seller").grants == {}


def test_a_right_taken_away_is_gone_at_the_next_click(owner, seller, busy):
    browser, role = of(seller), Role.objects.get(code="seller")
    assert browser.get("/clients/").status_code == 200

    assert of(owner).post(f"/rights/{role.pk}/", sent(role, clients__view=None)).status_code == 302

    assert browser.get("/clients/").status_code == 403
    assert AuditRow.objects.get(object_type="firm.role", verb="change").payload.values == {
        "before": {"rights": {"clients.view": "own"}},
        "after": {"rights": {"clients.view": "no"}},
    }


def test_the_way_back_to_the_ready_settings(owner):
    role = Role.objects.get(code="seller")
    of(owner).post(f"/rights/{role.pk}/", sent(role, clients__view=Scope.ALL, clients__trash=Scope.OWN))
    assert "ready setting: own" in of(owner).get(f"/rights/{role.pk}/").content.decode()

    of(owner).post(f"/rights/{role.pk}/back/")

    assert Role.objects.get(code="seller").grants == {}


def test_a_form_that_shows_what_holds_no_more_is_refused(owner):
    role = Role.objects.get(code="seller")
    late = sent(role, clients__view=Scope.ALL)
    of(owner).post(f"/rights/{role.pk}/", sent(role, clients__print=None))

    assert of(owner).post(f"/rights/{role.pk}/", late).status_code == 422
    assert Role.objects.get(code="seller").grants == {"clients.print": 0}


def test_nobody_is_shown_more_of_a_colleague_than_he_sees_himself(owner, head, stranger, busy):
    role = Role.objects.get(code="head")
    roles.set_reach(role=role, reach={"roles.simulate": Scope.ALL}, seen=role.stamp, by=owner)

    page = of(User.objects.get(pk=head.pk)).get(f"/rights/as/{stranger.pk}/clients/").content.decode()

    assert "PT Viktor" not in page


def test_the_card_tells_who_sees_the_client_and_why(owner, head, seller, stranger, busy):
    assert {seer.person.name: seer.why for seer in seers_of(busy[2])} == {
        "Olga": "is an owner",
        "Hendra": "as Head of sales sees the clients of the team",
        "Sari": "looks after this client",
    }
    page = of(head).get(f"/clients/{busy[2].pk}/access-log/", headers={"HX-Request": "true"}).content.decode()
    assert "3 people see this client now" in page


def queries_of(browser: Browser, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


def test_the_pages_cost_the_same_for_any_number_of_roles_people_and_rows(owner, seller, busy):
    role, browser = Role.objects.get(code="seller"), of(owner)
    addresses = [f"/rights/{role.pk}/", "/rights/", f"/rights/as/{seller.pk}/", f"/rights/as/{seller.pk}/clients/"]
    before = [queries_of(browser, address) for address in addresses]

    for number in range(5):
        make_person(f"P{number}", "seller")
        roles.add_role(name=f"Role {number}", like=role, by=owner)
        actions.add_client(name=f"PT {number}", by=seller)

    assert [queries_of(browser, address) for address in addresses] == before
