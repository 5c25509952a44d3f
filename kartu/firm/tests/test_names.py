import pytest
from hypothesis import given
from hypothesis import strategies as st

from kartu.firm.names import company_key, initials, split_company, split_person

pytestmark = pytest.mark.no_database

COUNTRIES = st.sampled_from(["", "ID", "RU", "US", "DE", "VN"])


def parts(text: str, country: str) -> tuple[str, str, str]:
    name = split_person(text, country)
    return name.family, name.given, name.patronymic


@pytest.mark.parametrize("text", ["Sukarno", "Ayu Lestari", "Muhammad bin Abdullah", "Dr", "Si", "", "🙂", "X"])
def test_an_indonesian_name_is_whole(text):
    name = split_person(text, "ID")

    assert (name.whole, name.family, name.given) == (text, "", "")
    assert name.in_order("ID") == name.short() == name.to_speak_to() == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Иванов Иван Иванович", ("Иванов", "Иван", "Иванович")),
        ("Иван Иванович Иванов", ("Иванов", "Иван", "Иванович")),
        ("Ivanov Ivan Ivanovich", ("Ivanov", "Ivan", "Ivanovich")),
        ("Кузьмина Анна Ильинична", ("Кузьмина", "Анна", "Ильинична")),
        ("Мамедов Али оглы", ("Мамедов", "Али", "оглы")),
        ("Иванов И.И.", ("Иванов", "И.", "И.")),
        ("И. И. Иванов", ("Иванов", "И.", "И.")),
        ("Ivanov S.T.", ("Ivanov", "S.", "T.")),
        ("Иванов И.", ("Иванов", "И.", "")),
        ("Иван Иванов", ("Иванов", "Иван", "")),
        ("Иванов Иван", ("Иванов", "Иван", "")),
        ("Анна Кузьмина", ("Кузьмина", "Анна", "")),
        ("Olga Petrova", ("Petrova", "Olga", "")),
        ("Иван Петрович", ("", "Иван", "Петрович")),
        ("Ким Ен Сун", ("Ким", "Ен Сун", "")),
        ("Пётр", ("", "", "")),
    ],
)
def test_a_russian_name_divides_in_any_order(text, found):
    assert parts(text, "RU") == found


@pytest.mark.parametrize(
    ("text", "country", "found"),
    [
        ("John Smith", "US", ("Smith", "John", "")),
        ("Smith, John", "GB", ("Smith", "John", "")),
        ("Ludwig van Beethoven", "DE", ("van Beethoven", "Ludwig", "")),
        ("Anna Maria von der Leyen", "DE", ("von der Leyen", "Anna Maria", "")),
        ("Nguyen Van An", "VN", ("Nguyen", "Van An", "")),
    ],
)
def test_other_countries_have_their_own_order(text, country, found):
    assert parts(text, country) == found


@pytest.mark.parametrize(
    ("text", "country", "salutation", "title", "whole"),
    [
        ("Bapak Ir. H. Budi Santoso, S.T., M.M.", "ID", "Bapak", "Ir. H., S.T., M.M.", "Budi Santoso"),
        ("Ibu dr. Siti Aminah, Sp.OG", "ID", "Ibu", "dr., Sp.OG", "Siti Aminah"),
        ("Budi S.T.", "ID", "", "S.T.", "Budi"),
        ("Pak Joko", "ID", "Pak", "", "Joko"),
        ("г-н Петров", "RU", "г-н", "", "Петров"),
        ("Mrs Ann Lee", "GB", "Mrs", "", "Ann Lee"),
        ("Ibu", "ID", "", "", "Ibu"),
        ("Hj. Siti Nurhaliza", "ID", "", "Hj.", "Siti Nurhaliza"),
    ],
)
def test_salutations_and_titles_are_told_from_the_name(text, country, salutation, title, whole):
    name = split_person(text, country)

    assert (name.salutation, name.title, name.whole) == (salutation, title, whole)


@pytest.mark.parametrize(
    ("text", "country", "full", "short", "spoken"),
    [
        ("Иван Иванович Иванов", "RU", "Иванов Иван Иванович", "Иванов\u00a0И.\u00a0И.", "Иван Иванович"),
        ("John Smith", "US", "John Smith", "Smith\u00a0J.", "John"),
        ("Mr John Smith", "US", "John Smith", "Smith\u00a0J.", "Mr Smith"),
        ("Bapak Budi Santoso", "ID", "Budi Santoso", "Budi Santoso", "Bapak Budi Santoso"),
        ("Иванов И.И.", "RU", "Иванов И. И.", "Иванов\u00a0И.\u00a0И.", "Иванов И.И."),
    ],
)
def test_a_name_is_put_together_as_its_country_does(text, country, full, short, spoken):
    name = split_person(text, country)

    assert (name.in_order(country), name.short(), name.to_speak_to()) == (full, short, spoken)


@given(
    st.text()
    | st.lists(st.sampled_from("Bapak Ir. H. Иван Иванович И.И. Smith, S.T., van M.M. Si".split())).map(" ".join),
    COUNTRIES,
)
def test_nothing_of_a_name_is_lost(text, country):
    name = split_person(text, country)

    letters = sorted(sign for sign in text if sign.isalnum())
    assert sorted(sign for sign in f"{name.salutation}{name.title}{name.whole}" if sign.isalnum()) == letters
    if name.family:
        divided = f"{name.family}{name.given}{name.patronymic}"
        assert sorted(filter(str.isalnum, divided)) == sorted(filter(str.isalnum, name.whole))


@pytest.mark.parametrize(
    ("text", "letters"),
    [("Budi Santoso", "BS"), ("Sukarno", "S"), ("ООО «Ромашка Плюс»", "РП"), ("PT Sinar Abadi Tbk", "SA"),
     ("Pak Joko", "J"), ("", "?"), ("***", "?"), ("👾", "?")],
)  # fmt: skip
def test_initials_skip_legal_forms_and_salutations(text, letters):
    assert initials(text) == letters


@pytest.mark.parametrize(
    ("text", "form", "name"),
    [
        ("ООО «Ромашка»", "ООО", "Ромашка"),
        ("Ромашка, ООО", "ООО", "Ромашка"),
        ("Общество с ограниченной ответственностью «Рога и копыта»", "ООО", "Рога и копыта"),
        ("ИП Иванов И.И.", "ИП", "Иванов И.И."),
        ('ООО ТД "Весна"', "ООО", 'ТД "Весна"'),
        ("P.T. Sinar Abadi (Persero) Tbk.", "PT", "Sinar Abadi"),
        ("CV Tirta Makmur", "CV", "Tirta Makmur"),
        ("UD. Sumber Rejeki", "UD", "Sumber Rejeki"),
        ("Koperasi Maju Jaya", "Koperasi", "Maju Jaya"),
        ("Yayasan Bina Insan", "Yayasan", "Bina Insan"),
        ("Acme L.L.C.", "LLC", "Acme"),
        ("Müller GmbH", "GmbH", "Müller"),
        ("Jansen B.V.", "BV", "Jansen"),
        ("Rossi S.r.l.", "SRL", "Rossi"),
        ("Bosch Sp. z o.o.", "Sp. z o.o.", "Bosch"),
        ("Maju Sdn. Bhd.", "Sdn Bhd", "Maju"),
        ("AS Roma", "", "AS Roma"),
        ("ООО", "", "ООО"),
        ("Sinar-Mas", "", "Sinar-Mas"),
        ("", "", ""),
    ],
)
def test_the_legal_form_is_told_from_the_name(text, form, name):
    assert split_company(text) == (form, name)


@pytest.mark.parametrize(
    "spellings",
    [
        ["ООО «Ромашка»", "Ромашка, ООО", 'ооо "РОМАШКА"', "Ромашка"],
        ["PT. Sinar Abadi, Tbk", "PT SINAR ABADI", "Sinar Abadi"],
        ["Acme Co., Ltd.", "ACME"],
        ["ООО ТД «Весна»", "ТД Весна"],
    ],
    ids=lambda spellings: spellings[0],
)
def test_spellings_of_one_company_have_one_key(spellings):
    assert len({company_key(spelling) for spelling in spellings}) == 1


def test_other_companies_have_other_keys():
    assert company_key("ООО Ромашка") != company_key("ООО Ромашка-2")
    assert company_key("Аптека") != company_key("Aптека")


@given(st.text())
def test_a_key_has_no_legal_form_of_its_own(text):
    assert split_company(f"ООО {text} x")[0] == "ООО"
    assert company_key(f"PT {text} x") == company_key(f"{text} x, PT.")
