"""The first day of a firm, by hand and eye: from the first page to clients on cards and back, in a real browser."""

import os
import re
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from kartu.core.testing.browser import DESKTOP, PHONE, watch
from kartu.firm import totp
from tests.program import Program

pytestmark = [pytest.mark.browser, pytest.mark.processes]

# As Excel saves it on a Russian computer: semicolons, cp1251, two phones in one cell, and one row that cannot be read.
SHEET = """Компания;Контактное лицо;Должность;Телефон;Эл. почта;Город;ИНН;Примечание
ООО «Северный ветер»;Ольга Щукина;директор;8 (912) 664-07-18, 89121112233;olga@sever.example;Самара;;Звонить после 10
PT Sinar Abadi;Rina Kusuma;purchasing;+62 811 947 203;rina@sinar.example;Bekasi;;
ИП Жуков Пётр Ильич;;;+7 495 123-45-67;zhukov@example.com;Казань;;
Toko Maju;Suharto;;0262 233 019;toko@maju.example;Garut;;
ООО «Пустой телефон»;Иван Ёлкин;;нет;ivan@example.com;Пермь;123;
"""
BROUGHT = 4


class Day:
    """A browser on a program; `look` keeps pictures for whoever wants to see (KARTU_PICTURES names a folder)."""

    def __init__(self, page: Page, program: Program) -> None:
        self.page = page
        self.program = program
        self.pictures = os.environ.get("KARTU_PICTURES")
        self.taken = 0

    def look(self, what: str) -> None:
        if self.pictures:
            self.taken += 1
            width = self.page.viewport_size["width"]
            self.page.screenshot(path=Path(self.pictures) / f"{width}-{self.taken:02}-{what}.png", caret="initial")

    def press(self, name: str) -> None:
        """A button, or a link that looks like one."""
        button = self.page.get_by_role("button", name=name, exact=True)
        button.or_(self.page.get_by_role("link", name=name, exact=True)).first.click()


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def day(request, chromium: Browser, new_kartu: Program) -> Iterator[Day]:
    new_kartu.start()
    context = chromium.new_context(viewport=request.param, base_url=new_kartu.url, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)  # every step waits for processes, not for a page alone
    troubles = watch(page)
    yield Day(page, new_kartu)
    context.close()
    assert troubles == [], "the page complained"
    assert "Traceback" not in new_kartu.printed()


def test_a_firm_moves_in_and_has_its_clients_on_cards(day: Day) -> None:
    found_the_firm(day)
    bring_the_list(day)
    set_up_a_second_step(day)
    talk_to_a_client(day)
    invite_a_colleague(day)
    find_clients(day)
    change_a_cell(day)
    print_the_dossier(day)
    take_the_list_back(day)


def found_the_firm(day: Day) -> None:
    page = day.page
    page.goto(re.search(r"running: http://localhost:\d+(/setup/\S+)", day.program.printed())[1])
    page.get_by_label("Country").select_option("RU")
    expect(page.get_by_label("Currency")).to_have_value("RUB")
    page.get_by_label("Name of the firm").fill("Тирта Насосы")
    page.get_by_label("Your name").fill("Oleg Gromov")
    page.get_by_label("E-mail").fill("oleg@tirta.example")
    page.get_by_label("Password").fill("three quiet words")
    day.look("first run")
    day.press("Begin")
    expect(page.get_by_role("heading", name="Welcome, Oleg Gromov")).to_be_visible()
    day.look("welcome")


def bring_the_list(day: Day) -> None:
    page = day.page
    page.get_by_role("link", name="Bring your list of clients").click()
    page.wait_for_url("**/imports/new/")
    page.wait_for_load_state()
    day.look("drop here")
    drop(page, "clients.csv", SHEET.encode("cp1251", errors="replace"))
    expect(page.get_by_role("button", name="Check the rows")).to_be_visible()
    day.look("columns")
    day.press("Check the rows")
    expect(page.get_by_role("button", name=f"Bring {BROUGHT} rows in")).to_be_visible()
    day.look("checked")
    day.press(f"Bring {BROUGHT} rows in")


def set_up_a_second_step(day: Day) -> None:
    """From the first import on the owner's password alone is not enough: he is led there, and back to his work."""
    page = day.page
    page.wait_for_url("**/me/second/")
    day.look("second step")
    page.get_by_role("link", name="Set up the app").click()
    secret = re.sub(r"\s", "", page.locator(".key-k").text_content())
    page.locator("[name=code]").fill(totp.code_at(secret, totp.step_at(time.time())))
    day.press("Set up")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto("/imports/")
    page.get_by_role("link", name="clients.csv").click()
    expect(page.get_by_role("button", name="Take it all back")).to_be_visible()
    day.look("brought")


def talk_to_a_client(day: Day) -> None:
    """A call is logged and a task set in one line each; the next touch stands on the card."""
    page = day.page
    day.press("Open the list")
    day.look("list")
    page.get_by_role("link", name="ООО «Северный ветер»").click()
    expect(page.locator("#card-head").get_by_role("heading", name="ООО «Северный ветер»")).to_be_visible()
    expect(page.get_by_role("link", name="Ольга Щукина")).to_be_visible()
    day.look("card")
    quick = page.locator("form.quick-k")
    quick.locator("label:has([value=call])").click()
    quick.get_by_label("What happened?").fill("Asks for a discount on three pumps")
    quick.get_by_label("Minutes").fill("6")
    day.press("Write down")
    expect(page.locator("#card-panel").get_by_text("Asks for a discount on three pumps")).to_be_visible()
    quick = page.locator("form.quick-k")
    quick.locator("label:has([value=task])").click()
    quick.get_by_label("What happened?").fill("tell the price tomorrow 10:00")
    day.press("Write down")
    expect(page.get_by_text("tomorrow 10:00").first).to_be_visible()
    day.look("talked")


def invite_a_colleague(day: Day) -> None:
    """The link lets somebody in once, in a browser of his own."""
    page = day.page
    page.goto("/people/invite/")
    page.get_by_label("Name").fill("Сари")
    page.get_by_label("Role").select_option(label="Seller")
    day.press("Make a link")
    link = page.get_by_label("The link", exact=True).input_value()
    day.look("invited")
    context = page.context.browser.new_context(locale="ru-RU")
    newcomer = context.new_page()
    newcomer.goto(link)
    newcomer.locator("[name=email]").fill("sari@tirta.example")
    newcomer.locator("[name=password]").fill("three quiet words")
    newcomer.locator("form button.btn-primary").click()
    expect(newcomer).to_have_url(re.compile("/welcome/$"))
    context.close()


def find_clients(day: Day) -> None:
    """By the tail of a phone, and by a Cyrillic name in Latin letters."""
    page = day.page
    for asked, name in (("664-07-18", "ООО «Северный ветер»"), ("zhukov", "ИП Жуков Пётр Ильич")):
        page.goto("/clients/")
        if page.viewport_size == PHONE:
            page.get_by_role("link", name="Find anything").or_(page.get_by_role("button", name="Find anything")).click()
        else:
            page.keyboard.press("Control+k")
        page.get_by_role("combobox", name="Find anything").fill(asked)
        expect(page.locator(".pal-k [role=option]").first).to_contain_text(name)
        day.look(f"found {asked}")
        page.keyboard.press("Enter")
        expect(page.locator("#card-head").get_by_role("heading", name=name)).to_be_visible()


def change_a_cell(day: Day) -> None:
    """In the row itself: a status at the desk; on the phone, which shows less of a row, the name."""
    page = day.page
    page.goto("/clients/")
    row = page.locator("tr[data-id]", has_text="PT Sinar Abadi")
    if page.viewport_size == PHONE:
        row.locator("td[data-col=name]").dblclick(position={"x": 180, "y": 8})  # beside the link
        row.get_by_role("textbox").fill("PT Sinar Abadi Logistik")
        row.get_by_role("textbox").press("Enter")
        changed = row.get_by_role("link", name="PT Sinar Abadi Logistik")
    else:
        row.locator("td[data-col=status]").dblclick()
        row.locator("td[data-col=status] select").select_option(label="Active")
        changed = row.locator("td[data-col=status]", has_text="Active")
    expect(row.locator("td.is-open, .is-open")).to_have_count(0)
    expect(changed).to_be_visible()
    day.look("cell")
    page.reload()
    expect(changed).to_be_visible()


def print_the_dossier(day: Day) -> None:
    """The paper opens in a tab of its own; what stands in it is read as whoever opens the file does."""
    page = day.page
    page.goto("/clients/")
    page.get_by_role("link", name="ООО «Северный ветер»").click()
    page.locator("#card-head").get_by_label("More").click()
    page.get_by_role("menuitem", name="Print the dossier").or_(
        page.get_by_role("link", name="Print the dossier")
    ).click()
    expect(page.get_by_role("dialog", name="Print the dossier")).to_be_visible()
    day.look("dossier")
    with page.context.expect_event("request", lambda request: "/dossier.pdf" in request.url) as asked:
        day.press("Print")
    answer = page.request.get(asked.value.url)
    assert answer.headers["content-type"] == "application/pdf"
    told = "".join(leaf.extract_text() for leaf in PdfReader(BytesIO(answer.body())).pages)
    for what in ("ООО «Северный ветер»", "Ольга Щукина", "Asks for a discount on three pumps", "tell the price"):
        assert what in told


def take_the_list_back(day: Day) -> None:
    """What nobody has worked with goes; the two that were spoken to or changed stay, and the page says so."""
    page = day.page
    page.goto("/imports/")
    page.get_by_role("link", name="clients.csv").click()
    day.press("Take it all back")
    expect(page.get_by_text("2 taken back, 2 left as they are: somebody has worked with them")).to_be_visible()
    day.look("taken back")
    page.goto("/clients/")
    expect(page.locator("tr[data-id]")).to_have_count(2)
    expect(page.get_by_role("link", name="ООО «Северный ветер»")).to_be_visible()
    day.look("left")


def drop(page: Page, name: str, content: bytes) -> None:
    """As a hand does with a file from its desktop."""
    transfer = page.evaluate_handle(
        """([name, bytes]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], name));
            return transfer;
        }""",
        [name, list(content)],
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": transfer})
