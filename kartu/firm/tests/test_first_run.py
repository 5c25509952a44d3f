"""The first run over the web: one page, one link, one firm."""

import base64
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kartu.firm.models import Firm, LegalEntity, SetupLink, User
from kartu.firm.signals import founded
from kartu.firm.tests.conftest import picture

TYPED = {
    "language": "id",
    "country": "ID",
    "country_before": "ID",
    "firm_name": "CV Tirta Makmur",
    "trade": "services",
    "currency": "IDR",
    "time_zone": "Asia/Makassar",
    "legal_name": "",
    "number_npwp": "0013121660091000",
    "owner_name": "Budi Santoso",
    "email": "Budi@Example.com",
    "password": "kuda biru besar",
}


@pytest.fixture
def address(db) -> str:
    _link, token = SetupLink.issue()
    return f"/setup/{token}/"


def test_the_page_makes_the_firm_its_owner_and_its_papers(address, client):
    response = client.post(address, TYPED)

    assert (response.status_code, response["Location"]) == (302, "/welcome/")
    firm, owner, entity = Firm.objects.get(), User.objects.get(), LegalEntity.objects.get()
    assert (firm.name, firm.country, firm.currency, firm.language) == ("CV Tirta Makmur", "ID", "IDR", "id")
    assert (firm.time_zone, firm.trade) == ("Asia/Makassar", "services")
    assert (owner.name, owner.email, owner.role.code, owner.language) == (
        "Budi Santoso",
        "budi@example.com",
        "owner",
        "id",
    )
    assert owner.check_password("kuda biru besar")
    assert (entity.name, entity.is_main, entity.registry_ids) == (
        "CV Tirta Makmur",
        True,
        {"npwp": "0013121660091000"},
    )


def test_the_owner_is_signed_in_and_is_shown_how_to_begin(address, client):
    client.post(address, TYPED)

    page = client.get("/welcome/")

    assert page.status_code == 200
    assert page["Content-Language"] == "id"
    assert "/people/invite/" in page.content.decode()


def test_whoever_fills_short_lists_hears_of_it_once_in_the_chosen_language(address, client):
    heard = []
    founded.connect(hear := lambda firm, language, by, **rest: heard.append((firm.name, language, by.name)))

    client.post(address, TYPED)

    assert heard == [("CV Tirta Makmur", "id", "Budi Santoso")]
    founded.disconnect(hear)


def test_the_link_works_once(address, client):
    client.post(address, TYPED)

    again = Client().post(address, {**TYPED, "email": "second@example.com"})

    assert again.status_code == 410
    assert (Firm.objects.count(), User.objects.count()) == (1, 1)


def test_a_link_that_is_old_or_made_up_says_what_to_do(address, client):
    SetupLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    old, wrong = client.get(address), client.get("/setup/nonsense/")

    assert (old.status_code, wrong.status_code) == (410, 410)
    texts = [re.sub(r"X-CSRFToken[^}]*}", "", page.content.decode()) for page in (old, wrong)]
    assert texts[0] == texts[1]
    assert "it prints a new link" in texts[0]


def test_where_a_firm_stands_no_link_makes_another(address, owner, client):
    assert client.get(address).status_code == 410
    assert client.post(address, TYPED).status_code == 410
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_with_the_same_link_make_one_firm(address, at_once):
    posts = [
        lambda n=n: Client().post(address, {**TYPED, "firm_name": f"Firm {n}", "email": f"p{n}@example.com"})
        for n in range(3)
    ]

    statuses = sorted(response.status_code for response in at_once(*posts))

    assert statuses == [302, 410, 410]
    assert (Firm.objects.count(), User.objects.count(), LegalEntity.objects.count()) == (1, 1, 1)
    assert Firm.objects.get().name[-1] == User.objects.get().email[1]


def values_of(html: str) -> dict[str, str]:
    """Name -> value of all that is typed or chosen on a page."""
    inputs = re.findall(r"<input[^>]*>", html)
    named = {re.search(r'name="([^"]*)"', tag)[1]: tag for tag in inputs if 'name="' in tag}
    values = {name: (re.search(r'value="([^"]*)"', tag) or ["", ""])[1] for name, tag in named.items()}
    for select in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', select[1])
        values[select[0]] = chosen[1] if chosen else ""
    return values


def test_an_error_keeps_everything_that_was_typed(address, client):
    typed = {**TYPED, "number_npwp": "123", "password": "12345678", "legal_name": "CV <Tirta> Makmur"}

    response = client.post(address, {**typed, "logo": picture()})

    assert response.status_code == 422
    html = response.content.decode()
    shown = values_of(html)
    assert {name: shown[name] for name in typed} == {**typed, "legal_name": "CV &lt;Tirta&gt; Makmur"}
    assert base64.b64decode(shown["logo_kept"]).startswith(b"\x89PNG")
    assert not Firm.objects.exists()


def test_a_logo_chosen_before_an_error_is_there_after_it(address, client):
    refused = client.post(address, {**TYPED, "firm_name": "", "logo": picture()})
    kept = values_of(refused.content.decode())["logo_kept"]

    client.post(address, {**TYPED, "logo_kept": kept})

    with Firm.objects.get().logo.open() as logo:
        assert logo.read().startswith(b"\x89PNG")


@pytest.mark.parametrize("kept", ["AAAA", "not base64!", "x" * 100])
def test_a_kept_logo_that_is_none_is_refused(address, client, kept):
    response = client.post(address, {**TYPED, "logo_kept": kept})

    assert response.status_code == 422
    assert not Firm.objects.exists()


def test_another_language_is_there_at_once_and_nothing_is_lost(address, client):
    response = client.post(address, {**TYPED, "switch": "ru", "firm_name": "", "password": "short"})

    assert response.status_code == 200
    assert response["Content-Language"] == "ru"
    html = response.content.decode()
    assert '<html lang="ru"' in html
    shown = values_of(html)
    assert (shown["language"], shown["owner_name"], shown["password"]) == ("ru", "Budi Santoso", "short")
    assert shown["time_zone"] == "Asia/Makassar"
    assert 'role="alert" tabindex' not in html


def test_another_country_brings_its_currency_zone_and_numbers(address, client):
    response = client.post(address, {**TYPED, "switch": "", "country": "RU"})

    shown = values_of(response.content.decode())
    assert (shown["currency"], shown["time_zone"], shown["country_before"]) == ("RUB", "Europe/Moscow", "RU")
    assert "number_inn" in shown and "number_npwp" not in shown


def test_the_browser_tells_language_and_country(address):
    client = Client(headers={"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.5"})

    response = client.get(address)

    shown = values_of(response.content.decode())
    assert (shown["language"], shown["country"], shown["currency"]) == ("ru", "RU", "RUB")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("firm_name", ""),
        ("owner_name", ""),
        ("email", "budi"),
        ("password", "seven77"),
        ("password", "password123"),
        ("country", "XX"),
        ("currency", "XXX"),
        ("time_zone", "Moon/Sea"),
        ("language", "de"),
        ("trade", "piracy"),
        ("number_npwp", "0013121660091001x"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(address, client, field, value):
    response = client.post(address, {**TYPED, field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Firm.objects.exists() and not User.objects.exists()
    assert SetupLink.objects.get().used_at is None


def test_without_a_firm_signing_in_says_which_link_to_open(db, client):
    page = client.get("/sign-in/").content.decode()

    assert "Kartu printed a link when it was started" in page
    assert 'type="password"' not in page


def test_the_page_of_the_link_is_not_told_to_other_sites(address, client):
    response = client.get(address)

    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
