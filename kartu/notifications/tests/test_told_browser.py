"""The table of kinds and ways, pressed by a hand."""

import pytest

from kartu.core.testing.browser import PHONE
from kartu.notifications.models import Preference

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_tick_is_taken_away_and_stays_away(page, sign_in, seller, phone):
    if phone:
        page.set_viewport_size(PHONE)
    sign_in(seller)
    page.goto("/me/told/")
    tick = page.get_by_label("A colleague's work became yours: e-mail")
    assert tick.is_checked()
    assert page.get_by_label("The log was altered: e-mail").is_disabled()

    tick.uncheck()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved").first.wait_for()
    page.reload()

    assert not page.get_by_label("A colleague's work became yours: e-mail").is_checked()
    assert "email" not in Preference.objects.get(person=seller).channels
    if phone:
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_way_is_tried_out(page, sign_in, seller):
    sign_in(seller)
    page.goto("/me/told/")

    page.get_by_role("button", name="Send me one now").first.click()
    page.get_by_text("On its way").first.wait_for()
    page.goto("/notifications/")

    assert page.get_by_text("A test from Kartu").is_visible()
