"""Time zones as people choose them: by city and offset, their country's first. And which country a browser is from."""

import zoneinfo
from datetime import datetime, timedelta
from functools import cache, lru_cache

from babel import Locale
from babel.dates import get_timezone_location
from django.utils.translation import gettext as _

from kartu.core import formats
from kartu.core.text import sort_key
from kartu.firm.countries import countries, country

Choices = list[tuple[str, str]]


def zone_choices(code: str) -> list[tuple[str, Choices]]:
    """Zones in two groups: those of the country `code` and all others, each as (zone, "Jakarta, UTC+7")."""
    home = country(code)
    here = set(home.time_zones) if home else set()
    everywhere = _labels(formats.current_locale(), f"{datetime.now():%Y-%m-%d}")
    groups = [
        (home.name() if home else "", [choice for choice in everywhere if choice[0] in here]),
        (_("Elsewhere"), [choice for choice in everywhere if choice[0] not in here]),
    ]
    return [group for group in groups if group[1]]


@lru_cache(maxsize=8)
def _labels(locale: str, day: str) -> tuple[tuple[str, str], ...]:
    """Every zone with its city and its offset on `day`, from west to east."""
    words, noon = formats.word_locale(locale), datetime.fromisoformat(f"{day}T12:00")
    rows = [(zoneinfo.ZoneInfo(zone).utcoffset(noon), _city(zone, words), zone) for zone in known_zones()]
    rows.sort(key=lambda row: (row[0], sort_key(row[1])))
    return tuple((zone, f"{city}, {offset_words(offset)}") for offset, city, zone in rows)


@cache
def known_zones() -> frozenset[str]:
    """The zones of all countries that this machine knows, and UTC."""
    zones = {zone for each in countries().values() for zone in each.time_zones}
    return frozenset(zones & zoneinfo.available_timezones() | {"UTC"})


def _city(zone: str, words: Locale) -> str:
    return zone if zone == "UTC" else get_timezone_location(zone, locale=words, return_city=True)


def offset_words(offset: timedelta) -> str:
    """ "UTC+7", "UTC−3:30"."""
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = formats.MINUS if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def country_asked_by(header: str) -> str:
    """The country that an Accept-Language header names, or that its language is at home in; empty: neither."""
    for part in header.split(","):
        language, _sign, code = part.split(";")[0].strip().partition("-")
        if country(code.upper()):
            return code.upper()
        if code := {"id": "ID", "ru": "RU"}.get(language.lower(), ""):
            return code
    return ""
