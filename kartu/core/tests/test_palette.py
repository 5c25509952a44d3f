import pytest
from django.template import Context, Template
from django.utils.translation import override

from kartu.core import palette, tabs
from kartu.core.menu import MenuItem, NewItem, menu, new_menu, places
from kartu.core.testing.people import person


@pytest.fixture
def own_menu(monkeypatch):
    """A menu of two places and one making, whatever the apps have contributed."""
    kit = MenuItem("kit", "Pieces", "core:ui", "route", order=1)
    closed = MenuItem("closed", "Piece of gold", "core:ui_act", "route", order=2, right="nobody.has.this")
    sample = NewItem("sample", "Piece", "core:ui_drawer", "plus", order=1, letter="p")
    monkeypatch.setattr(menu, "_items", {item.key: item for item in (kit, closed)})
    monkeypatch.setattr(new_menu, "_items", {sample.key: sample})


def offered(query: str, **fields) -> dict[str, list[str]]:
    with override("en"):
        groups = palette.commands(person("seller", **fields), query)
        return {str(group["label"]): [str(item["text"]) for item in group["items"]] for group in groups}


@pytest.mark.django_db
def test_the_palette_offers_what_the_person_may_open_and_make(own_menu):
    assert offered("piece") == {"Do": ["New: Piece"], "Go to": ["Pieces"]}


@pytest.mark.django_db
def test_the_palette_offers_nothing_before_one_types(own_menu):
    assert offered("") == {}


def test_an_answer_shows_keys_only_where_there_are_some(rf):
    plain = {"url": "/a/", "icon": "route", "text": "<b>Plain</b>"}
    made = {"url": "/b/", "icon": "plus", "text": "New", "keys": ["N", "P"], "drawer": True, "fact": "the one fact"}

    html = palette.answer(rf.get("/search/"), [{"label": "Do", "items": [plain, made]}, {"label": "None", "items": []}])
    page = html.content.decode()

    assert page.count("<kbd>") == 2 and "<kbd>N</kbd><kbd>P</kbd>" in page
    assert "&lt;b&gt;Plain&lt;/b&gt;" in page and "the one fact" in page
    assert 'href="/b/" data-drawer' in page and "None" not in page


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("PT Sinar Abadi", "sinar", "PT <mark>Sinar</mark> Abadi"),
        ("Пётр", "ПЕТР", "<mark>Пётр</mark>"),
        ("Sinar", "", "Sinar"),
        ("Sinar", "zz", "Sinar"),
        ("<b>Sinar</b>", "sinar", "&lt;b&gt;<mark>Sinar</mark>&lt;/b&gt;"),
        ("Straße № 5", "strasse", "Straße № 5"),
    ],
)
def test_what_was_asked_for_is_marked_in_the_answer(text, query, shown):
    assert palette.mark(text, query) == shown


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "here"), [("/ui/", ["Pieces"]), ("/ui/drawer/", ["Pieces"]), ("/u", []), ("/", [])])
def test_the_menu_shows_where_one_is(own_menu, path, here):
    assert [place.label for place in places(person("seller"), path) if place.is_here] == here


@pytest.mark.parametrize(
    ("query", "cookie", "key"),
    [("", "", "timeline"), ("?tab=files", "people", "files"), ("", "people", "people"), ("?tab=x", "y", "timeline")],
)
def test_a_card_opens_with_the_section_asked_for_or_the_last_one_chosen(rf, query, cookie, key):
    request = rf.get(f"/clients/5/{query}")
    request.COOKIES["kartu_tab_clients.card"] = cookie

    assert tabs.remembered(request, "clients.card", ["timeline", "people", "files"]) == key


def test_the_bar_of_a_list_carries_the_guard_and_what_is_selected():
    text = "{% bulk total='1,284' %}{% button 'Trash' hx_post='/trash/' %}{% endbulk %}"

    with override("en"):
        bar = Template(text).render(Context({"csrf_token": "secret"}))

    for name in ("csrfmiddlewaretoken", "idempotency_key", "ids", "all", "query"):
        assert f'name="{name}"' in bar
    assert "Select all 1,284" in bar and 'hx-post="/trash/"' in bar
