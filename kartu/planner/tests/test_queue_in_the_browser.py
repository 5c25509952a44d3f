"""My day with the keyboard alone."""

from collections.abc import Callable

import pytest
from django.utils import timezone
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


def test_a_moment_that_has_passed_meanwhile_is_said_where_it_was_chosen(page: Page, sign_in: Callable, seller):
    task = actions.set_task(title="One", due_at=in_hours(-5), by=seller)
    now = timezone.now()
    sign_in(seller)
    page.goto("/day/")
    side = page.locator("[data-queue-item]")
    side.locator("summary", has_text="Put off").click()
    choice = side.get_by_role("button", name="In an hour")
    values = choice.get_attribute("hx-vals").replace(f'"{now.year}', '"2020').replace(f'"{now.year + 1}', '"2020')
    choice.evaluate("(button, values) => button.setAttribute('hx-vals', values)", values)
    choice.click()

    expect(side.get_by_role("alert")).to_have_text("Until a moment within the next 31 days")
    expect(page.locator("#queue .qi")).to_have_count(1)

    side.locator("summary", has_text="Put off").click()
    side.get_by_role("button", name="In three hours").click()

    expect(page.locator(".toast-k")).to_contain_text("Put off")
    expect(page.get_by_role("alert").filter(has_text="Until a moment")).to_have_count(0)
    assert seen(task, seller).is_open


def test_a_task_is_dragged_onto_a_colleague_and_what_refuses_it_is_said(
    page: Page, sign_in: Callable, head, seller, colleague
):
    task = actions.set_task(title="One", due_at=in_hours(-5), by=seller)
    sign_in(head)
    page.goto("/day/team/")
    row = page.locator(f"[data-give-to='{seller.pk}'] .qi")
    there = page.locator(f"[data-give-to='{colleague.pk}']")
    there.evaluate("(place, nobody) => (place.dataset.giveTo = nobody)", "0")
    nobody = page.locator("[data-give-to='0']")

    row.drag_to(nobody)
    expect(page.locator("#k-errors")).to_have_text("To whom?")

    nobody.evaluate("(place, person) => (place.dataset.giveTo = person)", str(colleague.pk))
    row.drag_to(there)
    expect(page.locator(".toast-k")).to_contain_text(f"1 task given to {colleague.name}")
    assert seen(task, head).person == colleague
