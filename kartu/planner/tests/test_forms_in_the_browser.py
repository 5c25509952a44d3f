"""A new task at the side, and the line of views above the list, as people meet them."""

import pytest
from playwright.sync_api import Page, expect

from kartu.planner import actions
from kartu.planner.models import Series, Task
from kartu.records.models import File

pytestmark = pytest.mark.browser


def test_files_of_a_form_that_comes_back_are_not_lost(seller, page: Page, sign_in):
    sign_in(seller)
    page.goto("/tasks/")
    page.locator("#main .empty a[href='/tasks/new/']").click()
    side = page.locator(".drawer")
    side.locator("summary").click()
    side.locator("input[type=file]").set_input_files(
        {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"a plan"}
    )
    side.locator(".btn-primary").click()
    expect(side.locator("[aria-invalid=true]")).to_be_visible()

    side.locator("[name=title]").fill("Offer")
    side.locator(".btn-primary").click()

    expect(side).to_have_count(0)
    task = Task.objects.visible_to(seller).get()
    assert File.objects.as_system("a test").get(about_type="planner.task", about_id=task.pk).name == "plan.txt"


def test_views_that_do_not_fit_stand_in_a_menu_and_what_is_behind_them_in_sight(seller, page: Page, sign_in):
    actions.set_task(title="Offer", by=seller)
    seller.language = "ru"
    seller.save()
    sign_in(seller)
    page.set_viewport_size({"width": 1300, "height": 800})
    page.goto("/tasks/?v=all")
    line, more = page.locator(".views"), page.locator("[data-more-views]")
    expect(more).to_be_visible()
    assert line.evaluate("line => line.scrollWidth <= line.clientWidth")
    expect(line.locator("> a.v.on")).to_be_visible()

    more.locator("summary").click()
    more.locator("a.v").last.click()
    expect(page.locator(".views > a.v.on")).to_be_visible()

    page.set_viewport_size({"width": 2400, "height": 800})
    expect(more).to_be_hidden()


def test_a_line_of_a_checklist_that_is_refused_says_why_and_stays_typed(seller, page: Page, sign_in):
    task = actions.set_task(title="Offer", by=seller)
    sign_in(seller)
    page.goto(f"/tasks/{task.pk}/")
    field = page.get_by_role("textbox", name="Add a line")
    field.evaluate("field => field.removeAttribute('maxlength')")
    field.fill("x" * 301)
    field.press("Enter")

    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("x" * 301)
    expect(page.get_by_role("alert").filter(has_text="300")).to_be_visible()

    field.fill("Ask for prices")
    expect(page.locator(".refused-k")).to_have_count(0)
    field.press("Enter")
    expect(page.get_by_role("checkbox", name="Ask for prices")).to_be_visible()


def test_a_new_task_becomes_a_recurring_one_at_the_side_and_enter_sets_a_single_one(seller, page: Page, sign_in):
    sign_in(seller)
    page.goto("/tasks/?v=all")
    side = page.locator(".drawer")
    page.locator("#main .empty a[href='/tasks/new/']").click()
    side.locator("[name=title]").fill("Call Rina tomorrow 15:00")

    side.get_by_role("button", name="Repeat…").click()
    expect(side.locator("[name=at]")).to_have_value("15:00")
    expect(side.locator("[name=title]")).to_have_value("Call Rina")
    expect(side.locator(".says-k")).to_contain_text("15:00")
    side.locator(".df .btn-primary").click()

    expect(side).to_have_count(0)
    assert [series.title for series in Series.objects.visible_to(seller)] == ["Call Rina"]
    page.goto("/tasks/new/")
    page.locator("[name=title]").fill("Offer")
    page.locator("[name=title]").press("Enter")
    expect(page.get_by_role("heading", name="Offer")).to_be_visible()
    assert Task.objects.visible_to(seller).filter(series=None).get().title == "Offer"
