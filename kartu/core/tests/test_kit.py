import gzip
import json

import pytest
from django.test import Client
from django.utils.translation import override

from kartu.core.frontend import HOW_TO_BUILD
from kartu.core.views.errors import failed

LANGUAGES = ("en", "id", "ru")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_of_pieces_stands_in_every_language_and_theme(client, owner, language, theme):
    owner.language, owner.theme = language, theme
    owner.save()
    client.force_login(owner)

    page = client.get("/ui/").content.decode()

    assert f'<html lang="{language}" data-bs-theme="{theme}"' in page
    assert page.count('class="kt') >= 20


def test_the_pieces_are_for_colleagues_only(client, db, settings):
    settings.LOGIN_URL = "/sign-in/"

    assert client.get("/ui/").headers["Location"] == "/sign-in/?next=/ui/"


def test_every_component_says_what_it_takes(client, owner):
    client.force_login(owner)

    docs = client.get("/ui/").context["docs"]

    assert len(docs) >= 25
    assert [component["name"] for component in docs if component["paragraphs"] == [""]] == []


def test_the_same_page_opens_whole_and_as_a_drawer(client, owner):
    client.force_login(owner)

    whole = client.get("/ui/drawer/").content.decode()
    drawer = client.get("/ui/drawer/", headers={"X-Kartu-Drawer": "1"}).content.decode()

    assert "<html" in whole and 'class="nav-k"' in whole
    assert "<html" not in drawer and drawer.lstrip().startswith('<div class="dh">')
    assert 'name="phone"' in whole and 'name="phone"' in drawer


GOOD = {"who": "company", "name": "Koperasi", "phone": "0262-233-019", "price": "retail"}


def test_a_form_saved_in_a_drawer_gives_its_record_back(client, owner):
    client.force_login(owner)

    answer = client.post("/ui/drawer/", GOOD, headers={"X-Kartu-Drawer": "1"})

    assert answer.status_code == 204
    assert '"kartu:saved": {"kind": "ui.sample", "id": 99, "label": "Koperasi"' in answer.headers["HX-Trigger"]
    assert '"kartu:toast"' in answer.headers["HX-Trigger"]


def test_a_form_saved_on_a_page_leads_on_and_tells_the_next_page(client, owner):
    client.force_login(owner)

    answer = client.post("/ui/drawer/", GOOD)
    page = client.get(answer.headers["Location"]).content.decode()
    later = client.get("/ui/").content.decode()

    assert answer.status_code == 302
    assert 'data-toast data-undo="/ui/act/"' in page and "Koperasi is on a card" in page
    assert "Koperasi is on a card" not in later


def test_a_refused_form_answers_422_with_itself(client, owner):
    client.force_login(owner)

    answer = client.post("/ui/drawer/", {"name": "Koperasi", "phone": "12"}, headers={"X-Kartu-Drawer": "1"})

    assert answer.status_code == 422
    assert 'value="Koperasi"' in answer.content.decode()


@pytest.mark.django_db
def test_an_error_is_a_page_for_a_window_and_a_piece_for_htmx(client, owner):
    client.force_login(owner)

    page = client.get("/nowhere/")
    piece = client.get("/nowhere/", headers={"HX-Request": "true"})

    assert page.status_code == piece.status_code == 404
    assert "<html" in page.content.decode()
    assert piece.content.decode().startswith('<div class="note bad" role="alert">')


def test_a_failure_gives_a_number_and_asks_the_database_nothing(rf, django_assert_num_queries, db, caplog):
    with django_assert_num_queries(0), override("en"):
        answer = failed(rf.get("/clients/"))

    number = caplog.records[0].args[0]
    assert answer.status_code == 500
    assert number in answer.content.decode()


def test_a_post_without_its_guard_says_to_load_the_page_again(owner):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)

    answer = strict.post("/ui/drawer/", GOOD)

    assert answer.status_code == 403
    assert "Load the page again" in answer.content.decode()


def test_the_first_visit_weighs_at_most_200_kb(client, owner, settings):
    if not settings.FRONTEND_MANIFEST.exists():
        pytest.skip(HOW_TO_BUILD)
    client.force_login(owner)
    page = client.get("/ui/blank/").content
    files = json.loads(settings.FRONTEND_MANIFEST.read_text())
    first = ["app.css", "app.js", "theme.js", "icons.svg", "logo.svg"]

    parts = [page, *((settings.STATIC_ROOT / files[name]).read_bytes() for name in first)]
    font = (settings.STATIC_ROOT / files["font-latin.woff2"]).stat().st_size

    assert sum(len(gzip.compress(part)) for part in parts) + font <= 200_000
