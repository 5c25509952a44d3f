"""The pages of people, teams, branches and the firm."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kartu.core.menu import MenuItem, menu
from kartu.firm.models import Branch, Firm, LegalEntity, Role, Team, User
from kartu.firm.models.role import READY_NAMES
from kartu.firm.people_for_tests import make_person
from kartu.firm.tests.conftest import picture


@pytest.fixture
def as_owner(owner, client):
    client.force_login(owner)
    return client


def test_colleagues_see_each_other_but_not_who_was_here_when(seller, stranger, owner, client):
    User.objects.update(last_seen_at=timezone.now())
    client.force_login(seller)
    page = client.get("/people/").content.decode()

    assert all(name in page for name in ("Sari", "Viktor", "Olga"))
    assert "Last seen" not in page and "Invite a colleague" not in page
    assert "Last seen" not in client.get(f"/people/{owner.pk}/").content.decode()
    client.force_login(owner)
    assert "Last seen" in client.get("/people/").content.decode()


def test_a_list_of_one_and_of_ten_people_takes_the_same_number_of_queries(
    as_owner, team, django_assert_max_num_queries
):
    as_owner.get("/people/")
    with django_assert_max_num_queries(8) as few:
        as_owner.get("/people/")
    for number in range(10):
        make_person(f"Person{number}", "seller", team)

    with django_assert_max_num_queries(len(few)):
        as_owner.get("/people/")


def test_who_it_is_costs_a_page_two_queries(seller, client):
    client.force_login(seller)

    with CaptureQueriesContext(connection) as asked:
        client.get("/welcome/")

    tables = [re.findall(r'FROM "(\w+)"', query["sql"])[-1] for query in asked]
    assert tables[:2] == ["firm_device", "firm_user"]
    assert not {"firm_device", "firm_user", "firm_role", "firm_team", "firm_firm"} & set(tables[2:])


def test_an_owner_gives_a_colleague_another_place(as_owner, seller, stranger):
    head = Role.objects.get(code="head")

    response = as_owner.post(f"/people/{seller.pk}/place/", {"role": head.pk, "team": stranger.team_id, "branch": ""})

    seller.refresh_from_db()
    assert response["Location"] == f"/people/{seller.pk}/"
    assert (seller.role, seller.team_id) == (head, stranger.team_id)


def test_taking_the_role_from_the_last_owner_is_refused_with_what_to_do(as_owner, owner):
    page = as_owner.post(
        f"/people/{owner.pk}/place/", {"role": Role.objects.get(code="seller").pk, "team": "", "branch": ""}
    )

    assert page.status_code == 422
    assert "Make somebody else an owner first" in page.content.decode()


def test_who_looks_after_people_is_not_offered_the_role_of_an_owner(firm, seller, client):
    Role.objects.create(code="clerk", name="Clerk", grants={"firm.people": 3})
    client.force_login(make_person("Klara", "clerk"))

    page = client.get(f"/people/{seller.pk}/place/")

    offered = {role.code for role in page.context["form"].fields["role"].queryset}
    assert offered == {*READY_NAMES, "clerk"} - {"owner"}


def test_closing_ones_own_access_is_refused(as_owner, owner):
    make_person("Oscar", "owner")

    refused = as_owner.post(f"/people/{owner.pk}/close/")

    assert refused.status_code == 422
    assert User.objects.get(pk=owner.pk).is_active


def test_access_is_closed_and_opened_again(as_owner, seller):
    assert as_owner.post(f"/people/{seller.pk}/close/")["HX-Redirect"] == f"/people/{seller.pk}/"
    assert not User.objects.get(pk=seller.pk).is_active
    assert "access closed" in as_owner.get(f"/people/{seller.pk}/").content.decode()

    as_owner.post(f"/people/{seller.pk}/open/")
    assert User.objects.get(pk=seller.pk).is_active


def test_a_team_is_made_changed_and_put_out_of_use(as_owner, seller, team):
    as_owner.post("/teams/new/", {"name": "Jakarta", "head": seller.pk, "branch": ""})
    made = Team.objects.get(name="Jakarta")
    as_owner.post(f"/teams/{made.pk}/", {"name": "Jakarta Barat", "head": "", "branch": ""})

    made.refresh_from_db()
    assert (made.name, made.head, made.is_active) == ("Jakarta Barat", None, False)


def test_a_team_with_people_in_it_stays_in_use(as_owner, seller, team):
    page = as_owner.post(f"/teams/{team.pk}/", {"name": team.name, "head": "", "branch": ""})

    assert page.status_code == 422
    assert Team.objects.get(pk=team.pk).is_active


def test_a_team_out_of_use_is_offered_to_those_who_are_in_it_only(as_owner, seller, stranger):
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    Team.objects.filter(pk=stranger.team_id).update(is_active=False)

    offered = [as_owner.get(f"/people/{person.pk}/place/") for person in (seller, stranger)]

    names = [[team.name for team in page.context["form"].fields["team"].queryset] for page in offered]
    assert names == [["Bandung"], ["Bandung", "Samara"]]


def test_two_teams_of_one_name_are_refused(as_owner, team):
    assert as_owner.post("/teams/new/", {"name": team.name}).status_code == 422
    assert Team.objects.count() == 1


def test_a_branch_gives_its_time_zone_to_those_who_join_there(as_owner):
    as_owner.post("/branches/new/", {"name": "Makassar", "address": "", "time_zone": "Asia/Makassar"})

    assert Branch.objects.get().time_zone == "Asia/Makassar"
    assert as_owner.post("/branches/new/", {"name": "Moon", "time_zone": "Moon/Sea"}).status_code == 422


FIRM = {
    "name": "CV Baru",
    "trade": "shop",
    "country": "ID",
    "currency": "IDR",
    "time_zone": "Asia/Jakarta",
    "language": "id",
}


def test_the_firm_takes_a_new_name_and_logo(as_owner):
    as_owner.post("/firm/", {**FIRM, "new_logo": picture(2000, 1000)})

    firm = Firm.objects.get()
    logo = as_owner.get("/firm/logo/")
    assert firm.name == "CV Baru"
    assert (logo["Content-Type"], b"".join(logo.streaming_content)[:4]) == ("image/png", b"\x89PNG")
    assert "CV Baru" in as_owner.get("/people/").content.decode()


def test_a_logo_that_is_no_picture_is_refused(as_owner):
    page = as_owner.post("/firm/", {**FIRM, "new_logo": picture().__class__(b"<svg onload=alert(1)>", "a.svg")})

    assert page.status_code == 422
    assert not Firm.objects.get().logo and Firm.objects.get().name == "CV Tirta Makmur"


def test_the_sign_in_page_shows_name_and_logo_of_the_firm(as_owner, client):
    as_owner.post("/firm/", {**FIRM, "new_logo": picture()})
    client.logout()

    page = client.get("/sign-in/").content.decode()

    assert "CV Baru" in page and "/firm/logo/?" in page
    assert client.get("/firm/logo/").status_code == 200


def entity_of(**fields: object) -> dict:
    blank = {"name": "PT Tirta", "address": "", "bank_name": "", "bank_code": "", "bank_account": ""}
    return {"country": "ID", **blank, **fields}


def test_numbers_of_a_legal_entity_are_checked_as_its_country_asks(as_owner):
    wrong = as_owner.post("/firm/entities/new/", entity_of(country="RU", number_inn="7707083894"))
    right = as_owner.post("/firm/entities/new/", entity_of(country="RU", number_inn="7707 083 893"))

    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["number_inn"])
    assert right.status_code == 302
    entity = LegalEntity.objects.get()
    assert (entity.country, entity.registry_ids, entity.is_main) == ("RU", {"inn": "7707083893"}, True)


def test_a_bank_account_that_does_not_fit_its_bank_is_refused_beside_the_account(as_owner):
    bank = {"bank_code": "044525225", "bank_account": "40702810238000060001"}

    page = as_owner.post("/firm/entities/new/", entity_of(country="RU", **bank))

    assert list(page.context["form"].errors) == ["bank_account"]


def test_one_legal_entity_is_the_main_one_always(as_owner):
    as_owner.post("/firm/entities/new/", entity_of(name="First"))
    as_owner.post("/firm/entities/new/", entity_of(name="Second", is_main="on"))
    first, second = LegalEntity.objects.order_by("pk")

    assert (first.is_main, second.is_main) == (False, True)
    refused = as_owner.post(f"/firm/entities/{second.pk}/", entity_of(name="Second", is_main="on"))
    assert "Make another one the main one first" in refused.content.decode()


def test_numbers_of_the_country_before_are_kept(as_owner):
    as_owner.post("/firm/entities/new/", entity_of(number_nib="9120301234567"))
    entity = LegalEntity.objects.get()

    as_owner.post(
        f"/firm/entities/{entity.pk}/", entity_of(country="RU", number_inn="7707083893", is_main="on", is_active="on")
    )

    entity.refresh_from_db()
    assert entity.registry_ids == {"nib": "9120301234567", "inn": "7707083893"}


def test_the_page_shows_whose_numbers_are_asked_for_when_the_country_changes(as_owner):
    page = as_owner.get("/firm/entities/new/?country=RU").content.decode()

    assert 'name="number_inn"' in page and 'name="number_npwp"' not in page


@pytest.mark.parametrize("path", ["/firm/", "/firm/entities/", "/teams/new/", "/branches/new/", "/people/invite/"])
def test_a_seller_changes_nothing_of_the_firm(seller, client, path):
    client.force_login(seller)

    assert (client.get(path).status_code, client.post(path).status_code) == (403, 403)


def test_sections_of_settings_that_are_not_open_are_not_shown(seller, owner, client):
    shown = []
    for person in (seller, owner):
        client.force_login(person)
        shown.append(["/firm/entities/" in client.get("/people/").content.decode()])

    assert shown == [[False], [True]]


def test_the_first_page_is_the_first_place_of_the_menu(seller, client, monkeypatch):
    client.force_login(seller)
    settings = next(item for item in menu if item.key == "settings")
    teams = MenuItem("teams", "Teams", "firm:teams", icon="users", order=10)

    monkeypatch.setattr("kartu.firm.views.welcome.menu_for", lambda person: [teams, settings])
    assert client.get("/")["Location"] == "/teams/"

    monkeypatch.setattr("kartu.firm.views.welcome.menu_for", lambda person: [settings])
    assert client.get("/")["Location"] == "/welcome/"
