import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from kartu.firm import iban, vat
from kartu.firm.check_digits import weighted
from kartu.firm.requisites import (
    _INN_10,
    BIK,
    COMPANY,
    IBAN,
    KINDS,
    PERSON,
    check_russian_account,
    kinds,
    tax_id,
    validate_bank,
    validate_ids,
)

pytestmark = pytest.mark.no_database


def refusal(code: str, value: str) -> str:
    with pytest.raises(ValidationError) as refused:
        KINDS[code].validate(value)
    return refused.value.messages[0]


def with_digit(number: str, place: int, digit: str) -> str:
    return number[:place] + digit + number[place + 1 :]


def inn_of(nine: str) -> str:
    return nine + str(weighted(nine, _INN_10) % 11 % 10)


@pytest.mark.parametrize("code", sorted(code for code, kind in KINDS.items() if kind.example))
def test_the_example_of_every_kind_is_right_and_stays_as_it_is(code):
    assert KINDS[code].validate(KINDS[code].example) == KINDS[code].example


@pytest.mark.parametrize("code", sorted(code for code, kind in KINDS.items() if not kind.is_free))
@settings(max_examples=25)
@given(text=st.text() | st.from_regex("[A-Z0-9]{8,34}", fullmatch=True))
def test_a_kind_refuses_in_one_way_only_and_twice_is_as_once(code, text):
    try:
        bare = KINDS[code].validate(text)
    except ValidationError as refused:
        assert all(refused.messages)
    else:
        assert KINDS[code].validate(bare) == bare


@pytest.mark.parametrize(
    ("code", "typed", "bare"),
    [
        ("inn", " 7707 083 893 ", "7707083893"),
        ("inn", "500100732259", "500100732259"),
        ("kpp", "7736 01001", "773601001"),
        ("npwp15", "01.312.166.0-091.000", "013121660091000"),
        ("npwp", "0013 1216 6009 1000", "0013121660091000"),
        ("npwp", "٠٠١٣١٢١٦٦٠٠٩١٠٠٠", "0013121660091000"),
        ("npwp", "3273051708900001", "3273051708900001"),
        ("npwp", "1000000001234567", "1000000001234567"),
        ("nik", "3273055708900001", "3273055708900001"),
        ("vat_de", "136695976", "DE136695976"),
        ("vat_gr", "GR 094259216", "EL094259216"),
        ("vat_gb", "XI 980780684", "XI980780684"),
        ("vat_es", "x-5253868-r", "ESX5253868R"),
        ("vat_ie", "8D79739I", "IE8D79739I"),
        ("iban", "gb82 west 1234 5698 7654 32", "GB82WEST12345698765432"),
        ("swift", "CENAIDJAXXX", "CENAIDJAXXX"),
        ("pkp", "ya", "1"),
        ("pkp", "tidak", ""),
        ("inn", "", ""),
    ],
)
def test_numbers_are_kept_bare(code, typed, bare):
    assert KINDS[code].validate(typed) == bare


@pytest.mark.parametrize(
    ("code", "typed", "words"),
    [
        ("inn", "770708389", "INN has 10 or 12 digits, this one has 9"),
        ("inn", "770708389O", "INN has digits only, like 7707083893"),
        ("inn", "7707083894", "A digit is wrong in this INN. Compare it with the paper"),
        ("inn", "500100732250", "A digit is wrong in this INN. Compare it with the paper"),
        ("inn", "0000000000", "A digit is wrong in this INN. Compare it with the paper"),
        ("kpp", "77360100", "KPP has 9 digits, like 773601001"),
        ("ogrn", "1027700132196", "A digit is wrong in this OGRN. Compare it with the paper"),
        ("ogrnip", "304500116000158", "A digit is wrong in this OGRNIP. Compare it with the paper"),
        ("bik", "944525225", "BIK begins with 0, like 044525225"),
        ("npwp15", "01.312.166.1-091.000", "A digit is wrong in this NPWP of 15 digits. Compare it with the paper"),
        ("npwp", "013121660091000", "NPWP has 16 digits, this one has 15"),
        ("nik", "3273059908900001", "Digits 7 to 12 of this NIK are no birthday. Compare it with the paper"),
        ("nik", "3273051708900000", "A digit is wrong in this NIK. Compare it with the paper"),
        ("nib", "912030123456", "NIB has 13 digits, this one has 12"),
        ("nitku", "0013121670091000000000", "A digit is wrong in this NITKU. Compare it with the paper"),
        ("vat_de", "DE13669597", "A VAT number of this country looks like DE136695976"),
        ("vat_de", "DE136695977", "A digit is wrong in this VAT number. Compare it with the paper"),
        ("iban", "DE893704004405320130", "An IBAN of this country has 22 letters and digits, this one has 20"),
        ("iban", "DE89370400440532013001", "A digit is wrong in this IBAN. Compare it with the paper"),
        ("iban", "ZZ89370400440532013001", "IBAN looks like DE89370400440532013000"),
        ("swift", "CENAXXJA", "SWIFT has 8 or 11 letters and digits, like CENAIDJA"),
        ("registry", "9" * 41, "40 letters and digits at most"),
    ],
)
def test_a_refusal_says_what_is_wrong(code, typed, words):
    assert refusal(code, typed) == words


@given(
    st.from_regex("[0-9]{9}", fullmatch=True).filter(lambda nine: int(nine)),
    st.integers(0, 9),
    st.sampled_from("0123456789"),
)
def test_a_single_wrong_digit_of_an_inn_is_seen(nine, place, digit):
    right = inn_of(nine)
    wrong = with_digit(right, place, digit)
    # The rule itself writes the remainders 10 and 0 alike; nothing else slips through.
    remainders = {weighted(number, _INN_10) % 11 for number in (right, wrong)}

    assert KINDS["inn"].validate(right) == right
    if wrong != right and not (place < 9 and remainders == {0, 10}):
        assert "A digit is wrong" in refusal("inn", wrong)


@pytest.mark.parametrize("code", ["npwp15", "vat_de", "vat_it", "vat_fr", "vat_pl", "iban"])
@given(data=st.data())
def test_a_single_wrong_digit_is_seen(code, data):
    right = KINDS[code].example
    checked = range(9) if code == "npwp15" else [place for place, sign in enumerate(right) if sign.isdigit()]
    place = data.draw(st.sampled_from(checked))
    wrong = with_digit(
        right, place, data.draw(st.sampled_from("123456789").filter(lambda digit: digit != right[place]))
    )

    assert "A digit is wrong" in refusal(code, wrong)


def test_numbers_are_shown_as_on_papers():
    assert KINDS["npwp15"].show("013121660091000") == "01.312.166.0-091.000"
    assert KINDS["npwp"].show("0013121660091000") == "0013 1216 6009 1000"
    assert KINDS["npwp"].show("short") == "short"
    assert KINDS["inn"].show("7707083893") == "7707083893"


def test_every_country_of_the_union_has_its_vat_number():
    assert len(vat.EUROPEAN_UNION) == 27
    assert [kinds(country)[0].code for country in ("FR", "GR", "GB")] == ["vat_fr", "vat_gr", "vat_gb"]


def test_elsewhere_the_fields_are_free():
    assert [kind.code for kind in kinds("BR")] == ["tax_id", "registry"]
    assert validate_ids("BR", {"tax_id": " 11.222.333/0001-81 "}) == {"tax_id": "11.222.333/0001-81"}


def test_a_person_is_not_asked_for_the_numbers_of_a_company():
    assert [kind.code for kind in kinds("RU", PERSON)] == ["inn", "ogrnip"]
    assert [kind.code for kind in kinds("RU", COMPANY)] == ["inn", "kpp", "ogrn"]


def test_all_wrong_numbers_are_named_at_once():
    with pytest.raises(ValidationError) as refused:
        validate_ids("RU", {"inn": "1", "kpp": "2", "ogrn": ""})

    assert set(refused.value.message_dict) == {"inn", "kpp"}


def test_numbers_of_another_country_are_kept_when_a_client_moves():
    assert validate_ids("RU", {"inn": "7707083893", "npwp": "0013121660091000", "kpp": ""}) == {
        "inn": "7707083893",
        "npwp": "0013121660091000",
    }


@pytest.mark.parametrize(
    ("country", "ids", "found"),
    [
        ("RU", {"inn": "7707083893", "kpp": "773601001"}, "7707083893"),
        ("ID", {"npwp15": "013121660091000"}, "0013121660091000"),
        ("ID", {"nik": "3273051708900001"}, "3273051708900001"),
        ("DE", {"vat_de": "DE136695976"}, "DE136695976"),
        ("DE", {"registry": "HRB 1"}, ""),
    ],
)
def test_a_client_is_found_by_one_tax_number(country, ids, found):
    assert tax_id(country, ids) == found


def test_a_russian_account_fits_its_bank():
    assert check_russian_account("40702810238000060000", "044525225")
    assert check_russian_account("30101810400000000225", "044525225")
    assert not check_russian_account("40702810338000060000", "044525225")
    assert validate_bank("RU", "044525225", "40702 810 2 38000060000") == ("044525225", "40702810238000060000")


@pytest.mark.parametrize(
    ("country", "code", "account", "wrong"),
    [
        ("RU", "044525225", "40702810338000060000", {"account"}),
        ("RU", "04452522", "407028102", {"account", "bank_code"}),
        ("DE", "DEUTDEFF", "DE89370400440532013001", {"account"}),
        ("ID", "BCA", "1234567890", {"bank_code"}),
    ],
)
def test_a_wrong_bank_detail_is_named(country, code, account, wrong):
    with pytest.raises(ValidationError) as refused:
        validate_bank(country, code, account)

    assert set(refused.value.message_dict) == wrong


def test_an_account_of_a_country_without_iban_is_free_but_an_iban_there_is_checked():
    assert validate_bank("ID", "", "123-456-7890") == ("", "123-456-7890")
    with pytest.raises(ValidationError, match="A digit is wrong in this IBAN"):
        validate_bank("ID", "", "DE89370400440532013001")


def test_iban_knows_the_length_in_every_country_it_names():
    assert all(len(country) == 2 and 15 <= length <= 33 for country, length in iban.LENGTHS.items())
    assert IBAN.validate("NO9386011117947") == "NO9386011117947"
    assert BIK.validate("04 4525 225") == "044525225"
