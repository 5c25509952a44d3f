"""The production calendars of countries: holidays, shortened days, days that were moved. They are data
(data/calendars); a country without a file has none, and the firm says itself what days are off."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kartu.firm.models.working import DayKind

SOON = timedelta(days=60)
FOLDER = Path(__file__).parent / "data" / "calendars"

NAMES: dict[str, str | Promise] = {
    "new_year": _("New Year"),
    "christmas": _("Christmas"),
    "orthodox_christmas": _("Orthodox Christmas"),
    "good_friday": _("Good Friday"),
    "easter": _("Easter"),
    "ascension": _("Ascension Day"),
    "labour": _("Labour Day"),
    "victory": _("Victory Day"),
    "women": _("International Women's Day"),
    "defenders": _("Defender of the Fatherland Day"),
    "russia": _("Russia Day"),
    "unity": _("Unity Day"),
    "pancasila": _("Pancasila Day"),
    "independence": _("Independence Day"),
    "imlek": _("Lunar New Year"),
    "nyepi": _("Nyepi"),
    "waisak": _("Vesak"),
    "isra_miraj": _("Isra Mi'raj"),
    "idul_fitri": _("Eid al-Fitr"),
    "idul_adha": _("Eid al-Adha"),
    "hijri": _("Islamic New Year"),
    "maulid": _("Birthday of the Prophet"),
    "election": _("Election day"),
    "joint": _("Joint leave"),
    "moved": _("Day off that was moved"),
}


@dataclass(frozen=True)
class Special:
    """What is special about a day, and what for. A working day that was moved may be an hour shorter, too.
    `is_expected`: nobody has announced it yet, or what was announced may still move."""

    kind: str
    name: str | Promise = ""
    is_short: bool = False
    is_expected: bool = False


def special_day(country: str, day: date) -> Special | None:
    return specials(country, day.year).get(day)


def known_until(country: str) -> int | None:
    """The last year whose days are known as they were announced; None: the country has no calendar here."""
    return told(country).get("known_until")


def source(country: str, year: int) -> str:
    """The decree that says what days of `year` are off; "": there is none here, it goes by rule."""
    return told(country).get("sources", {}).get(str(year), "")


def ends_soon(country: str, today: date) -> int | None:
    """The last year that was announced, where it ends within the next weeks: then somebody must look for the next."""
    year = known_until(country)
    return year if year and date(year, 12, 31) - today <= SOON else None


def countries_told() -> list[str]:
    """The countries that have a calendar here."""
    return sorted(path.stem for path in FOLDER.glob("??.toml"))


@cache
def told(country: str) -> dict:
    path = FOLDER / f"{country}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if country.isalpha() and path.is_file() else {}


@cache
def specials(country: str, year: int) -> dict[date, Special]:
    """The days of `year` that are not as the week would have them."""
    data = told(country)
    off = {on(year, day): name for day, name in data.get("every_year", {}).items()}
    off |= {easter(year) + timedelta(int(days)): name for days, name in data.get("from_easter", {}).items()}
    if announced := data.get(str(year)):
        off |= {on(year, day): name for day, name in announced.get("off", {}).items()}
        working = [on(year, day) for day in announced.get("working", ())]
        short = [on(year, day) for day in announced.get("short", ())]
        expected = {on(year, day) for day in announced.get("expected", ())}
    else:
        # A decree may move days off, and with them the shorter days; what is the same every year stays.
        more = moved(off, data)
        working, short = [], shortened(off | more, year, data)
        expected = {*more, *short}
        off |= more

    def special(day: date, kind: str, **about: Any) -> Special:
        return Special(kind, is_expected=day in expected, **about)

    found = {day: special(day, DayKind.OFF, name=NAMES[name]) for day, name in off.items()}
    found |= {day: special(day, DayKind.SHORT, is_short=True) for day in short}
    return found | {day: special(day, DayKind.WORKING, is_short=day in short) for day in working}


def on(year: int, day: str) -> date:
    return date.fromisoformat(f"{year}-{day}")


def moved(off: dict[date, str], data: dict) -> dict[date, str]:
    """Where holidays fall on a Saturday or Sunday, the next day that is a working one by the week."""
    more: dict[date, str] = {}
    for day, name in sorted(off.items()):
        if data.get("moves") and day.weekday() >= 5 and name not in data.get("keeps", ()):
            while day.weekday() >= 5 or day in off or day in more:
                day += timedelta(1)
            more[day] = name
    return more


def shortened(off: dict[date, str], year: int, data: dict) -> list[date]:
    """Working days right before a holiday of a fixed date."""
    if not data.get("shortens"):
        return []
    fixed = [on(year, day) for day in data["every_year"]] + [date(year + 1, 1, 1)]
    eves = {day - timedelta(1) for day in fixed}
    return sorted(day for day in eves if day.year == year and day.weekday() < 5 and day not in off)


def easter(year: int) -> date:
    """Easter Sunday of the western churches."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)
