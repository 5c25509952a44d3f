"""A section of the firm's own, from the "+" on a card to the printed dossier, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from kartu.clients import actions
from kartu.firm.models import Firm
from kartu.records.custom import actions as shaping
from kartu.records.models import Field

pytestmark = pytest.mark.browser


class Clicks:
    """Clicks, counted."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, locator) -> None:
        self.count += 1
        locator.click()


def test_five_clicks_make_a_section_that_can_be_used_at_once_and_everywhere(
    page: Page, owner, seller, sinar, sign_in, settings, tmp_path
):
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    Firm.objects.get_or_create(pk=1, defaults={"name": "CV Tirta", "country": "ID", "currency": "IDR"})
    sign_in(owner)
    page.goto(f"/clients/{sinar.pk}/")
    click = Clicks()

    click(page.get_by_role("link", name="Add a section"))
    page.get_by_label("Name").fill("Machines")
    click(page.get_by_role("button", name="Fields"))
    click(page.get_by_role("link", name="Whole number"))
    page.get_by_label("Name").fill("Hours run")
    click(page.get_by_role("button", name="Add"))
    expect(page.get_by_role("link", name="Hours run", exact=True)).to_be_visible()
    click(page.get_by_role("link", name="Done"))

    assert click.count == 5
    expect(page.locator("#card-panel")).to_contain_text("Hours run")
    field = Field.objects.as_system("what the test has made").get()

    # filled in where it stands
    page.get_by_role("button", name="Change: Hours run").click()
    page.keyboard.type("1500")
    page.keyboard.press("Enter")
    expect(page.locator("#card-panel .edit-v")).to_have_text("1.500")

    # filtered and sorted by
    actions.add_client(name="PT Kosong", by=owner)
    page.goto(f"/clients/?f=f{field.pk}:more:1000&s=-f{field.pk}")
    expect(page.locator("tr[data-id]")).to_have_count(1)
    expect(page.locator("main")).to_contain_text("more than 1.000")

    # printed
    page.goto(f"/clients/{sinar.pk}/dossier/")
    expect(page.get_by_text("Sections of your own")).to_be_visible()


def test_who_may_not_see_it_sees_it_nowhere(page: Page, owner, head, seller, sinar, sign_in):
    section = shaping.add_section(
        entity="clients.client", kind="fields", name="Rumours", see_roles=[head.role_id], by=owner
    )
    field = shaping.add_field(section=section, type="text", name="Told by", by=owner)
    actions.set_custom(client=sinar, values={f"custom.{field.pk}": "Zeppelin"}, by=owner)
    sign_in(seller)

    for address in (
        f"/clients/{sinar.pk}/", "/clients/", f"/clients/{sinar.pk}/?tab=s{section.pk}",
        f"/clients/{sinar.pk}/dossier/", "/search/?q=zeppelin", "/clients/new/",
    ):  # fmt: skip
        page.goto(address)
        expect(page.locator("main")).to_be_visible()
        assert "Rumours" not in page.content()
        assert "Told by" not in page.content()
    assert page.goto(f"/clients/?f=f{field.pk}:filled").status == page.goto("/clients/?f=f99999:filled").status == 400
    expect(page.get_by_role("link", name="Add a section")).to_have_count(0)
