"""Numbers, dates, flags and addresses as people type them."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kartu.records.imports.cells import Fault, Row, as_text, pack, unpack
from kartu.records.imports.values import (
    DateOrder,
    find_emails,
    is_nothing,
    parse_bool,
    parse_date,
    parse_moment,
    parse_number,
)

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("31.12.2025", DateOrder.DMY, date(2025, 12, 31)),
        ("12/31/2025", DateOrder.MDY, date(2025, 12, 31)),
        ("03/04/2025", DateOrder.MDY, date(2025, 3, 4)),
        ("03/04/2025", DateOrder.DMY, date(2025, 4, 3)),
        ("31/12/2025", DateOrder.MDY, date(2025, 12, 31)),
        ("2025-12-31", DateOrder.DMY, date(2025, 12, 31)),
        ("2025-12-31T10:07:00Z", DateOrder.DMY, date(2025, 12, 31)),
        ("20251231", DateOrder.DMY, date(2025, 12, 31)),
        ("1.2.69", DateOrder.DMY, date(2069, 2, 1)),
        ("1.2.85", DateOrder.DMY, date(1985, 2, 1)),
        ("31 декабря 2025 г.", DateOrder.DMY, date(2025, 12, 31)),
        ("31 Des 2025", DateOrder.DMY, date(2025, 12, 31)),
        ("17 Agustus 1945", DateOrder.DMY, date(1945, 8, 17)),
        ("Dec 31, 2025", DateOrder.DMY, date(2025, 12, 31)),
        ("29.02.2024", DateOrder.DMY, date(2024, 2, 29)),
        ("01.01.9999", DateOrder.DMY, date(9999, 1, 1)),
        (45631, DateOrder.DMY, date(2024, 12, 5)),
        (datetime(2025, 1, 2, 3, 4), DateOrder.MDY, date(2025, 1, 2)),
    ],
)
def test_a_day_is_read(text: object, order: DateOrder, day: date) -> None:
    assert parse_date(text, order) == day


@pytest.mark.parametrize(
    "text",
    [
        "31.02.2025", "00.00.0000", "29.02.2100", "29.02.2023", "32.01.2025", "1.13.2025x", "12:30", "tomorrow", "",
        "1.2.3.4", "+7 912 664-07-18", "31.12.10000", True, None, 0, -5, 1e309, float("nan"), 999999, "99.99.99",
    ],
)  # fmt: skip
def test_no_such_day_is_none(text: object) -> None:
    assert parse_date(text) is None


def test_the_hour_twenty_four_is_the_next_midnight() -> None:
    assert parse_moment("31.12.2025 24:00") == datetime(2026, 1, 1)
    assert parse_moment("31.12.2025 10:07:30 PM") == datetime(2025, 12, 31, 22, 7, 30)
    assert parse_moment("31.12.2025 25:00") is None


@pytest.mark.parametrize(
    ("text", "mark", "number"),
    [
        ("1,5", "", "1.5"),
        ("1.5", "", "1.5"),
        ("1 234,50 ₽", "", "1234.50"),
        ("Rp 1.234.567", "", "1234567"),
        ("Rp1.250.000,-", "", "1250000"),
        ("$1,234.56", "", "1234.56"),
        ("1.234", ",", "1234"),
        ("1,234", ".", "1234"),
        ("1,234", ",", "1.234"),
        ("-0", "", "0"),
        ("−15", "", "-15"),
        ("(15)", "", "-15"),
        ("15-", "", "-15"),
        ("7.9E+10", "", "79000000000"),
        ("12 руб.", "", "12"),
        (0.1 + 0.2, "", "0.3"),
        (7, "", "7"),
        ("1'234.50", "", "1234.50"),
    ],
)
def test_a_number_is_read(text: object, mark: str, number: str) -> None:
    assert parse_number(text, mark) == Decimal(number)


@pytest.mark.parametrize("text", ["", "abc", "1-2", "NaN", "inf", "1e309999", "1..2,3x", True, None, "+", "12a"])
def test_what_is_no_number_is_none(text: object) -> None:
    assert parse_number(text) is None


def test_a_number_beyond_any_money_is_still_exact() -> None:
    assert parse_number("1" + "0" * 30) == Decimal(10) ** 30


def test_flags_are_read_in_three_languages() -> None:
    assert [parse_bool(text) for text in ("Да", "ya", "TRUE", "x", True)] == [True] * 5
    assert [parse_bool(text) for text in ("нет", "tidak", "0", False)] == [False] * 4
    assert parse_bool("maybe") is None


def test_addresses_are_found_among_other_words() -> None:
    text = "Budi <budi@Example.com>; mailto:sari@example.co.id, BUDI@example.com. иван@почта.рф"

    assert find_emails(text) == ["budi@Example.com", "sari@example.co.id", "иван@почта.рф"]
    assert find_emails("no at all @ nobody") == []


def test_words_for_nothing_are_nothing() -> None:
    assert all(map(is_nothing, ["", " - ", "N/A", "нет", "tidak ada", "—", "#N/A"]))
    assert not any(map(is_nothing, ["Нетесов", "Null Island", "0", "x"]))


cells = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.sampled_from(["#N/A", "=?"]).map(Fault),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(cells, max_size=4), max_size=4))
def test_rows_arrive_as_they_were_sent(table: list[list]) -> None:
    import json  # noqa: PLC0415 - only here

    rows = [Row(number, row) for number, row in enumerate(table, 1)]
    copies = [list(row.cells) for row in rows]

    arrived = unpack(json.loads(pack(rows)))

    assert [row.cells for row in arrived] == copies
    assert [[type(cell) for cell in row.cells] for row in arrived] == [[type(cell) for cell in row] for row in copies]
    assert [row.cells for row in rows] == copies


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=40))
def test_no_text_breaks_a_parser(text: str) -> None:
    for parse in (parse_number, parse_date, parse_bool, find_emails, as_text):
        parse(text)
