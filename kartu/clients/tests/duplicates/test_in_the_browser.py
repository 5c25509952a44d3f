"""Duplicates on the real pages: named while typing, merged side by side, parted by Undo."""

import pytest
from playwright.sync_api import Page, expect

from kartu.clients import actions
from kartu.clients.duplicates.search import search
from kartu.clients.models import Client

pytestmark = pytest.mark.browser


def test_who_is_there_already_is_named_while_he_is_typed(page: Page, sign_in, owner):
    actions.add_client(name="ООО «Ромашка»", by=owner)
    sign_in(owner)
    page.goto("/clients/new/")

    page.get_by_label("Name", exact=True).press_sequentially("Romashka")

    expect(page.locator("#twins")).to_contain_text("Already here? ООО «Ромашка»")


def test_two_cards_become_one_and_two_again(page: Page, sign_in, owner):
    actions.add_client(name="ООО «Ромашка»", phone="+7 912 664-07-18", by=owner)
    actions.add_client(name="Romashka", phone="+7 912 664-07-18", about="Flowers", by=owner)
    search()
    sign_in(owner)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/clients/duplicates/")

    page.get_by_role("link", name="Compare").click()
    page.get_by_label("Romashka · Company").check()
    page.get_by_role("button", name="Merge", exact=True).click()

    expect(page.locator(".toast-k")).to_contain_text("on one card now")
    assert [(card.name, card.about) for card in Client.objects.visible_to(owner)] == [("Romashka", "Flowers")]
    page.locator(".toast-k").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast-k")).to_contain_text("Taken back")
    assert Client.objects.visible_to(owner).count() == 2
