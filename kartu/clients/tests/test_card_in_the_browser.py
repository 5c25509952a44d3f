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


@pytest.fixture
def card(seller, head, sinar, page: Page, sign_in) -> str:
    """The address of a card with all that a key can reach."""
    sign_in(head)
    return f"/clients/{sinar.pk}/"


@pytest.mark.parametrize(("key", "title"), [("h", "Hand over")])
def test_a_letter_on_the_card_opens_what_the_sheet_of_keys_says(page, card, key, title):
    page.goto(card)

    page.keyboard.press(key)

    expect(page.locator(".drawer form")).to_be_visible()
    expect(page.locator(".drawer h2")).to_contain_text(title)


def test_a_figure_chooses_what_happened(page, card):
    page.goto(card)

    page.keyboard.press("3")

    expect(page.get_by_role("radio", name="Meeting")).to_be_checked()


def test_letters_do_nothing_for_those_who_switched_them_off(page, card, head):
    head.letter_keys = False
    head.save()
    page.goto(card)

    page.keyboard.press("h")
    page.keyboard.press("3")
    page.keyboard.press("Control+k")

    expect(page.locator("dialog[open]")).to_be_visible()
    expect(page.locator(".drawer")).to_have_count(0)
    expect(page.get_by_role("radio", name="Note", include_hidden=True)).to_be_checked()


def test_hovering_and_space_look_at_a_colleague(page, card, seller):
    page.goto(card)
    link = page.locator(".hero").get_by_role("link", name=seller.name)

    link.hover()
    expect(page.locator(".look-k")).to_contain_text("Seller")
    page.mouse.move(0, 0)
    expect(page.locator(".look-k")).to_have_count(0)
    link.focus()
    page.keyboard.press("Space")

    expect(page.locator(".look-k")).to_contain_text(seller.name)


def test_a_look_at_what_one_may_not_see_shows_nothing(page, card, volga):
    page.goto(card)
    page.evaluate(
        "url => Object.assign(document.querySelector('.hero a[data-preview]').dataset, {preview: url})",
        f"/clients/{volga.pk}/preview/",
    )

    with page.expect_response(lambda response: "/preview/" in response.url) as told:
        page.locator(".hero a[data-preview]").hover()

    assert told.value.status == 404
    expect(page.locator(".look-k")).to_have_count(0)


def test_sections_are_moved_by_the_keyboard(page, sign_in, owner, sinar):
    sign_in(owner)
    page.goto("/clients/card/")
    grip = page.get_by_role("button", name="Move Who looked: Alt and arrows")
    grip.focus()

    with page.expect_response(lambda response: response.request.method == "POST"):
        page.keyboard.press("Alt+ArrowUp")
    page.goto(f"/clients/{sinar.pk}/")

    labels = page.locator("#card-tabs nav a").all_text_contents()
    assert labels.index("Who looked") < labels.index("Who changed what")
