from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.template import engines
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from kartu.core import formats
from kartu.core.formats import format_date, format_datetime, format_number, format_percent, near_date, parse_number
from kartu.core.money import Money

pytestmark = pytest.mark.no_database

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LOCALES = st.sampled_from(["en", "id", "ru", "en_ID", "ru_DE", "en_US"])


@pytest.mark.parametrize(
    ("locale", "shown"),
    [
        ("en", "−1,234,567.89"),
        ("id", "−1.234.567,89"),
        ("ru", "−1\u00a0234\u00a0567,89"),
        ("en_ID", "−1.234.567,89"),
        ("en_RU", "−1\u00a0234\u00a0567,89"),
        ("nonsense_XX", "−1,234,567.89"),
    ],
)
def test_words_follow_the_language_and_marks_the_country(locale, shown):
    assert format_number(Decimal("-1234567.8900"), locale) == shown


def test_the_region_of_the_firm_holds_without_a_locale():
    token = formats.region.set("ID")
    with translation.override("en"):
        shown = format_number(1000)
    formats.region.reset(token)

    assert shown == "1.000"


def test_what_rounds_to_nothing_has_no_minus():
    assert format_number(Decimal("-0.001"), "en", decimals=2) == "0.00"


def test_percent_stands_off_by_a_space_that_does_not_break():
    assert format_percent(Decimal("7.50"), "ru") == "7,5\u00a0%"


@given(st.decimals(-(10**12), 10**12, places=4), LOCALES)
def test_what_is_shown_can_be_typed_in_again(number, locale):
    assert parse_number(format_number(number, locale, decimals=4), locale) == number


@pytest.mark.parametrize(
    ("typed", "locale", "number"),
    [
        ("1.000", "id", "1000"), ("1.000", "en", "1.000"), ("1,000", "en", "1000"), ("1,000", "ru", "1.000"),
        ("1.250,50", "en", "1250.50"), ("1,250.50", "id", "1250.50"), ("12.50", "id", "12.50"),
        ("12.50", "ru", "12.50"), ("1.234.567", "ru", "1234567"), ("0.125", "id", "0.125"),
        ("1 000 000", "ru", "1000000"),
        ("1'234.5", "en", "1234.5"), ("٣٤٫", "en", None), ("٣٤", "en", "34"), (",5", "ru", "0.5"), ("+7", "ru", "7"),
        ("1.234.56", "id", None), ("1,2,3", "en", None), ("12,34.5", "en", None), ("", "en", None),
        ("9" * 41, "en", None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(typed, locale, number):
    if number is None:
        with pytest.raises(ValueError, match="[Nn]ot a number|oddly"):
            parse_number(typed, locale)
    else:
        assert parse_number(typed, locale) == Decimal(number)


@given(st.text())
def test_reading_a_number_fails_in_one_way_only(text):
    try:
        number = parse_number(text, "id")
    except ValueError:
        return
    assert number.is_finite()


@pytest.mark.parametrize(
    ("locale", "day", "moment"),
    [
        ("en", "9 Nov 2026", "9 Nov 2026, 14:05"),
        ("id", "9 Nov 2026", "9 Nov 2026, 14:05"),
        ("ru", "9 нояб. 2026\u202fг.", "9 нояб. 2026\u202fг., 14:05"),
        ("en_US", "Nov 9, 2026", "Nov 9, 2026, 14:05"),
    ],
)
def test_dates_are_written_in_the_language_and_clocks_show_24_hours(locale, day, moment):
    value = datetime(2026, 11, 9, 14, 5, tzinfo=UTC)

    assert (format_date(value, locale), format_datetime(value, locale)) == (day, moment)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today 14:30"),
        (1, "tomorrow 14:30"),
        (-1, "yesterday 14:30"),
        (-5, "5 days ago"),
        (-30, "30 days ago"),
        (3, "Thu 14:30"),
        (7, "30 Nov"),
        (-31, "23 Oct"),
        (-400, "19 Oct 2025"),
        (60, "22 Jan 2027"),
    ],
)
def test_a_moment_is_in_words_while_it_is_near(days, words):
    moment = NOW + timedelta(days=days, hours=2, minutes=30)

    assert near_date(moment, "en", now=NOW) == words


@pytest.mark.parametrize(
    ("day", "words"), [(23, "today"), (24, "tomorrow"), (22, "yesterday"), (18, "5 days ago"), (26, "Thu 26 Nov")]
)
def test_a_day_without_a_clock_is_in_words_too(day, words):
    assert near_date(date(2026, 11, day), "en", now=NOW) == words


def test_near_days_are_counted_in_the_zone_of_the_person():
    late = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)

    with timezone.override(ZoneInfo("Asia/Jakarta")):
        assert near_date(late, "en", now=NOW) == "tomorrow 03:00"


def test_days_ago_decline_as_the_language_wants():
    words = [near_date(date(2026, 11, day), "ru", now=NOW) for day in (21, 18, 2)]

    assert words == ["2 дня назад", "5 дней назад", "21 день назад"]


def test_templates_show_money_numbers_and_days_without_loading_anything():
    template = engines["django"].from_string(
        "{{ m|money }} {{ m|money_column }} {{ m|money_short }} {{ n|number }} {{ n|percent }} {{ d|day }}"
        " {{ t|clock }}"
        "{{ none|money }}{{ none|number }}{{ none|day }}"
    )
    with translation.override("ru"):
        shown = template.render(
            {"m": Money("1250000", "RUB"), "n": Decimal("2.50"), "d": date(2026, 11, 9), "t": NOW, "none": None}
        )

    assert shown.replace("\u00a0", " ").replace("\u202f", " ") == (
        "1 250 000 ₽ 1 250 000,00 1,3 млн ₽ 2,5 2,5 % 9 нояб. 2026 г. 12:00"
    )


def test_near_tells_the_exact_moment_on_hover():
    far = datetime(2020, 2, 1, 9, 30, tzinfo=UTC)
    template = engines["django"].from_string("{% near far %}")

    assert template.render({"far": far}) == (
        '<time datetime="2020-02-01T09:30:00+00:00" title="1 Feb 2020, 09:30" data-near>1 Feb 2020</time>'
    )
