"""Where the header is, what columns hold, how dates are written."""

import pytest

from kartu.records.imports.cells import Row
from kartu.records.imports.guess import Looks, guess_date_order, guess_decimal_mark, guess_layout, looks_of
from kartu.records.imports.headers import header_of
from kartu.records.imports.values import DateOrder

pytestmark = pytest.mark.no_database

KNOWN = {"name", "phone", "email", "city", "компания", "телефон", "nama", "hp"}


def is_header_word(text: str) -> bool:
    return " ".join(header_of(text).words) in KNOWN


def rows(*table: list, start: int = 1) -> list[Row]:
    return [Row(number, list(row)) for number, row in enumerate(table, start)]


def layout(table: list[Row], **options: object):
    return guess_layout(table, is_header_word=is_header_word, **options)


def test_the_first_row_of_known_words_is_the_header() -> None:
    found = layout(rows(["Name", "Phone", "Credit"], ["PT Maju", "0812 345 678", 5], ["CV Jaya", "0813 345 678", 6]))

    assert (found.header_rows, found.first_row) == ([1], 2)
    assert [(column.header, column.looks) for column in found.columns] == [
        ("Name", Looks.TEXT), ("Phone", Looks.PHONE), ("Credit", Looks.NUMBER),
    ]  # fmt: skip


def test_a_header_below_a_title_is_found() -> None:
    found = layout(
        rows(["Our clients, 2025"], ["made by Sari", None, "12.05.2025"], ["Компания", "Телефон"], ["ООО Ель", "8"])
    )

    assert (found.header_rows, found.first_row) == ([3], 4)


def test_a_header_of_words_nobody_knows_is_found_by_its_shape() -> None:
    found = layout(rows(["Wer", "Wo", "Wann"], ["Müller", "Köln", "12.05.2025"], ["Schmidt", "Bonn", "13.05.2025"]))

    assert found.header_rows == [1]


def test_a_table_without_a_header_begins_at_once() -> None:
    found = layout(rows(["PT Maju", "0812 345 678 90", "a@b.co"], ["CV Jaya", "0813 345 678 90", "c@d.co"]))

    assert (found.header_rows, found.first_row) == ([], 1)
    assert [column.looks for column in found.columns] == [Looks.TEXT, Looks.PHONE, Looks.EMAIL]


def test_a_merged_title_over_two_columns_gives_them_its_word() -> None:
    table = rows(
        ["Client", "Contact", None, None],
        ["Name", "Name", "Phone", "City"],
        ["PT Maju", "Budi", "08123456789", "Bandung"],
    )

    found = layout(table, merged=[[1, 2, 1, 3]])

    assert [column.header for column in found.columns] == ["Client Name", "Contact Name", "Contact Phone", "City"]
    assert found.header_rows == [1, 2]


def test_a_merged_title_over_the_whole_table_is_no_header() -> None:
    found = layout(
        rows(["Clients", None, None], ["Name", "Phone", "City"], ["A", "0812345678", "B"]), merged=[[1, 1, 1, 3]]
    )

    assert [column.header for column in found.columns] == ["Name", "Phone", "City"]


def test_columns_beyond_the_header_are_not_lost() -> None:
    found = layout(rows(["Name", "Phone"], ["A", "08123456789", None, "extra"]))

    assert [(column.at, column.header, column.samples) for column in found.columns][-1] == (3, "", ["extra"])


def test_repeated_headers_stay_apart() -> None:
    found = layout(rows(["Name", "Phone", "Phone"], ["A", "08123456789", "08123456780"]))

    assert [(column.at, column.header) for column in found.columns] == [(0, "Name"), (1, "Phone"), (2, "Phone")]


def test_misread_letters_are_noticed() -> None:
    assert layout(rows(["Name", "City"], ["Ð˜Ð²Ð°Ð½Ð¾Ð²", "x"])).is_mojibake
    assert not layout(rows(["Name", "City"], ["Иванов", "x"])).is_mojibake


def test_an_empty_table_has_no_columns() -> None:
    assert layout([]).columns == []


@pytest.mark.parametrize(
    ("cells", "looks"),
    [
        (["a@b.co", "c@d.co, e@f.co", "-"], Looks.EMAIL),
        (["+7 912 664-07-18", "8(495)1112233", "нет"], Looks.PHONE),
        ([79126640718, 79126640719], Looks.PHONE),
        (["0812 3456 789", "08123456789"], Looks.PHONE),
        (["31.12.2025", "1 мая 2024"], Looks.DATE),
        ([1, 2.5, "1 000,50"], Looks.NUMBER),
        ([7707083893, 500100732259], Looks.NUMBER),
        (["www.maju.co.id", "https://elka.ru/a"], Looks.SITE),
        ([True, False], Looks.FLAG),
        (["x" * 200, "y" * 300], Looks.LONG),
        (["PT Maju", "CV Jaya"], Looks.TEXT),
        (["-", "", None], Looks.EMPTY),
    ],
)
def test_a_column_is_known_by_its_values(cells: list, looks: Looks) -> None:
    assert looks_of(cells) == looks


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["31.12.2025", "01.02.2025"], DateOrder.DMY),
        (["12/31/2025", "01/02/2025"], DateOrder.MDY),
        (["01/02/2025", "03/04/2025"], None),
        (["2025-12-31", "2025-01-02"], DateOrder.DMY),
        (["05.05.2025"], DateOrder.DMY),
        (["31.12.2025", "12/31/2025", "30.12.2025", "01.02.2025"], DateOrder.DMY),
        ([45000, None, "x"], DateOrder.DMY),
    ],
)
def test_the_order_of_dates_is_found_or_asked(cells: list, order: DateOrder | None) -> None:
    assert guess_date_order(cells) == order


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1,5", "2,75"], ","),
        (["1.234,50"], ","),
        (["1,234.50"], "."),
        (["1.234.567"], ","),
        (["1.234"], ""),
        ([5], ""),
    ],
)
def test_the_decimal_mark_is_found(cells: list, mark: str) -> None:
    assert guess_decimal_mark(cells) == mark


@pytest.mark.parametrize(
    ("text", "words", "index"),
    [
        ("Тел. (моб.) 2*", "тел моб", 2),
        ("phoneNumber", "phone number", 0),
        ("property_e-mail", "property email", 0),
        ("E-mail 1 - Value", "email value", 1),
        ("ФИО", "фио", 0),
        ("address1", "address", 1),
        ("  ИНН  ", "инн", 0),
        ("№ п/п", "no п п", 0),
        ("НАЗВАНИЕ ЁЛКИ", "название елки", 0),
    ],
)
def test_spellings_of_a_header_meet(text: str, words: str, index: int) -> None:
    found = header_of(text)

    assert (str(found), found.index) == (words, index)
