"""Making a record inside the making of another, on the real forms: nothing that was typed is lost."""

import pytest
from playwright.sync_api import Locator, Page, expect

from kartu.clients.models import Client, ClientRelation, Contact, Source, Tag, Touch

pytestmark = pytest.mark.browser


def make_in(field: Locator, text: str, page: Page) -> None:
    """Type into a picker and take its offer to make what is not there."""
    field.fill(text)
    page.get_by_role("option", name=f"New: “{text}”").click()


def test_values_of_lists_are_made_while_a_client_is_typed(page, sign_in, owner):
    sign_in(owner)
    page.goto("/clients/")
    page.keyboard.press("n")
    page.keyboard.press("c")
    first = page.locator(".drawer").first
    first.get_by_label("Name", exact=True).fill("PT Baru")
    make_in(first.get_by_label("Came from"), "Fair in Jakarta", page)
    second = page.locator(".drawer.d2")
    expect(second.get_by_label("Name")).to_have_value("Fair in Jakarta")
    second.get_by_role("button", name="Add").click()
    expect(second).to_have_count(0)
    first.get_by_text("More", exact=True).click()
    make_in(first.get_by_label("Tags"), "VIP", page)
    second.get_by_role("button", name="Add").click()
    expect(second).to_have_count(0)

    expect(first.get_by_label("Name", exact=True)).to_have_value("PT Baru")
    first.get_by_role("button", name="Create").click()
    expect(page.locator(".drawer")).to_have_count(0)

    made = Client.objects.visible_to(owner).get()
    assert (made.name, made.source) == ("PT Baru", Source.objects.get(name="Fair in Jakarta"))
    assert [row.tag for row in made.client_tags.all()] == [Tag.objects.get(name="VIP")]


def test_a_client_is_made_for_a_relation_and_asks_before_it_is_thrown_away(page, sign_in, seller, sinar):
    sign_in(seller)
    page.goto(f"/clients/{sinar.pk}/?tab=relations")
    page.get_by_role("link", name="Add a relation").click()
    first, second = page.locator(".drawer").first, page.locator(".drawer.d2")
    make_in(first.get_by_label("Which client"), "Sinar Group", page)
    second.get_by_label("Phone").fill("0811-947-203")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.get_by_role("button", name="Go on typing").click()
    expect(second.get_by_label("Phone")).to_have_value("0811-947-203")
    second.get_by_role("button", name="Create").click()
    expect(second).to_have_count(0)
    first.get_by_role("button", name="Add").click()
    expect(page.locator(".drawer")).to_have_count(0)

    relation = ClientRelation.objects.visible_to(seller).get()
    assert {relation.client.name, relation.other.name} == {sinar.name, "Sinar Group"}


def test_the_person_one_has_just_spoken_to_is_made_in_the_line(page, sign_in, seller, sinar):
    sign_in(seller)
    page.goto(f"/clients/{sinar.pk}/")
    page.keyboard.press("2")
    page.get_by_label("What happened?").fill("Wants three pumps")
    make_in(page.locator(".quick-who").get_by_role("combobox"), "Rina", page)
    page.locator(".drawer").get_by_role("button", name="Add").click()
    expect(page.locator(".drawer")).to_have_count(0)
    expect(page.get_by_label("What happened?")).to_have_value("Wants three pumps")
    page.get_by_role("button", name="Write down").click()
    expect(page.locator(".tl")).to_contain_text("Wants three pumps")

    touch = Touch.objects.visible_to(seller).get()
    assert (touch.kind, touch.contact) == ("call", Contact.objects.visible_to(seller).get(name="Rina"))
