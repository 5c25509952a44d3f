"""A section of the firm's own, from the "+" on a card to the printed dossier, in a real browser."""

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from kartu.clients import actions
from kartu.core.testing import run_jobs
from kartu.firm.models import Firm
from kartu.records.custom import actions as shaping
from kartu.records.models import Field
from kartu.security.tokens import make_token

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
    click(page.get_by_role("link", name="Text", exact=True))
    page.get_by_label("Name").fill("Serial")
    click(page.get_by_role("button", name="Add"))
    expect(page.get_by_role("link", name="Serial", exact=True)).to_be_visible()
    click(page.get_by_role("link", name="Done"))

    assert click.count == 5
    expect(page.locator("#card-panel")).to_contain_text("Serial")
    field = Field.objects.as_system("what the test has made").get()

    fill_in_where_it_stands(page)
    bring_in_another(page)
    filter_and_sort(page, field)
    search(page)
    export(page, field, tmp_path)
    # printed
    page.goto(f"/clients/{sinar.pk}/dossier/")
    expect(page.get_by_text("Sections of your own")).to_be_visible()
    # read by a program
    _token, text = make_token(person=owner, name="a test", rights=["clients.view"])
    told = page.request.get(f"/api/v1/clients/{sinar.pk}", headers={"Authorization": f"Bearer {text}"}).json()
    assert told["custom"] == {str(field.pk): "KX-1500"}


def fill_in_where_it_stands(page: Page) -> None:
    page.get_by_role("button", name="Change: Serial").click()
    page.keyboard.type("KX-1500")
    page.keyboard.press("Enter")
    expect(page.locator("#card-panel .edit-v")).to_have_text("KX-1500")


def bring_in_another(page: Page) -> None:
    """A list in which the field is known by its name."""
    page.goto("/imports/new/")
    page.get_by_label("Or paste cells").fill("Company\tSerial\nPT Baru\tKX-0200\nPT Kosong\t")
    for press in ("Read the cells", "Check the rows", "Bring 2 rows in"):
        page.get_by_role("button", name=press).click()
        page.wait_for_load_state()
        run_jobs()
        page.reload()
    expect(page.get_by_role("button", name="Take it all back")).to_be_visible()


def filter_and_sort(page: Page, field: Field) -> None:
    names = page.locator("tr[data-id] th a, tr[data-id] td:nth-child(2) a")
    page.goto(f"/clients/?f=f{field.pk}:has:KX&s=-f{field.pk}")
    expect(page.locator("tr[data-id]")).to_have_count(2)
    assert [name for name in names.all_inner_texts() if name.startswith("PT ")] == ["PT Sinar Abadi", "PT Baru"]
    expect(page.locator("main")).to_contain_text(re.compile("Serial\\s*contains “KX”"))


def search(page: Page) -> None:
    page.goto("/search/?q=kx-1500")
    expect(page.locator("main")).to_contain_text("PT Sinar Abadi")
    expect(page.locator("main")).not_to_contain_text("PT Baru")


def export(page: Page, field: Field, folder: Path) -> None:
    page.goto(f"/clients/?f=f{field.pk}:filled")
    page.locator("summary[aria-label=Columns]").click()
    page.get_by_role("checkbox", name="Serial").check()
    expect(page.locator("th", has_text="Serial")).to_be_visible()
    page.locator("summary[aria-label='To Excel']").click()
    page.get_by_label("What is the file for?").fill("A test")
    with page.expect_download() as download:
        page.get_by_role("button", name="Excel file").click()
    download.value.save_as(folder / "out.xlsx")
    sheet = load_workbook(folder / "out.xlsx").active
    # Behind a name may stand a space: the mark of who took it out.
    lines = [[str(cell.value).strip() for cell in line] for line in sheet.iter_rows()]
    found = {line[0]: line for line in lines if line[0] in ("PT Sinar Abadi", "PT Baru")}
    assert "KX-1500" in found["PT Sinar Abadi"] and "KX-0200" in found["PT Baru"]


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


def test_a_formula_is_put_together_by_clicks_and_follows_what_is_typed(page: Page, owner, sinar, sign_in):
    section = shaping.add_section(entity="clients.client", kind="fields", name="Machines", by=owner)
    price = shaping.add_field(section=section, type="whole", name="Price", by=owner)
    actions.set_custom(client=sinar, values={f"custom.{price.pk}": 40}, by=owner)
    sign_in(owner)
    page.goto(f"/sections/{section.pk}/")

    page.get_by_role("link", name="Formula", exact=True).click()
    page.get_by_label("Name").fill("Double")
    page.get_by_role("button", name="Price", exact=True).click()
    page.keyboard.type(" * [Prize]")
    expect(page.locator(".trial-k mark")).to_have_text("[Prize]")
    page.get_by_label("Worked out from").fill("[Price] * 2")
    expect(page.locator(".trial-k")).to_contain_text("PT Sinar Abadi: 80")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#section-fields")).to_contain_text("still being worked out")
    run_jobs()

    page.goto(f"/clients/{sinar.pk}/?tab=s{section.pk}")
    expect(page.locator(".own-k")).to_contain_text("80")
    page.get_by_role("button", name="Change: Price").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("50")
    page.keyboard.press("Enter")
    expect(page.locator(".own-k")).to_contain_text("100")


def test_another_client_is_picked_stands_as_a_link_and_is_filtered_by(page: Page, owner, sinar, sign_in):
    section = shaping.add_section(entity="clients.client", kind="fields", name="Links", by=owner)
    dealer = shaping.add_field(section=section, type="reference", name="Dealer", by=owner)
    toko = actions.add_client(name="Toko Jaya", by=owner)
    sign_in(owner)
    page.goto(f"/clients/{sinar.pk}/?tab=s{section.pk}")

    page.locator("#card-panel").get_by_role("link", name="Edit all").click()
    page.get_by_role("combobox", name="Dealer").fill("jaya")
    page.get_by_role("option", name="Toko Jaya").click()
    page.get_by_role("button", name="Save").click()
    link = page.locator(".own-k").get_by_role("link", name="Toko Jaya")
    expect(link).to_have_attribute("href", f"/clients/{toko.pk}/")

    page.goto("/clients/")
    page.get_by_text("Filter", exact=True).first.click()
    page.locator("select[name=k0]").select_option(f"f{dealer.pk}")
    page.locator("form.builder-k").get_by_role("combobox", name="Value").fill("jaya")
    page.get_by_role("option", name="Toko Jaya").click()
    page.locator("form.builder-k").get_by_role("button", name="Show").last.click()
    expect(page.locator("tr[data-id]")).to_have_count(1)
    expect(page.locator("main")).to_contain_text("PT Sinar Abadi")


def test_fields_come_and_go_with_what_others_hold_and_keep_what_was_typed(page: Page, owner, seller, sinar, sign_in):
    section = shaping.add_section(entity="clients.client", kind="fields", name="Machines", by=owner)
    needs = shaping.add_field(section=section, type="flag", name="Needs permit", by=owner)
    number = shaping.add_field(section=section, type="text", name="Number of permit", is_required=True, by=owner)
    sign_in(owner)

    # its condition, by clicks
    page.goto(f"/sections/{section.pk}/")
    page.locator("li", has_text="Number of permit").locator("summary").click()
    page.get_by_role("link", name="When it is shown").last.click()
    page.get_by_label("Field", exact=True).select_option(label="Needs permit")
    expect(page.get_by_role("dialog")).to_contain_text("Needs permit")
    page.get_by_role("button", name="Save").last.click()
    expect(page.locator("li", has_text="Number of permit")).to_contain_text("not always shown")

    # in a form
    page.goto(f"/clients/{sinar.pk}/?tab=s{section.pk}")
    page.locator("#card-panel").get_by_role("link", name="Edit all").click()
    field = page.get_by_label("Number of permit")
    expect(field).to_be_hidden()
    page.get_by_label("Needs permit", exact=True).select_option("yes")
    field.fill("K-17")
    page.get_by_label("Needs permit", exact=True).select_option("no")
    expect(field).to_be_hidden()
    page.get_by_label("Needs permit", exact=True).select_option("yes")
    expect(field).to_have_value("K-17")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#card-panel")).to_contain_text("K-17")

    # and where it stands
    page.get_by_role("button", name="Change: Needs permit").click()
    page.locator("#card-panel select").select_option("no")
    expect(page.locator("#card-panel")).not_to_contain_text("K-17")
    assert Field.objects.as_system("a test").get(pk=number.pk).shown_when == f"f{needs.pk}"


def test_three_clicks_make_a_section_of_files_that_takes_them_at_once(
    page: Page, owner, sinar, sign_in, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path / "files"
    sign_in(owner)
    page.goto(f"/clients/{sinar.pk}/")
    click = Clicks()

    click(page.get_by_role("link", name="Add a section"))
    page.get_by_label("Name").fill("Contracts")
    click(page.get_by_role("button", name="Files"))
    click(page.get_by_role("link", name="Done"))

    assert click.count == 3
    drop = page.locator("#card-panel input[type=file]")
    drop.set_input_files({"name": "contract.txt", "mimeType": "text/plain", "buffer": b"3 pumps"})
    expect(page.locator("#card-panel .files-k")).to_contain_text("contract.txt")
    expect(page.locator("#card-tabs [aria-current]")).to_have_text(re.compile("Contracts\\s*1"))

    page.get_by_role("link", name="Versions of contract.txt").click()
    newer = {"name": "contract signed.txt", "mimeType": "text/plain", "buffer": b"4 pumps"}
    page.get_by_role("dialog").locator("input[type=file]").set_input_files(newer)
    expect(page.locator("#card-panel .files-k li")).to_have_count(1)
    expect(page.locator("#card-panel .files-k")).to_contain_text("contract signed.txt")


def test_four_clicks_make_a_list_of_what_hangs_on_the_client(page: Page, owner, seller, sinar, sign_in):
    actions.log_touch(client=sinar, kind="call", text="Wants a discount", by=seller)
    sign_in(owner)
    page.goto(f"/clients/{sinar.pk}/")
    click = Clicks()

    click(page.get_by_role("link", name="Add a section"))
    page.get_by_label("Name").fill("All calls")
    click(page.get_by_role("button", name="Related list"))
    click(page.get_by_role("button", name="Calls", exact=True))
    click(page.get_by_role("link", name="Done"))

    assert click.count == 4
    expect(page.locator("#card-panel")).to_contain_text("Wants a discount")
    expect(page.locator("#card-tabs [aria-current]")).to_have_text(re.compile("All calls\\s*1"))
