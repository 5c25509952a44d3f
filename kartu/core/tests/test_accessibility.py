"""The page of pieces for everybody: axe-core finds nothing, and nothing scrolls sideways."""

import pytest
from django.conf import settings
from playwright.sync_api import Page

from kartu.core.testing.browser import DESKTOP, PHONE, SMALLEST

pytestmark = [pytest.mark.browser, pytest.mark.looks]

AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]


def complaints(page: Page) -> list[str]:
    """What axe finds, as "rule: element"."""
    if not AXE.exists():
        pytest.skip("axe-core is not here: npm ci")
    # By the debugger's channel: a script element would break the content policy, and a test of it with that.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1440", "390"])
def test_axe_finds_nothing_on_the_page_of_pieces(page, sign_in, owner, theme, size):
    owner.theme = theme
    owner.save()
    sign_in(owner)
    page.set_viewport_size(size)
    page.goto("/ui/")

    assert complaints(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_two_drawers_and_a_picker(page, sign_in, owner, theme):
    owner.theme = theme
    owner.save()
    sign_in(owner)
    page.goto("/ui/")
    page.locator("a.btn[data-drawer]").click()
    page.locator(".drawer").get_by_label("Part of").fill("zz")
    page.get_by_role("option", name="New: “zz”").click()
    second = page.locator(".drawer.d2")
    second.get_by_label("Part of").fill("hotel")
    second.get_by_role("option", name="Hotel Puri Dago").wait_for()

    assert complaints(page) == []


def test_axe_finds_nothing_in_the_palette_the_keys_and_an_edit(page, sign_in, owner):
    sign_in(owner)
    page.goto("/ui/")
    page.locator(".kv [data-edit] .edit-v").first.click()
    assert complaints(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    assert complaints(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")

    assert complaints(page) == []


def test_axe_would_find_a_button_without_a_name(page, sign_in, owner):
    sign_in(owner)
    page.goto("/ui/")
    page.evaluate("document.getElementById('main').append(document.createElement('button'))")

    assert any(complaint.startswith("button-name") for complaint in complaints(page))


@pytest.mark.parametrize("language", ["en", "id", "ru"])
def test_nothing_scrolls_sideways_on_the_smallest_phone(page, sign_in, owner, language):
    owner.language = language
    owner.save()
    sign_in(owner)
    page.set_viewport_size(SMALLEST)
    page.goto("/ui/")

    assert page.evaluate("document.documentElement.scrollWidth") == SMALLEST["width"]


@pytest.mark.parametrize("width", [900, 1440])
def test_the_frame_stays_where_it_is_whatever_is_scrolled_to(page, sign_in, owner, width):
    sign_in(owner)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/ui/")
    page.evaluate("document.getElementById('docs').scrollIntoView()")
    page.locator("#kit-drop").focus()

    top, sheet = page.locator(".top").bounding_box(), page.locator(".sheet").bounding_box()
    assert top["y"] == sheet["y"] + 1 and sheet["y"] + sheet["height"] == 900 - 8
