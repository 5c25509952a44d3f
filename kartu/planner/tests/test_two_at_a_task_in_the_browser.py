"""A task stands open before one person while another one changes it."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.utils import timezone
from playwright.sync_api import Page, expect

from kartu.core.models import LiveMessage
from kartu.core.testing.browser import DESKTOP
from kartu.planner import actions
from kartu.planner.models import Task, TaskItem
from kartu.planner.tests.conftest import in_hours, seen

pytestmark = pytest.mark.browser
KIND = "planner.moved"


@pytest.fixture
def task(seller) -> Task:
    return actions.set_task(title="Offer", due_at=in_hours(30), items=["Count", "Write"], by=seller)


@pytest.fixture
def others_page(chromium, live_server, page, head) -> Iterator[Page]:
    """The browser of the head, at another computer. After `page`, which serves the static files."""
    client = Browser()
    client.force_login(head)
    context = chromium.new_context(viewport=DESKTOP, base_url=live_server.url, locale="en-GB")
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    yield context.new_page()
    context.close()


@pytest.fixture
def hears(page, task) -> Callable[[], None]:
    """Bring to `page` what the program has sent to open pages since the last time, as the stream would."""
    last = max(LiveMessage.objects.values_list("pk", flat=True), default=0)

    def bring() -> None:
        nonlocal last
        for message in LiveMessage.objects.filter(pk__gt=last, kind=KIND).order_by("pk"):
            last = message.pk
            detail = json.dumps({"detail": message.data, "bubbles": True})
            page.evaluate(f"document.body.dispatchEvent(new CustomEvent('kartu:live:{KIND}', {detail}))")

    return bring


def test_what_a_colleague_does_is_seen_and_what_is_typed_stays(
    page, others_page, sign_in, hears, seller, head, colleague, task
):
    sign_in(seller)
    page.goto(f"/tasks/{task.pk}/")
    line = page.get_by_role("textbox", name="Add a line")
    line.press_sequentially("Ask for pri")

    others_page.goto(f"/tasks/{task.pk}/")
    others_page.get_by_role("checkbox", name="Count").click()
    expect(others_page.get_by_role("checkbox", name="Count")).to_be_checked()
    others_page.goto(f"/tasks/{task.pk}/move/")
    others_page.locator("[name=when]").fill("01.05.2031 15:00")
    others_page.get_by_role("button", name="Move", exact=True).click()
    expect(others_page.locator(".hero")).to_contain_text("2031")
    actions.set_participants(task=task, kind="watcher", people=[colleague], by=head)
    hears()

    expect(page.get_by_role("checkbox", name="Count")).to_be_checked()
    expect(page.locator(".hero")).to_contain_text("2031")
    expect(page.locator(".rail")).to_contain_text(colleague.name)
    expect(line).to_be_focused()
    expect(line).to_have_value("Ask for pri")

    line.press_sequentially("ces")
    line.press("Enter")
    expect(page.get_by_role("checkbox", name="Ask for prices")).to_be_visible()
    expect(line).to_have_value("")

    others_page.goto(f"/tasks/{task.pk}/finish/")
    others_page.locator("[name=result]").fill("Agreed")
    others_page.get_by_role("button", name="Done", exact=True).click()
    expect(others_page.locator(".hero")).to_contain_text("Done")
    hears()
    expect(page.locator(".note.info")).to_contain_text("Agreed")
    expect(page.locator(".hero [data-key=d]")).to_have_count(0)


def test_a_list_of_acts_that_somebody_chooses_from_stays_open_and_what_changed_comes_after(
    page, sign_in, hears, seller, head, task
):
    sign_in(seller)
    page.goto(f"/tasks/{task.pk}/")
    menu = page.locator(".hero details[data-menu]")
    menu.locator("summary").click()

    actions.change_task(task=task, values={"title": "The offer"}, by=head)
    hears()
    page.wait_for_timeout(400)
    expect(menu).to_have_attribute("open", "")
    expect(page.locator(".hero h1")).to_have_text("Offer")

    page.keyboard.press("Escape")
    expect(page.locator(".hero h1")).to_have_text("The offer")


def test_what_becomes_of_other_tasks_does_not_ask_for_the_page(page, sign_in, hears, seller, task):
    other = actions.set_task(title="Another", by=seller)
    sign_in(seller)
    page.goto(f"/tasks/{task.pk}/")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/tasks/" in request.url else None)

    actions.change_task(task=other, values={"title": "Other"}, by=seller)
    hears()
    page.wait_for_timeout(400)
    assert asked == []

    item = TaskItem.objects.visible_to(seller).filter(task=task).first()
    actions.change_item(item=item, text="Count twice", by=seller)
    hears()
    expect(page.get_by_role("checkbox", name="Count twice")).to_be_visible()


def test_a_form_says_which_of_its_fields_a_colleague_has_changed_and_asks_which_stays(
    page, sign_in, hears, seller, head, task
):
    sign_in(seller)
    page.goto(f"/tasks/{task.pk}/")
    page.locator(".hero details[data-menu] summary").click()
    page.get_by_role("link", name="Edit the task").click()
    side = page.locator(".drawer")
    side.locator("[name=title]").fill("My offer")

    actions.change_task(task=task, values={"title": "Their offer"}, by=head)
    hears()

    changed = side.locator(".changed-k")
    expect(changed).to_have_count(1)
    expect(changed).to_contain_text("A colleague has changed this meanwhile")
    expect(side.locator("[name=title]")).to_have_value("My offer")

    side.get_by_role("button", name="Save").click()
    expect(side).to_contain_text("What is to be done is now Their offer.")
    assert seen(task, seller).title == "Their offer"
    side.get_by_role("button", name="Save").click()
    expect(side).to_have_count(0)
    assert seen(task, seller).title == "My offer"


def test_a_form_that_is_saved_as_it_was_shown_leaves_the_task_as_it_was(page, sign_in, seller, task):
    sign_in(seller)
    page.goto(f"/tasks/{task.pk}/change/")
    page.locator("[name=title]").fill("The offer")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".hero h1")).to_have_text("The offer")
    assert seen(task, seller).due_at == task.due_at


def test_whoever_moves_a_task_does_not_take_back_what_a_colleague_moved_meanwhile(
    page, sign_in, hears, seller, head, task
):
    sign_in(seller)
    page.goto(f"/tasks/{task.pk}/")
    page.locator(".hero [data-key=m]").click()
    side = page.locator(".drawer")
    expect(side.locator("[name=when]")).to_be_focused()

    theirs = in_hours(50)
    actions.change_task(task=task, values={"due_at": theirs}, by=head)
    hears()
    expect(side.locator(".changed-k")).to_have_count(1)
    side.get_by_role("button", name="Move", exact=True).click()
    expect(side).to_have_count(0)
    assert seen(task, seller).due_at == theirs

    page.locator(".hero [data-key=m]").click()
    later = timezone.localtime(theirs + timedelta(days=2))
    side.locator("[name=when]").fill(f"{later:%d.%m.%Y %H:%M}")
    actions.change_task(task=task, values={"due_at": theirs + timedelta(hours=1)}, by=head)
    side.get_by_role("button", name="Move", exact=True).click()
    expect(side.get_by_role("alert").filter(has_text="Keep theirs")).to_be_visible()
    side.get_by_role("button", name="Move", exact=True).click()
    expect(side).to_have_count(0)
    assert seen(task, seller).due_at == later.replace(second=0, microsecond=0)
