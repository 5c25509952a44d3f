"""A real Chromium for tests marked `browser`: the fixtures `page` and `sign_in`.

A page that breaks the content policy, throws, logs an error or gets a 5xx fails its test, whatever the test asserts.
"""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

from kartu.core.frontend import HOW_TO_BUILD

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
SMALLEST = {"width": 360, "height": 740}


@pytest.fixture(scope="session")
def chromium(browser_path: str) -> Iterator[Browser]:
    # Playwright keeps a loop in this thread as long as it runs, and Django would refuse the database to every test
    # that comes after. The tests speak to the database between the steps of the loop, never within.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=browser_path)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, live_server, settings) -> Iterator[Page]:
    """An empty tab at 1440 x 900; `page.goto("/ui/")` opens a page of this test's own server."""
    if not django_settings.FRONTEND_MANIFEST.exists():
        pytest.skip(HOW_TO_BUILD)
    settings.STATICFILES_DIRS = [django_settings.STATIC_ROOT]
    context = chromium.new_context(viewport=DESKTOP, base_url=live_server.url, locale="en-GB")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    tab.set_default_timeout(10_000)
    troubles = watch(tab)
    yield tab
    context.close()
    assert troubles == [], "the page complained"


def watch(page: Page) -> list[str]:
    """The list that what goes wrong on `page` will be written to."""
    troubles: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # That a 422 came is told by the browser as an error, and by the test as what it should be.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            troubles.append(f"console: {message.text}")

    def answered(response: Response) -> None:
        if response.status >= 500:
            troubles.append(f"{response.status} of {response.url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: troubles.append(f"thrown: {error}"))
    page.on("response", answered)
    return troubles


@pytest.fixture
def sign_in(page: Page, live_server) -> Callable:
    """`sign_in(person)` makes the tab that of `person`."""

    def enter(person) -> None:
        client = Client()
        client.force_login(person)
        name = django_settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    return enter
