"""Calendars of other programs: files become tasks, the secret address shows them, and what came from a file goes out as
it was."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from icalendar import Calendar

from kartu.firm.actions import people
from kartu.planner import actions
from kartu.planner.ics.reading import Unreadable, read
from kartu.planner.ics.writing import calendar_of
from kartu.planner.models import CalendarFeed, FromCalendar, Task
from kartu.planner.tests.conftest import in_hours
from kartu.records.changes import change_set, undo

pytestmark = pytest.mark.django_db

JAKARTA = ZoneInfo("Asia/Jakarta")
MEETING = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Test//EN
BEGIN:VEVENT
UID:pumps-1
DTSTAMP:20261101T000000Z
DTSTART;TZID=Europe/Berlin:20261126T142300
DTEND;TZID=Europe/Berlin:20261126T150300
SUMMARY:Pumps
DESCRIPTION:Bring the offer
LOCATION:Bekasi
ORGANIZER:mailto:rina@example.com
X-COLOUR:blue
CLASS:PRIVATE
PRIORITY:1
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:x
TRIGGER:-PT20M
END:VALARM
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()


def take(data: bytes, by) -> actions.calendars.Taken:
    return actions.take_calendar(entries=read(data, JAKARTA), by=by)


def tasks(by) -> list[Task]:
    return list(Task.objects.visible_to(by).order_by("pk"))


def feed_of(client, person) -> bytes:
    answer = client.get(reverse("planner:feed", args=[actions.open_feed(by=person)]))
    assert answer.status_code == 200
    return answer.content


def entries(data: bytes) -> dict[str, object]:
    found = [each for each in Calendar.from_ical(data).walk() if each.name in ("VEVENT", "VTODO")]
    return {str(each["UID"]): each for each in found if "UID" in each}


def test_an_event_becomes_a_task_to_the_minute_with_its_reminders(seller):
    [task] = take(MEETING, seller).new

    assert (task.title, task.kind, task.person, task.is_private) == ("Pumps", "meeting", seller, True)
    assert task.start_at == datetime(2026, 11, 26, 13, 23, tzinfo=UTC)
    assert task.end_at == datetime(2026, 11, 26, 14, 3, tzinfo=UTC)
    assert task.text == "Bring the offer\nBekasi"
    assert task.priority == Task.Priority.URGENT
    assert [reminder.before for reminder in task.reminders.all()] == [20]


def test_a_file_taken_twice_makes_nothing_twice_and_a_changed_one_changes_it(seller):
    take(MEETING, seller)

    again = take(MEETING, seller)
    changed = take(MEETING.replace(b"20261126T142300", b"20261126T141500"), seller)

    assert (again.new, again.changed, again.same) == ([], [], 1)
    assert (changed.new, len(changed.changed)) == ([], 1)
    [task] = tasks(seller)
    assert task.start_at == datetime(2026, 11, 26, 13, 15, tzinfo=UTC)


def test_the_same_event_of_two_people_is_a_task_of_each(seller, colleague):
    take(MEETING, seller)
    take(MEETING, colleague)

    assert len(tasks(seller)) == len(tasks(colleague)) == 1


def test_what_was_taken_in_is_taken_back_by_one_undo_and_can_be_taken_again(seller):
    with change_set("edit", "A file", by=seller) as changes:
        take(MEETING, seller)

    undo(changes, by=seller)

    assert tasks(seller) == []
    assert len(take(MEETING, seller).new) == 1


def test_times_without_a_zone_are_the_persons_and_whole_days_are_days(seller):
    floating = MEETING.replace(b";TZID=Europe/Berlin", b"")
    day = floating.replace(b"DTSTART:20261126T142300", b"DTSTART;VALUE=DATE:20261126")
    day = day.replace(b"DTEND:20261126T150300\r\n", b"").replace(b"pumps-1", b"pumps-2")

    [at_noon], [whole] = take(floating, seller).new, take(day, seller).new

    assert at_noon.start_at == datetime(2026, 11, 26, 14, 23, tzinfo=JAKARTA)
    assert (whole.due_on.isoformat(), whole.start_at) == ("2026-11-26", None)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no events"),
        (b"\x00\x01\x02", "no (events|calendar)"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "no events"),
        (b"x" * 5_000_001, "5 MB"),
    ],
)
def test_what_is_no_calendar_is_refused_in_words(data, said):
    with pytest.raises(Unreadable, match=said):
        read(data, JAKARTA)


def test_every_sample_is_taken_or_refused_with_its_reason(samples: Path, seller):
    files = sorted((samples / "ics").rglob("*.ics"))
    assert len(files) > 100
    taken = 0
    for file in files:
        try:
            found = read(file.read_bytes(), JAKARTA)
        except Unreadable as refused:
            assert str(refused)
            continue
        done = actions.take_calendar(entries=found, by=seller)
        again = actions.take_calendar(entries=read(file.read_bytes(), JAKARTA), by=seller)
        assert all(entry.refused for entry in done.refused)
        assert again.new == [], file.name
        assert again.changed == [], file.name
        taken += len(done.new)
    assert taken > 60


MEANT_OTHERWISE = {
    ("issue_355_url_escaping.ics", "DTEND"): "an event without a length is given one",
    (
        "issue_722_timezone_transition_ambiguity.ics",
        "DTSTART",
    ): "in an hour that comes twice: written in UTC, it is told apart",
}


def test_every_sample_that_is_taken_goes_out_with_every_property_it_came_with(samples: Path, seller):
    files: dict[str, Path] = {}
    for file in sorted((samples / "ics").rglob("*.ics")):
        try:
            done = actions.take_calendar(entries=read(file.read_bytes(), JAKARTA), by=seller)
        except Unreadable:
            continue
        for task in [row for row in [*done.new, *done.changed] if isinstance(row, Task)]:
            kept = FromCalendar.objects.visible_to(seller).get(task=task)
            if not kept.recurrence:
                files[kept.uid] = file  # the last that told of it
    sources = {kept.task_id: kept for kept in FromCalendar.objects.visible_to(seller)}
    sent = entries(
        calendar_of("Sari", "testserver", tasks(seller), sources, JAKARTA)
    )  # the feed leaves out what is long past

    lost = []
    for uid, file in files.items():
        calendars = Calendar.from_ical(file.read_bytes(), multiple=True)
        found = [each for calendar in calendars for each in calendar.walk() if str(each.get("UID")) == uid]
        original = next(
            (each for each in found if each.name == sent[uid].name and not {"RECURRENCE-ID", "RRULE"} & set(each)), {}
        )
        for name in original:
            if (file.name, name) in MEANT_OTHERWISE:
                continue
            if name not in sent[uid] or values(sent[uid][name]) != values(original[name]):
                lost.append(f"{file.name}: {name}: {values(original[name])} -> {values(sent[uid].get(name))}")
    assert len(files) > 60
    assert "\n".join(lost) == ""


def values(told: object) -> list[bytes]:
    return [each.to_ical() for each in (told if isinstance(told, list) else [told]) if each is not None]


def test_what_came_from_a_file_goes_out_as_it_was(client, seller):
    take(MEETING, seller)

    entry = entries(feed_of(client, seller))["pumps-1"]

    original = Calendar.from_ical(MEETING).walk("VEVENT")[0]
    assert {name: entry[name].to_ical() for name in original} == {name: original[name].to_ical() for name in original}
    assert entry.walk("VALARM")[0].to_ical() == original.walk("VALARM")[0].to_ical()


def test_what_was_changed_here_goes_out_changed_and_the_rest_as_it_was(client, seller):
    [task] = take(MEETING, seller).new
    start = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    actions.change_task(task=task, values={"title": "Seals", "start_at": start}, by=seller)

    entry = entries(feed_of(client, seller))["pumps-1"]

    assert (str(entry["SUMMARY"]), entry.decoded("DTSTART")) == ("Seals", start)
    assert entry.decoded("DTEND") == datetime(2026, 11, 27, 9, 40, tzinfo=UTC)
    assert (str(entry["X-COLOUR"]), str(entry["LOCATION"])) == ("blue", "Bekasi")


def test_the_feed_shows_ones_own_tasks_only(client, seller, colleague):
    mine = actions.set_task(title="Mine", start_at=in_hours(2), by=seller)
    day = actions.set_task(title="A day", due_on=in_hours(30).date(), by=seller)
    actions.set_task(title="Not mine", start_at=in_hours(2), by=colleague)
    some = actions.set_task(title="Some day", by=seller)
    together = actions.set_task(title="Together", start_at=in_hours(3), attendees=[seller], by=colleague)

    found = entries(feed_of(client, seller))

    assert {str(each["SUMMARY"]) for each in found.values()} == {"Mine", "A day", "Some day", "Together"}
    assert found[f"task-{mine.pk}@testserver"].decoded("DTSTART") == mine.start_at
    assert found[f"task-{day.pk}@testserver"].decoded("DTSTART") == day.due_on
    assert found[f"task-{some.pk}@testserver"].name == "VTODO"
    assert f"task-{together.pk}@testserver" in found


def test_the_same_feed_is_not_sent_again(client, seller):
    actions.set_task(title="Mine", start_at=in_hours(2), by=seller)
    url = reverse("planner:feed", args=[actions.open_feed(by=seller)])
    first = client.get(url)

    same = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    actions.set_task(title="Another", start_at=in_hours(2), by=seller)
    other = client.get(url, headers={"If-None-Match": first.headers["ETag"]})

    assert (same.status_code, same.content) == (304, b"")
    assert other.status_code == 200
    assert CalendarFeed.objects.get(ended_at=None).read_at is not None


def test_a_new_address_ends_the_old_one_and_ending_it_ends_all(client, seller):
    old = reverse("planner:feed", args=[actions.open_feed(by=seller)])
    new = reverse("planner:feed", args=[actions.open_feed(by=seller)])
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)

    actions.close_feed(by=seller)

    assert client.get(new).status_code == 404


def test_the_address_ends_with_the_access_of_its_person(client, owner, seller):
    url = reverse("planner:feed", args=[actions.open_feed(by=seller)])

    people.close_access(person=seller, by=owner)

    assert client.get(url).status_code == 404
    assert not CalendarFeed.objects.filter(ended_at=None).exists()


def test_only_a_digest_of_the_secret_is_kept(seller):
    secret = actions.open_feed(by=seller)

    assert secret not in str(CalendarFeed.objects.values().get())


def test_the_page_takes_a_file_and_says_what_became_of_it(client, seller):
    client.force_login(seller)
    file = SimpleUploadedFile("mine.ics", MEETING)

    page = client.post(reverse("planner:take"), {"file": file})

    assert "New: 1. Changed: 0" in page.content.decode()
    assert FromCalendar.objects.visible_to(seller).get().uid == "pumps-1"
    broken = client.post(reverse("planner:take"), {"file": SimpleUploadedFile("x.ics", b"nothing")})
    assert broken.status_code == 422
