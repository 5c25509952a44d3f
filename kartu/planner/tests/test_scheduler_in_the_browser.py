"""The scheduler in a real browser: by mouse, by keyboard alone, by finger on a phone."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from kartu.core.testing import run_jobs
from kartu.core.testing.browser import PHONE
from kartu.notifications.models import Notification
from kartu.planner import actions
from kartu.planner.models import Task
from kartu.planner.tests.conftest import seen

pytestmark = pytest.mark.browser

ITEM = ".tl-it[data-item='t{}']"


def at(person, day: int, hour: int, minute: int = 0) -> datetime:
    """That time of the `day`-th day of the next week, by the clock of `person`."""
    today = timezone.localdate()
    monday = today + timedelta(days=7 - today.weekday())
    zone = ZoneInfo(person.time_zone)
    return datetime(monday.year, monday.month, monday.day, hour, minute, tzinfo=zone) + timedelta(days=day)


@pytest.fixture
def visit(seller, colleague, head) -> Task:
    start = at(head, 0, 10, 7)
    return actions.set_task(
        title="Pumps", kind="meeting", start_at=start, end_at=start + timedelta(minutes=40), by=seller
    )


def open_next_week(page: Page) -> None:
    page.goto("/scheduler/?team=")
    expect(page.locator("kartu-timeline[data-ready]")).to_be_visible()
    timeline = "document.querySelector('kartu-timeline')"
    page.evaluate(f"""{timeline}.goTo(({timeline}.clock.now() - {timeline}.clock.now() % 1440)
        + (7 - {timeline}.clock.weekday({timeline}.clock.now())) * 1440)""")


def point(page: Page, person, moment: datetime) -> tuple[float, float]:
    """Where in the window that moment of that person's row is."""
    minute = int(moment.timestamp()) // 60
    x, y = page.evaluate(
        """([row, minute]) => {
            const timeline = document.querySelector("kartu-timeline");
            const { plane, axis, clock, store } = timeline;
            const box = plane.field.getBoundingClientRect();
            const index = store.rows.findIndex((each) => each.id === row);
            return [box.left + axis.x(clock.toLocal(minute)), box.top + plane.topOf(index) + 12];
        }""",
        [f"p{person.pk}", minute],
    )
    return x, y


def both_told_and_undone(page: Page, head, seller, colleague, task: Task, undo: Locator) -> None:
    moved = seen(task, head)
    assert moved.person == colleague
    assert moved.start_at == at(head, 3, 14, 23)
    assert moved.end_at - moved.start_at == timedelta(minutes=40)
    run_jobs()
    told = Notification.objects.as_system("a test").filter(kind__in=["planner.moved", "planner.given"])
    assert {each.person_id for each in told} == {seller.pk, colleague.pk}

    undo.click()

    expect(page.locator("#k-toasts")).to_contain_text("Taken back")
    back = seen(task, head)
    assert (back.person, back.start_at) == (seller, at(head, 0, 10, 7))
    expect(page.locator(ITEM.format(task.pk))).to_have_attribute(
        "aria-label", re.compile(f"Pumps, Mon.* 10:07–10:47, {seller.name}")
    )


def test_a_task_is_dragged_to_another_person_and_day_exact_to_the_minute(page, sign_in, head, seller, colleague, visit):
    sign_in(head)
    open_next_week(page)
    page.locator("[data-days='7']").click()
    x, y = point(page, seller, at(head, 0, 10, 20))
    to_x, to_y = point(page, colleague, at(head, 3, 14, 36))

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + to_x) / 2, (y + to_y) / 2, steps=4)
    page.mouse.move(to_x, to_y, steps=4)
    page.keyboard.type("1423")
    expect(page.locator(".tl-bubble")).to_contain_text("14:23–15:03, Kolya")
    page.mouse.up()

    expect(page.locator("#k-toasts")).to_contain_text("Pumps")
    both_told_and_undone(page, head, seller, colleague, visit, page.locator("[data-undo-now]"))


def test_the_same_by_keyboard_alone(page, sign_in, head, seller, colleague, visit):
    sign_in(head)
    open_next_week(page)
    page.evaluate(f"document.querySelector('kartu-timeline').focusItem('t{visit.pk}')")
    rows = [row["id"] for row in page.evaluate("document.querySelector('kartu-timeline').store.rows")]
    steps = rows.index(f"p{colleague.pk}") - rows.index(f"p{seller.pk}")

    page.keyboard.press("m")
    for _day in range(3):
        page.keyboard.press("Control+ArrowRight")
    for _row in range(abs(steps)):
        page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
    page.keyboard.type("1423")
    expect(page.locator("[data-said]")).to_have_text("Thursday 14:23, Kolya")
    page.keyboard.press("Enter")

    expect(page.locator("#k-toasts")).to_contain_text("Pumps")
    both_told_and_undone(page, head, seller, colleague, visit, page.locator("[data-undo-now]"))


def test_the_same_by_finger_on_a_phone(chromium, page, live_server, sign_in, head, seller, colleague, visit):
    sign_in(head)
    context = chromium.new_context(viewport=PHONE, base_url=live_server.url, has_touch=True, is_mobile=True)
    context.add_cookies(page.context.cookies())
    phone = context.new_page()
    open_next_week(phone)
    phone.locator("[data-days='7']").click()
    x, y = point(phone, seller, at(head, 0, 10, 20))
    to_x, to_y = point(phone, colleague, at(head, 3, 14, 0))
    finger = context.new_cdp_session(phone)

    def touch(sort: str, *points: tuple[float, float]) -> None:
        where = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": sort, "touchPoints": where})

    touch("touchStart", (x, y))
    phone.wait_for_timeout(600)
    for step in range(1, 7):
        touch("touchMove", (x + (to_x - x) * step / 6, y + (to_y - y) * step / 6))
    touch("touchEnd")
    window = phone.get_by_role("dialog", name="The exact time")
    expect(window).to_be_visible()
    window.get_by_label("From").fill("14:23")
    window.get_by_label("From").blur()
    expect(window.get_by_label("Until")).to_have_value("15:03")
    window.get_by_role("button", name="Put here").click()

    expect(phone.locator("#k-toasts")).to_contain_text("Pumps")
    both_told_and_undone(phone, head, seller, colleague, visit, phone.locator("[data-undo-now]"))
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    context.close()


def test_esc_leaves_it_where_it_was(page, sign_in, head, seller, visit):
    sign_in(head)
    open_next_week(page)
    x, y = point(page, seller, at(head, 0, 10, 20))

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 200, y, steps=4)
    page.keyboard.press("Escape")
    page.mouse.up()

    expect(page.locator(".tl-ghost")).to_have_count(0)
    assert seen(visit, head).start_at == at(head, 0, 10, 7)


def test_a_finger_that_moves_at_once_scrolls(chromium, page, live_server, sign_in, head, seller, visit):
    sign_in(head)
    context = chromium.new_context(viewport=PHONE, base_url=live_server.url, has_touch=True, is_mobile=True)
    context.add_cookies(page.context.cookies())
    phone = context.new_page()
    open_next_week(phone)
    x, y = point(phone, seller, at(head, 0, 10, 20))
    finger = context.new_cdp_session(phone)
    before = phone.evaluate("document.querySelector('.tl-scroll').scrollLeft")

    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x + 60, "y": y}]})
    for step in range(1, 8):
        point_ = {"x": x + 60 - step * 10, "y": y}
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point_]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    phone.wait_for_function(f"document.querySelector('.tl-scroll').scrollLeft > {before} + 20")
    assert seen(visit, head).start_at == at(head, 0, 10, 7)
    context.close()


def test_its_end_is_pulled_and_several_are_moved_together(page, sign_in, seller, visit):
    other = actions.set_task(
        title="Letters", kind="letter", start_at=at(seller, 0, 12), end_at=at(seller, 0, 13), by=seller
    )
    sign_in(seller)
    open_next_week(page)
    page.locator("[data-days='1']").click()
    x, y = point(page, seller, visit.end_at)
    to_x, _y = point(page, seller, at(seller, 0, 11, 30))
    page.mouse.move(x - 3, y)
    page.mouse.down()
    page.mouse.move(to_x, y, steps=5)
    page.mouse.up()
    expect(page.locator("#k-toasts")).to_contain_text("Pumps")
    assert (seen(visit, seller).start_at, seen(visit, seller).end_at) == (visit.start_at, at(seller, 0, 11, 30))

    page.locator(ITEM.format(visit.pk)).click(modifiers=["Control"])
    page.locator(ITEM.format(other.pk)).click(modifiers=["Control"])
    x, y = point(page, seller, at(seller, 0, 12, 30))
    to_x, _y = point(page, seller, at(seller, 0, 13, 30))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(to_x, y, steps=5)
    page.mouse.up()

    expect(page.locator("#k-toasts")).to_contain_text("2 tasks moved")
    assert seen(other, seller).start_at == at(seller, 0, 13)
    assert seen(visit, seller).start_at == at(seller, 0, 11, 7)


def test_an_empty_place_opens_the_form_of_a_new_task_with_its_person_and_hour(page, sign_in, head, colleague):
    sign_in(head)
    open_next_week(page)
    x, y = point(page, colleague, at(head, 0, 9))
    to_x, _y = point(page, colleague, at(head, 0, 10, 30))

    page.mouse.move(x + 2, y)
    page.mouse.down()
    page.mouse.move(to_x, y, steps=4)
    page.mouse.up()
    drawer = page.locator(".drawer")
    drawer.get_by_label("What is to be done").fill("Measure the roof at 7")
    drawer.get_by_role("button", name="Set the task").click()

    expect(page.get_by_role("button", name=re.compile("Measure the roof at 7"))).to_be_visible()
    task = Task.objects.visible_to(head).get()
    assert (task.person, task.title, task.start_at) == (colleague, "Measure the roof at 7", at(head, 0, 9))
    assert task.end_at == at(head, 0, 10, 30)


def test_a_task_without_a_time_is_pulled_from_the_tray(page, sign_in, seller):
    task = actions.set_task(title="Some day", kind="call", by=seller)
    sign_in(seller)
    open_next_week(page)
    page.locator("[data-days='1']").click()
    to = point(page, seller, at(seller, 0, 11))

    page.get_by_role("button", name="Some day").hover()
    page.mouse.down()
    page.mouse.move(*to, steps=8)
    page.mouse.up()

    expect(page.locator("#k-toasts")).to_contain_text("Some day")
    expect(page.locator(ITEM.format(task.pk))).to_be_visible()
    assert seen(task, seller).start_at == at(seller, 0, 11)
    expect(page.locator("kartu-timeline.has-tray")).to_have_count(0)


def test_a_task_that_a_colleague_moves_is_seen_to_move(page, sign_in, seller, visit):
    sign_in(seller)
    open_next_week(page)
    expect(page.locator(ITEM.format(visit.pk))).to_be_visible()

    actions.change_task(task=visit, values={"start_at": at(seller, 1, 9)}, by=seller)
    page.evaluate(
        """(id) => document.dispatchEvent(new CustomEvent("kartu:live",
            { detail: { kind: "planner.moved", data: { tasks: [id] } } }))""",
        visit.pk,
    )

    label = page.locator(ITEM.format(visit.pk))
    expect(label).to_have_attribute("aria-label", re.compile("Tue.* 09:00"))


def test_of_sixty_rows_and_weeks_only_what_is_in_sight_is_in_the_page(page, sign_in, seller):
    for day in range(40):
        for hour in range(8, 14):
            start = at(seller, day, hour)
            actions.set_task(title="x", kind="call", start_at=start, end_at=start + timedelta(minutes=20), by=seller)
    sign_in(seller)
    open_next_week(page)
    page.locator("[data-days='3']").click()

    expect(page.locator(".tl-it[data-item]").first).to_be_visible()
    assert page.locator(".tl-it[data-item]").count() < 60


def test_the_keys_are_told_on_a_question_mark(page, sign_in, seller, visit):
    sign_in(seller)
    open_next_week(page)
    page.evaluate(f"document.querySelector('kartu-timeline').focusItem('t{visit.pk}')")

    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Keys of the scheduler")).to_be_visible()


def test_it_opens_on_today_and_stays_there_when_the_window_changes(page, sign_in, seller, visit):
    sign_in(seller)
    in_sight = """() => {
        const { plane, clock } = document.querySelector("kartu-timeline");
        const [from, until] = plane.span;
        return from <= clock.now() && clock.now() <= until;
    }"""
    for width in (1440, 900, 1600):
        page.set_viewport_size({"width": width, "height": 800})
        if width == 1440:
            page.goto("/scheduler/")
            expect(page.locator("kartu-timeline[data-ready]")).to_be_visible()
        page.wait_for_timeout(700)  # the window is measured, and what it shows fetched
        assert page.evaluate(in_sight), width
