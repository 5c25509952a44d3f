"""Switching on, the note, the click and the way off, in a real Chromium. Its own push service lies in the internet, so
the subscription is a made-up one; what the service worker is told comes by the developer tools."""

import json

import pytest
from playwright.sync_api import Page, expect

from kartu.core.testing.browser import PHONE
from kartu.core.testing.push import FakePush
from kartu.notifications.actions import notify
from kartu.notifications.models import Hop, PushMessage, PushSubscription
from kartu.notifications.push.sending import payload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STUB = """
const made = (given, key) => ({ endpoint: given.endpoint, options: { applicationServerKey: key },
  toJSON: () => ({ endpoint: given.endpoint, keys: { p256dh: given.p256dh, auth: given.auth } }),
  unsubscribe: async () => { localStorage.removeItem("stub"); return true; } });
const given = GIVEN;
PushManager.prototype.getSubscription = async () => (localStorage.getItem("stub") ? made(given) : null);
PushManager.prototype.subscribe = async (options) => {
  if (options.applicationServerKey.length !== 87) throw new Error("no key");
  localStorage.setItem("stub", "1");
  return made(given);
};
"""


@pytest.fixture
def service(settings):
    with FakePush() as service:
        settings.PUSH_SERVICES = [service.url]
        yield service


@pytest.fixture
def switched_on(page: Page, sign_in, seller, service) -> Page:
    given = json.dumps(service.browser("phone").subscription)
    page.context.grant_permissions(["notifications"])
    page.add_init_script(STUB.replace("GIVEN", given))
    sign_in(seller)
    page.goto("/me/notices/")
    page.get_by_role("button", name="Switch on here").click()
    expect(page.get_by_text("On in this browser")).to_be_visible()
    return page


def test_a_browser_is_switched_on_and_off(switched_on: Page, service):
    expect(switched_on.get_by_text("this one")).to_be_visible()
    assert PushSubscription.objects.get().opened == service.browsers["phone"].subscription

    switched_on.get_by_role("button", name="Switch off").click()

    expect(switched_on.get_by_role("button", name="Switch on here")).to_be_visible()
    assert not PushSubscription.objects.exists()
    assert switched_on.evaluate("localStorage.getItem('stub')") is None


def test_a_note_is_shown_and_its_click_is_known(switched_on: Page, seller, live_server):
    [notice] = notify(to=[seller], kind="test", title="Call Rina", text="At 10:07", url="/clients/", email=True)
    message = PushMessage.objects.get()
    tools = switched_on.context.new_cdp_session(switched_on)
    found = []
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    tools.send("ServiceWorker.enable")
    until(switched_on, "navigator.serviceWorker.ready.then(() => true)")
    switched_on.wait_for_timeout(300)

    tools.send("ServiceWorker.deliverPushMessage", {
        "origin": live_server.url, "registrationId": found[-1]["registrationId"],
        "data": json.dumps(payload(message, notice)),
    })  # fmt: skip

    shown = """async () => {
        const worker = await navigator.serviceWorker.ready;
        return (await worker.getNotifications()).map((note) => [note.title, note.body, note.tag]);
    }"""
    until(switched_on, shown)
    assert switched_on.evaluate(shown) == [["Call Rina", "At 10:07", message.key]]
    wait_for_hop(switched_on, notice, Hop.What.SHOWN)


def until(page: Page, script: str) -> None:
    """Ask again and again: Playwright's own waiting needs what the content policy forbids."""
    for _try in range(300):
        if page.evaluate(script):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"not within 30 s: {script}")


def wait_for_hop(page: Page, notice, what):
    for _try in range(300):
        if notice.hops.filter(channel="push", what=what).exists():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"no {what} in the ledger")


def test_somebody_else_who_signs_in_here_is_shown_nothing_of_it(switched_on: Page, sign_in, stranger):
    sign_in(stranger)
    switched_on.goto("/me/")
    until(switched_on, "localStorage.getItem('stub') === null")

    assert not PushSubscription.objects.exists()


def test_without_the_server_an_installed_kartu_says_so(switched_on: Page):
    until(switched_on, "caches.match('/offline/').then(Boolean)")
    switched_on.reload()  # from here on the service worker stands before the pages

    switched_on.context.set_offline(True)
    switched_on.goto("/clients/")

    expect(switched_on.get_by_text("Kartu cannot be reached")).to_be_visible()
    kept = switched_on.evaluate("""async () => {
        const caught = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
        const asked = (await Promise.all(caught.map((each) => each.keys()))).flat();
        return asked.map((request) => new URL(request.url).pathname);
    }""")
    assert [path for path in kept if not path.startswith(("/static/", "/offline/", "/push/known"))] == []
    switched_on.context.set_offline(False)


def test_chromium_finds_nothing_that_keeps_it_from_being_installed(switched_on: Page):
    tools = switched_on.context.new_cdp_session(switched_on)

    manifest = tools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    errors = tools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # The tabs of tests are private windows, from which nothing is installed.
    assert [error["errorId"] for error in errors if error["errorId"] != "in-incognito"] == []


def test_a_refusal_says_how_to_take_it_back(page: Page, sign_in, seller):
    page.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })")
    sign_in(seller)
    page.set_viewport_size(PHONE)
    page.goto("/me/notices/")

    expect(page.get_by_text("The browser refuses notices of Kartu")).to_be_visible()
