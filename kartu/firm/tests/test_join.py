"""Inviting and joining over the web."""

import re
from datetime import timedelta

import pytest
import segno
from django.test import Client
from django.utils import timezone

from kartu.firm.models import Invitation, Role, User
from kartu.firm.qr import MARGIN, qr_svg

TYPED = {"language": "ru", "name": "Анна", "email": "Anna@example.com", "password": "три тихих слова"}


def invite(client: Client, **fields: object) -> str:
    """Invite over the page; returns the path of the link that it shows."""
    role = Role.objects.get(code=fields.pop("role", "seller")).pk
    page = client.post(
        "/people/invite/", {"name": "Anna", "email": "", "team": "", "branch": "", "role": role, **fields}
    )
    assert page.status_code == 200
    return re.search(r'value="http://testserver(/join/[^"]+)"', page.content.decode())[1]


@pytest.fixture
def link(owner, client) -> str:
    client.force_login(owner)
    return invite(client)


def test_an_invitation_is_shown_as_a_link_and_as_a_code_for_the_phone(link, client, owner):
    page = client.post("/people/invite/", {"role": Role.objects.get(code="head").pk, "name": "", "email": ""})
    html = page.content.decode()

    shown = re.search(r'value="(http://testserver/join/[^"]+)"', html)[1]
    assert qr_svg(shown, "The link as a code for the phone") in html
    assert f'data-copy="{shown}"' in html


def test_the_code_is_the_link_module_by_module_and_needs_no_style():
    svg = qr_svg("http://localhost:8420/join/abc/", "Link")

    dark = {(int(x) - MARGIN, int(y) - MARGIN) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", svg)}
    matrix = segno.make("http://localhost:8420/join/abc/", error="m", micro=False).matrix
    assert dark == {(x, y) for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark}
    assert "style" not in svg


def test_whoever_has_the_link_joins_signed_in_and_in_his_language(link, team):
    newcomer = Client()
    Invitation.objects.update(team=team)

    joined = newcomer.post(link, TYPED)

    assert (joined.status_code, joined["Location"]) == (302, "/welcome/")
    anna = User.objects.get(email="anna@example.com")
    assert (anna.name, anna.role.code, anna.team, anna.language) == ("Анна", "seller", team, "ru")
    assert newcomer.get("/welcome/")["Content-Language"] == "ru"


def test_the_page_tells_who_invites_where_to_and_as_what(link):
    page = Client().get(link).content.decode()

    assert "You are invited to CV Tirta Makmur" in page
    assert "Olga lets you in as: Seller." in page
    assert 'value="Anna"' in page


def test_nobody_joins_as_more_than_the_invitation_says(link):
    owner_role = Role.objects.get(code="owner").pk

    Client().post(link, {**TYPED, "role": owner_role, "role_id": owner_role, "is_active": "", "session_number": 9})

    anna = User.objects.get(email="anna@example.com")
    assert (anna.role.code, anna.is_active, anna.session_number) == ("seller", True, 0)


def test_a_used_a_taken_back_an_old_and_a_made_up_link_say_the_same(link, client, owner):
    used, taken, old = link, invite(client), invite(client)
    Client().post(used, TYPED)
    second = Invitation.objects.order_by("pk")[1]
    client.post(f"/people/invitations/{second.pk}/take-back/")
    Invitation.objects.filter(joined=None).exclude(pk=second.pk).update(expires_at=timezone.now() - timedelta(hours=1))

    pages = [Client().get(address) for address in (used, taken, old, "/join/made-up/")]

    assert {page.status_code for page in pages} == {410}
    assert len({re.sub(r"X-CSRFToken[^}]*}", "", page.content.decode()) for page in pages}) == 1


def test_an_error_keeps_what_was_typed_but_not_the_password(link):
    page = Client().post(link, {**TYPED, "password": "12345678"})

    assert page.status_code == 422
    html = page.content.decode()
    assert 'value="Анна"' in html and "12345678" not in html
    assert Invitation.find(link.split("/")[2])


def test_an_e_mail_that_is_taken_is_said_beside_the_field(link, seller):
    page = Client().post(link, {**TYPED, "email": "SARI@example.com"})

    assert page.status_code == 422
    assert page.context["form"].errors == {"email": ["С этой почтой уже кто-то входит."]}  # the page is in his language


def test_another_language_is_there_at_once(link):
    page = Client().post(link, {**TYPED, "switch": "id"})

    assert (page.status_code, page["Content-Language"]) == (200, "id")
    assert 'value="Анна"' in page.content.decode()


def test_open_invitations_are_listed_for_those_who_invite_and_nobody_else(link, client, seller):
    Invitation.objects.update(name="Newcomer to be")

    assert "Newcomer to be" in client.get("/people/").content.decode()
    client.force_login(seller)
    assert "Newcomer to be" not in client.get("/people/").content.decode()


def test_an_invitation_cannot_be_taken_back_twice(link, client):
    address = f"/people/invitations/{Invitation.objects.get().pk}/take-back/"

    assert [client.post(address).status_code, client.post(address).status_code] == [204, 404]


@pytest.mark.django_db(transaction=True)
def test_two_browsers_with_one_link_make_one_colleague(link, at_once):
    posts = [lambda n=n: Client().post(link, {**TYPED, "email": f"anna{n}@example.com"}) for n in range(3)]

    assert sorted(response.status_code for response in at_once(*posts)) == [302, 410, 410]
    assert User.objects.filter(email__startswith="anna").count() == 1
