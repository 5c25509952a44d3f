"""Which column feeds which field, for the tables that real programs write."""

import pytest

from kartu.clients.imports import fields
from kartu.core.actors import System
from kartu.records.imports.guess import Column, Looks
from kartu.records.imports.mapping import guess_mapping

pytestmark = pytest.mark.django_db  # the firm's own fields are among those that a column may feed


def mapped(headers: str, looks: dict[str, Looks] | None = None) -> dict[str, str]:
    """Header -> field, with the set it belongs to; headers are parted by |."""
    titles = headers.split("|")
    columns = [Column(at, title, (looks or {}).get(title, Looks.TEXT), [], 3) for at, title in enumerate(titles)]
    guessed = guess_mapping(columns, fields.TARGETS, fields.words_for(System("a test"))).choices
    fields.settle(guessed, columns)
    return {
        title: choice.target + (f" {choice.set}" if choice.set else "")
        for title, choice in zip(titles, guessed, strict=True)
    }


def test_every_word_of_the_data_belongs_to_a_field() -> None:
    words = fields.words_for(System("a test"))

    assert set(words._exact.values()) <= set(fields.TARGETS) | {"-"}
    assert len(words._exact) > 1000


def test_hubspot() -> None:
    found = mapped(
        "Record ID|First Name|Last Name|Email|Phone Number|Lifecycle Stage|Lead Status|Create Date|Contact owner"
        "|Associated Company|Associated Company IDs"
    )

    assert found == {
        "Record ID": "", "First Name": "given", "Last Name": "family", "Email": "email", "Phone Number": "phone",
        "Lifecycle Stage": "category", "Lead Status": "status", "Create Date": "created_at",
        "Contact owner": "responsible", "Associated Company": "company", "Associated Company IDs": "",
    }  # fmt: skip


def test_amocrm() -> None:
    found = mapped(
        "ID|Полное имя контакта|Имя|Фамилия|Компания контакта|Ответственный за контакт|Теги|Должность|Рабочий телефон"
        "|Рабочий прямой телефон|Мобильный телефон|Факс|Рабочий email|Личный email|Примечание|Примечание 2"
        "|Дата создания контакта|Кем создан контакт|Web|Адрес"
    )

    assert found == {
        "ID": "", "Полное имя контакта": "person", "Имя": "given", "Фамилия": "family",
        "Компания контакта": "company", "Ответственный за контакт": "responsible", "Теги": "tags",
        "Должность": "position", "Рабочий телефон": "phone", "Рабочий прямой телефон": "phone",
        "Мобильный телефон": "phone", "Факс": "fax", "Рабочий email": "email", "Личный email": "email",
        "Примечание": "note", "Примечание 2": "note", "Дата создания контакта": "created_at",
        "Кем создан контакт": "", "Web": "site", "Адрес": "address",
    }  # fmt: skip


def test_bitrix24() -> None:
    found = mapped(
        "ID|Обращение|Имя|Отчество|Фамилия|Дата рождения|Создан|Источник|Рабочий телефон|Корпоративный сайт"
        "|Рабочий e-mail|Контакт Telegram|Контакт Skype|Компания|Должность|Комментарий|Ответственный"
        "|Улица, номер дома|Квартира, офис, комната, этаж|Населенный пункт|Почтовый индекс|Страна"
    )

    assert found == {
        "ID": "", "Обращение": "salutation", "Имя": "given", "Отчество": "patronymic", "Фамилия": "family",
        "Дата рождения": "birthday", "Создан": "created_at", "Источник": "source", "Рабочий телефон": "phone",
        "Корпоративный сайт": "site", "Рабочий e-mail": "email", "Контакт Telegram": "telegram",
        "Контакт Skype": "messenger", "Компания": "company", "Должность": "position", "Комментарий": "note",
        "Ответственный": "responsible", "Улица, номер дома": "street",
        "Квартира, офис, комната, этаж": "street_more", "Населенный пункт": "city", "Почтовый индекс": "postcode",
        "Страна": "country",
    }  # fmt: skip


def test_google_contacts_of_both_generations() -> None:
    old = mapped(
        "Name|Given Name|Additional Name|Family Name|Group Membership|E-mail 1 - Type|E-mail 1 - Value"
        "|Phone 1 - Type|Phone 1 - Value|Address 1 - Formatted|Address 1 - City|Address 2 - Street|Address 2 - City"
        "|Organization 1 - Name|Organization 1 - Title"
    )
    new = mapped("First Name|Middle Name|Last Name|Organization Name|Labels|E-mail 1 - Label|E-mail 1 - Value")

    assert old == {
        "Name": "person", "Given Name": "given", "Additional Name": "patronymic", "Family Name": "family",
        "Group Membership": "tags", "E-mail 1 - Type": "email_label", "E-mail 1 - Value": "email",
        "Phone 1 - Type": "phone_label", "Phone 1 - Value": "phone", "Address 1 - Formatted": "address",
        "Address 1 - City": "city", "Address 2 - Street": "street 2", "Address 2 - City": "city 2",
        "Organization 1 - Name": "company", "Organization 1 - Title": "position",
    }  # fmt: skip
    assert list(new.values()) == ["given", "patronymic", "family", "company", "tags", "email_label", "email"]


def test_outlook() -> None:
    found = mapped(
        "First Name|Last Name|Title|E-mail Address|E-mail 2 Address|Business Phone|Home Street|Home City|Company"
        "|Job Title|Business Street|Business City|Home Country/Region"
    )

    assert list(found.values()) == [
        "given", "family", "salutation", "email", "email", "phone", "street home", "city home", "company", "position",
        "street work", "city work", "country home",
    ]  # fmt: skip


def test_odoo_and_salesforce() -> None:
    odoo = mapped("id|Company Name|Street|Street2|City|Zip|Tax ID|Phone|Mobile|Salesperson|Job Position")
    force = mapped(
        "AccountId|FirstName|LastName|MailingStreet|MailingCity|OtherStreet|OtherCity|LeadSource|Description"
    )

    assert list(odoo.values()) == [
        "", "name", "street", "street_more", "city", "postcode", "tax_id", "phone", "phone", "responsible", "position",
    ]  # fmt: skip
    assert list(force.values()) == [
        "", "given", "family", "street delivery", "city delivery", "street delivery2", "city delivery2", "source",
        "note",
    ]  # fmt: skip


def test_pipedrive() -> None:
    found = mapped(
        "Person - Name|Person - Email (Work)|Person - Phone (Mobile)|Organization - Name|Organization - Address"
        "|Person - Owner|Person - Pipedrive System ID"
    )

    assert list(found.values()) == ["person", "email", "phone", "company", "address", "responsible", ""]


def test_sheets_of_small_firms() -> None:
    indonesian = mapped("No|Nama Perusahaan|Nama PIC|No. WA|HP|Alamat|Kab/Kota|NPWP|Keterangan|Tgl. Lahir")
    russian = mapped("№ п/п|Контрагент|ИНН|КПП|Конт. лицо|Тел.|E-mail|Адрес (юр.)|Факт. адрес|Р/с|БИК|Менеджер|Прим.")

    assert list(indonesian.values()) == [
        "", "company", "person", "whatsapp", "phone", "address", "city", "tax_id", "note", "birthday",
    ]  # fmt: skip
    assert list(russian.values()) == [
        "", "name", "tax_id", "kpp", "person", "phone", "email", "legal_address", "address", "bank_account",
        "bank_code", "responsible", "note",
    ]  # fmt: skip


def test_columns_without_a_header_are_known_by_their_values() -> None:
    columns = [
        Column(0, "", Looks.TEXT, ["PT Maju"], 3),
        Column(1, "", Looks.PHONE, ["0812"], 3),
        Column(2, "", Looks.EMAIL, ["a@b.co"], 3),
        Column(3, "", Looks.TEXT, ["x"], 3),
    ]

    guessed = guess_mapping(columns, fields.TARGETS, fields.words_for(System("a test"))).choices
    fields.settle(guessed, columns)

    assert [choice.target for choice in guessed] == ["name", "phone", "email", ""]


@pytest.mark.parametrize(("headers", "ready"), [("Phone|City", True), ("Nama|HP", True), ("Город|Дата", False)])
def test_a_mapping_without_anybody_in_it_is_not_enough(headers: str, ready: bool) -> None:
    columns = [Column(at, title, Looks.TEXT, [], 3) for at, title in enumerate(headers.split("|"))]
    choices = guess_mapping(columns, fields.TARGETS, fields.words_for(System("a test"))).choices

    assert (fields.missing(choices) == "") is ready
