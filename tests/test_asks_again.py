"""An open screen is not enough for what changes who gets in, or takes much away: whoever proved himself more than five
minutes ago is asked again, wherever the table of routes says so."""

import time
from importlib import import_module

import pytest
from django.conf import settings as of_django
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver, path, reverse
from playwright.sync_api import Page

from kartu.clients import actions as clients
from kartu.core.access import signed_in
from kartu.firm import again, totp
from kartu.firm.actions import second
from kartu.firm.models import Firm, Invitation, Role, SignInTry, User
from kartu.records.models import ExportMark
from kartu.security.models import AlertSettings, AuditRow, BackupSettings
from tests.recorder import recording
from tests.routes import ROUTES, Route
from tests.test_routes import address, ask
from tests.world import World

RIGHT = "correct horse"
GUARDED = [route for route in ROUTES if route.asks_again]


@pytest.fixture
def world(owner, head, seller, stranger, settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return World(owner, head, seller, stranger)


def browser_of(person: User, *, ago: float = 301) -> Client:
    """Signed in; the person has proved himself so many seconds ago."""
    browser = Client(raise_request_exception=False)
    browser.force_login(person)
    session = browser.session
    session[again.SESSION_KEY] = time.time() - ago
    session.save()
    return browser


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.name)
def test_after_five_minutes_nothing_is_done_before_a_proof(world: World, route: Route):
    url, browser = address(world, route), browser_of(world.owner)

    with recording() as recorder:
        response = ask(world, route, url, "POST", browser)

    assert (response.status_code, response["Kartu-Again"]) == (403, "1")
    assert recorder.written == set()


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.name)
def test_before_that_nobody_is_asked(world: World, route: Route):
    url, browser = address(world, route), browser_of(world.owner, ago=290)

    response = ask(world, route, url, "POST", browser)

    assert "Kartu-Again" not in response


def views_that_ask(resolver) -> set[str]:
    found = set()
    for entry in resolver.url_patterns:
        space = f"{entry.namespace}:" if getattr(entry, "namespace", "") else ""
        if hasattr(entry, "url_patterns"):
            found |= {f"{space}{name}" for name in views_that_ask(entry)}
        elif getattr(entry.callback, "kartu_asks_again", False):
            found.add(entry.name)
    return found


def test_every_page_that_asks_stands_in_the_table():
    assert views_that_ask(get_resolver()) == {route.name for route in GUARDED}


# ----- what the person sees


@pytest.fixture
def form(world: World) -> dict:
    return {"name": "Ayu", "role": world.role("seller").pk, "team": "", "branch": "", "email": "ayu@example.com"}


def test_what_was_typed_goes_on_with_the_proof(world: World, form):
    browser = browser_of(world.owner)
    page = browser.post("/people/invite/", form)

    assert 'name="name" value="Ayu"' in page.content.decode()
    assert 'action="/people/invite/"' in page.content.decode()
    done = browser.post("/people/invite/", {**dict(page.context["posted"]), "again_password": RIGHT})
    assert done.status_code == 200 and "link" in done.context
    assert Invitation.objects.get().name == "Ayu"
    assert browser.post("/people/invite/", form).status_code == 200, "and nobody is asked for five minutes"
    assert list(AuditRow.objects.filter(verb="confirmed").values_list("actor_id", flat=True)) == [world.owner.pk]


def test_a_code_of_the_app_proves_too_and_only_once(world: World, form, monkeypatch):
    secret, step = totp.new_secret(), totp.step_at(time.time())
    second.set_up_app(secret=secret, code=totp.code_at(secret, step - 1), by=world.owner)

    browser, other = browser_of(world.owner), browser_of(world.owner)

    assert browser.post("/people/invite/", {**form, "again_code": totp.code_at(secret, step)}).status_code == 200
    assert other.post("/people/invite/", {**form, "again_code": totp.code_at(secret, step)}).status_code == 403


def test_guessing_at_an_open_screen_is_slow_and_makes_nobody_else_wait(world: World, form):
    browser = browser_of(world.owner)
    for _ in range(5):
        assert browser.post("/people/invite/", {**form, "again_password": "wrong"}).status_code == 403

    refused = browser.post("/people/invite/", {**form, "again_password": RIGHT})

    assert "Too many tries" in refused.content.decode() and int(refused["Retry-After"]) <= 30
    assert not Invitation.objects.exists()
    assert AuditRow.objects.filter(verb="sign_in_failed", object_id=world.owner.pk).count() == 5
    assert browser_of(world.owner).post("/people/invite/", {**form, "again_password": RIGHT}).status_code == 200


def test_the_old_password_on_the_own_page_is_guessed_as_slowly(world: World):
    browser = browser_of(world.seller)
    typed = {"email": "sari@example.com", "password": "another long one"}
    for _ in range(5):
        browser.post("/me/key/", {**typed, "old_password": "wrong"})

    page = browser.post("/me/key/", {**typed, "old_password": RIGHT})

    assert "Too many tries" in str(page.context["key"].errors)
    assert User.objects.get(pk=world.seller.pk).check_password(RIGHT)


def test_a_drawer_goes_on_in_its_place_and_a_button_under_the_top_line(world: World, form):
    browser, hx = browser_of(world.owner), {"HX-Request": "true"}

    drawer = browser.post("/people/invite/", form, headers={**hx, "X-Kartu-Drawer": "1"})
    button = browser.post(f"/people/{world.seller.pk}/second/reset/", headers=hx)

    assert drawer.templates[0].name == "firm/again.html" and "<html" not in drawer.content.decode()
    assert button.templates[0].name == "firm/_again.html"
    assert f'hx-post="/people/{world.seller.pk}/second/reset/"' in button.content.decode()


def test_a_password_is_never_written_into_the_page(world: World):
    page = browser_of(world.owner).post("/people/invite/", {"name": "Ayu", "new_password": "secret words"})

    assert "secret words" not in page.content.decode()


def test_a_large_export_asks_the_owner_and_then_writes_in_the_background(world: World):
    """Up to his limit nobody is asked."""
    AlertSettings.objects.update_or_create(pk=1, defaults={"approve_above": 1})
    for name in ("PT Sinar", "PT Bulan"):
        clients.add_client(name=name, by=world.seller)
    browser, wanted = browser_of(world.owner), {"query": "", "purpose": "A mailing"}
    url = reverse("records:list_export", args=["clients", "csv"])

    page = browser.post(url, wanted)

    assert (page.status_code, dict(page.context["posted"])) == (403, wanted)
    assert not AuditRow.objects.filter(verb="export").exists() and not ExportMark.objects.exists()
    assert browser.post(url, {**wanted, "again_password": RIGHT})["Location"].startswith("/clients/")
    AlertSettings.objects.update(approve_above=2)
    file = browser_of(world.owner).post(url, wanted)
    file.close()
    assert file.status_code == 200


def test_in_the_demo_firm_who_has_no_password_is_not_asked(world: World, form):
    world.owner.set_unusable_password()
    world.owner.save()

    assert browser_of(world.owner).post("/people/invite/", form).status_code == 403, "in a real firm he is"
    Firm.objects.update(is_demo=True)
    assert browser_of(world.owner).post("/people/invite/", form).status_code == 200


def test_control_a_page_that_lost_its_guard_would_be_seen(world: World, settings):
    @signed_in("a test")
    def unguarded(request: HttpRequest) -> HttpResponse:
        Role.objects.create(code="x", name="x")
        return HttpResponse()

    class Urls:
        urlpatterns = [path("unguarded/", unguarded, name="unguarded"), *get_resolver().url_patterns]

    settings.ROOT_URLCONF, browser = Urls, browser_of(world.owner)
    with recording() as recorder:
        response = ask(world, Route("unguarded"), "/unguarded/", "POST", browser)

    assert (response.status_code, recorder.written) == (200, {"firm_role"})
    assert not SignInTry.objects.exists()


@pytest.mark.browser
def test_a_form_at_the_side_asks_in_its_place_and_goes_on(page: Page, sign_in, owner, team):
    sign_in(owner)
    [key] = [cookie["value"] for cookie in page.context.cookies() if cookie["name"] == of_django.SESSION_COOKIE_NAME]
    session = import_module(of_django.SESSION_ENGINE).SessionStore(key)
    session[again.SESSION_KEY] = 0
    session.save()
    page.goto("/people/")
    page.click("a[data-drawer][href='/people/invite/']")
    page.fill(".drawer input[name=name]", "Ayu")
    page.click(".drawer .df .btn-primary")

    page.fill(".drawer input[name=again_password]", RIGHT)
    page.click(".drawer .df .btn-primary")

    page.wait_for_selector(".drawer svg.qr-k")
    assert Invitation.objects.get().name == "Ayu"


# ----- backups


def test_a_backup_is_downloaded_by_a_second_press_after_the_proof(world: World):
    browser, url = browser_of(world.owner), f"/settings/backups/{world.backup.pk}/file/"
    assert 'name="again_password"' in browser.post(url).content.decode()

    proved = browser.post(url, {"again_password": RIGHT})

    assert proved["Location"] == "/settings/backups/"
    assert "press the button once more" in browser.get("/settings/backups/").content.decode()
    assert not AuditRow.objects.filter(verb="download").exists()
    assert b"".join(browser.post(url).streaming_content)
    assert AuditRow.objects.filter(verb="download").count() == 1


def test_the_secret_of_the_storage_goes_on_sealed(world: World):
    typed = {
        "second": "s3", "folder": "", "s3_address": "https://s3.example.com", "s3_bucket": "kartu",
        "s3_region": "eu", "s3_key_id": "key", "secret": "storage-secret-27",
    }  # fmt: skip
    browser, other = browser_of(world.owner), browser_of(world.owner)
    page = browser.post("/settings/backups/place/", typed)
    posted = dict(page.context["posted"])

    assert "storage-secret-27" not in page.content.decode() and posted["secret"].startswith("sealed:")
    wrong = other.post("/settings/backups/place/", {**posted, "again_password": "wrong"})
    assert "storage-secret-27" not in wrong.content.decode()
    done = browser.post("/settings/backups/place/", {**posted, "again_password": RIGHT})

    assert done.status_code == 302
    assert BackupSettings.current().secret == "storage-secret-27"


def test_a_page_that_asked_goes_on_when_the_proof_came_elsewhere(world: World):
    typed = {
        "second": "s3", "s3_address": "https://s3.example.com", "s3_bucket": "kartu",
        "s3_region": "eu", "s3_key_id": "key", "secret": "storage-secret-27",
    }  # fmt: skip
    browser = browser_of(world.owner)
    posted = dict(browser.post("/settings/backups/place/", typed).context["posted"])
    session = browser.session
    session[again.SESSION_KEY] = time.time()
    session.save()

    assert browser.post("/settings/backups/place/", posted).status_code == 302
    assert BackupSettings.current().secret == "storage-secret-27"


def test_a_secret_sealed_for_another_person_is_no_secret(world: World):
    make_owner = browser_of(world.owner).post("/settings/backups/place/", {"second": "none", "secret": "abc"})
    sealed = dict(make_owner.context["posted"])["secret"]
    User.objects.filter(pk=world.head.pk).update(role=world.owner.role)

    refused = browser_of(world.head).post(
        "/settings/backups/place/", {"second": "none", "secret": sealed, "again_password": RIGHT}
    )

    assert refused.status_code == 400
