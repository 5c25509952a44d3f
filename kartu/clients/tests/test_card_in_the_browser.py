"""The card in a real browser: from row to row of its list, looks, keys."""

import re

import pytest
from playwright.sync_api import Page, expect

from kartu.clients.tests.lists.asked import make

pytestmark = pytest.mark.browser


@pytest.fixture
def sixty(seller, page: Page, sign_in) -> list:
    clients = make(seller, *({"name": f"Client {number:02}"} for number in range(60)))
    sign_in(seller)
    return clients


def at(page: Page, pk: int) -> None:
    page.wait_for_url(lambda url: f"/clients/{pk}/" in url)


def test_j_and_k_go_from_card_to_card_and_back_to_the_row(page, sixty):
    page.goto("/clients/?s=-name")
    row = page.locator(f'tr[data-id="{sixty[25].pk}"]')
    row.scroll_into_view_if_needed()
    row.get_by_role("link").first.click()
    expect(page.locator(".crumb")).to_contain_text("35 of 60")
    page.keyboard.press("j")
    at(page, sixty[24].pk)
    page.keyboard.press("j")
    at(page, sixty[23].pk)
    page.keyboard.press("k")
    at(page, sixty[24].pk)

    page.go_back()

    page.wait_for_url(re.compile(r"/clients/\?s=-name$"))
    expect(page.locator("tr.cur")).to_have_attribute("data-id", str(sixty[24].pk))
    expect(page.locator("tr.cur")).to_be_in_viewport()


def test_the_path_leads_to_the_page_of_the_list_that_holds_the_card(page, sixty):
    page.goto("/clients/")
    page.locator(f'tr[data-id="{sixty[49].pk}"]').get_by_role("link").first.click()
    expect(page.locator(".crumb")).to_contain_text("50 of 60")
    page.keyboard.press("j")
    at(page, sixty[50].pk)

    page.locator(".crumb").get_by_role("link", name="Clients").click()

    expect(page.locator("tr.cur")).to_have_attribute("data-id", str(sixty[50].pk))
    expect(page.locator("tr[data-id]")).to_have_count(10)


def test_j_works_on_a_russian_layout_and_not_while_typing(page, sixty):
    page.goto("/clients/")
    page.locator("tr[data-id]").nth(3).get_by_role("link").first.click()
    at(page, sixty[3].pk)
    page.get_by_label("What happened?").click()
    page.keyboard.press("j")
    assert f"/clients/{sixty[3].pk}/" in page.url

    page.locator("h1").click()
    page.evaluate("document.activeElement.blur()")
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'о', code: 'KeyJ', bubbles: true}))")

    at(page, sixty[4].pk)
