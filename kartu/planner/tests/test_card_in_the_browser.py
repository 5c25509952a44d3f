"""What comes next on the card, by the keyboard."""

import pytest
from playwright.sync_api import Page, expect

from kartu.planner import actions
from kartu.planner.tests.conftest import in_hours

pytestmark = pytest.mark.browser


@pytest.fixture
def card(seller, head, sinar, page: Page, sign_in) -> str:
    actions.set_task(title="Offer", kind="call", client=sinar, due_at=in_hours(2), by=seller)
    sign_in(head)
    return f"/clients/{sinar.pk}/"


@pytest.mark.parametrize(("key", "title"), [("d", "Done"), ("m", "Another time"), ("h", "Hand over")])
def test_a_letter_opens_what_is_to_be_done_next(page, card, key, title):
    page.goto(card)

    page.keyboard.press(key)

    expect(page.locator(".drawer form")).to_be_visible()
    expect(page.locator(".drawer h2")).to_contain_text(title)


def test_the_fifth_choice_of_the_line_is_a_task(page, card):
    page.goto(card)
    page.keyboard.press("5")
    page.keyboard.type("send samples tomorrow 10:00")
    page.keyboard.press("Control+Enter")

    expect(page.locator("#card-now").get_by_text("send samples")).to_be_visible()
