"""Moments typed in words, in three languages."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from kartu.core.spoken_times import find_moment

pytestmark = pytest.mark.no_database

ZONE = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 23, 11, 30, tzinfo=ZONE)  # a Monday

TYPED = [
    ("call Rina fri 15:00", "2026-11-27 15:00", "call Rina"),
    ("tomorrow 10:00 the offer", "2026-11-24 10:00", "the offer"),
    ("today 14:30", "2026-11-23 14:30", ""),
    ("15:00", "2026-11-23 15:00", ""),
    ("9:15 about seals", "2026-11-24 09:15", "about seals"),
    ("monday", "2026-11-30 09:00", ""),
    ("mon 16:00", "2026-11-23 16:00", ""),
    ("on Wednesday at 3pm", "2026-11-25 15:00", ""),
    ("ask price, 12 am tomorrow", "2026-11-24 00:00", "ask price"),
    ("in 2 hours", "2026-11-23 13:30", ""),
    ("in 3 days ask again", "2026-11-26 09:00", "ask again"),
    ("in 3 days 15:00 ask again", "2026-11-26 15:00", "ask again"),
    ("позвонить через 3 дня в 15:00", "2026-11-26 15:00", "позвонить"),
    ("2 minggu lagi jam 8", "2026-12-07 08:00", ""),
    ("besok jam 9", "2026-11-24 09:00", ""),
    ("telepon Bu Rina jumat 15.00", "2026-11-27 15:00", "telepon Bu Rina"),
    ("2 jam lagi", "2026-11-23 13:30", ""),
    ("lusa pukul 8 pagi", "2026-11-25 08:00", "pagi"),
    ("завтра в 10", "2026-11-24 10:00", ""),
    ("завтра 10", "2026-11-24 10:00", ""),
    ("besok 9", "2026-11-24 09:00", ""),
    ("besok 8, tanya harga", "2026-11-24 08:00", "tanya harga"),
    ("позвонить пт 3", "2026-11-27 15:00", "позвонить"),
    ("tomorrow 15 pumps", "2026-11-24 09:00", "15 pumps"),
    ("позвонить Марии в пятницу 16:00", "2026-11-27 16:00", "позвонить Марии"),
    ("через 2 часа", "2026-11-23 13:30", ""),
    ("послезавтра в 9 часов", "2026-11-25 09:00", ""),
    ("пн 12:00", "2026-11-23 12:00", ""),
    ("27.11 в 14:00", "2026-11-27 14:00", ""),
    ("27/11/2026 14:00 deliver", "2026-11-27 14:00", "deliver"),
    ("1.02 10:00", "2027-02-01 10:00", ""),
    ("2026-12-01 08:05", "2026-12-01 08:05", ""),
]


@pytest.mark.parametrize(("text", "moment", "rest"), TYPED)
def test_a_moment_in_words_is_understood_and_taken_out_of_the_text(text, moment, rest):
    with timezone.override(ZONE):
        found, left = find_moment(text, NOW)

    assert (f"{found:%Y-%m-%d %H:%M}", left) == (moment, rest)
    assert found.utcoffset() is not None


@pytest.mark.parametrize(
    "text", ["call Rina", "", "31.02", "0813-1120-7765", "order 15 pumps", "version 25.61", "Satria wants 3", "99:99"]
)
def test_a_text_without_a_moment_has_none(text):
    with timezone.override(ZONE):
        assert find_moment(text, NOW) is None
