import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given
from hypothesis import strategies as st

from kartu.firm import phones
from kartu.firm.phones import display, national, parse, parse_one, parse_telegram, search_digits

pytestmark = pytest.mark.no_database

COUNTRIES = st.sampled_from(["RU", "ID", "DE", "US", "KZ"])
NAUGHTY = [
    "", "undefined", "NaN", "1/0", "0x0", "1,000,000.00", "--", "Ⅷ", "<script>alert(1)</script>", "' OR 1=1",
    "../../etc/passwd", "\x00", "\ufeff", "¸˛Ç◊ı˜Â¯˘¿", "test\u2028test", "👾 🙇 💁", "０００", "+" * 50, "8" * 300,
    "+7" * 20, "ext", "доб", "x1", "#", "(((((", "8 доб. доб. 1", "%s%n", "{{7*7}}", "1E02", "\ud800",
]  # fmt: skip


def numbers(text: str, country: str) -> list[str]:
    return [phone.e164 + (f" x{phone.ext}" if phone.ext else "") for phone in parse(text, country)]


@pytest.mark.parametrize(
    "typed",
    ["8 (912) 664-07-18", "+7 912 664 07 18", "79126640718", "9126640718", "+8 912 6640718", "8-912-664.07.18",
     "＋７９１２６６４０７１８", "+٧٩١٢٦٦٤٠٧١٨", "моб. 8 912 6640718", "8 912 6640718 (Иван)", "007 912 6640718"],
)  # fmt: skip
def test_russian_spellings_are_one_number(typed):
    assert numbers(typed, "RU") == ["+79126640718"]


@pytest.mark.parametrize(
    "typed",
    ["0811-947-203", "62811947203", "+62 (0)811-947-203", "0062 811947203", "HP: 0811 947 203", "+62811947203",
     "(0811) 947203", "0811947203 (WA)"],
)  # fmt: skip
def test_indonesian_spellings_are_one_number(typed):
    assert numbers(typed, "ID") == ["+62811947203"]


@pytest.mark.parametrize(
    ("typed", "country", "found"),
    [
        ("8 912 664 07 18, 8 343 222 33 44", "RU", ["+79126640718", "+73432223344"]),
        ("89126640718 89126640719", "RU", ["+79126640718", "+79126640719"]),
        ("0811947203/0812345678", "ID", ["+62811947203", "+62812345678"]),
        ("0811947203 dan 021-5551234", "ID", ["+62811947203", "+62215551234"]),
        ("(021) 555-1234/35", "ID", ["+62215551234", "+62215551235"]),
        ("8 912 6640718\n+7 912 664-07-18", "RU", ["+79126640718"]),
        ("моб. 8 912 664 07 18 (Иван), раб. 8 343 222 33 44", "RU", ["+79126640718", "+73432223344"]),
    ],
)
def test_several_numbers_in_one_text_are_all_found_once(typed, country, found):
    assert numbers(typed, country) == found


@pytest.mark.parametrize(
    ("typed", "country", "found"),
    [
        ("8 495 123-45-67 доб. 12", "RU", ["+74951234567 x12"]),
        ("8 495 123-45-67, доб. 12; 8 912 664 07 18", "RU", ["+74951234567 x12", "+79126640718"]),
        ("+7(912)664-07-18#12", "RU", ["+79126640718 x12"]),
        ("021-5551234 ext 101", "ID", ["+62215551234 x101"]),
        ("021-5551234 pes. 7", "ID", ["+62215551234 x7"]),
    ],
)
def test_an_extension_is_kept_apart(typed, country, found):
    assert numbers(typed, country) == found


@pytest.mark.parametrize(
    ("typed", "country", "found"),
    [
        ("+1 650 253 0000", "RU", "+16502530000"),
        ("62 811 947203", "RU", "+62811947203"),
        ("0049 30 123456", "ID", "+4930123456"),
    ],
)
def test_a_foreign_number_is_known_by_its_country_code(typed, country, found):
    assert numbers(typed, country) == [found]


@pytest.mark.parametrize("nothing", ["", "  ", "-", " — ", "..."])
def test_no_number_is_no_error(nothing):
    assert parse(nothing, "ID") == []


@pytest.mark.parametrize(
    ("typed", "country", "advice"),
    [
        ("664-07-18", "RU", "10 digits, like 8 (912) 345-67-89"),
        ("112", "RU", "10 digits, like 8 (912) 345-67-89"),
        ("8 912 664-07-1", "RU", "10 digits, like 8 (912) 345-67-89"),
        ("7.91261E+10", "RU", "10 digits, like 8 (912) 345-67-89"),
        ("12345", "ID", "7 digits or more, like 0812-345-678"),
        ("0811x947y203", "ID", "7 digits or more, like 0812-345-678"),
        ("1-800-FLOWERS", "US", "10 digits, like (201) 555-0123"),
        ("8" * 301, "RU", "This is too long for a phone"),
    ],
)
def test_a_wrong_number_says_how_a_right_one_looks(typed, country, advice):
    with pytest.raises(ValidationError) as refused:
        parse(typed, country)

    assert refused.value.messages == [advice]


def test_where_one_number_is_wanted_two_are_refused():
    with pytest.raises(ValidationError, match="One number here"):
        parse_one("0811947203, 0812345678", "ID")
    assert parse_one("0811947203", "ID").national == "0811-947-203"


@given(st.text() | st.from_regex(r"[\d+()\- ;,/x#доб.]{0,40}", fullmatch=True), COUNTRIES)
@example("8" * 15, "RU")
def test_reading_a_phone_fails_in_one_way_only(text, country):
    try:
        found = parse(text, country)
    except ValidationError:
        return
    assert all(phone.e164.startswith("+") and phone.e164[1:].isdigit() for phone in found)


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_strings_are_refused_or_empty(text):
    try:
        assert parse(text, "ID") == []
    except ValidationError as refused:
        assert refused.messages


@given(st.sampled_from(["RU", "ID"]), st.sampled_from(["", "7", "8", "+7", "0", "62", "+62", "08", "02", "628"]),
       st.from_regex("[0-9]{6,12}", fullmatch=True))  # fmt: skip
def test_the_short_cut_reads_a_number_as_the_library_does(country, beginning, rest):
    quick = phones._quickly(beginning + rest, country)

    assert quick in ("", phones._carefully(beginning + rest, country))


@given(st.from_regex(r"\+(79[0-9]{9}|628[1-35-9][0-9]{8}|4930[0-9]{6})", fullmatch=True), COUNTRIES)
def test_what_is_stored_reads_as_itself_in_every_country(e164, country):
    assert numbers(e164, country) == [e164]
    assert numbers(phones.international(e164), country) == [e164]


def test_a_number_is_shown_as_its_country_writes_it():
    assert national("+79126640718") == "8 (912) 664-07-18"
    assert display("+62811947203", "ID") == "0811-947-203"
    assert display("+62811947203", "RU") == "+62 811-947-203"
    assert display("+62215551234", "ID", "101") == "(021) 5551234 ext. 101"


def test_a_number_that_is_in_no_list_is_shown_as_the_country_writes_it_too():
    assert display("+447700900123", "GB") == "07700 900123"
    assert display("+447700900123", "ID") == "+44 7700 900123"
    assert display("+77012345678", "RU") == "+7 701 234 5678"
    assert national("not a number") == "not a number"


def test_links_call_and_write():
    assert phones.tel_link("+62215551234", "101") == "tel:+62215551234;ext=101"
    assert phones.whatsapp_link("+62811947203", "Halo & apa?") == "https://wa.me/62811947203?text=Halo%20%26%20apa%3F"
    assert phones.telegram_link("@budi") == "https://t.me/budi"
    assert phones.telegram_link("+62811947203") == "https://t.me/+62811947203"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("@budi_santoso", "@budi_santoso"),
        ("https://t.me/budi_santoso/", "@budi_santoso"),
        ("t.me/Budi99", "@Budi99"),
        ("0811-947-203", "+62811947203"),
        ("https://t.me/+62811947203", "+62811947203"),
    ],
)
def test_telegram_is_a_name_or_a_phone(typed, kept):
    assert parse_telegram(typed, "ID") == kept


def test_what_is_no_telegram_says_how_one_looks():
    with pytest.raises(ValidationError, match="A name like @budi_santoso, or a phone"):
        parse_telegram("javascript:alert(1)", "ID")


@pytest.mark.parametrize(
    ("e164", "digits"),
    [
        ("+79126640718", "79126640718 89126640718"),
        ("+62811947203", "62811947203 0811947203"),
        ("+4930123456", "4930123456 030123456"),
        ("+16502530000", "16502530000 6502530000"),
    ],
)
def test_a_number_is_found_with_its_country_code_and_as_dialled_at_home(e164, digits):
    assert search_digits(e164) == digits
