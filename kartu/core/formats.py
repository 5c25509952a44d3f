"""Numbers, dates and times as the reader writes them, and numbers as he types them.

A locale is a language with the firm's country: "en", "ru_RU", "en_ID". The language gives the words, the country
the marks in numbers, so that an English screen in an Indonesian firm still says 1.000. Without a `locale` the
language of the person and the `region` of the firm hold. Clocks show 24 hours everywhere.
"""

import re
import unicodedata
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date as babel_date
from babel.dates import format_skeleton, format_timedelta
from babel.languages import get_official_languages
from babel.numbers import NumberPattern, get_decimal_symbol, get_group_symbol
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop

NBSP = "\u00a0"
MINUS = "\u2212"

# The country of the firm, set for each request by firm.middleware; empty: the language alone decides.
region: ContextVar[str] = ContextVar("kartu_region", default="")


def current_locale() -> str:
    language = (translation.get_language() or "en").split("-")[0]
    return f"{language}_{region.get()}" if region.get() else language


@lru_cache
def word_locale(locale: str) -> Locale:
    """Babel's locale for words and the order of dates. Bare English is British: the day comes first."""
    language = locale.partition("_")[0]
    for name in (locale if locale != "en" else "en_GB", language if language != "en" else "en_GB", "en_GB"):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    raise AssertionError("Babel always has British English")


@lru_cache
def number_locale(locale: str) -> Locale:
    """Babel's locale for the marks in numbers: those of the country, where it has a language of its own."""
    _language, _sign, territory = locale.partition("_")
    for name in (locale, *(f"{spoken}_{territory}" for spoken in get_official_languages(territory))):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return word_locale(locale)


# --- numbers ---------------------------------------------------------------------------------------


def format_number(value: Decimal | int, locale: str | None = None, *, decimals: int | None = None) -> str:
    """`value` with thousands marks and "−"; `decimals` None: as many as it has, without closing zeros."""
    if decimals is None:
        decimals = decimals_of(value)
    home = number_locale(locale or current_locale())
    text = _pattern(home, decimals).apply(abs(value), home)
    return (MINUS if value < 0 and any(digit in text for digit in "123456789") else "") + text


def format_percent(value: Decimal | int, locale: str | None = None) -> str:
    return f"{format_number(value, locale)}{NBSP}%"


def decimals_of(value: Decimal | int) -> int:
    """How many digits `value` has behind the mark, closing zeros left out."""
    return max(0, -Decimal(value).normalize().as_tuple().exponent)


@lru_cache
def _pattern(home: Locale, decimals: int) -> NumberPattern:
    standard = home.decimal_formats[None]
    return NumberPattern(
        standard.pattern, ("", "-"), ("", ""), standard.grouping, standard.int_prec, (decimals, decimals), None, None
    )


_SPACES = re.compile(r"[\s_'’]")
_NUMBER = re.compile(r"[+-]?\d[\d.,]*|[+-]?[.,]\d+")


def parse_number(text: str, locale: str | None = None) -> Decimal:
    """The number a person typed or pasted, or ValueError.

    Both marks present: the last one is the decimal mark. One mark: it groups thousands when the locale uses
    it so and exactly three digits follow each time ("1.000" is a thousand in Indonesia), otherwise it is the
    decimal mark ("12.50" anywhere).
    """
    text = _SPACES.sub("", text.replace(MINUS, "-").replace(NBSP, ""))
    text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    if len(text) > 40 or not _NUMBER.fullmatch(text):
        raise ValueError(f"Not a number: {text[:40]!r}")
    mark = _decimal_mark(text, number_locale(locale or current_locale()))
    whole, _mark, fraction = text.rpartition(mark) if mark else (text, "", "")
    for grouping in {".", ","} - {mark}:
        if grouping in fraction or (grouping in whole and not _is_grouped(whole, grouping)):
            raise ValueError(f"Thousands marks stand oddly in {text!r}")
        whole = whole.replace(grouping, "")
    try:
        return Decimal(f"{whole}.{fraction}" if fraction else whole)
    except InvalidOperation as error:
        raise ValueError(f"Not a number: {text!r}") from error


def _decimal_mark(text: str, home: Locale) -> str:
    """Which mark of `text` parts the fraction; empty: it has none."""
    present = {mark for mark in ".," if mark in text}
    if len(present) == 2:
        return max(present, key=text.rindex)
    if not present:
        return ""
    mark = present.pop()
    groups = mark == get_group_symbol(home) or (mark != get_decimal_symbol(home) and text.count(mark) > 1)
    return "" if groups and _is_grouped(text, mark) else mark


def _is_grouped(text: str, mark: str) -> bool:
    first, *others = text.lstrip("+-").split(mark)
    return 1 <= len(first) <= 3 and first != "0" and all(len(group) == 3 for group in others)


# --- dates and times -------------------------------------------------------------------------------


def local(moment: datetime) -> datetime:
    """`moment` in the zone of the person at the screen."""
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def format_date(value: date | datetime, locale: str | None = None) -> str:
    day = local(value).date() if isinstance(value, datetime) else value
    return _written(day, "medium", locale or current_locale())


@lru_cache(maxsize=4096)  # the same few days stand on every page, and CLDR patterns are slow to apply
def _written(day: date, how: str, locale: str) -> str:
    """`day` as "medium" (9 Nov 2026), "full", "EEE" (Mon), "MMMd" (9 Nov) or "yMMMM" (November 2026)."""
    words = word_locale(locale)
    return format_skeleton(how, day, locale=words) if how in SKELETONS else babel_date(day, how, words)


SKELETONS = frozenset({"MMMd", "MMMEd", "yMMMM", "MMMMEEEEd"})


def format_day(day: date, how: str, locale: str | None = None) -> str:
    """`day` as `how` says: "full", "EEE" (Mon), "EEEE" (Monday), "MMMd" (9 Nov), "MMMEd" (Mon, 9 Nov), "MMMMEEEEd"
    (Monday, 9 November), "yMMMM" (November 2026)."""
    return _written(day, how, locale or current_locale())


def first_weekday(locale: str | None = None) -> int:
    """With which day weeks begin where the firm is: 0 is Monday, 6 is Sunday."""
    return number_locale(locale or current_locale()).first_week_day


def format_time(value: time | datetime, *, seconds: bool = False) -> str:
    here = local(value) if isinstance(value, datetime) else value
    return f"{here:%H:%M:%S}" if seconds else f"{here:%H:%M}"


def format_datetime(value: datetime, locale: str | None = None) -> str:
    return f"{format_date(value, locale)}, {format_time(value)}"


def near_date(value: date | datetime, locale: str | None = None, *, now: datetime | None = None) -> str:
    """`value` in words while it is near: "today 14:30", "5 days ago", "Thu 14:30", "9 Nov", "9 Nov 2025"."""
    locale = locale or current_locale()
    moment = local(value) if isinstance(value, datetime) else None
    day, today = moment.date() if moment else value, local(now or timezone.now()).date()
    clock = format_time(moment) if moment else ""
    days = (day - today).days
    if -1 <= days <= 1:
        return _next_door(days, clock, locale.partition("_")[0])
    if -30 <= days < 0:
        return _days_ago(-days, locale)
    if 0 < days < 7:
        return f"{_written(day, 'EEE', locale)} {clock or _written(day, 'MMMd', locale)}"
    return _written(day, "MMMd" if day.year == today.year else "medium", locale)


@lru_cache
def _days_ago(days: int, locale: str) -> str:
    return format_timedelta(timedelta(days=-days), "day", threshold=99, add_direction=True, locale=word_locale(locale))


_NEXT_DOOR = {-1: gettext_noop("yesterday"), 0: gettext_noop("today"), 1: gettext_noop("tomorrow")}
_NEXT_DOOR_AT = {
    -1: gettext_noop("yesterday %(time)s"),
    0: gettext_noop("today %(time)s"),
    1: gettext_noop("tomorrow %(time)s"),
}


def _next_door(days: int, clock: str, language: str) -> str:
    with translation.override(language):
        return gettext(_NEXT_DOOR_AT[days]) % {"time": clock} if clock else gettext(_NEXT_DOOR[days])
