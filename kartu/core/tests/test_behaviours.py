"""The behaviours in a real browser, on the page of pieces."""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from kartu.core.menu import NewItem, new_menu
from kartu.core.testing.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.looks]


@pytest.fixture
def kit(page: Page, sign_in, owner) -> Page:
    sign_in(owner)
    page.goto("/ui/")
    return page


@pytest.fixture
def with_new(monkeypatch) -> None:
    item = NewItem("ui.sample", "Sample", "core:ui_drawer", "user-plus", 0, letter="q")
    monkeypatch.setitem(new_menu._items, item.key, item)


def drawers(page: Page) -> int:
    return page.locator("#k-drawers > .drawer").count()


# --- palette -----------------------------------------------------------------------------------------


FOUND = ".pal-k [role=option]"


def answer_palette(page: Page) -> None:
    """Two results for every question, so that these tests need no client."""
    piece = """<div class="g" role="presentation">Clients</div>
        <a class="o" href="/ui/?first">First</a><a class="o" href="/ui/?second">Second</a>"""
    page.route("**/search/?q=*", lambda route: route.fulfill(content_type="text/html", body=piece))


@pytest.mark.parametrize("press", ["Control+k", "/"])
def test_the_palette_opens_by_key_and_goes_where_the_arrows_point(kit, press):
    answer_palette(kit)

    kit.keyboard.press(press)
    box = kit.get_by_role("combobox", name="Find anything")
    expect(box).to_be_focused()
    expect(kit.locator(FOUND)).to_have_count(2)
    kit.keyboard.press("ArrowDown")
    expect(kit.get_by_role("option", name="Second")).to_have_attribute("aria-selected", "true")
    kit.keyboard.press("Enter")

    expect(kit).to_have_url("/ui/?second")


def test_the_palette_asks_once_for_what_was_typed_and_not_for_every_letter(kit):
    asked = []
    answer_palette(kit)
    kit.on("request", lambda request: asked.append(request.url) if "/search/" in request.url else None)

    kit.keyboard.press("Control+k")
    kit.keyboard.type("sinar", delay=20)
    expect(kit.locator(FOUND)).to_have_count(2)
    kit.wait_for_timeout(300)

    assert [url.partition("q=")[2] for url in asked] == ["", "sinar"]


def test_the_palette_says_that_it_found_nothing_and_repeats_the_question(kit):
    kit.route("**/search/?q=*", lambda route: route.fulfill(content_type="text/html", body=""))

    kit.keyboard.press("Control+k")
    kit.keyboard.type("<b>zz")

    expect(kit.locator(".pal-k")).to_contain_text("Nothing found for “<b>zz”")


def test_esc_puts_the_palette_away_and_the_focus_back(kit):
    answer_palette(kit)
    more = kit.locator("summary", has_text="More")
    more.focus()

    kit.keyboard.press("Control+k")
    expect(kit.get_by_role("combobox", name="Find anything")).to_be_focused()
    kit.keyboard.press("Escape")

    expect(kit.locator(".pal-k")).to_have_count(0)
    expect(more).to_be_focused()


# --- drawers -----------------------------------------------------------------------------------------


@pytest.fixture
def drawer(kit):
    """The first drawer, opened from its button."""
    kit.locator("a.btn[data-drawer]").click()
    expect(kit.get_by_role("dialog", name="New client")).to_be_visible()
    return kit.locator("#k-drawers > .drawer")


def test_a_drawer_opens_with_the_focus_inside_and_gives_it_back(kit, drawer):
    assert kit.evaluate("document.activeElement.closest('.drawer') !== null")
    assert kit.locator("#main").get_attribute("inert") is not None

    kit.keyboard.press("Escape")

    expect(kit.locator("#k-drawers > *")).to_have_count(0)
    expect(kit.locator("a.btn[data-drawer]")).to_be_focused()
    assert kit.locator("#main").get_attribute("inert") is None


def test_a_drawer_stays_in_the_round_of_the_tab_key(kit, drawer):
    for _press in range(40):
        kit.keyboard.press("Tab")
        inside = "!document.activeElement.closest('#main, .nav-k, .mbar, .top')"
        assert kit.evaluate(inside), "the focus left the drawer for the page below"


def test_esc_asks_before_typing_is_thrown_away(kit, drawer):
    drawer.get_by_label("Name").fill("Koperasi")

    kit.keyboard.press("Escape")
    kit.get_by_role("button", name="Go on typing").click()
    expect(drawer.get_by_label("Name")).to_have_value("Koperasi")
    kit.keyboard.press("Escape")
    kit.get_by_role("button", name="Leave it").click()

    expect(kit.locator("#k-drawers > .drawer")).to_have_count(0)


def test_back_closes_the_drawer_and_leaves_the_page(kit, drawer):
    kit.evaluate("document.body.dataset.same = '1'")

    kit.go_back()

    expect(kit.locator("#k-drawers > .drawer")).to_have_count(0)
    kit.wait_for_timeout(200)
    assert kit.evaluate("document.body.dataset.same") == "1", "the page below was fetched anew"


def test_a_refused_form_comes_back_into_its_drawer_with_its_errors(kit, drawer):
    drawer.get_by_label("Name").fill("Koperasi")
    drawer.get_by_role("button", name="Create and use").click()

    expect(drawer.get_by_text("Without it nobody can call").last).to_be_visible()
    expect(drawer.get_by_label("Name")).to_have_value("Koperasi")
    phone = drawer.get_by_label("Phone")
    expect(phone).to_have_attribute("aria-invalid", "true")
    assert drawers(kit) == 1


def test_a_record_made_in_the_second_drawer_lands_in_the_picker_of_the_first(kit, drawer):
    drawer.get_by_label("Name").fill("The first, half filled")
    drawer.get_by_label("Part of").fill("nobody has this name")
    drawer.get_by_role("option", name="New: “nobody has this name”").click()

    second = kit.locator("#k-drawers > .drawer.d2")
    expect(second.locator(".dh")).to_contain_text("for the client")
    expect(second.locator("[data-depth]")).to_have_text("2")
    second.get_by_label("Name").fill("Koperasi Baru")
    second.get_by_label("Phone").fill("0262-233-019")
    kit.keyboard.press("Control+Enter")

    first = kit.locator("#k-drawers > .drawer").first
    expect(kit.locator("#k-drawers > .drawer")).to_have_count(1)
    expect(first.get_by_label("Part of")).to_have_value("Koperasi Baru")
    expect(first.get_by_label("Name")).to_have_value("The first, half filled")
    assert first.locator("select[name=parent]").evaluate("select => select.value") == "99"


def test_a_label_in_a_drawer_belongs_to_the_field_in_the_drawer(kit, drawer):
    ids = kit.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
    assert len(ids) == len(set(ids))

    drawer.locator("label", has_text="Name").click()

    assert kit.evaluate("document.activeElement.closest('.drawer') !== null")


def test_a_form_is_sent_once_however_often_its_button_is_pressed(kit, drawer):
    posts = []
    kit.on("request", lambda request: posts.append(request) if request.method == "POST" else None)
    drawer.get_by_label("Name").fill("Koperasi")
    drawer.get_by_label("Phone").fill("0262-233-019")

    drawer.locator("form").evaluate("form => { for (let i = 0; i < 3; i++) form.requestSubmit() }")

    expect(kit.locator("#k-drawers > .drawer")).to_have_count(0)
    assert len(posts) == 1


def test_a_draft_comes_back_after_a_reload_and_goes_once_it_is_saved(kit, drawer):
    drawer.get_by_label("Name").fill("Koperasi")
    expect(drawer.locator("[data-draft-time]")).to_contain_text("draft kept")

    kit.reload()
    kit.locator("a.btn[data-drawer]").click()
    again = kit.locator("#k-drawers > .drawer")
    expect(again.get_by_label("Name")).to_have_value("Koperasi")
    expect(again).to_contain_text("brought back")
    again.get_by_label("Phone").fill("0262-233-019")
    again.get_by_role("button", name="Create and use").click()
    expect(kit.locator("#k-drawers > .drawer")).to_have_count(0)

    kit.locator("a.btn[data-drawer]").click()
    expect(kit.locator("#k-drawers > .drawer").get_by_label("Name")).to_have_value("")


def test_a_drawer_fills_a_phone(kit):
    kit.set_viewport_size(PHONE)
    kit.locator("a.btn[data-drawer]").click()

    box = kit.get_by_role("dialog", name="New client").bounding_box()

    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, PHONE["width"], PHONE["height"])


def test_a_link_to_nothing_opens_a_drawer_that_says_so_and_closes(kit):
    kit.evaluate("document.querySelector('a.btn[data-drawer]').href = '/ui/tab/none/none/'")
    kit.locator("a.btn[data-drawer]").click()

    drawer = kit.locator("#k-drawers > .drawer")
    expect(drawer.get_by_role("alert")).to_contain_text("Nothing is here")
    drawer.get_by_role("button", name="Close").click()
    expect(drawer).to_have_count(0)


# --- picker ------------------------------------------------------------------------------------------


def test_several_are_picked_and_one_is_taken_out_again(kit, drawer):
    friends = drawer.get_by_label("Works with")
    for text in ("hotel", "suharto"):
        friends.fill(text)
        drawer.locator(".pick-l [role=option]").first.wait_for()
        kit.keyboard.press("Enter")
    drawer.get_by_role("button", name="Take out Hotel Puri Dago").click()

    chosen = "select => [...select.selectedOptions].map(option => option.label)"
    assert drawer.locator("select[name=friends]").evaluate(chosen) == ["Suharto"]


def test_half_a_word_chooses_nothing(kit, drawer):
    parent = drawer.get_by_label("Part of")
    parent.fill("hot")
    drawer.get_by_role("option", name="Hotel Puri Dago").wait_for()
    kit.keyboard.press("Tab")

    expect(parent).to_have_value("")
    assert drawer.locator("select[name=parent]").evaluate("select => select.value") == ""


# --- editing in place --------------------------------------------------------------------------------


def edit_phone(page: Page, value: str, key: str = "Enter") -> None:
    page.locator(".kv [data-edit] .edit-v").first.click()
    field = page.locator(".kv [data-edit] input")
    expect(field).to_be_focused()
    field.fill(value)
    page.keyboard.press(key)


def test_enter_saves_a_value_in_place_and_says_so(kit):
    edit_phone(kit, "0811-947-203")

    value = kit.locator(".kv [data-edit]").first
    expect(value).to_contain_text("0811-947-203")
    expect(value).to_contain_text("Saved")
    expect(value).to_have_attribute("data-version", "2")


def test_esc_gives_an_edit_up_and_nothing_is_sent(kit):
    sent = []
    kit.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)

    edit_phone(kit, "0811-947-203", key="Escape")

    expect(kit.locator(".kv [data-edit]").first).to_contain_text("0813-1120-7765")
    kit.wait_for_timeout(200)
    assert sent == []


def test_leaving_a_field_saves_it(kit):
    kit.locator(".kv [data-edit] .edit-v").first.click()
    kit.locator(".kv [data-edit] input").fill("0811-947-203")
    kit.locator(".crumb").click()

    expect(kit.locator(".kv [data-edit]").first).to_contain_text("0811-947-203")


def test_tab_saves_and_goes_to_the_next_value(kit):
    edit_phone(kit, "0811-947-203", key="Tab")

    expect(kit.locator(".kv [data-edit] textarea")).to_be_focused()
    expect(kit.locator(".kv [data-edit]").first).to_contain_text("0811-947-203")


def test_a_refused_value_stays_in_its_field_with_the_reason(kit):
    edit_phone(kit, "nobody")

    field = kit.locator(".kv [data-edit] input")
    expect(field).to_have_value("nobody")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(kit.locator(".kv .hint.bad")).to_have_text("7 digits or more, like 0262-233-019")


@pytest.mark.parametrize(("choice", "left"), [("Keep theirs", "0813-1120-7765"), ("Keep mine", "13")])
def test_two_people_changed_one_value_and_the_person_chooses(kit, choice, left):
    edit_phone(kit, "13")

    conflict = kit.locator(".kv [data-conflict]")
    expect(conflict).to_contain_text("Dewi changed this while you typed")
    conflict.get_by_role("button", name=choice).click()

    expect(conflict).to_have_count(0)
    expect(kit.locator(".kv [data-edit]").first).to_have_attribute("data-value", left)


# --- toasts ------------------------------------------------------------------------------------------


def test_a_toast_says_what_is_done_and_takes_it_back(kit, drawer):
    drawer.get_by_label("Name").fill("Koperasi")
    drawer.get_by_label("Phone").fill("0262-233-019")
    drawer.get_by_role("button", name="Create and use").click()

    toast = kit.locator("#k-toasts")
    expect(toast).to_contain_text("Koperasi is on a card")
    kit.keyboard.press("Control+z")

    expect(toast).to_contain_text("Put back")
    expect(toast.locator(".toast-k")).to_have_count(1)


def test_a_toast_goes_after_ten_seconds_but_not_under_the_pointer(page, sign_in, owner):
    sign_in(owner)
    page.clock.install()
    page.goto("/ui/")
    page.get_by_role("button", name="Say it").click()
    toast = page.locator("#k-toasts .toast-k")
    expect(toast).to_contain_text("10 s")

    toast.hover()
    page.clock.run_for(15_000)
    expect(toast).to_have_count(1)
    page.mouse.move(0, 0)
    page.clock.run_for(11_000)

    expect(toast).to_have_count(0)


def test_what_a_toast_says_is_text(kit):
    detail = json.dumps({"text": "<img src=x onerror=alert(1)> was saved"})

    kit.evaluate(f"document.dispatchEvent(new CustomEvent('kartu:toast', {{detail: {detail}}}))")

    expect(kit.locator("#k-toasts")).to_contain_text("<img src=x onerror=alert(1)> was saved")


# --- keys --------------------------------------------------------------------------------------------


def test_the_question_mark_shows_the_keys(kit):
    kit.keyboard.press("?")

    expect(kit.get_by_role("dialog", name="Keys")).to_contain_text("Save and new")


def test_letters_follow_the_place_of_the_key_on_a_russian_layout(kit):
    kit.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'о', code: 'KeyJ', bubbles: true}))")

    expect(kit.locator("tr.cur")).to_have_attribute("data-id", "1")


def test_letters_are_letters_while_one_types(kit):
    kit.locator("#id_name").click()
    kit.keyboard.type("jxn?")

    expect(kit.locator("#id_name")).to_have_value("Koperasi Tirta Sarijxn?")
    expect(kit.locator("tr.cur")).to_have_count(0)


def test_single_letters_can_be_switched_off(page, sign_in, owner):
    owner.letter_keys = False
    owner.save()
    sign_in(owner)
    page.goto("/ui/")

    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.locator("tr.cur")).to_have_count(0)
    expect(page.get_by_role("dialog", name="Keys")).to_have_count(0)

    answer_palette(page)
    page.keyboard.press("Control+k")
    expect(page.locator(".pal-k")).to_be_visible()


def test_n_and_a_letter_make_something_new(with_new, kit):
    kit.keyboard.press("n")
    expect(kit.locator("details[data-new]")).to_have_attribute("open", "")
    kit.keyboard.press("q")

    expect(kit.get_by_role("dialog", name="New client")).to_be_visible()


# --- lists -------------------------------------------------------------------------------------------


def rows_on(page: Page) -> list[str]:
    return page.eval_on_selector_all("[data-list] tr.on", "rows => rows.map(row => row.dataset.id)")


def test_j_moves_x_selects_and_the_bar_says_how_many(kit):
    for key in ("j", "x", "j", "j", "x"):
        kit.keyboard.press(key)

    assert rows_on(kit) == ["1", "3"]
    bar = kit.locator("[data-bulk]")
    expect(bar).to_contain_text("2 selected")
    kit.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    assert rows_on(kit) == []


def test_shift_selects_up_to_here(kit):
    boxes = kit.locator("[data-list] input[data-pick]")
    boxes.nth(1).click()
    boxes.nth(3).click(modifiers=["Shift"])

    assert rows_on(kit) == ["2", "3", "4"]


def bulk_post(page: Page) -> dict[str, str]:
    """What the bar posts when its act is agreed to."""
    page.locator("[data-bulk]").get_by_role("button", name="Trash").click()
    with page.expect_request("**/ui/act/") as request:
        page.get_by_role("dialog").get_by_role("button", name="Trash").click()
    return request.value.post_data_json


def test_an_act_on_the_selected_asks_and_carries_their_ids(kit):
    boxes = kit.locator("[data-list] input[data-pick]")
    boxes.nth(0).click()
    boxes.nth(2).click()

    posted = bulk_post(kit)

    assert (posted["ids"], posted["all"]) == ("1,3", "")
    expect(kit.locator("#k-toasts")).to_contain_text("Put back")


def test_all_found_can_be_selected_and_are_named_by_the_question(page, sign_in, owner):
    sign_in(owner)
    page.goto("/ui/?city=Bekasi")
    page.locator("[data-pick-all]").click()
    page.get_by_role("button", name="Select all 86").click()
    expect(page.locator("[data-bulk]")).to_contain_text("All 86 selected")

    posted = bulk_post(page)

    assert (posted["ids"], posted["all"], posted["query"]) == ("", "1", "?city=Bekasi")


def test_two_acts_from_one_bar_are_two_acts(kit):
    kit.locator("[data-list] input[data-pick]").first.click()
    first = bulk_post(kit)["idempotency_key"]
    expect(kit.locator("#k-toasts")).to_contain_text("Put back")

    assert bulk_post(kit)["idempotency_key"] != first


EDGE = {"x": 3, "y": 3}  # beside the link


def cell(page: Page, row: int, column: str):
    return page.locator(f"[data-list] tr[data-id='{row}'] td[data-col='{column}']")


def test_cells_are_copied_as_excel_takes_them_with_bare_numbers(kit):
    cell(kit, 2, "name").click(position=EDGE)
    kit.keyboard.press("Shift+ArrowDown")
    kit.keyboard.press("Shift+ArrowRight")
    kit.keyboard.press("Control+c")

    copied = kit.evaluate("navigator.clipboard.readText()")
    assert copied.replace("\r", "") == "Hotel Puri Dago\t200000\nООО «Волга Снаб»\t300000"


def paste(page: Page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def test_cells_of_excel_are_pasted_from_the_cell_in_hand_on(kit):
    cell(kit, 2, "owes").click(position=EDGE)

    with kit.expect_request("**/ui/paste/") as request:
        paste(kit, "1\t0811\n2\t0812")

    posted = request.value.post_data_json
    assert posted["ids"] == "2,3,4,5" and posted["columns"] == "owes,phone"
    assert posted["cells"].replace("\r", "") == "1\t0811\n2\t0812"
    expect(kit.locator("#k-toasts")).to_contain_text("4 cells pasted")


def test_a_paste_that_is_refused_in_the_end_says_why_and_can_be_tried_again(kit):
    shown = (
        '<form method="post" action="/ui/paste/"><div class="dh"><h2>What would change</h2></div>'
        '<input name="note" value="1"><button>Put in</button></form>'
    )

    def answer(route: Route) -> None:
        if "cells" in route.request.post_data:
            route.fulfill(status=200, content_type="text/html", body=shown)
        else:
            route.fulfill(status=422, content_type="text/plain", body="Somebody has to agree first.")

    kit.route("**/ui/paste/", answer)
    cell(kit, 2, "owes").click(position=EDGE)
    paste(kit, "1")
    box, button = kit.locator("dialog.paste-box"), kit.get_by_role("button", name="Put in")

    for _time in range(2):
        with kit.expect_response("**/ui/paste/"):
            button.click()

        expect(box.get_by_role("alert")).to_have_text("Somebody has to agree first.")
        expect(box.get_by_role("heading")).to_have_text("What would change")
        expect(button).not_to_have_attribute("aria-busy", "true")


def test_a_paste_that_does_not_fit_changes_nothing_and_says_why(kit):
    cell(kit, 5, "owes").click(position=EDGE)

    paste(kit, "1\n2\n3")

    expect(kit.locator("#k-errors")).to_contain_text("Nothing was pasted: More rows than the list has below.")


def test_space_looks_at_the_row_in_hand_and_again_puts_the_look_away(kit):
    kit.keyboard.press("j")
    kit.keyboard.press("Space")
    expect(kit.locator(".look-k")).to_contain_text("Rp 48.200.000")

    kit.keyboard.press("Space")
    expect(kit.locator(".look-k")).to_have_count(0)


def test_the_order_of_columns_is_changed_by_keys_and_sent(kit):
    kit.locator("[data-sortable] input").first.focus()

    with kit.expect_request("**/ui/act/") as request:
        kit.keyboard.press("Alt+ArrowDown")

    assert request.value.post_data_json == {"columns": "person,company"}


# --- the rest ----------------------------------------------------------------------------------------


def test_a_section_is_fetched_once_and_remembered(kit):
    fetched = []
    kit.on("request", lambda request: fetched.append(request.url) if "/ui/tab/" in request.url else None)
    tabs = kit.get_by_role("navigation", name="Sections of the card")

    tabs.get_by_text("Contacts").click()
    expect(kit.locator("[data-shown=people] p")).to_be_visible()
    tabs.get_by_text("Timeline").click()
    expect(kit.locator("#kit-panel p[data-shown=timeline]")).to_be_visible()
    tabs.get_by_text("Contacts").click()
    expect(kit.locator("#kit-panel p[data-shown=people]")).to_be_visible()

    assert len(fetched) == 1
    assert kit.url.endswith("?tab=people")
    assert {"name": "kartu_tab_ui", "value": "people"}.items() <= kit.context.cookies()[-1].items()


def test_a_file_is_sent_with_its_name_and_an_empty_one_is_refused(kit):
    chooser = kit.locator("#kit-drop")
    chooser.set_input_files([{"name": "clients.csv", "mimeType": "text/csv", "buffer": b"a;b\n"}])
    expect(kit.locator(".drop-l")).to_contain_text("clients.csv is here")

    chooser.set_input_files([{"name": "none.csv", "mimeType": "text/csv", "buffer": b""}])
    expect(kit.locator(".drop-l .bad")).to_have_text("none.csv: This file is empty")


def test_text_is_copied_at_a_press(kit):
    kit.get_by_role("button", name="Copy the number").click()

    expect(kit.locator("#k-toasts")).to_contain_text("Copied")
    assert kit.evaluate("navigator.clipboard.readText()") == "INV-2026-0931"


def test_a_list_under_a_button_closes_by_esc_and_by_a_click_elsewhere(kit):
    menu = kit.locator("details[data-menu]", has_text="More")
    menu.locator("summary").click()
    kit.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()

    menu.locator("summary").click()
    kit.locator(".crumb").click()
    expect(menu).not_to_have_attribute("open", "")


def test_a_server_that_fails_leaves_the_page_as_it_is_and_says_so(kit):
    note = '<div class="note bad" role="alert">That did not work</div>'
    kit.route("**/ui/act/", lambda route: route.fulfill(status=409 + 1, content_type="text/html", body=note))

    kit.get_by_role("button", name="Say it").click()

    expect(kit.locator("#k-errors")).to_contain_text("That did not work")
    expect(kit.get_by_role("button", name="Say it")).to_be_visible()


def test_a_refusal_of_a_button_is_said_and_the_page_stays(kit):
    refusal = {"status": 422, "content_type": "text/plain; charset=utf-8", "body": "Not <b>now</b>."}
    kit.route("**/ui/act/", lambda route: route.fulfill(**refusal))

    kit.get_by_role("button", name="Say it").click()

    expect(kit.get_by_role("alert").filter(has_text="Not <b>now</b>.")).to_be_visible()
    expect(kit.get_by_role("button", name="Say it")).to_be_visible()


def test_the_colours_follow_the_computer_where_the_person_says_so(page, sign_in, owner):
    owner.theme = "auto"
    owner.save()
    sign_in(owner)
    page.emulate_media(color_scheme="dark")
    page.goto("/ui/")
    root = page.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "dark")

    page.emulate_media(color_scheme="light")
    expect(root).to_have_attribute("data-bs-theme", "light")


def test_the_phones_bar_opens_all_places_from_below(kit, owner):
    kit.set_viewport_size(PHONE)
    kit.get_by_role("button", name="More").last.click()

    sheet = kit.get_by_role("dialog", name="More")
    expect(sheet).to_be_visible()
    expect(sheet.get_by_text(owner.name)).to_be_visible()


# --- live messages -----------------------------------------------------------------------------------

NOTICE = {"count": 3, "id": 17, "title": "Call Rina", "text": "today 14:30", "url": "/ui/?rina"}


def stream(page: Page, *messages: tuple[str, dict]) -> list[str]:
    """Answer the first opening of the stream with `messages` and keep the next ones open; returns what was asked."""
    asked = []

    def answer(route) -> None:
        asked.append(route.request.url.partition("/events")[2])
        if len(asked) == 1:
            lines = [
                f"id: 7.{n}\nevent: {kind}\ndata: {json.dumps(data)}\n\n" for n, (kind, data) in enumerate(messages)
            ]
            route.fulfill(content_type="text/event-stream", body="retry: 2000\n\n: beat\n\n" + "".join(lines))

    page.route("**/events*", answer)
    return asked


def test_a_live_notice_counts_on_the_bell_pops_up_and_is_reported_as_shown(page, sign_in, owner):
    sign_in(owner)
    stream(page, ("bell", NOTICE))
    page.route("**/bell/17/shown/", lambda route: route.fulfill(status=204))

    with page.expect_request("**/bell/17/shown/"):
        page.goto("/ui/")

    expect(page.locator("[data-bell-count]")).to_have_text("3")
    popup = page.locator("#k-popups > .popup-k")
    expect(popup).to_contain_text("Call Rina")
    popup.get_by_role("button", name="Close").click()
    expect(popup).to_have_count(0)


def test_a_broken_stream_is_taken_up_where_it_stood(page, sign_in, owner):
    sign_in(owner)
    asked = stream(page, ("ui.sample", {"id": 1}), ("ui.sample", {"id": 2}))
    with page.expect_request("**/events?after=7.1"):
        page.goto("/ui/")

    assert asked[0] == ""


def test_a_list_hears_of_its_kind_by_an_event_on_the_body(page, sign_in, owner):
    page.add_init_script("""addEventListener("DOMContentLoaded", () =>
        document.body.addEventListener("kartu:live:ui.sample", event => (window.heard = event.detail.id)))""")
    sign_in(owner)
    stream(page, ("ui.sample", {"id": 5}))
    page.goto("/ui/")

    # Not by wait_for_function, which the pages' own policy keeps from evaluating what it polls.
    for _time in range(100):
        if page.evaluate("window.heard") == 5:
            break
        page.wait_for_timeout(50)
    assert page.evaluate("window.heard") == 5


def test_whoever_is_signed_out_elsewhere_is_not_asked_for_ever(page, sign_in, owner):
    sign_in(owner)
    asked = []

    def refuse(route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=401)

    page.route("**/events*", refuse)
    page.goto("/ui/")
    page.wait_for_timeout(3000)

    assert len(asked) == 1


# --- paper -------------------------------------------------------------------------------------------


def test_paper_carries_the_record_and_not_the_screen(kit):
    kit.emulate_media(media="print")

    for gone in (".nav-k", ".top", ".mbar", "#k-toasts", ".btn"):
        assert kit.locator(gone).first.is_hidden(), gone
    expect(kit.locator("#main .facts").first).to_be_visible()
