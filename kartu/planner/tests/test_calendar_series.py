"""What comes again and again in a calendar file becomes a series, and single times of it that are others stay so."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kartu.planner import actions
from kartu.planner.actions.calendars import Taken
from kartu.planner.ics.reading import Unreadable, read
from kartu.planner.models import FromCalendar, Series, SeriesFromCalendar, Task
from kartu.planner.tests.test_series import fresh, tasks, today
from kartu.records.changes import change_set, undo

JAKARTA, BERLIN = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin")


def day(ahead: int) -> date:
    """Days from today in Berlin; the series begins on the first of them."""
    return today("Europe/Berlin") + timedelta(days=ahead)


def event(*lines: str, uid: str = "weekly-1", start: str = "", title: str = "Pumps") -> str:
    start = start or f"DTSTART;TZID=Europe/Berlin:{day(1):%Y%m%d}T142300"
    return "\n".join(
        ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261101T000000Z", start, f"SUMMARY:{title}", *lines, "END:VEVENT"]
    )


def file_of(*events: str) -> bytes:
    text = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN", *events, "END:VCALENDAR", ""])
    return text.replace("\n", "\r\n").encode()


def take(by, *events: str) -> Taken:
    return actions.take_calendar(entries=read(file_of(*events), JAKARTA), by=by)


def at(ahead: int, clock: str = "142300") -> str:
    return f"{day(ahead):%Y%m%d}T{clock}"


DAILY = "RRULE:FREQ=DAILY"
LENGTH = "DURATION:PT40M"


def series_of(by) -> list[Series]:
    return list(Series.objects.visible_to(by).order_by("pk"))


def starts(series: Series) -> list[datetime]:
    return [task.start_at.astimezone(BERLIN) for task in tasks(series)]


def test_it_becomes_a_series_in_its_own_zone_with_its_length_and_reminders(seller):
    alarm = "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:x\nTRIGGER:-PT20M\nEND:VALARM"
    rule = f"RRULE:FREQ=DAILY;INTERVAL=2;UNTIL={at(9, '132300')}Z"

    taken = take(seller, event(rule, LENGTH, "CLASS:PRIVATE", "PRIORITY:1", "LOCATION:Bekasi", alarm))

    [series] = taken.new
    assert (series.title, series.kind, series.person, series.is_private) == ("Pumps", "meeting", seller, True)
    assert (series.zone, series.starts_on, series.at, series.begins) == ("Europe/Berlin", day(1), time(14, 23), True)
    assert (series.estimate_minutes, series.priority, series.text) == (40, 4, "Bekasi")
    assert series.reminders == [{"before": 20}]
    assert [moment.date() for moment in starts(series)] == [day(ahead) for ahead in (1, 3, 5, 7, 9)]
    assert {(moment.hour, moment.minute) for moment in starts(series)} == {(14, 23)}
    assert not FromCalendar.objects.visible_to(seller).exists()


def test_a_second_import_changes_nothing_and_a_changed_file_changes_the_series(seller):
    [series] = take(seller, event(DAILY, LENGTH)).new

    again = take(seller, event(DAILY, LENGTH))
    changed = take(seller, event(DAILY, LENGTH, start=f"DTSTART;TZID=Europe/Berlin:{at(1, '150000')}", title="Seals"))

    assert (again.new, again.changed, again.same) == ([], [], 1)
    assert (changed.new, changed.changed) == ([], [series])
    assert [fresh(series).title, fresh(series).at] == ["Seals", time(15)]
    assert {moment.hour for moment in starts(series)} == {15} and len(series_of(seller)) == 1


def test_what_was_left_out_and_typed_here_outlives_a_changed_file(seller):
    [series] = take(seller, event(DAILY, LENGTH, f"EXDATE;TZID=Europe/Berlin:{at(2)}")).new
    actions.skip_day(series=series, slot=f"{day(3)}T14:23", by=seller)
    actions.change_series(series=fresh(series), values={"text": "Bring the offer"}, by=seller)

    take(seller, event(DAILY, LENGTH, f"EXDATE;TZID=Europe/Berlin:{at(4)}", title="Seals"))

    days = {moment.date() for moment in starts(series)}
    assert day(2) in days and not {day(3), day(4)} & days
    assert (fresh(series).text, fresh(series).title) == ("Bring the offer", "Seals")


def test_an_ended_one_stays_ended_whatever_the_file_says(seller):
    [series] = take(seller, event(DAILY, LENGTH)).new
    actions.end_series(series=series, last=day(2), by=seller)

    take(seller, event(DAILY, LENGTH, title="Seals"))

    assert fresh(series).title == "Seals" and max(moment.date() for moment in starts(series)) == day(2)


@pytest.mark.parametrize("order", [1, -1])
def test_one_that_is_another_is_changed_and_the_others_are_not(seller, order):
    other = event(
        f"RECURRENCE-ID;TZID=Europe/Berlin:{at(3)}",
        LENGTH,
        start=f"DTSTART;TZID=Europe/Berlin:{at(3, '170000')}",
        title="Later",
    )
    events = [event(DAILY, LENGTH), other][::order]

    take(seller, *events)
    again = take(seller, *events)

    [series] = series_of(seller)
    by_day = {task.start_at.astimezone(BERLIN).date(): task for task in tasks(series)}
    assert by_day[day(3)].title == "Later" and by_day[day(3)].start_at.astimezone(BERLIN).hour == 17
    assert {by_day[day(ahead)].title for ahead in (1, 2, 4, 5)} == {"Pumps"}
    assert (again.new, again.changed, again.same) == ([], [], 2)


def test_one_behind_the_horizon_is_a_task_of_its_own_and_the_rule_leaves_it_out(seller):
    far = 60
    other = event(
        f"RECURRENCE-ID;TZID=Europe/Berlin:{at(far)}", LENGTH, start=f"DTSTART;TZID=Europe/Berlin:{at(far, '170000')}"
    )

    take(seller, event(DAILY, LENGTH), other)
    again = take(seller, event(DAILY, LENGTH), other)

    [series] = series_of(seller)
    [task] = Task.objects.visible_to(seller).filter(series=None)
    assert task.start_at.astimezone(BERLIN).date() == day(far)
    assert series.as_rule.exceptions == (f"{day(far)}T14:23",)
    assert (again.new, again.changed) == ([], [])


def test_one_that_was_called_off_is_left_out(seller):
    off = event(f"RECURRENCE-ID;TZID=Europe/Berlin:{at(2)}", LENGTH, "STATUS:CANCELLED")

    take(seller, event(DAILY, LENGTH), off)
    again = take(seller, event(DAILY, LENGTH), off)

    [series] = series_of(seller)
    assert day(2) not in {moment.date() for moment in starts(series)}
    assert (again.new, again.changed, again.same) == ([], [], 2)


def test_whole_days_and_to_dos_and_days_told_one_by_one_come_too(seller):
    whole = event("RRULE:FREQ=DAILY;COUNT=3", uid="w", start=f"DTSTART;VALUE=DATE:{day(1):%Y%m%d}")
    todo = event("RRULE:FREQ=DAILY;COUNT=2", f"DUE;TZID=Europe/Berlin:{at(1, '180000')}", uid="t").replace(
        "VEVENT", "VTODO"
    )
    single = event(LENGTH, f"RDATE;TZID=Europe/Berlin:{at(4)},{at(6)}", uid="r")

    take(seller, whole, todo, single)

    of_days, of_todo, of_dates = series_of(seller)
    assert (of_days.at, of_days.begins) == (None, False)
    assert [task.due_on for task in tasks(of_days)] == [day(1), day(2), day(3)]
    assert of_todo.kind == "task" and len(tasks(of_todo)) == 2
    assert [moment.date() for moment in starts(of_dates)] == [day(1), day(4), day(6)]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("RRULE:FREQ=HOURLY",), "FREQ"),
        ((DAILY, "EXRULE:FREQ=WEEKLY"), "EXRULE"),
        (("RRULE:FREQ=MONTHLY;BYDAY=1MO", "RRULE:FREQ=WEEKLY"), "Two rules"),
    ],
)
def test_what_a_series_cannot_say_is_said_and_its_first_time_is_taken(seller, lines, said):
    taken = take(seller, event(LENGTH, *lines))

    [entry] = taken.told
    assert said in entry.note and "Only its first time was taken" in entry.note
    assert isinstance(taken.new[0], Task) and not series_of(seller)
    assert take(seller, event(LENGTH, *lines)).same == 1


def test_what_is_over_is_not_taken_and_says_so(seller):
    taken = take(seller, event("RRULE:FREQ=DAILY;COUNT=5", LENGTH, start="DTSTART;TZID=Europe/Berlin:20120327T100000"))

    assert taken.new == [] and "It is over" in taken.refused[0].refused


def test_this_and_all_that_follow_is_left_to_the_series(seller):
    other = event(f"RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:{at(3)}", LENGTH, title="Later")

    taken = take(seller, event(DAILY, LENGTH), other)

    assert "all that follow" in taken.refused[0].refused and {task.title for task in tasks(series_of(seller)[0])} == {
        "Pumps"
    }


def test_what_came_once_and_comes_again_now_keeps_its_task(seller):
    [task] = take(seller, event(LENGTH)).new

    [series] = take(seller, event(DAILY, LENGTH)).new

    assert [each.pk for each in tasks(series)][0] == task.pk
    assert Task.objects.visible_to(seller).filter(series=None).count() == 0


def test_a_zone_of_the_file_alone_is_said(seller):
    zone = "\n".join(["BEGIN:VTIMEZONE", "TZID:Somewhere", "BEGIN:STANDARD", "DTSTART:19700101T000000",
                      "TZOFFSETFROM:+0300", "TZOFFSETTO:+0300", "END:STANDARD", "END:VTIMEZONE"])  # fmt: skip

    taken = take(seller, zone, event(DAILY, LENGTH, start=f"DTSTART;TZID=Somewhere:{at(1)}"))

    [series] = taken.new
    assert (series.zone, series.at) == ("Asia/Jakarta", time(18, 23))
    assert "time zone is not known" in taken.told[0].note


def test_one_undo_takes_it_back_and_it_can_be_taken_again(seller):
    with change_set("edit", "A file", by=seller) as changes:
        take(seller, event(DAILY, LENGTH))

    undo(changes, by=seller)

    assert series_of(seller) == []
    assert len(take(seller, event(DAILY, LENGTH)).new) == 1 and len(series_of(seller)) == 1


def test_the_page_names_what_comes_again_with_its_rule(client, seller):
    client.force_login(seller)

    page = client.post(reverse("planner:take"), {"file": SimpleUploadedFile("a.ics", file_of(event(DAILY, LENGTH)))})

    text = page.content.decode()
    assert "These come again and again" in text and reverse("planner:series", args=[series_of(seller)[0].pk]) in text


def test_recurring_samples_become_series_or_say_why_not(samples: Path, seller):
    repeating = said = 0
    for file in sorted((samples / "ics").rglob("*.ics")):
        try:
            found = read(file.read_bytes(), JAKARTA)
        except Unreadable:
            continue
        for entry in found:
            repeating += entry.repeat is not None
            said += bool(entry.note)
    assert repeating >= 10
    assert said >= 1
    assert not SeriesFromCalendar.objects.visible_to(seller).exists()
