"""Passkeys as a person meets them, in Chromium with a device of its own making."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import CDPSession, Page, expect

from kartu.firm import again
from kartu.firm.models import Passkey
from kartu.firm.sessions import SessionStore

pytestmark = pytest.mark.browser


@pytest.fixture
def device(page: Page) -> Iterator[CDPSession]:
    """A phone's own authenticator; its person holds a finger on it all the time."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }})  # fmt: skip
    yield session


def test_a_passkey_opens_the_door_alone_and_as_the_second_step(page: Page, seller, sign_in, device, live_server):
    sign_in(seller)
    page.goto("/me/passkeys/")
    page.get_by_label("What you call it").fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("link", name="Done").click()
    page.get_by_role("link", name="Your passkeys").click()
    expect(page.get_by_role("cell", name="My phone")).to_be_visible()

    sign_out(page)
    page.goto("/sign-in/?next=/people/")
    page.get_by_role("button", name="Sign in with a passkey").click()

    page.wait_for_url(f"{live_server.url}/people/")
    assert Passkey.objects.get().last_used_at
    sign_out(page)
    page.goto("/sign-in/?next=/teams/")
    page.get_by_label("E-mail").fill(seller.email)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Show the passkey").click()

    page.wait_for_url(f"{live_server.url}/teams/")

    let_five_minutes_pass(page)
    page.goto("/me/passkeys/")
    page.get_by_role("button", name="Remove").click()
    page.locator("dialog .btn-danger").click()
    page.get_by_role("button", name="Show the passkey").click()

    expect(page.get_by_role("cell", name="My phone")).to_be_hidden()
    assert not Passkey.objects.exists()


def sign_out(page: Page) -> None:
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)


def let_five_minutes_pass(page: Page) -> None:
    """Since the person of the tab proved himself."""
    [key] = [cookie["value"] for cookie in page.context.cookies() if cookie["name"] == settings.SESSION_COOKIE_NAME]
    session = SessionStore(key)
    session[again.SESSION_KEY] = 0
    session.save()
