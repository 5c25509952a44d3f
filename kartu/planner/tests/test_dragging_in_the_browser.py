"""What stands in the hours and months of one person is carried: by mouse, by finger on a phone, by keys alone."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from kartu.core.testing.browser import PHONE
from kartu.planner import actions
from kartu.planner.actions.scheduler import keep_setting
from kartu.planner.models import Task
from kartu.planner.tests.conftest import seen

pytestmark = pytest.mark.browser

WEDNESDAY = date(2026, 11, 25)
WEEK = "/scheduler/week/?day=2026-11-25"
MONTH = "/scheduler/month/?day=2026-11-25"
ITEM = ".cal-it[data-task='{}']"


def at(person, hour: int, minute: int = 0, day: date = WEDNESDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(person.time_zone))


@pytest.fixture
def pumps(seller) -> Task:
    start = at(seller, 10, 7)
    return actions.set_task(
        title="Pumps", kind="meeting", start_at=start, end_at=start + timedelta(minutes=53), by=seller
    )


def opened(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator("[data-calendar][data-ready]")).to_be_visible()


def column(page: Page, day: date, sort: str = ".cal-c") -> dict[str, float]:
    return page.locator(f"{sort}[data-day='{day}']").bounding_box()


def hour(page: Page, day: date, hour: float) -> tuple[float, float]:
    """Where that hour of that day is in the window."""
    box = column(page, day)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] * hour / 24


def pull(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)


def middle(page: Page, place: str) -> tuple[float, float]:
    box = page.locator(place).first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_in_a_week_it_is_pulled_to_another_day_and_quarter_and_taken_back(page, sign_in, seller, pumps):
    sign_in(seller)
    opened(page, WEEK)
    friday = WEDNESDAY + timedelta(days=2)

    pull(page, hour(page, WEDNESDAY, 10.5), hour(page, friday, 14.9))
    expect(page.locator(".cal-ghost")).to_contain_text("14:30–15:23")
    page.mouse.up()

    expect(page.locator("#k-toasts")).to_contain_text("Pumps")
    moved = seen(pumps, seller)
    assert moved.start_at == at(seller, 14, 30, friday)
    assert (moved.end_at - moved.start_at, moved.person) == (timedelta(minutes=53), seller)
    expect(page.locator(f".cal-c[data-day='{friday}'] {ITEM.format(pumps.pk)}")).to_have_attribute("data-at", "870")
    expect(page.locator(".cal-ghost")).to_have_count(0)
    expect(page.locator("#k-drawers > .drawer")).to_have_count(0)

    page.locator("[data-undo-now]").click()

    expect(page.locator(f".cal-c[data-day='{WEDNESDAY}'] {ITEM.format(pumps.pk)}")).to_have_attribute("data-at", "607")
    assert seen(pumps, seller).start_at == at(seller, 10, 7)


def test_the_grid_is_the_one_that_the_person_has_chosen_and_alt_goes_past_it(page, sign_in, seller, pumps):
    keep_setting(values={"snap": 5}, by=seller)
    sign_in(seller)
    opened(page, WEEK)

    pull(page, hour(page, WEDNESDAY, 10.5), hour(page, WEDNESDAY, 12.5))
    expect(page.locator(".cal-ghost")).to_contain_text("12:05–12:58")
    page.keyboard.down("Alt")
    page.mouse.move(*hour(page, WEDNESDAY, 12.52))
    expect(page.locator(".cal-ghost")).to_contain_text("12:08–13:01")
    page.keyboard.press("Escape")
    page.mouse.up()

    expect(page.locator(".cal-ghost")).to_have_count(0)
    assert seen(pumps, seller).start_at == at(seller, 10, 7)


def test_its_end_is_pulled(page, sign_in, seller, pumps):
    sign_in(seller)
    opened(page, WEEK)
    box = page.locator(ITEM.format(pumps.pk)).bounding_box()

    pull(page, (box["x"] + 20, box["y"] + box["height"] - 2), hour(page, WEDNESDAY, 12.02))
    page.mouse.up()

    expect(page.locator("#k-toasts")).to_contain_text("Pumps")
    assert (seen(pumps, seller).start_at, seen(pumps, seller).end_at) == (at(seller, 10, 7), at(seller, 12))


def test_above_the_hours_it_has_the_whole_day_and_comes_back_to_an_hour(page, sign_in, seller, pumps):
    sign_in(seller)
    opened(page, WEEK)
    thursday = WEDNESDAY + timedelta(days=1)

    pull(page, hour(page, WEDNESDAY, 10.5), middle(page, f".cal-hd[data-day='{thursday}']"))
    page.mouse.up()
    expect(page.locator("#k-toasts")).to_contain_text("Pumps")
    moved = seen(pumps, seller)
    assert (moved.due_on, moved.start_at, moved.end_at) == (thursday, None, None)

    above = f".cal-hd[data-day='{thursday}'] {ITEM.format(pumps.pk)}"
    pull(page, middle(page, above), hour(page, WEDNESDAY, 11.02))
    page.mouse.up()

    expect(page.locator(f".cal-c {ITEM.format(pumps.pk)}")).to_be_visible()
    moved = seen(pumps, seller)
    assert (moved.due_on, moved.start_at, moved.end_at) == (None, at(seller, 11), at(seller, 12))


def test_in_a_month_it_comes_to_another_day_and_keeps_its_time(page, sign_in, seller, pumps):
    due = actions.set_task(title="Answer", due_at=at(seller, 16, 40), by=seller)
    whole = actions.set_task(title="Some time", due_on=WEDNESDAY, by=seller)
    sign_in(seller)
    opened(page, MONTH)

    for task in (pumps, due, whole):
        pull(page, middle(page, ITEM.format(task.pk)), middle(page, ".cal-d[data-day='2026-11-12']"))
        page.mouse.up()
        expect(page.locator(f".cal-d[data-day='2026-11-12'] {ITEM.format(task.pk)}")).to_be_visible()

    there = date(2026, 11, 12)
    assert seen(pumps, seller).start_at == at(seller, 10, 7, there)
    assert (seen(due, seller).due_at, seen(due, seller).start_at) == (at(seller, 16, 40, there), None)
    assert seen(whole, seller).due_on == there


def test_who_was_slower_is_told_and_sees_it_as_it_stands_now(page, sign_in, seller, head, pumps):
    sign_in(seller)
    opened(page, WEEK)
    actions.change_task(task=pumps, values={"start_at": at(seller, 8), "end_at": at(seller, 9)}, by=head)

    pull(page, hour(page, WEDNESDAY, 10.5), hour(page, WEDNESDAY, 14.5))
    page.mouse.up()

    expect(page.locator(ITEM.format(pumps.pk))).to_have_attribute("data-at", "480")
    page.wait_for_timeout(300)  # what stands there is not taken away by the days that came anew
    expect(page.locator("#k-errors")).to_contain_text("was changed meanwhile")
    expect(page.locator(".cal-ghost")).to_have_count(0)
    assert seen(pumps, seller).start_at == at(seller, 8)


def test_the_same_by_keyboard_alone(page, sign_in, seller, pumps):
    sign_in(seller)
    opened(page, WEEK)
    page.locator(f".cal-c {ITEM.format(pumps.pk)}").focus()

    page.keyboard.press("m")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("1423")
    expect(page.locator("[data-said]")).to_have_text(re.compile("^Thursday 14:23"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator("#k-toasts")).to_contain_text("Pumps")
    assert seen(pumps, seller).start_at == at(seller, 14, 38, date(2026, 11, 26))
    expect(page.locator(f".cal-c {ITEM.format(pumps.pk)}[data-at='878']")).to_be_focused()

    page.keyboard.press("e")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(ITEM.format(pumps.pk))).to_have_attribute("data-for", "68")
    expect(page.locator(f".cal-c {ITEM.format(pumps.pk)}[data-for='68']")).to_be_focused()
    page.keyboard.press("m")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.locator(f".cal-hd {ITEM.format(pumps.pk)}")).to_be_visible()
    assert seen(pumps, seller).due_on == date(2026, 11, 26)


def test_what_is_carried_by_keys_stays_in_the_hand_while_a_colleague_moves_something(page, sign_in, seller, pumps):
    sign_in(seller)
    opened(page, WEEK)
    page.locator(f".cal-c {ITEM.format(pumps.pk)}").focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowRight")

    actions.set_task(title="Other", start_at=at(seller, 15), end_at=at(seller, 16), by=seller)
    page.evaluate("document.body.dispatchEvent(new CustomEvent('kartu:live:planner.moved', { bubbles: true }))")
    expect(page.locator(".cal-c .cal-it", has_text="Other")).to_be_visible()
    expect(page.locator(".cal-ghost")).to_be_visible()
    page.keyboard.press("Enter")

    expect(page.locator("#k-toasts")).to_contain_text("Pumps")
    assert seen(pumps, seller).start_at == at(seller, 10, 7, date(2026, 11, 26))


def test_in_a_month_arrows_go_by_days_and_weeks_and_esc_leaves_it(page, sign_in, seller, pumps):
    sign_in(seller)
    opened(page, MONTH)
    page.locator(ITEM.format(pumps.pk)).focus()

    page.keyboard.press("m")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    expect(page.locator(".cal-ghost")).to_have_count(0)
    page.keyboard.press("m")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")

    expect(page.locator(f".cal-d[data-day='2026-11-17'] {ITEM.format(pumps.pk)}")).to_be_visible()
    assert seen(pumps, seller).start_at == at(seller, 10, 7, date(2026, 11, 17))


@pytest.fixture
def phone(chromium, page, live_server, sign_in, seller):
    sign_in(seller)
    context = chromium.new_context(viewport=PHONE, base_url=live_server.url, has_touch=True, is_mobile=True)
    context.add_cookies(page.context.cookies())
    yield context.new_page()
    context.close()


def carry(phone: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """A finger that holds still first."""
    finger = phone.context.new_cdp_session(phone)

    def touch(sort: str, *points: tuple[float, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": sort, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    touch("touchStart", start)
    phone.wait_for_timeout(600)
    for step in range(1, 7):
        touch("touchMove", tuple(one + (other - one) * step / 6 for one, other in zip(start, end, strict=True)))
    touch("touchEnd")


def test_by_finger_to_an_hour_which_is_asked_for_to_the_minute(phone, seller, pumps):
    opened(phone, "/scheduler/day/?day=2026-11-25")

    carry(phone, hour(phone, WEDNESDAY, 10.5), hour(phone, WEDNESDAY, 13))
    window = phone.get_by_role("dialog", name="The exact time")
    expect(window).to_be_visible()
    window.get_by_label("From").fill("12:23")
    window.get_by_label("From").blur()
    expect(window.get_by_label("Until")).to_have_value("13:16")
    window.get_by_role("button", name="Put here").click()

    expect(phone.locator("#k-toasts")).to_contain_text("Pumps")
    assert seen(pumps, seller).start_at == at(seller, 12, 23)


def test_by_finger_from_the_list_of_a_day_to_another_day_of_the_month(phone, seller, pumps):
    opened(phone, MONTH)

    carry(phone, middle(phone, ".cal-under [data-move]"), middle(phone, ".cal-d[data-day='2026-11-19']"))

    expect(phone.locator("#k-toasts")).to_contain_text("Pumps")
    assert seen(pumps, seller).start_at == at(seller, 10, 7, date(2026, 11, 19))
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_what_one_may_not_move_stays(page, sign_in, seller, colleague, pumps):
    sign_in(colleague)
    page.goto(f"{WEEK}&person={seller.pk}")

    expect(page.locator(".cal-c .cal-it")).to_be_visible()
    expect(page.locator("[data-move]")).to_have_count(0)
