"""Days of the production calendar from a file: looked at first, noted by a second button, taken back as one."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from kartu.core.actors import System
from kartu.firm.actions.hours import choose_calendar, set_calendar_day
from kartu.firm.calendar_file import Unreadable, read
from kartu.firm.models import CalendarDay, DayKind, Firm, User
from kartu.firm.year import Year

US = System("a test")
PAGE = "/production-calendar/file/"
TABLE = """date;what;what for
31.12.2027;off;Stocktaking
2027-12-25;working;
30/12/2027;short;Party
"""


@pytest.fixture(autouse=True)
def without_a_country(owner) -> None:
    choose_calendar(calendar=Firm.NO_CALENDAR, by=US)


def signed_in(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def looked_at(person: User, data: bytes, name: str = "days.csv", status: int = 200):
    answer = signed_in(person).post(PAGE, {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.context


def taken(person: User, data: bytes, name: str = "days.csv") -> Browser:
    browser = signed_in(person)
    answer = browser.post(PAGE, {"days": looked_at(person, data, name)["days"]})
    assert answer.status_code == 302
    return browser


def own() -> dict[date, tuple[str, str]]:
    return {row.day: (row.kind, row.name) for row in CalendarDay.objects.order_by("day")}


def ics(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN", *lines, "END:VCALENDAR", ""]).encode()


def event(*lines: str) -> list[str]:
    return ["BEGIN:VEVENT", "UID:1", "DTSTAMP:20261101T000000Z", *lines, "END:VEVENT"]


def test_a_file_is_looked_at_first_and_noted_by_the_second_button(owner):
    page = looked_at(owner, TABLE.encode())
    assert (page["new"], page["same"], page["wrong"]) == (3, 0, 0) and own() == {}

    taken(owner, TABLE.encode())

    assert own() == {
        date(2027, 12, 25): ("working", ""),
        date(2027, 12, 30): ("short", "Party"),
        date(2027, 12, 31): ("off", "Stocktaking"),
    }


def test_a_second_import_changes_nothing(owner):
    taken(owner, TABLE.encode())
    before = own()

    page = looked_at(owner, TABLE.encode())
    taken(owner, TABLE.encode())

    assert (page["new"], page["same"]) == (0, 3) and own() == before


def test_what_the_country_says_already_is_not_said_again(owner):
    choose_calendar(calendar="RU", by=US)
    found = looked_at(owner, b"2027-01-01,off,New Year\n2027-02-20,working\n2027-02-19,off,Bridge\n")["found"]

    assert [each.is_same for each in found] == [True, True, False]


def test_one_undo_puts_back_what_was_there(owner):
    set_calendar_day(day=date(2027, 12, 31), kind=DayKind.SHORT, name="As ever", by=US)
    browser = taken(owner, TABLE.encode())
    assert own()[date(2027, 12, 31)] == ("off", "Stocktaking")

    assert browser.post(browser.session["toasts"][-1]["undo"]).status_code == 204

    assert own() == {date(2027, 12, 31): ("short", "As ever")}


def test_each_line_that_is_wrong_says_so_and_the_others_are_taken(owner):
    data = "31.12.2027,off\nsome day,off\n30.02.2027,off\n30.12.2027,perhaps\n31.12.2027,short\n1.1.1997,off\n"

    page = looked_at(owner, data.encode())

    told = {each.line: each.problem for each in page["found"] if each.problem}
    assert list(told) == [2, 3, 4, 5, 6] and (page["new"], page["wrong"]) == (1, 5)
    assert (
        "no day in it" in told[2] and "off, working, short" in told[4] and told[5] == "Line 1 tells of this day already"
    )
    taken(owner, data.encode())
    assert own() == {date(2027, 12, 31): ("off", "")}


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        *((words, "off") for words in ("", "Libur nasional", "cuti bersama", "Праздничный день", "нерабочий")),
        *((words, "working") for words in ("рабочий день", "Рабочая суббота (перенос выходного)", "working")),
        *((words, "working") for words in ("hari kerja pengganti libur", "Masuk kerja")),
        *((words, "short") for words in ("Предпраздничный", "сокращённый", "hari pendek")),
        *((words, "plain") for words in ("обычный", "biasa")),
    ],
)
def test_kinds_are_understood_in_three_languages(words, kind):
    [found] = read(f"2027-12-31;{words};x".encode())

    assert (found.kind, found.name, found.problem) == (kind, "x", "")


def test_tables_of_excel_are_read_in_its_encodings():
    text = "31.12.2027;выходной;Учёт"

    for data in (text.encode("cp1251"), text.encode("utf-8-sig"), text.encode("utf-16")):
        assert [(each.kind, each.name) for each in read(data)] == [("off", "Учёт")]


def test_the_yearly_table_of_the_russian_open_data_is_what_differs_from_the_week(owner):
    weekends = {month: [day for day in range(1, 32) if is_weekend(2027, month, day)] for month in range(1, 13)}
    weekends[2].remove(20)
    weekends[2].append(22)
    cells = [",".join(map(str, sorted(days))) for days in weekends.values()]
    cells[10] = cells[10] + ",3*"
    header = "Год/Месяц," + ",".join("м" for _month in range(12))
    data = header + "\n2027," + ",".join(f'"{cell}"' for cell in cells) + ",118,247\n"

    taken(owner, data.encode())

    assert own() == {
        date(2027, 2, 20): ("working", ""), date(2027, 2, 22): ("off", ""), date(2027, 11, 3): ("short", ""),
    }  # fmt: skip
    assert date(2027, 2, 22) not in {day.day for day in Year(2027).worked}


def is_weekend(year: int, month: int, day: int) -> bool:
    try:
        return date(year, month, day).weekday() >= 5
    except ValueError:
        return False


def test_a_calendar_gives_each_of_its_whole_days_with_its_name(owner):
    data = ics(
        *event("DTSTART;VALUE=DATE:20271224", "DTEND;VALUE=DATE:20271227", "SUMMARY:Cuti bersama"),
        *event("DTSTART;VALUE=DATE:20271218", "SUMMARY:Working day"),
        *event("DTSTART:20271220T100000Z", "SUMMARY:Meeting"),
        *event("DTSTART;VALUE=DATE:20271221", "RRULE:FREQ=YEARLY", "SUMMARY:Every year"),
    )

    page = looked_at(owner, data, "days.ics")
    taken(owner, data, "days.ics")

    assert own() == {
        date(2027, 12, 18): ("working", "Working day"),
        **{date(2027, 12, day): ("off", "Cuti bersama") for day in (24, 25, 26)},
    }  # fmt: skip
    assert ["hour" in each.problem or "again and again" in each.problem for each in page["found"] if each.problem] == [
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no days"),
        (b"\n\n", "no days"),
        (b"x" * 1_000_001, "1 MB"),
        (b"BEGIN:VCALENDAR\nbroken", "no (calendar|days)"),
    ],
)
def test_what_is_no_calendar_is_refused_in_words(data, said):
    with pytest.raises(Unreadable, match=said):
        read(data)


def test_an_empty_form_and_an_unreadable_file_say_what_is_wrong(owner):
    assert signed_in(owner).post(PAGE, {}).status_code == 422
    assert "file" in looked_at(owner, b"\n\n", status=422)["form"].errors


def test_only_whoever_sets_the_days_of_the_firm_takes_a_file(owner, head, seller):
    days = looked_at(owner, TABLE.encode())["days"]

    assert signed_in(head).get(PAGE).status_code == 404
    assert signed_in(head).post(PAGE, {"days": days}).status_code == 404
    assert signed_in(seller).post(PAGE, {"days": days}).status_code == 403
    assert signed_in(owner).post(PAGE, {"days": "made-up"}).status_code == 404
    assert own() == {}
