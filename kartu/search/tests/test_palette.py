import re

import pytest
from django.urls import reverse
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from kartu.core.menu import MenuItem, NewItem, menu, new_menu
from kartu.core.rights import Right, rights
from kartu.search import settling
from kartu.search.commands import Command, commands
from kartu.search.marking import mark
from kartu.search.recent import recent
from kartu.search.words import question
from kartu.security import views_log
from kartu.security.models.view import ViewRow


@pytest.fixture(autouse=True)
def nothing_typed_yet():
    settling._waiting.clear()
    yield
    settling._waiting.clear()


@pytest.fixture
def ask(client, owner):
    """Ask as `by` (the owner, unless named) what the palette would show; the piece as one line."""

    def ask(text: str, by=owner) -> str:
        client.force_login(by)
        response = client.get(reverse("search:search"), {"q": text}, headers={"HX-Request": "true"})
        assert response.status_code == 200
        return re.sub(r"\s+", " ", response.content.decode())

    return ask


def searches() -> list[dict]:
    return [row.detail for row in ViewRow.objects.filter(kind=ViewRow.SEARCH).order_by("id")]


# --- what is shown -----------------------------------------------------------------------------------


def test_the_palette_shows_groups_with_marks_and_the_one_fact(cards, ask):
    card = cards.add("PT Sinar Abadi", phone="+62811947203")
    cards.note(card, "asked sinar for a price")

    piece = ask("sinar")

    assert '<div class="g" role="presentation">Cards</div>' in piece
    assert f'href="/cards/{card.pk}/"' in piece
    assert "PT <mark>Sinar</mark> Abadi" in piece
    assert "+62811947203" in piece
    assert "asked <mark>sinar</mark> for a price, PT <mark>Sinar</mark> Abadi" in piece
    assert piece.index("Cards") < piece.index("Notes")


def test_a_hit_by_sound_and_one_in_spite_of_an_error_say_so(cards, ask):
    cards.add("Синарская трубная")

    assert '<span class="end xs">found by sound</span>' in ask("sinar")
    assert '<span class="end xs">similar</span>' in ask("снирская")


def test_names_are_shown_as_text_whatever_they_hold(cards, ask):
    cards.add("<script>alert(1)</script> Sinar & Co")

    piece = ask("alert")

    assert "<script>" not in piece
    assert "&lt;script&gt;<mark>alert</mark>(1)" in piece


def test_a_stranger_is_told_nothing(cards, ask, seller, stranger):
    cards.add("Sinar Rahasia", of=stranger)

    assert "Rahasia" not in ask("sinar", by=seller)
    assert "Rahasia" in ask("sinar", by=stranger)


def test_whoever_is_not_signed_in_is_sent_to_sign_in(client, db):
    answer = client.get(reverse("search:search"), {"q": "sinar"}, headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert "HX-Redirect" in answer.headers


def test_a_search_changes_nothing_and_takes_no_post(client, owner):
    client.force_login(owner)

    assert client.post(reverse("search:search"), {"q": "x"}).status_code == 405


def test_the_address_alone_is_a_page(cards, client, owner):
    cards.add("PT Sinar")
    client.force_login(owner)

    page = client.get(reverse("search:search"), {"q": "sinar"}).content.decode()
    empty = client.get(reverse("search:search"), {"q": "zzzz"}).content.decode()

    assert "<mark>Sinar</mark>" in page
    assert "Nothing found" in empty


def test_a_search_takes_few_queries(cards, client, owner, django_assert_max_num_queries):
    for number in range(20):
        cards.note(cards.add(f"Sinar {number}"), f"sinar {number}")
    client.force_login(owner)

    with django_assert_max_num_queries(15):
        client.get(reverse("search:search"), {"q": "sinar"}, headers={"HX-Request": "true"})


# --- marks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("PT Sinar Abadi", "abadi sin", "PT <mark>Sin</mark>ar <mark>Abadi</mark>"),
        ("Ёлка", "елк", "<mark>Ёлк</mark>а"),
        ("Müller & Söhne", "muller", "<mark>Müller</mark> &amp; Söhne"),
        ("Straße 5", "strasse", "<mark>Straße</mark> 5"),
        ("Синар", "sinar", "Синар"),
        ("aaaa", "aa", "<mark>aaaa</mark>"),
        ("№ 5", "5", "№ <mark>5</mark>"),
        ("", "x", ""),
    ],
)
def test_what_was_typed_is_marked(text, typed, marked):
    assert mark(text, question(typed).words) == marked


@given(st.text(), st.text())
def test_marking_loses_and_adds_nothing(text, typed):
    shown = mark(text, question(typed).words)

    plain = shown.replace("<mark>", "").replace("</mark>", "")
    assert plain == mark(text, [])


# --- recent ------------------------------------------------------------------------------------------


def test_before_typing_the_cards_opened_last_are_offered(cards, ask, owner, stranger):
    first, second, third = (cards.add(name) for name in ("First", "Second", "Third"))
    for card in (first, second, third, first):
        views_log.saw(ViewRow.CARD, by=owner, row=card)
    views_log.saw(ViewRow.CARD, by=stranger, row=second)

    assert [found.hit.title for found in recent(by=owner)] == ["First", "Third", "Second"]
    assert [found.hit.title for found in recent(by=owner, limit=1)] == ["First"]
    assert "Cards you looked at" in ask("")


def test_what_one_may_no_longer_see_is_not_offered(cards, seller, stranger):
    card = cards.add("Sinar", of=seller)
    views_log.saw(ViewRow.CARD, by=seller, row=card)
    card.responsible, card.team = stranger, stranger.team
    cards.write(card)

    assert recent(by=seller) == []


# --- commands ----------------------------------------------------------------------------------------


@pytest.fixture
def palette_items(monkeypatch):
    monkeypatch.setattr(menu, "_items", {})
    monkeypatch.setattr(new_menu, "_items", {})
    monkeypatch.setattr(commands, "_items", {})
    monkeypatch.setitem(rights._items, "stock.view", Right("stock.view", "See stock", {}))
    menu.add(MenuItem("settings", gettext_lazy("Monday"), "search:search", "settings", 10))
    menu.add(MenuItem("stock", "Stock", "search:search", "packages", 20, right="stock.view"))
    new_menu.add(NewItem("client", "Client", "search:search", "address-book", 10, letter="c"))
    commands.add(Command("import", "Import clients", "upload", 10, lambda: "/import/", words="excel xlsx"))
    commands.add(Command("count", "Count the stock", "barcode", 20, lambda: "/count/", right="stock.view"))


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("new cl", ["New: Client"]),
        ("import", ["Import clients"]),
        ("EXCEL", ["Import clients"]),
        ("clients imp", ["Import clients"]),
        ("mon", ["Monday"]),
        ("mport", []),
        ("", []),
    ],
)
def test_verbs_and_places_are_offered_by_the_beginnings_of_their_words(palette_items, ask, typed, offered):
    assert re.findall(r'<span class="cut">(.*?)</span>', ask(typed)) == offered


def test_a_place_is_known_in_every_language_of_the_program(palette_items, ask):
    assert "Monday" in ask("понед")  # a word that Django itself translates
    assert "Monday" in ask("senin")


def test_commands_without_the_right_are_not_offered(palette_items, ask, owner, seller):
    assert "Count the stock" in ask("stock", by=owner)
    assert "tock" not in ask("stock", by=seller)


# --- the log -----------------------------------------------------------------------------------------


def test_a_search_while_typing_is_one_row_when_it_settles(cards, ask):
    cards.add("Sinar")
    for length in range(1, 6):
        ask("sinar"[:length])
    assert searches() == []

    settling.settle()

    assert searches() == [{"text": "sinar", "count": 1}]


def test_another_question_settles_the_one_before(cards, ask):
    for text in ("si", "sinar", "bu", "budi"):
        ask(text)
    settling.settle()

    assert [each["text"] for each in searches()] == ["sinar", "budi"]


def test_taking_the_letters_away_again_hides_nothing(cards, ask):
    for text in ("s", "sin", "sinar", "sina", "si", "s", ""):
        ask(text)
    settling.settle()

    assert [each["text"] for each in searches()] == ["sinar"]


def test_a_question_that_rested_is_logged_even_if_it_goes_on(cards, ask, monkeypatch):
    monkeypatch.setattr(settling, "REST", 0)
    for text in ("sin", "sinar"):
        ask(text)
    settling.settle()

    assert [each["text"] for each in searches()] == ["sin", "sinar"]


def test_two_people_type_side_by_side(cards, ask, owner, seller):
    ask("sinar", by=owner)
    ask("budi", by=seller)
    settling.settle()

    assert {(row.actor_id, row.detail["text"]) for row in ViewRow.objects.filter(kind=ViewRow.SEARCH)} == {
        (owner.pk, "sinar"),
        (seller.pk, "budi"),
    }


def test_a_question_still_being_typed_is_not_settled_yet(cards, ask):
    ask("sinar")
    settling.settle(older_than=60)

    assert searches() == []
