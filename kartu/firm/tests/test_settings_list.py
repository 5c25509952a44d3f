"""The list of settings: its groups, who sees what of it, and the list on wide and narrow screens."""

import pytest

from kartu.core.testing.browser import PHONE
from kartu.core.tests.test_accessibility import complaints
from kartu.firm.tabs import settings_tabs


def listed(client, person, path: str = "/people/") -> dict[str, list[str]]:
    client.force_login(person)
    groups = client.get(path).context["settings_tabs"].groups
    return {str(group["label"]): [tab["url"] for tab in group["tabs"]] for group in groups}


def test_pages_stand_under_the_group_that_each_declares(client, owner):
    shown = listed(client, owner)

    assert list(shown) == ["Firm", "People and rights", "Clients and fields", "Safety", "Own server"]
    assert shown["Firm"][0] == "/firm/" and "/people/" in shown["People and rights"]
    assert sum(map(len, shown.values())) == len(list(settings_tabs))


def test_a_seller_sees_no_group_without_a_page(client, seller):
    shown = listed(client, seller)

    assert "/people/" in shown["People and rights"] and "/firm/" not in shown.get("Firm", [])
    assert "Own server" not in shown and all(shown.values())


def test_the_list_says_on_which_page_one_is(client, owner):
    listed(client, owner, "/teams/")
    page = client.get("/teams/")

    assert page.context["settings_tabs"].here == "Teams"
    assert page.content.decode().count('aria-current="page">Teams<') == 2  # at the side and under the button


@pytest.mark.parametrize(
    ("path", "here"),
    [("/teams/", "Settings"), ("/tasks/outcomes/", "Settings"), ("/scheduler/", "Scheduler")],
)
def test_the_menu_of_the_program_shows_settings_on_every_page_of_them(client, owner, path, here):
    client.force_login(owner)

    assert [place.label for place in client.get(path).context["menu"] if place.is_here] == [here]


@pytest.mark.browser
@pytest.mark.looks
def test_on_a_wide_screen_the_list_is_walked_by_the_keyboard(page, sign_in, owner):
    sign_in(owner)
    page.goto("/people/")
    page.locator(".set-side").get_by_role("link", name="People", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/absences/")

    assert page.locator(".set-side [aria-current]").inner_text() == "Absences"
    assert complaints(page) == []


@pytest.mark.browser
@pytest.mark.looks
def test_on_a_phone_the_list_opens_under_its_button(page, sign_in, owner):
    sign_in(owner)
    page.set_viewport_size(PHONE)
    page.goto("/people/")
    page.locator(".set-pick summary").click()

    assert complaints(page) == []
    page.locator(".set-pick").get_by_role("link", name="Teams").click()
    page.wait_for_url("**/teams/")
    assert page.locator(".set-pick summary").inner_text() == "Teams"
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
