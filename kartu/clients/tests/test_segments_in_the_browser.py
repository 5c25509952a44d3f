"""The builder of segments in a real browser: clicks, the count while typing, the keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from kartu.clients.models import Segment
from kartu.clients.tests.lists.asked import make

pytestmark = pytest.mark.browser
NEW = "/clients/segments/new/"
KEPT = re.compile(r"/clients/segments/\d+/$")


@pytest.fixture
def four(seller, page: Page, sign_in) -> list:
    clients = make(seller, *({"name": name, "city": "Bandung"} for name in ("A", "B", "C")), {"name": "D"})
    sign_in(seller)
    return clients


def test_a_group_within_a_group_is_built_by_clicks_and_counted_at_once(page, four, seller):
    page.goto(NEW)
    page.locator("[name=kr_0]").select_option("city")
    expect(page.locator("[name=or_0]")).to_have_value("any")
    page.locator("[name=vr_0]").fill("Bandung")
    expect(page.locator("[data-finds]").first).to_have_text("finds 3")

    page.get_by_role("button", name="Group").click()
    page.locator("[name=kr_1_0]").select_option("name")
    expect(page.locator("[name=or_1_0]")).to_have_value("has")
    page.locator("[name=vr_1_0]").fill("a")
    page.locator("[name=gr_1]").select_option("none")

    expect(page.locator("[data-finds]").first).to_have_text("finds 2")
    page.get_by_label("Name", exact=True).fill("All but A")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.wait_for_url(KEPT)
    page.get_by_role("link", name="Show 2 in the list").click()
    expect(page.locator("tr[data-id]")).to_have_count(2)
    expect(page.locator(".filters .fc")).to_contain_text("All but A")


def test_enter_keeps_it_and_takes_nothing_out(page, four, seller):
    page.goto(NEW)
    page.get_by_label("Name", exact=True).fill("Silent")
    page.locator("[name=vr_0]").fill("30")

    page.locator("[name=vr_0]").press("Enter")

    page.wait_for_url(KEPT)
    assert Segment.objects.visible_to(seller).get().text == "last_touch older than 30 days"
