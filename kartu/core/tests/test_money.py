from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kartu.core.money import (
    CURRENCIES,
    CurrencyMismatch,
    Money,
    UnknownCurrency,
    currency_name,
    decimals_of,
    format_money,
    format_short,
    parse_amount,
)

pytestmark = pytest.mark.no_database

AMOUNTS = st.integers(-(10**15), 10**15)
WEIGHTS = st.lists(st.integers(0, 10**6) | st.decimals(0, 1000, places=4), min_size=1, max_size=30).filter(any)


def test_currencies_have_no_two_or_three_decimals():
    assert [decimals_of(code) for code in ("IDR", "JPY", "RUB", "USD", "KWD")] == [0, 0, 2, 2, 3]
    assert len(CURRENCIES) > 150


def test_an_unknown_currency_is_named():
    with pytest.raises(UnknownCurrency, match="XYZ"):
        Money(1, "XYZ")


def test_currencies_are_named_in_the_language_of_the_person():
    assert currency_name("RUB", "en") == "Russian Rouble"
    assert currency_name("RUB", "ru") == "российский рубль"
    assert currency_name("RUB", "id") == "Rubel Rusia"


@pytest.mark.parametrize("inexact", [0.1, True, float("nan")])
def test_money_refuses_what_is_not_exact(inexact):
    with pytest.raises(TypeError):
        Money(inexact, "RUB")


@pytest.mark.parametrize("endless", ["NaN", "Infinity", "1e40"])
def test_money_refuses_what_is_no_amount(endless):
    with pytest.raises(ValueError, match="no amount"):
        Money(endless, "RUB")


def test_money_adds_subtracts_and_compares_in_its_currency():
    price, freight = Money("10.50", "RUB"), Money("0.75", "RUB")

    assert price + freight == Money("11.25", "RUB")
    assert price - freight == Money("9.75", "RUB")
    assert sum([price, freight], Money.zero("RUB")) == Money("11.25", "RUB")
    assert max(price, freight) is price
    assert not Money.zero("RUB")


@pytest.mark.parametrize("mix", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b])
def test_two_currencies_do_not_mix(mix):
    with pytest.raises(CurrencyMismatch):
        mix(Money(1, "RUB"), Money(1, "USD"))


def test_a_bare_number_is_not_added_to_money():
    with pytest.raises(TypeError):
        Money(1, "RUB") + 1


@pytest.mark.parametrize(
    ("exact", "rounded"), [("0.005", "0.01"), ("0.004", "0"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("1.005", "1.01")]
)
def test_rounding_is_half_up_and_a_refund_equals_its_payment(exact, rounded):
    assert Money(exact, "RUB").rounded() == Money(rounded, "RUB")


def test_a_rupiah_rounds_to_whole_rupiahs():
    assert (Money("1333.5", "IDR") * 3).rounded() == Money(4001, "IDR")


def test_only_rounded_money_has_minor_units():
    assert Money("10.05", "RUB").minor == 1005
    with pytest.raises(ValueError, match="round it first"):
        Money("10.005", "RUB").minor  # noqa: B018 - asking is what raises


def test_money_beyond_64_bits_is_told_before_the_database_is():
    assert Money.from_minor(2**63 - 1, "IDR").minor == 2**63 - 1
    with pytest.raises(ValueError, match="too large"):
        Money(2**63, "IDR").minor  # noqa: B018 - asking is what raises


@given(AMOUNTS, st.sampled_from(["IDR", "RUB", "KWD"]))
def test_minor_units_and_back_is_the_same_money(minor, currency):
    assert Money.from_minor(minor, currency).minor == minor


@given(AMOUNTS, WEIGHTS, st.sampled_from(["IDR", "RUB", "KWD"]))
def test_allocated_parts_add_up_and_are_fair_to_a_minor_unit(minor, weights, currency):
    money = Money.from_minor(minor, currency)

    parts = money.allocate(weights)

    assert sum(parts, Money.zero(currency)) == money
    whole = sum(map(Decimal, weights))
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor - minor * Decimal(weight) / whole) < 1


def test_a_hundred_roubles_in_three():
    assert [str(part.amount) for part in Money(100, "RUB").allocate([1, 1, 1])] == ["33.34", "33.33", "33.33"]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_weights_that_part_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="[Ww]eights|empty"):
        Money(1, "RUB").allocate(weights)


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "shown"),
    [
        ("1000", "IDR", "id", "Rp\u00a01.000"),
        ("1000", "IDR", "en_ID", "Rp\u00a01.000"),
        ("1000", "IDR", "en", "Rp\u00a01,000"),
        ("1000", "RUB", "ru", "1\u00a0000\u00a0₽"),
        ("1000.5", "RUB", "ru", "1\u00a0000,50\u00a0₽"),
        ("-1400", "RUB", "ru_RU", "−1\u00a0400\u00a0₽"),
        ("-1400", "RUB", "en_RU", "−1\u00a0400\u00a0₽"),
        ("1.5", "KWD", "en", "KWD\u00a01.500"),
        ("5", "USD", "ru", "5\u00a0$"),
        ("-0.001", "RUB", "ru", "0,00\u00a0₽"),
        ("12345678901234567.89", "RUB", "en_RU", "12\u00a0345\u00a0678\u00a0901\u00a0234\u00a0567,89\u00a0₽"),
    ],
)
def test_money_is_shown_as_the_country_writes_it(amount, currency, locale, shown):
    assert format_money(Decimal(amount), currency, locale) == shown


def test_a_column_of_figures_keeps_its_kopecks():
    assert format_money(Decimal("1000"), "RUB", "ru", cents=True) == "1\u00a0000,00\u00a0₽"


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "shown"),
    [
        ("12400000", "IDR", "id", "Rp\u00a012,4\u00a0jt"),
        ("12400000000", "IDR", "id", "Rp\u00a012,4\u00a0M"),
        ("48200000", "", "en_ID", "48,2\u00a0m"),
        ("48200000000", "", "en", "48.2\u00a0bn"),
        ("12440000", "RUB", "ru", "12,4\u00a0млн\u00a0₽"),
        ("3000000000", "", "ru", "3\u00a0млрд"),
        ("-999999", "RUB", "ru", "−999\u00a0999\u00a0₽"),
    ],
)
def test_panels_show_millions_in_short(amount, currency, locale, shown):
    assert format_short(Decimal(amount), currency, locale) == shown


@pytest.mark.parametrize(
    ("typed", "locale", "amount"),
    [
        ("Rp 1.000", "id", "1000"),
        ("Rp1.000.000", "id", "1000000"),
        ("1 000,50 ₽", "ru", "1000.50"),
        ("1000 руб.", "ru", "1000"),
        ("$12.50", "en", "12.50"),
        ("USD 5", "en", "5"),
        ("−5", "ru", "-5"),
    ],
)
def test_an_amount_may_be_pasted_with_its_currency(typed, locale, amount):
    assert parse_amount(typed, locale) == Decimal(amount)


@pytest.mark.parametrize("typed", ["", "Rp", "five", "1e5", "nan", "1;2", "кв5", "5-3"])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(ValueError, match="[Nn]ot a number"):
        parse_amount(typed, "en")
