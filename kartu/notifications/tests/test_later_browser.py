"""Putting off and acknowledging from the bell, by a hand."""

import pytest

from kartu.core.testing.browser import PHONE
from kartu.notifications.actions import notify
from kartu.notifications.models import Notification

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_reminder_is_put_off_from_the_bell(page, sign_in, seller, phone):
    if phone:
        page.set_viewport_size(PHONE)
    [notice] = notify(to=[seller], kind="test", title="Call Rina", needs_ack=True)
    sign_in(seller)
    page.goto("/clients/")

    page.locator("[data-bell]").click()
    bell = page.locator(".notice-k").first
    bell.locator("summary").click()
    bell.get_by_role("button", name="1 hour").click()
    page.get_by_text("put off until").first.wait_for(state="attached")

    assert Notification.objects.visible_to(seller).get(pk=notice.pk).state == "snoozed"


def test_a_reminder_is_acknowledged_on_the_page_of_news(page, sign_in, seller):
    [notice] = notify(to=[seller], kind="test", title="Call Rina", needs_ack=True)
    sign_in(seller)
    page.goto("/notifications/")

    page.get_by_role("button", name="I know").click()
    page.get_by_text("You know").first.wait_for()

    assert Notification.objects.visible_to(seller).get(pk=notice.pk).state == "acked"
