"""The sentence says what the rule does, in three languages."""

import re
from datetime import date, time

import pytest

from kartu.planner.recurrence import describe, parse

pytestmark = pytest.mark.no_database

SENTENCES = {
    "FREQ=MONTHLY;X-WORKDAY=-1;X-HOLIDAY=PREVIOUS;UNTIL=20261231": (
        "every month on the last working day at 10:00, moved to the working day before if it falls on a day off, "
        "until 31 Dec 2026"
    ),
    "FREQ=DAILY": "every day at 10:00",
    "FREQ=DAILY;INTERVAL=3;COUNT=5": "every 3 days at 10:00, 5 times in all",
    "FREQ=DAILY;X-AT=0900,1430": "every day at 09:00, 14:30",
    "FREQ=WEEKLY": "every week on Saturday at 10:00",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE": "every 2 weeks on Monday, Wednesday at 10:00",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;X-HOLIDAY=SKIP": (
        "every week on Monday – Friday at 10:00, left out if it falls on a day off"
    ),
    "FREQ=MONTHLY": "every month on the 31st (the last day of a shorter month) at 10:00",
    "FREQ=MONTHLY;BYMONTHDAY=31;SKIP=OMIT": "every month on the 31st (only in months that have it) at 10:00",
    "FREQ=MONTHLY;BYMONTHDAY=-1,1,11,22": "every month on the last day, the 1st, the 11th, the 22nd at 10:00",
    "FREQ=MONTHLY;BYDAY=2TU,-1FR,-2MO": (
        "every month on the 2nd Tuesday, the 2nd Monday, counted from the end, the last Friday at 10:00"
    ),
    "FREQ=MONTHLY;INTERVAL=3;X-WORKDAY=3": "every 3 months on the 3rd working day at 10:00",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1": "every month on the last of Monday – Friday at 10:00",
    "FREQ=MONTHLY;BYMONTH=3,6;BYMONTHDAY=15": "every month (March, June) on the 15th at 10:00",
    "FREQ=YEARLY": "every year on 31 January at 10:00",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29": "every year on 29 February (28 February in other years) at 10:00",
    "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO": "every year on week 20, Monday at 10:00",
    "FREQ=DAILY;INTERVAL=3;X-AFTER=DONE": "3 days after the last one was done at 10:00",
    "FREQ=DAILY;X-AFTER=DONE;X-IN=WORKDAYS": "1 working day after the last one was done at 10:00",
    "FREQ=MONTHLY;INTERVAL=2;X-AFTER=DONE": "2 months after the last one was done at 10:00",
    "X-FIELD=contract_end;X-BEFORE=30;X-IN=WORKDAYS": "30 working days before “Договор” at 10:00",
    "FREQ=YEARLY;X-FIELD=birthday": "every year, on the day “Договор” at 10:00",
    "RRULE:FREQ=DAILY\nEXDATE:20260101,20260102\nRDATE:20260501T080000\nX-PAUSE:20260701/20260801,20261201/": (
        "every day at 10:00, paused from 1 Jul 2026 to 1 Aug 2026, paused from 1 Dec 2026, 2 left out, 1 more besides"
    ),
}


@pytest.mark.parametrize("text", SENTENCES)
def test_a_rule_is_said_as_people_say_it(text):
    assert describe(parse(text), date(2026, 1, 31), time(10), "en", "Договор") == SENTENCES[text]


@pytest.mark.parametrize("text", SENTENCES)
def test_a_russian_sentence_has_no_english_in_it(text):
    assert not re.search("[a-z]", describe(parse(text), date(2026, 1, 31), time(10), "ru", "Договор"), re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "russian", "indonesian"),
    [
        (
            "FREQ=MONTHLY;X-WORKDAY=-1;X-HOLIDAY=PREVIOUS;UNTIL=20261231",
            "каждый месяц: последний рабочий день, в 10:00, с переносом на предыдущий рабочий день, если выпадает на "
            "выходной, по 31 дек. 2026\u202fг.",
            "setiap bulan: hari kerja terakhir, pukul 10:00, dipindah ke hari kerja sebelumnya bila jatuh pada hari "
            "libur, sampai 31 Des 2026",
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE",
            "каждые 2 недели: понедельник, среда, в 10:00",
            "setiap 2 minggu: Senin, Rabu, pukul 10:00",
        ),
        (
            "FREQ=DAILY;INTERVAL=5;X-AFTER=DONE",
            "через 5 дней после выполнения предыдущей, в 10:00",
            "5 hari setelah yang terakhir selesai, pukul 10:00",
        ),
        (
            "FREQ=MONTHLY;BYDAY=2WE,-1SU",
            "каждый месяц: 2-я среда, последнее воскресенье, в 10:00",
            "setiap bulan: Rabu ke-2, Minggu terakhir, pukul 10:00",
        ),
    ],
)
def test_other_languages_say_it_in_their_own_way(text, russian, indonesian):
    assert describe(parse(text), date(2026, 1, 31), time(10), "ru") == russian
    assert describe(parse(text), date(2026, 1, 31), time(10), "id") == indonesian


def test_without_a_time_none_is_said():
    assert describe(parse("FREQ=DAILY"), date(2026, 1, 31), None, "en") == "every day"
