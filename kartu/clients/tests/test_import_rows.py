"""What a row says: companies, people, numbers, addresses, papers; and what is wrong with it."""

from datetime import UTC, date, datetime

import pytest

from kartu.clients.imports import fields
from kartu.clients.imports.drafts import Draft
from kartu.clients.imports.people import divide_people, is_company_name
from kartu.clients.imports.reading import read_row
from kartu.clients.imports.row import RowReader, label_of
from kartu.clients.models import Address, Channel
from kartu.core.actors import System
from kartu.records.imports.cells import Fault, Row
from kartu.records.imports.guess import Column, looks_of
from kartu.records.imports.importers import Plan
from kartu.records.imports.mapping import guess_mapping

pytestmark = pytest.mark.django_db  # the firm's own fields are among those that a column may feed

Kind = Channel.Kind


def read(cells: dict[str, object], country: str = "ID", **answers: str) -> tuple[Draft, list[tuple[str, str]]]:
    """The draft of one row, given as header -> cell, mapped as the page would; problems as (header, text)."""
    columns = [Column(at, title, looks_of([cell]), [], 1) for at, (title, cell) in enumerate(cells.items())]
    choices = guess_mapping(columns, fields.TARGETS, fields.words_for(System("a test"))).choices
    fields.settle(choices, columns)
    plan = Plan(tuple(choices), answers, {column.at: column.header for column in columns})
    draft, problems = read_row(RowReader(plan, country, System("a test")), Row(2, list(cells.values())))
    titles = list(cells)
    return draft, [(titles[problem.at] if problem.at is not None else "", problem.text) for problem in problems]


def ways(draft: Draft) -> list[tuple[str, str, str]]:
    return [(str(way.kind), way.value, way.extension) for way in draft.ways]


def test_company_person_and_several_phones_from_one_row() -> None:
    draft, problems = read(
        {
            "Nama Perusahaan": "PT Maju Jaya",
            "Nama PIC": "Bapak Budi Santoso",
            "Jabatan": "Direktur",
            "Telp": "022-4201234; 0812 3456 789",
            "No. WA": "0813-1111-2222",
            "Email": "info@maju.co.id, budi@maju.co.id",
            "Kota": "Bandung",
        }
    )

    assert not problems
    assert (draft.is_company, draft.name, draft.city) == (True, "PT Maju Jaya", "Bandung")
    assert [(person.name, person.salutation, person.position) for person in draft.people] == [
        ("Budi Santoso", "Bapak", "Direktur")
    ]
    assert ways(draft) == [
        ("phone", "+62224201234", ""), ("phone", "+628123456789", ""), ("whatsapp", "+6281311112222", ""),
        ("email", "info@maju.co.id", ""), ("email", "budi@maju.co.id", ""),
    ]  # fmt: skip
    assert [way.is_persons for way in draft.ways] == [True, True, True, False, True]


def test_phones_of_one_cell_as_people_write_them() -> None:
    draft, problems = read({"Клиент": "ООО Ель", "Тел.": "8 916 123-45-67, 8(495)1112233 доб. 12"}, "RU")

    assert not problems
    assert ways(draft) == [("phone", "+79161234567", ""), ("phone", "+74951112233", "12")]


@pytest.mark.parametrize("cell", [79161234567, 79161234567.0, "+7 916 123-45-67", "8 (916) 1234567", 9161234567])
def test_a_phone_that_a_sheet_took_for_a_number_is_the_phone(cell: object) -> None:
    from kartu.records.imports.cells import tidy  # noqa: PLC0415 - as the reading child does

    draft, problems = read({"ФИО": "Анна Ли", "Телефон": tidy(cell)}, "RU")

    assert not problems and ways(draft) == [("phone", "+79161234567", "")]


def test_a_phone_without_its_leading_zero_is_the_phone() -> None:
    assert ways(read({"Nama": "Budi Santoso", "HP": 8123456789})[0]) == [("phone", "+628123456789", "")]


def test_a_phone_cut_by_a_sheet_is_refused_and_not_guessed() -> None:
    draft, problems = read({"ФИО": "Анна Ли", "Телефон": "7,9161E+10"}, "RU")

    assert not draft.ways
    assert [title for title, _text in problems] == ["Телефон"] and "cut this number" in problems[0][1]


def test_a_bad_phone_and_a_bad_address_name_their_columns() -> None:
    _draft, problems = read({"Name": "PT Maju", "Phone": "12", "E-mail": "nobody", "Birthday": "31.02.2020"})

    assert [title for title, _text in problems] == ["Phone", "E-mail", "Birthday"]


@pytest.mark.parametrize("nothing", ["-", "нет", "tidak ada", "n/a", "", None])
def test_words_for_nothing_are_no_problem(nothing: object) -> None:
    draft, problems = read({"Name": "PT Maju", "Phone": nothing, "E-mail": nothing, "Tax ID": nothing})

    assert not problems and not draft.ways and not draft.registry_ids


def test_a_person_alone_is_the_client() -> None:
    draft, _problems = read({"Фамилия": "Щербаков", "Имя": "Пётр", "Отчество": "Ильич", "Моб.": "89126640718"}, "RU")

    assert (draft.is_company, draft.name) == (False, "Щербаков Пётр Ильич")
    assert (draft.parts.family, draft.parts.given, draft.parts.patronymic) == ("Щербаков", "Пётр", "Ильич")
    assert [(way.label, way.is_persons) for way in draft.ways] == [("моб", False)]


def test_a_name_with_initials_is_a_person() -> None:
    draft, _problems = read({"Клиент": "Ivanov I.I."}, "RU")

    assert (draft.is_company, draft.parts.family, draft.parts.given) == (False, "Ivanov", "I.")


@pytest.mark.parametrize(
    ("name", "is_company"),
    [
        ("PT Sumber Jaya", True),
        ("ООО «Ромашка»", True),
        ("Ромашка, ООО", True),
        ("ИП Щербаков П. И.", True),
        ("Acme LLC", True),
        ("Müller GmbH", True),
        ("UD Berkah", True),
        ("Koperasi Tani", True),
        ("Yayasan Harapan", True),
        ("Toko Bunga Melati", True),
        ("Магазин «Уют»", True),
        ("7-Eleven", True),
        ("Budi & Sons", True),
        ("ромашка", True),
        ("Budi Santoso", False),
        ("Budi", False),
        ("Bpk. Ahmad Yani", False),
        ("Щербаков Пётр Ильич", False),
        ("Ivanov I.I.", False),
        ("Müller", False),
        ("Jean-Luc O’Neill", False),
    ],
)
def test_companies_are_told_from_people(name: str, is_company: bool) -> None:
    assert is_company_name(name, "RU") is is_company


def test_the_person_may_say_that_all_names_are_companies_or_people() -> None:
    assert read({"Name": "Budi Santoso"}, names="company")[0].is_company
    assert not read({"Name": "Bengkel Motor"}, names="person")[0].is_company
    assert read({"Name": "PT Bengkel"}, names="person")[0].is_company


def test_several_people_and_their_numbers_in_one_cell() -> None:
    assert divide_people("Budi 0812-3456-789; Siti Aminah") == (["Budi", "Siti Aminah"], ["0812-3456-789"])

    draft, _problems = read({"Company": "PT Maju", "Contact": "Budi 0812-3456-789\nSiti Aminah"})
    assert [person.name for person in draft.people] == ["Budi", "Siti Aminah"]
    assert ways(draft) == [("phone", "+628123456789", "")]


def test_a_name_beside_a_company_is_its_person() -> None:
    draft, _problems = read({"Name": "Budi Santoso", "Company": "PT Maju", "Phone": "08123456789"})

    assert draft.name == "PT Maju" and [person.name for person in draft.people] == ["Budi Santoso"]


def test_a_person_column_that_holds_a_company_makes_a_company() -> None:
    draft, _problems = read({"Full name": "ООО «Ель»", "Phone": "89161234567"}, "RU")

    assert (draft.is_company, draft.name, draft.people) == (True, "ООО «Ель»", [])


def test_a_row_of_a_mere_address_is_a_person_of_that_name() -> None:
    draft, _problems = read({"Primary Email": "a@example.com"})

    assert (draft.is_company, draft.name) == (False, "a@example.com")


def test_a_whole_address_is_divided_as_far_as_it_is_sure() -> None:
    draft, _problems = read({"Name": "PT Maju", "Alamat": "Jl. Asia Afrika 1, Braga, Bandung 40111"})

    assert [(address.street, address.city, address.postcode) for address in draft.addresses] == [
        ("Jl. Asia Afrika 1, Braga", "Bandung", "40111")
    ]


def test_an_address_is_put_together_from_its_columns() -> None:
    draft, _problems = read(
        {
            "Клиент": "ООО Ель",
            "Улица, дом": "Ленина, 5",
            "Офис": "12",
            "Город": "Омск",
            "Индекс": "644000",
            "Страна": "Россия",
        },
        "RU",
    )

    address = draft.addresses[0]
    assert (address.street, address.city, address.postcode, address.country) == (
        "Ленина, 5, 12",
        "Омск",
        "644000",
        "RU",
    )
    assert draft.country == "RU"


def test_two_addresses_of_one_row_stay_apart() -> None:
    draft, _problems = read(
        {"Name": "PT Maju", "BillingStreet": "Braga 1", "BillingCity": "Bandung", "ShippingStreet": "Dago 2"}
    )

    assert [(address.kind, address.street) for address in draft.addresses] == [
        (Address.Kind.REGISTERED, "Braga 1"), (Address.Kind.DELIVERY, "Dago 2"),
    ]  # fmt: skip


def test_the_city_is_not_said_twice() -> None:
    draft, _problems = read({"Name": "PT Maju", "Address": "Braga 1, Bandung", "City": "Bandung"})

    assert [(address.street, address.city) for address in draft.addresses] == [("Braga 1", "Bandung")]


def test_russian_papers_are_checked() -> None:
    draft, problems = read(
        {"Контрагент": "ПАО Сбербанк", "ИНН": 7707083893, "КПП": "773601001", "ОГРН": "1027700132195",
         "Юр. адрес": "Москва, Вавилова 19"}, "RU",
    )  # fmt: skip

    assert not problems
    assert draft.registry_ids == {"inn": "7707083893", "kpp": "773601001", "ogrn": "1027700132195"}
    assert (draft.tax_id, draft.legal_address) == ("7707083893", "Москва, Вавилова 19")


def test_a_tax_number_that_lost_its_leading_zero_gets_it_back() -> None:
    draft, problems = read({"Клиент": "ООО Адыгея", "ИНН": 105001234}, "RU")

    assert (draft.registry_ids, problems) == ({"inn": "0105001234"}, [])
    assert read({"Клиент": "ООО Адыгея", "ИНН": "105001234"}, "RU")[1]


def test_a_wrong_tax_number_names_its_column() -> None:
    draft, problems = read({"Клиент": "ООО Ель", "ИНН": "7707083894"}, "RU")

    assert [title for title, _text in problems] == ["ИНН"]
    assert draft.registry_ids == {}


def test_inn_and_kpp_in_one_cell_are_told_apart() -> None:
    draft, _problems = read({"Клиент": "ПАО Сбербанк", "ИНН/КПП": "7707083893/773601001"}, "RU")

    assert draft.registry_ids == {"inn": "7707083893", "kpp": "773601001"}


def test_an_indonesian_tax_number_of_either_length_is_taken() -> None:
    assert read({"Nama": "PT Bank", "NPWP": "01.312.166.0-091.000"})[0].registry_ids == {"npwp15": "013121660091000"}
    assert read({"Nama": "PT Bank", "NPWP": "0013121660091000"})[0].tax_id == "0013121660091000"
    assert read({"Nama": "PT Bank", "NPWP": 13121660091000})[0].registry_ids == {"npwp15": "013121660091000"}


def test_an_account_needs_its_bank() -> None:
    good, problems = read(
        {"Клиент": "ООО Ель", "Р/с": "40702810238000060000", "БИК": "44525225", "Банк": "Сбербанк"}, "RU"
    )
    _bad, wrong = read({"Клиент": "ООО Ель", "Р/с": "40702810138000060000", "БИК": "044525225"}, "RU")

    assert (good.bank, problems) == (("Сбербанк", "044525225", "40702810238000060000"), [])
    assert [title for title, _text in wrong] == ["Р/с"]


def test_error_cells_and_unsaved_formulas_name_their_column() -> None:
    draft, problems = read({"Name": "PT Maju", "City": Fault("#N/A"), "Phone": Fault("=?")})

    assert [title for title, _text in problems] == ["City", "Phone"]
    assert "#N/A" in problems[0][1] and "formula" in problems[1][1]


@pytest.mark.parametrize("sign", ["\0", "\x07", "\x1b", "\ufffd", "\ud800"])
def test_signs_that_cannot_be_shown_are_named(sign: str) -> None:
    draft, problems = read({"Name": f"PT{sign}Maju", "City": "Bandung"})

    assert [title for title, _text in problems] == ["Name"]


def test_odd_but_showable_text_is_kept_to_the_letter() -> None:
    name = "‮PT 𝕄aju 🚀 <b>&amp; Z̷͉̾a'; DROP TABLE--"

    assert read({"Company": name})[0].name == name


def test_formulas_are_mere_text() -> None:
    draft, _problems = read({"Company": "=1+1", "Note": '=HYPERLINK("http://x")'})

    assert (draft.name, draft.note) == ("=1+1", '=HYPERLINK("http://x")')


def test_a_text_too_long_for_its_field_is_named() -> None:
    _draft, problems = read({"Company": "x" * 301})

    assert problems == [("Company", "Longer than 300 letters, this has 301")]


def test_dates_are_read_in_the_order_of_the_file() -> None:
    cells = {"Name": "Budi Santoso", "Birthday": "03/04/1990", "Created": "05/06/2024"}

    assert read(cells, dates="mdy")[0].birthday == date(1990, 3, 4)
    draft, _problems = read(cells, dates="dmy")
    assert (draft.birthday, draft.created_at) == (date(1990, 4, 3), datetime(2024, 6, 5, tzinfo=UTC))


def test_a_day_to_come_and_a_day_of_old_are_not_believed() -> None:
    for day in ("01.01.2099", "01.01.1066"):
        draft, problems = read({"Name": "Budi Santoso", "Birthday": day})
        assert problems and draft.birthday is None


def test_tags_are_divided_and_counted_once() -> None:
    draft, _problems = read({"Name": "PT Maju", "Tags": "VIP; old, vip | * myContacts ::: * Garut"})

    assert draft.tags == ["VIP", "old", "Garut"]


def test_what_has_no_field_goes_into_the_note() -> None:
    draft, _problems = read(
        {"Full name": "Budi Santoso", "Job title": "Direktur", "Language": "Klingon", "Note": "loyal"}
    )

    assert draft.note == "loyal\nDirektur\nLanguage: Klingon"


def test_labels_come_from_the_column_beside_or_the_header() -> None:
    google, _problems = read({"Full name": "Budi S", "Phone 1 - Label": "Mobile", "Phone 1 - Value": "08123456789"})
    plain, _problems = read({"Full name": "Budi S", "Work phone": "08123456789", "Phone 2": "08123456780"})

    assert [way.label for way in google.ways] == ["Mobile"]
    assert [way.label for way in plain.ways] == ["work", ""]
    assert label_of("Тел. (моб.) 2") == "моб"


def test_googles_several_values_in_one_cell_are_divided() -> None:
    draft, problems = read({"Full name": "Budi S", "Phone 1 - Value": "08123456789 ::: 08123456780"})

    assert not problems and len(draft.ways) == 2


def test_misread_letters_are_repaired_only_when_told() -> None:
    assert read({"Company": "Ð˜Ð²Ð°Ð½Ð¾Ð²"})[0].name == "Ð˜Ð²Ð°Ð½Ð¾Ð²"
    assert read({"Company": "Ð˜Ð²Ð°Ð½Ð¾Ð²"}, letters="repair")[0].name == "Иванов"
