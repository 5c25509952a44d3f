"""Moments as people type them into a line: "call Rina fri 15:00", "besok jam 9", «завтра в 10», "in 2 hours".

English, Indonesian and Russian at once: a firm's people mix them. What is understood is taken out of the text.
"""

import re
from datetime import date, datetime, time, timedelta

from django.utils import timezone

MORNING = time(9)

DAYS = {
    0: ("today", "hari ini", "сегодня"),
    1: ("tomorrow", "tmrw", "besok", "завтра"),
    2: ("day after tomorrow", "lusa", "послезавтра"),
}
WEEKDAYS = (
    ("monday", "mon", "senin", "sen", "понедельник", "пн"),
    ("tuesday", "tue", "tues", "selasa", "sel", "вторник", "вт"),
    ("wednesday", "wed", "rabu", "rab", "среда", "среду", "ср"),
    ("thursday", "thu", "thur", "thurs", "kamis", "kam", "четверг", "чт"),
    ("friday", "fri", "jumat", "jum'at", "jum", "пятница", "пятницу", "пт"),
    ("saturday", "sat", "sabtu", "sab", "суббота", "субботу", "сб"),
    ("sunday", "sun", "minggu", "ahad", "воскресенье", "вс"),
)
UNITS = {
    "minutes": ("minutes", "minute", "mins", "min", "menit", "минуту", "минуты", "минут", "мин"),
    "hours": ("hours", "hour", "h", "jam", "часа", "часов", "час", "ч"),
    "days": ("days", "day", "hari", "дней", "день", "дня"),
    "weeks": ("weeks", "week", "minggu", "pekan", "недели", "недель", "неделю"),
}


def words(groups: dict) -> dict[str, object]:
    return {word: key for key, spellings in groups.items() for word in spellings}


def any_of(spellings: object) -> str:
    return "|".join(re.escape(word) for word in sorted(spellings, key=len, reverse=True))


DAY_WORDS = words(DAYS)
WEEKDAY_WORDS = words(dict(enumerate(WEEKDAYS)))
UNIT_WORDS = words(UNITS)
START, END = r"(?<![\w.,:/-])", r"(?![\w:/-]|[.,]\d)"

SPAN = re.compile(
    rf"{START}(?:in|dalam|через)\s+(?P<count>\d{{1,3}})\s*(?P<unit>{any_of(UNIT_WORDS)}){END}"
    rf"|{START}(?P<count2>\d{{1,3}})\s*(?P<unit2>{any_of(UNIT_WORDS)})\s+lagi{END}",
    re.IGNORECASE,
)
DAY = re.compile(rf"{START}(?:(?:on|next|this|hari|pada|в|во)\s+)?(?P<word>{any_of(DAY_WORDS)}){END}", re.IGNORECASE)
WEEKDAY = re.compile(
    rf"{START}(?:(?:on|next|this|hari|pada|в|во)\s+)?(?P<word>{any_of(WEEKDAY_WORDS)}){END}", re.IGNORECASE
)
DATE = re.compile(
    rf"{START}(?:(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})|(?P<day>\d{{1,2}})[./](?P<month>\d{{1,2}})(?:[./](?P<year>\d{{4}}|\d{{2}}))?)"
    r"(?![\w:/]|[.,-]\d)",
    re.IGNORECASE,
)
CLOCK = re.compile(
    rf"{START}(?:(?:at|jam|pukul|pkl|в|@)\s*)?(?P<hour>\d{{1,2}})[:.](?P<minute>\d{{2}})\s*(?P<half>am|pm)?{END}"
    rf"|{START}(?:(?:at|@)\s*)?(?P<hour2>\d{{1,2}})\s*(?P<half2>am|pm){END}"
    rf"|{START}(?:at|jam|pukul|pkl|в)\s+(?P<hour3>\d{{1,2}})(?:\s*(?:час(?:ов|а)?|ч))?{END}",
    re.IGNORECASE,
)
# A bare hour is one only right behind a day, and where nothing follows that it could count: "besok 9", «завтра 10».
BARE_HOUR = re.compile(
    rf"{START}(?P<day>{any_of({**DAY_WORDS, **WEEKDAY_WORDS})})\s+(?P<hour>\d{{1,2}})(?=\s*(?:$|[,;.!?](?!\d)))",
    re.IGNORECASE,
)
# Nobody is called at three in the night: "fri 3" is the afternoon.
NIGHT = range(1, 6)


def find_moment(text: str, now: datetime | None = None) -> tuple[datetime, str] | None:
    """(moment, the text without it), the moment in the active time zone; None when the text names none.

    A day without a time means nine in the morning, a time without a day its next coming.
    """
    found = find_when(text, now)
    return found[:2] if found else None


def find_when(text: str, now: datetime | None = None) -> tuple[datetime, str, bool] | None:
    """`find_moment`, and whether the text names the time of day and not the day alone. "in 3 days" names a day."""
    now = timezone.localtime(now)
    span = SPAN.search(text)
    unit, length = span_of(span) if span else ("", timedelta())
    if unit in ("minutes", "hours"):
        return (now + length).replace(second=0, microsecond=0), without(text, span), True
    if span:
        day, rest = (now + length).date(), without(text, span)
    else:
        day, rest = find_day(BARE_HOUR.sub(with_minutes, text), now.date())
    clock, rest = find_clock(rest)
    if day is None and clock is None:
        return None
    moment = at(day or now.date(), clock or MORNING)
    if moment < now and day is None:
        moment = at(now.date() + timedelta(days=1), clock)
    elif moment < now and WEEKDAY.search(text) and not DATE.search(text):
        moment = at(day + timedelta(days=7), clock or MORNING)
    return moment, rest, clock is not None


def span_of(match: re.Match) -> tuple[str, timedelta]:
    count, unit = match["count"] or match["count2"], UNIT_WORDS[(match["unit"] or match["unit2"]).lower()]
    return unit, timedelta(**{unit: int(count)})


def with_minutes(match: re.Match) -> str:
    hour = int(match["hour"])
    return f"{match['day']} {hour + 12 if hour in NIGHT else hour}:00" if hour < 24 else match[0]


def at(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def without(text: str, match: re.Match) -> str:
    return " ".join((text[: match.start()] + " " + text[match.end() :]).split()).strip(" ,;")


def find_day(text: str, today: date) -> tuple[date | None, str]:
    if (match := DATE.search(text)) and (day := date_of(match, today)):
        return day, without(text, match)
    if match := DAY.search(text):
        return today + timedelta(days=DAY_WORDS[match["word"].lower()]), without(text, match)
    if match := WEEKDAY.search(text):
        ahead = (WEEKDAY_WORDS[match["word"].lower()] - today.weekday()) % 7
        return today + timedelta(days=ahead), without(text, match)
    return None, text


def date_of(match: re.Match, today: date) -> date | None:
    """The date that was written; without a year its next coming. None for the 31st of February."""
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        year = int(match["year"] or today.year)
        day = date(year + 2000 if year < 100 else year, int(match["month"]), int(match["day"]))
        return day.replace(year=day.year + 1) if day < today and not match["year"] else day
    except ValueError:
        return None


def find_clock(text: str) -> tuple[time | None, str]:
    for match in CLOCK.finditer(text):
        hour = int(match["hour"] or match["hour2"] or match["hour3"])
        half = (match["half"] or match["half2"] or "").lower()
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
        if hour < 24 and int(match["minute"] or 0) < 60:
            return time(hour, int(match["minute"] or 0)), without(text, match)
    return None, text
