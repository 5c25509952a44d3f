import pytest
from hypothesis import given
from hypothesis import strategies as st

from kartu.core.text import _fold_anything, digits, fold, plain, sort_key, sound, sounds

pytestmark = pytest.mark.no_database

LATIN_AND_CYRILLIC = st.text(st.characters(codec="utf-8", max_codepoint=0x24FF) | st.sampled_from("аяёйщчцьъсшхж'’"))


def meet(one: str, other: str) -> bool:
    """Whether each word of `one` may sound like the word at its place in `other`."""
    ours, theirs = sounds(one), sounds(other)
    return len(ours) == len(theirs) and all(set(a) & set(b) for a, b in zip(ours, theirs, strict=True))


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("  ООО «Ёлка»\t\n и К ", "ооо «елка» и к"),
        ("PT\u00a0Sinar\u200b Abadi", "pt sinar abadi"),
        ("Straße", "strasse"),
        ("Ｋａｒｔｕ", "kartu"),
        ("\ufeffName\u00adless", "nameless"),
        ("a\x00b", "a b"),
        ("", ""),
    ],
)
def test_fold_makes_case_form_yo_and_spaces_equal(written, folded):
    assert fold(written) == folded


def test_composed_and_decomposed_letters_fold_alike():
    assert fold("Йод и ёж, José") == fold("И\u0306од и е\u0308ж, Jose\u0301")


def test_fold_keeps_look_alike_letters_of_two_scripts_apart():
    assert fold("Аптека") != fold("Aптека")


@given(st.text(st.characters() | st.sampled_from("ЁёеЕ\u0308\u0300\u0306\u0345\u200b\u00adİß")))
def test_folding_twice_changes_nothing(text):
    once = fold(text)

    assert fold(once) == once


@given(
    st.text(
        st.characters(max_codepoint=0xFF)
        | st.characters(min_codepoint=0x400, max_codepoint=0x45F)
        | st.sampled_from("–— «»")
    )
)
def test_the_short_cut_for_ordinary_text_folds_as_the_long_way(text):
    assert fold(text) == _fold_anything(text)


@given(st.text())
def test_whatever_is_folded_can_be_stored(text):
    folded = fold(text)

    folded.encode()
    assert "\x00" not in folded


def test_names_sort_by_their_first_letter_not_by_their_quotes():
    names = ["«Ромашка»", '"Азбука"', "Ёлка", "PT Sinar", "Édouard", "Edo", "  (Борис)", "123"]

    assert sorted(names, key=sort_key) == [
        "123", "Edo", "Édouard", "PT Sinar", '"Азбука"', "  (Борис)", "Ёлка", "«Ромашка»",
    ]  # fmt: skip


def test_only_an_empty_name_has_an_empty_sort_key():
    assert sort_key(" \u200b ") == ""
    assert sort_key("***") == "***"


def test_accents_go_from_latin_letters_but_short_i_stays():
    assert plain("Łódź Øre čaj Йод") == "lodz ore caj йод"


def test_digits_of_any_script_become_ascii():
    assert digits("+7 (912) ٣٤-५६ ²") == "79123456"


@pytest.mark.parametrize(
    "spellings",
    [
        ["Щербаков", "Shcherbakov", "Scherbakov", "Ščerbakov", "Schtscherbakow"],
        ["Жуков", "Zhukov", "Jukov", "Žukov"],
        ["Хабибуллин", "Khabibullin", "Habibulin"],
        ["Цветков", "Tsvetkov", "Cvetkov", "Tzvetkov"],
        ["Достоевский", "Dostoyevsky", "Dostoevskij", "Dostoevskii", "Dostoevskiy"],
        ["Семёнов", "Semenov", "Semyonov", "Semionov", "Семенов"],
        ["Наталья", "Natalia", "Natalya", "Natal'ya", "Наталия"],
        ["Юлия", "Julia", "Yulia", "Yuliya", "Iuliia"],
        ["Александр", "Aleksandr", "Alexandr"],
        ["Алексей", "Alexey", "Alexei", "Aleksej"],
        ["Соловьёв", "Solovyev", "Solovyov", "Soloviev"],
        ["Чайковский", "Tchaikovsky", "Tschaikowski", "Chaykovskiy"],
        ["Анатолиевич", "Anatoliyevich", "Anatolievich"],
        ["Подъячев", "Podyachev", "Pod'yachev"],
        ["Счастливцев", "Schastlivtsev"],
        ["Виктор", "Victor", "Viktor"],
        ["Cahyadi", "Tjahjadi", "Чахьяди"],
        ["Sukarno", "Soekarno", "Сукарно"],
        ["Joko", "Djoko", "Джоко"],
        ["Yusuf", "Jusuf", "Юсуф"],
        ["Ahmad", "Achmad", "Akhmad", "Ахмад"],
        ["Wijaya", "Widjaja", "Виджая"],
        ["Budi", "Budhi", "Буди"],
        ["José", "Jose"],
    ],
    ids=lambda spellings: spellings[0],
)
def test_usual_spellings_of_a_name_sound_alike(spellings):
    first, *others = spellings

    assert [other for other in others if not meet(first, other)] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("Иванов", "Ivanova"), ("Петров", "Pavlov"), ("Sinar", "Sinta"), ("Жуков", "Шуков"), ("Budi", "Dedi")],
)
def test_other_names_do_not_sound_alike(one, other):
    assert not meet(one, other)


def test_sound_is_one_skeleton_per_word():
    assert sound("ООО «Щербаков-Плюс», 24") == "o xerbakov plius 24"


@given(LATIN_AND_CYRILLIC)
def test_sound_is_the_likeliest_of_all_sounds_and_they_are_few(text):
    readings = sounds(text)

    assert sound(text) == " ".join(word[0] for word in readings)
    assert all(1 <= len(word) <= 8 for word in readings)


@given(LATIN_AND_CYRILLIC)
def test_sound_does_not_hear_case_or_yo(text):
    assert sound(fold(text)) == sound(text)
