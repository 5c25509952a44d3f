import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kartu.records.models import ChangeSet
from kartu.search.find import How, find
from kartu.search.models import Doc
from kartu.search.writing import reach


def titles(text: str, by, **options) -> list[str]:
    return [found.hit.title for group in find(text, by=by, **options) for found in group.found]


def hows(text: str, by) -> dict[str, How]:
    return {found.hit.title: found.how for group in find(text, by=by) for found in group.found}


@pytest.mark.parametrize(
    "typed",
    ["sinar", "SINAR", "Sinar Abadi", "abadi sinar", "pt sinar", "nar aba", "sinar-abadi", "«Sinar»", "sin", "si", "s",
     "hendra", "Hendra Wijaya", "HENDRA@SINAR.CO.ID", "hendra@", "sinar.co", "sinar l", "logistik hendra"],
)  # fmt: skip
def test_a_card_is_found_by_any_part_of_its_name_people_and_address(cards, owner, typed):
    cards.add("PT. Sinar Abadi Logistik", people="Hendra Wijaya", email="Hendra@sinar.co.id")
    cards.add("CV Tirta Makmur", people="Budi", email="budi@tirta.id")

    assert titles(typed, owner) == ["PT. Sinar Abadi Logistik"]


@pytest.mark.parametrize(
    "typed",
    ["0718", "664-07-18", "664 07 18", "+7 912 664", "8 (912) 664-07-18", "89126640718", "79126640718", "912", "007912",
     "7707083893", "083893", "٠٧١٨"],
)  # fmt: skip
def test_a_card_is_found_by_any_end_of_its_numbers(cards, owner, typed):
    cards.add("Ромашка", phone="+79126640718", tax_id="7707083893")
    cards.add("Лютик", phone="+79501112233", tax_id="500100732259")

    assert titles(typed, owner) == ["Ромашка"]


def test_addresses_that_begin_alike_are_told_apart_by_their_ends(cards, owner):
    cards.add("One", email="info20@citra-pangan-lestari.example.id")
    cards.add("Two", email="info20@citra-pangan-lestari.example.com")

    assert titles("info20@citra-pangan-lestari.example.c", owner) == ["Two"]
    assert sorted(titles("info20@citra-pangan-lest", owner)) == ["One", "Two"]


def test_an_address_that_is_found_brings_none_that_sound_like_it(cards, owner):
    cards.add("One", email="rina@sinar.id")
    cards.add("Rhina Sinar")
    assert titles("rina sinar", owner) == ["One", "Rhina Sinar"]

    assert titles("rina@sinar", owner) == ["One"]


@pytest.mark.parametrize("typed", ["ромашка", "РОМАШКА", "ёлка ромашка", "елка", "Ёл", "ё"])
def test_case_and_yo_do_not_matter(cards, owner, typed):
    cards.add("Ёлка и ромашка")

    assert titles(typed, owner) == ["Ёлка и ромашка"]


def test_accents_need_not_be_typed(cards, owner):
    cards.add("Müller & Søn, José")

    assert titles("muller son jose", owner) == titles("MÜLLER", owner) == ["Müller & Søn, José"]


@pytest.mark.parametrize(
    "typed", ["", "   ", "«»", "-", "\x00", "99", "zzz", "sinar zzz", "@", "%", "_", "'", '"', "*", "s!"]
)
def test_what_is_not_there_is_not_found(cards, owner, typed):
    cards.add("PT Tirta", phone="+62811947203")

    assert titles(typed, owner) == []


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Shcherbakov", "Иван Щербаков"),
        ("Щербаков", "Ivan Shcherbakov"),
        ("ivan shcherb", "Иван Щербаков"),
        ("Tchaikovsky", "Чайковский"),
        ("Victor", "Виктор"),
        ("Сукарно", "Soekarno"),
        ("Tjahjadi", "Cahyadi"),
        ("Cahyadi", "Tjahjadi"),
        ("sinar abadi", "Синар Абади"),
        ("ромашкка", "Ромашка"),
    ],
)
def test_another_script_or_spelling_is_found_by_sound(cards, owner, typed, name):
    cards.add(name)
    cards.add("Кто-то другой")

    assert titles(typed, owner) == [name]


def test_exact_hits_come_first_and_those_by_sound_say_so(cards, owner):
    cards.add("Синарская трубная")
    cards.add("PT Sinar")

    assert hows("sinar", owner) == {"PT Sinar": How.EXACT, "Синарская трубная": How.SOUND}
    assert titles("sinar", owner) == ["PT Sinar", "Синарская трубная"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ромшака", "ООО «Ромашка»"),
        ("рамашк", "ООО «Ромашка»"),
        ("romshka", "ООО «Ромашка»"),
        ("sinra abadi", "PT Sinar Abadi"),
        ("abdai", "PT Sinar Abadi"),
        ("bdui", "Budi"),
        ("shcherbakof", "Щербаков"),
    ],
)
def test_typing_errors_are_forgiven_when_nothing_matches(cards, owner, typed, name):
    cards.add(name)
    cards.add("Кто-то другой")

    assert hows(typed, owner) == {name: How.SIMILAR}


def test_an_error_is_not_forgiven_when_something_matches(cards, owner):
    cards.add("Ромашка")
    cards.add("Рамашка")

    assert hows("ромашка", owner).keys() == {"Ромашка"}


@pytest.mark.parametrize("typed", ["abcdef", "рома", "12345678", "budx zzzz"])
def test_what_is_not_alike_is_not_forgiven(cards, owner, typed):
    cards.add("Лютик")
    cards.add("Budi", phone="+62811947203")

    assert titles(typed, owner) == []


def test_look_alike_letters_of_two_scripts_are_two_names_but_sound_alike(cards, owner):
    cards.add("Аптека")  # Cyrillic
    cards.add("Aптека")  # with a Latin A

    assert hows("аптека", owner) == {"Аптека": How.EXACT, "Aптека": How.SOUND}


def test_names_that_begin_as_typed_come_first_then_words_then_pieces(cards, owner):
    for name in ("Basinar", "CV Abadi Sinar", "Sinar Baru", "Sinar", "PT Sinar Abadi"):
        cards.add(name)

    assert titles("sinar", owner) == ["Sinar", "PT Sinar Abadi", "Sinar Baru", "CV Abadi Sinar", "Basinar"]


def test_a_phone_that_ends_so_comes_before_one_that_has_it_inside(cards, owner):
    cards.add("Inside", phone="+62811072034")
    cards.add("Tail", phone="+62811940720")

    assert titles("0720", owner) == ["Tail", "Inside"]


def test_results_come_by_kind_and_no_kind_crowds_out_another(cards, owner):
    card = cards.add("Sinar")
    for number in range(150):
        cards.note(card, f"sinar {number}")

    groups = find("sinar", by=owner)

    assert [(group.source.key, len(group.found)) for group in groups] == [("card", 1), ("note", 9)]
    assert titles("sinar", owner, kinds=["card"]) == ["Sinar"]
    assert len(titles("sinar", owner, limit=5)) == 5


def test_people_find_only_what_they_see(cards, owner, head, seller, stranger):
    cards.add("Sinar of the seller", of=seller)
    cards.add("Sinar of the head", of=head)
    cards.add("Sinar of the stranger", of=stranger)
    cards.add("Sinar of nobody")

    assert set(titles("sinar", seller)) == {"Sinar of the seller"}
    assert set(titles("sinar", head)) == {"Sinar of the seller", "Sinar of the head"}
    assert set(titles("sinar", stranger)) == {"Sinar of the stranger"}
    assert len(titles("sinar", owner)) == 4


@pytest.mark.parametrize(
    "typed", ["Strange", "strange sinar", "stran", "st", "s", "0720", "стрейндж", "strnage", "stranger@x"]
)
def test_a_strangers_card_is_not_found_in_any_way(cards, seller, stranger, typed):
    cards.add("Strange Sinar", of=stranger, phone="+62811940720", email="stranger@x.id")

    assert titles(typed, seller) == []
    assert titles("sinar", stranger) == ["Strange Sinar"]


def test_a_crowd_of_strangers_cards_does_not_hide_ones_own(cards, seller, stranger):
    cards.add("Sinar mine", of=seller)
    for number in range(200):
        cards.add(f"Sinar {number}", of=stranger)

    assert titles("inar", seller) == ["Sinar mine"]


def test_the_index_is_not_trusted_alone(cards, seller, stranger):
    """Negative control of the second look: the index says the card is the seller's, the card itself does not."""
    card = cards.add("Strange Sinar", of=stranger)
    Doc.objects.filter(object_id=card.pk).update(owner_id=seller.pk, reach=reach(seller.pk, None))

    assert titles("sinar", seller) == []


def test_a_person_without_the_right_finds_nothing(cards, seller):
    cards.add("Sinar", of=seller)
    seller.role.grants = {"cards.view": 0}

    assert titles("sinar", seller) == []


def test_rows_of_a_running_import_are_not_found(cards, owner):
    batch = ChangeSet.objects.create(kind=ChangeSet.Kind.IMPORT, title="clients.xlsx", is_hidden=True)
    cards.add("Sinar", batch_id=batch.pk)

    assert titles("sinar", owner) == titles("s", owner) == titles("синар", owner) == []
    ChangeSet.objects.update(is_hidden=False)
    assert titles("sinar", owner) == ["Sinar"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    text=st.text()
    | st.sampled_from(['"', "' OR 1=1 --", "text:a*", "NEAR(a b)", "a AND NOT b", "{text} : x", "!%_", "ё"])
)
def test_no_question_breaks_the_search(cards, owner, text):
    cards.add(f"a {text[:50]}".replace("\x00", ""))

    assert isinstance(find(text, by=owner), list)


def test_a_search_takes_the_same_queries_for_one_hit_and_for_many(cards, owner, django_assert_max_num_queries):
    for number in range(30):
        cards.note(cards.add(f"Sinar {number}"), f"sinar {number}")

    with django_assert_max_num_queries(10):
        assert len(titles("sinar", owner)) == 10
