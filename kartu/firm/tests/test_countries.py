from zoneinfo import available_timezones

import pytest

from kartu.core.money import CURRENCIES
from kartu.firm.countries import choices, countries, country

pytestmark = pytest.mark.no_database


def test_every_country_has_a_currency_we_know_and_zones_that_exist():
    zones = available_timezones()

    assert len(countries()) > 230
    assert [each.code for each in countries().values() if each.currency not in CURRENCIES] == []
    assert [zone for each in countries().values() for zone in each.time_zones if zone not in zones] == []


@pytest.mark.parametrize(
    ("code", "currency", "phone_code", "language", "zone"),
    [
        ("ID", "IDR", 62, "id", "Asia/Jakarta"),
        ("RU", "RUB", 7, "ru", "Europe/Moscow"),
        ("US", "USD", 1, "en", "America/New_York"),
        ("HR", "EUR", 385, "hr", "Europe/Zagreb"),
    ],
)
def test_a_country_brings_what_a_new_firm_needs(code, currency, phone_code, language, zone):
    found = country(code)

    assert (found.currency, found.phone_code, found.language, found.time_zone) == (currency, phone_code, language, zone)


def test_countries_are_named_and_sorted_in_the_language_of_the_person():
    russian = [name for _code, name in choices("ru")]

    assert country("DE").name("ru") == "Германия"
    assert russian.index("Австралия") < russian.index("Индонезия") < russian.index("Япония")


def test_there_is_no_country_by_a_wrong_code():
    assert country("ZZ") is None
