"""The countries of the world as data: names, currency, phone code, languages, time zones.

Everything comes from CLDR (Babel) and from the phone metadata, so that a new release of theirs is all it takes.
"""

from dataclasses import dataclass
from functools import cache, lru_cache

import phonenumbers
from babel.core import get_global
from babel.languages import get_official_languages
from babel.numbers import get_territory_currencies

from kartu.core.formats import current_locale, word_locale
from kartu.core.money import CURRENCIES
from kartu.core.text import sort_key

# Islands with a phone code of their own, where no firm is registered.
_NOT_FOR_FIRMS = {"AC", "TA"}
# Where a country has several zones, the one that most of its people live in.
_MAIN_ZONES = {
    "AR": "America/Argentina/Buenos_Aires", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa", "CL": "America/Santiago", "CN": "Asia/Shanghai", "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin", "EC": "America/Guayaquil", "ES": "Europe/Madrid", "ID": "Asia/Jakarta", "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar", "MX": "America/Mexico_City", "MY": "Asia/Kuala_Lumpur", "NZ": "Pacific/Auckland",
    "PG": "Pacific/Port_Moresby", "PS": "Asia/Gaza", "PT": "Europe/Lisbon", "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv", "US": "America/New_York", "UZ": "Asia/Tashkent",
}  # fmt: skip


@dataclass(frozen=True)
class Country:
    """A country by its ISO code. `time_zones` begins with the one that most of its people live in."""

    code: str
    currency: str
    phone_code: int
    languages: tuple[str, ...]
    time_zones: tuple[str, ...]

    def name(self, locale: str | None = None) -> str:
        return word_locale(locale or current_locale()).territories.get(self.code, self.code)

    @property
    def language(self) -> str:
        return self.languages[0] if self.languages else "en"

    @property
    def time_zone(self) -> str:
        return self.time_zones[0] if self.time_zones else "UTC"


@cache
def countries() -> dict[str, Country]:
    """Code -> country, of every country that has phones."""
    zones: dict[str, list[str]] = {}
    for zone, code in get_global("zone_territories").items():
        zones.setdefault(code, []).append(zone)
    codes = sorted(set(phonenumbers.SUPPORTED_REGIONS) - _NOT_FOR_FIRMS)
    return {code: _country(code, zones.get(code, [])) for code in codes}


def _country(code: str, zones: list[str]) -> Country:
    main = _MAIN_ZONES.get(code)
    return Country(
        code=code,
        currency=next((money for money in get_territory_currencies(code) if money in CURRENCIES), "USD"),
        phone_code=phonenumbers.country_code_for_region(code),
        languages=tuple(get_official_languages(code, de_facto=True)),
        time_zones=tuple(sorted(zones, key=lambda zone: (zone != main, zone))),
    )


def country(code: str) -> Country | None:
    return countries().get(code)


def choices(locale: str | None = None) -> list[tuple[str, str]]:
    """(code, name) of every country, by name in the language of the person."""
    return list(_choices(locale or current_locale()))


@lru_cache
def _choices(locale: str) -> tuple[tuple[str, str], ...]:
    named = ((each.code, each.name(locale)) for each in countries().values())
    return tuple(sorted(named, key=lambda pair: sort_key(pair[1])))
