import re
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core import signing
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kartu.core.testing import run_jobs
from kartu.core.testing.push import FakePush
from kartu.firm.models import Device
from kartu.notifications.actions import notify
from kartu.notifications.models import Notification, PushSubscription
from kartu.notifications.push.sending import SALT

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings):
    with FakePush() as service:
        settings.PUSH_SERVICES = [service.url]
        yield service


@pytest.fixture
def here(service, client, seller):
    """The seller's browser, switched on."""
    client.force_login(seller)
    answer = client.post(reverse("notifications:push_on"), service.browser("phone").subscription)
    assert answer.status_code == 204
    return client


def token_of(service, seller):
    notify(to=[seller], kind="test", title="Call Rina", url="/clients/", email=True)
    run_jobs()
    return service.pushed[-1].note["token"]


def told(token, what):
    return Browser().post(reverse("notifications:push_told"), {"token": token, "what": what}).status_code


def test_a_shown_and_opened_note_stands_in_the_ledger_once(here, service, seller):
    token = token_of(service, seller)

    assert [told(token, what) for what in ("shown", "shown", "clicked", "clicked")] == [204] * 4

    notice = Notification.objects.visible_to(seller).get()
    assert [hop.what for hop in notice.hops.filter(channel="push").order_by("id")] == [
        "planned", "sent", "shown", "clicked",
    ]  # fmt: skip
    assert notice.acted_at and notice.seen_at


FORGED = ["", "1", "1:x:y", signing.dumps(1, salt="another"), signing.dumps(10**9, salt=SALT)]


@pytest.mark.parametrize("token", FORGED, ids=range(len(FORGED)))
def test_what_we_have_not_signed_tells_nothing(here, service, seller, token):
    token_of(service, seller)

    assert told(token, "clicked") == 403
    assert not Notification.objects.visible_to(seller).exclude(acted_at=None).exists()


def test_nothing_else_can_be_told(here, service, seller):
    assert told(token_of(service, seller), "failed") == 400


def test_an_old_token_tells_nothing(here, service, seller, monkeypatch):
    token = token_of(service, seller)
    monkeypatch.setattr("kartu.notifications.push.sending.KEEP_TRYING", timedelta(days=-1))

    assert told(token, "shown") == 403


def test_nothing_is_told_for_somebody_who_is_gone(here, service, seller):
    token = token_of(service, seller)
    type(seller).objects.filter(pk=seller.pk).update(is_active=False)

    assert told(token, "clicked") == 403


def test_each_browser_is_listed_and_switched_off(here, seller):
    subscription = PushSubscription.objects.get()
    assert subscription.digest in here.get(reverse("notifications:push")).content.decode()

    answer = here.post(reverse("notifications:push_off", args=[subscription.pk]))

    assert answer.status_code == 204
    assert not PushSubscription.objects.exists()


def test_another_persons_browser_is_out_of_reach(here, stranger):
    browser = Browser()
    browser.force_login(stranger)
    pk = PushSubscription.objects.get().pk

    assert browser.post(reverse("notifications:push_off", args=[pk])).status_code == 404
    assert PushSubscription.objects.exists()


def test_signed_out_a_browser_shows_nothing_any_more(here):
    here.post(reverse("firm:sign_out"))

    assert not PushSubscription.objects.exists()


def test_a_sign_in_that_has_only_run_out_takes_nothing_along(here, seller):
    Device.objects.filter(person=seller).update(expires_at=timezone.now())
    Device.objects.over().delete()

    assert PushSubscription.objects.get().device is None


def test_it_is_said_why_a_browser_will_not_do(client, seller, service):
    client.force_login(seller)
    odd = service.browser("x").subscription | {"endpoint": "https://evil.example/"}

    answer = client.post(reverse("notifications:push_on"), odd)

    assert answer.status_code == 422
    assert "does not know the service of this browser" in answer.content.decode()


def test_the_same_number_of_questions_for_one_browser_and_for_many(
    here, seller, service, django_assert_max_num_queries
):
    url = reverse("notifications:push")
    here.get(url)
    with CaptureQueriesContext(connection) as one:
        here.get(url)
    asked = len(one)
    for number in range(5):
        here.post(reverse("notifications:push_on"), service.browser(f"b{number}").subscription)

    with django_assert_max_num_queries(asked):
        here.get(url)


def test_the_manifest_says_what_installing_needs(client, db):
    answer = client.get("/manifest.webmanifest")
    told = answer.json()

    assert answer["Content-Type"] == "application/manifest+json"
    assert (told["start_url"], told["scope"], told["display"]) == ("/", "/", "standalone")
    assert {icon["sizes"] for icon in told["icons"]} >= {"192x192", "512x512"}
    assert {"any", "maskable"} == {icon["purpose"] for icon in told["icons"]}
    assert all(re.match("^#[0-9a-f]{6}$", told[key]) for key in ("theme_color", "background_color"))
    assert told["shortcuts"] and all(cut["url"].startswith("/") for cut in told["shortcuts"])


def test_what_a_phone_shares_goes_to_a_form_that_takes_it(client, db):
    told = client.get("/manifest.webmanifest").json()["share_target"]

    assert told["action"] == "/tasks/new/" and told["method"] == "GET"
    assert set(told["params"].values()) <= {"title", "text", "link"}


def test_the_colours_of_the_manifest_are_those_of_the_face(client):
    tokens = (django_settings.BASE_DIR / "frontend/css/tokens.css").read_text()

    assert f"--k-canvas: {client.get('/manifest.webmanifest').json()['theme_color']}" in tokens
