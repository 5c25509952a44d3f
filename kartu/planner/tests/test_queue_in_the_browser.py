"""My day with the keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from kartu.planner import actions
from kartu.planner.models import Task
from kartu.planner.tests.conftest import in_hours, seen

pytestmark = pytest.mark.browser


def test_a_day_is_worked_off_with_the_keyboard_alone(page: Page, sign_in: Callable, seller):
    first, second = (
        actions.set_task(title=name, due_at=in_hours(-n), by=seller) for n, name in ((30, "One"), (5, "Two"))
    )
    sign_in(seller)
    page.goto("/day/")
    in_hand = page.locator(".qi.cur")
    expect(in_hand).to_contain_text("One")
    expect(page.locator("[data-queue-item] h2")).to_have_text("One")

    page.keyboard.press("d")
    expect(page.locator(".drawer [name=result]")).to_be_focused()
    page.keyboard.type("Agreed")
    page.keyboard.press("Control+Enter")
    expect(in_hand).to_contain_text("Two")
    expect(page.locator("#queue .qi")).to_have_count(1)
    assert seen(first, seller).state == Task.State.DONE

    page.keyboard.press("u")
    expect(page.locator("#queue .qi")).to_have_count(2)
    assert seen(first, seller).is_open and seen(second, seller).is_open


def test_on_a_phone_what_is_done_closes_its_page(page: Page, sign_in: Callable, seller):
    task = actions.set_task(title="One", due_at=in_hours(-5), by=seller)
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(seller)
    page.goto("/day/")
    page.locator(".qi").click()
    page.locator(".drawer a[data-key=d]").click()
    page.locator(".drawer:last-child [name=result]").fill("Agreed")
    page.locator(".drawer:last-child .df .btn-primary").click()

    expect(page.locator(".drawer")).to_have_count(0)
    assert seen(task, seller).state == Task.State.DONE
