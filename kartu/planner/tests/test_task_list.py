"""The list of tasks: ready views, filters, and as many questions for many rows as for few."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kartu.planner import actions
from kartu.planner.tests.conftest import in_hours
from kartu.records.lists.keeping import views_of
from kartu.records.lists.spec import lists

OPEN = "/tasks/?f=state%3Aany%3Aopen"


@pytest.fixture
def browser(seller) -> Browser:
    browser = Browser()
    browser.force_login(seller)
    return browser


def queries(browser: Browser, url: str) -> int:
    browser.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(url).status_code == 200
    return len(seen)


def test_every_ready_view_opens(browser, seller, sinar):
    actions.set_task(title="Call about the price", kind="call", client=sinar, due_at=in_hours(2), by=seller)
    views = views_of(lists["tasks"], seller)
    assert len(views) > 3
    for view in views:
        assert browser.get(f"/tasks/?v={view.key}").status_code == 200, view.key


def test_what_is_set_stands_in_the_list_with_its_client(browser, seller, stranger, sinar):
    actions.set_task(title="Call about the price", kind="call", client=sinar, by=seller)
    actions.set_task(title="Nobody else's business", by=stranger)
    page = browser.get(OPEN).content.decode()

    assert "Call about the price" in page and "PT Sinar Abadi" in page and "Nobody else" not in page


def test_many_tasks_take_no_more_questions_than_few(browser, seller, sinar):
    for number in range(2):
        actions.set_task(title=f"Task {number}", client=sinar, due_at=in_hours(number + 1), by=seller)
    few = queries(browser, OPEN)
    for number in range(20):
        day = timezone.localdate() + timedelta(days=number)
        actions.set_task(title=f"Further {number}", client=sinar, due_on=day, by=seller)

    assert queries(browser, OPEN) <= few <= 25
