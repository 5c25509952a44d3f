"""The calendar of one person in a real browser: keys, an empty hour, what a colleague moves, a phone."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Route, expect

from kartu.core.testing.browser import PHONE
from kartu.planner import actions
from kartu.planner.actions.scheduler import setting_of
from kartu.planner.models import Task

pytestmark = pytest.mark.browser


def today_at(person, hour: int, minute: int = 0) -> datetime:
    now = timezone.now().astimezone(ZoneInfo(person.time_zone))
    return now.replace(hour=hour, minute=minute, second=0, microsecond=0)


@pytest.fixture
def pumps(seller) -> Task:
    start = today_at(seller, 10, 7)
    return actions.set_task(
        title="Pumps", kind="meeting", start_at=start, end_at=start + timedelta(minutes=40), by=seller
    )


def test_keys_switch_and_the_last_view_is_there_again(page, sign_in, seller, pumps):
    sign_in(seller)
    page.goto("/scheduler/")

    page.keyboard.press("5")
    page.wait_for_url("**/scheduler/month/")
    expect(page.locator(".cal-d.today .cal-it")).to_have_text(re.compile(r"^\s*Pumps 10:07.*, Meeting"))

    page.goto("/scheduler/")
    page.wait_for_url("**/scheduler/month/")


def test_what_is_chosen_is_kept_before_the_next_page_is_asked_for(page, sign_in, seller):
    order = []

    def keep(route: Route) -> None:
        answer = route.fetch()
        order.append(setting_of(seller).view)
        route.fulfill(response=answer)

    sign_in(seller)
    page.goto("/scheduler/week/")
    page.route("**/scheduler/keep/", keep)
    page.on("request", lambda request: request.is_navigation_request() and order.append(request.url))

    page.get_by_role("link", name="Month", exact=True).click()
    page.wait_for_url("**/scheduler/month/")

    assert order == ["month", page.url]


def test_what_cannot_be_kept_is_gone_to_all_the_same(page, sign_in, seller):
    sign_in(seller)
    page.goto("/scheduler/week/")
    page.route("**/scheduler/keep/", lambda route: None)  # no answer at all

    page.get_by_role("link", name="Month", exact=True).click()

    page.wait_for_url("**/scheduler/month/")
    page.unroute_all(behavior="ignoreErrors")


def test_a_press_on_an_empty_hour_asks_what_is_to_be_done_then(page, sign_in, seller, pumps):
    sign_in(seller)
    page.goto("/scheduler/day/")
    hours = page.locator(".cal-hours")
    expect(page.locator(".cal-c .cal-it")).to_be_visible()
    height = hours.evaluate("(node) => node.offsetHeight")

    page.locator(".cal-c").click(position={"x": 300, "y": height * 14.6 / 24})

    day = f"{today_at(seller, 0):%Y-%m-%d}"
    expect(page.locator("#k-drawers [name=start_at]")).to_have_value(f"{day}T14:30")
    expect(page.locator("#k-drawers [name=end_at]")).to_have_value(f"{day}T15:00")


def test_m_over_it_opens_the_time_of_a_task(page, sign_in, seller, pumps):
    sign_in(seller)
    page.goto("/scheduler/week/")
    page.locator(".cal-c [data-move]").hover()

    page.keyboard.press("m")

    expect(page.locator("#k-drawers")).to_contain_text("Another time")


def test_what_a_colleague_moves_is_seen_to_move(page, sign_in, seller, pumps):
    sign_in(seller)
    page.goto("/scheduler/day/")
    expect(page.locator(".cal-c .cal-it")).to_have_attribute("data-at", "607")

    start = today_at(seller, 15)
    actions.change_task(task=pumps, values={"start_at": start, "end_at": start + timedelta(hours=1)}, by=seller)
    page.evaluate("document.body.dispatchEvent(new CustomEvent('kartu:live:planner.moved', { bubbles: true }))")

    expect(page.locator(".cal-c .cal-it")).to_have_attribute("data-at", "900")


def test_on_a_phone_a_month_is_dots_with_the_list_of_a_day_below_and_hours_begin_where_work_does(
    chromium, page, live_server, sign_in, seller, pumps
):
    sign_in(seller)
    context = chromium.new_context(viewport=PHONE, base_url=live_server.url, has_touch=True, is_mobile=True)
    context.add_cookies(page.context.cookies())
    phone = context.new_page()
    phone.goto("/scheduler/month/")

    expect(phone.locator(".today .cal-dots i")).to_have_count(1)
    expect(phone.locator(".cal-under")).to_contain_text("Pumps")
    expect(phone.locator(".cal-its").first).to_be_hidden()
    for view in ("day", "week", "month", "agenda"):
        phone.goto(f"/scheduler/{view}/")
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], view
    phone.goto("/scheduler/day/")
    expect(phone.locator(".cal-c .cal-it")).to_be_in_viewport()
    context.close()
