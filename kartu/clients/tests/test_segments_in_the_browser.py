"""The builder of segments in a real browser: clicks, the count while typing, the keyboard alone."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kartu.clients import actions
from kartu.clients.models import Segment
from kartu.clients.tests.lists.asked import make
from kartu.firm.actions import people

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


def test_called_often_silent_and_the_colleague_gone_takes_a_few_clicks(page, four, seller, owner, sign_in):
    """The question that the builder is measured by: three fields chosen, two numbers written, nothing else to know."""
    long_ago = timezone.now() - timedelta(days=100)
    for row, calls in ((four[0], 4), (four[1], 1)):
        for _call in range(calls):
            actions.log_touch(client=row, kind="call", text="x", at=long_ago, by=seller)
    people.close_access(person=seller, by=owner)
    sign_in(owner)
    page.goto("/clients/segments/")
    page.get_by_role("link", name="New segment").or_(page.get_by_role("link", name="Build the first one")).first.click()

    page.locator("[name=kr_0]").select_option(label="Last call, meeting or message")
    page.get_by_role("button", name="Condition", exact=True).click()
    page.locator("[name=kr_1]").select_option(label="Calls")
    page.locator("[name=vr_1]").fill("3")
    page.get_by_role("button", name="Condition", exact=True).click()
    page.locator("[name=kr_2]").select_option(label="Colleague has left")

    expect(page.locator("[data-finds]").first).to_have_text("finds 1")
    expect(page.locator("[data-finds]").last).to_contain_text("Colleague has left")
    page.get_by_label("Name", exact=True).fill("Lost sight of")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.wait_for_url(KEPT)
    assert Segment.objects.visible_to(owner).get().text == (
        "touches.last older than 90 days and calls.count > 3 and colleague_left"
    )


SLOW = """const at_once = window.fetch;
window.fetch = (...call) => new Promise((go) => setTimeout(go, 600)).then(() => at_once(...call));"""


def test_what_is_typed_and_pressed_on_a_slow_line_is_not_lost(page, four):
    page.goto(NEW)
    page.evaluate(SLOW)

    page.locator("[name=kr_0]").select_option("calls.count")
    page.locator("[name=vr_0]").fill("7")
    page.get_by_role("button", name="Condition", exact=True).click()

    expect(page.locator("[name=kr_1]")).to_be_visible()
    expect(page.locator("[name=or_0]")).to_have_value("more")
    expect(page.locator("[name=vr_0]")).to_have_value("7")
