"""Reminders of recurring tasks over a year of faked clock: each at its minute, each once, whatever the clocks do."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from kartu.core.actors import System
from kartu.core.models import EventRow
from kartu.core.models.sequence import reader_sees_its_own_transaction
from kartu.core.outbox.delivery import deliver_all
from kartu.firm.models import User
from kartu.firm.people_for_tests import make_person
from kartu.notifications.models import Notification
from kartu.planner import actions
from kartu.planner.actions.reminders import remind
from kartu.planner.models import Reminder, Series, Task
from kartu.planner.nightly import make_all
from kartu.planner.recurrence import parse

NIGHT = System("a night of a test")
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Jakarta")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
AHEAD = 15 * MINUTE
FIRST, LAST = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)


class Clock:
    now = FIRST


@pytest.fixture
def clock(monkeypatch) -> type[Clock]:
    Clock.now = FIRST
    monkeypatch.setattr(timezone, "now", lambda: Clock.now)
    return Clock


def start(person: User, text: str, at: time, **more: object) -> Series:
    day = Clock.now.astimezone(ZoneInfo(person.time_zone)).date()
    return actions.start_series(title="Feed the cat", rule=parse(text), starts_on=day, at=at, by=person, **more)


def told_of() -> dict[int, list[datetime]]:
    """Reminder -> when it was told."""
    found: dict[int, list[datetime]] = {}
    for row in EventRow.objects.filter(name="planner.reminder_due").order_by("id"):
        found.setdefault(row.payload["reminder_id"], []).append(row.payload["is_late"])
    return found


def test_each_is_told_at_its_minute_and_once_in_every_zone_when_clocks_go_forward_and_back(clock, team):
    people = {zone: make_person(zone.partition("/")[2], "seller", team) for zone in ZONES}
    User.objects.filter(pk__in=[person.pk for person in people.values()]).update()
    for zone, person in people.items():
        User.objects.filter(pk=person.pk).update(time_zone=zone)
        person.time_zone = zone
        start(person, "FREQ=WEEKLY;BYDAY=SU", time(2, 30), reminders=[{"before": 15}])
    told: list[datetime] = []
    next_night = FIRST
    while clock.now < LAST:
        due = Reminder.objects.as_system("a look").filter(told_at=None, trashed_at=None).order_by("at").first()
        if due is None or due.at - MINUTE >= next_night:
            clock.now = next_night
            make_all(by=NIGHT, now=clock.now)
            next_night += 14 * DAY
            continue
        for moment in (due.at - MINUTE, due.at, due.at + MINUTE, due.at + 2 * MINUTE):
            clock.now = moment
            if number := remind(moment):
                told += [moment] * number

    for zone, person in people.items():
        rows = Reminder.objects.as_system("a look").filter(person=person, told_at__isnull=False, at__lt=LAST)
        expected = [moment - AHEAD for moment in sundays(zone)]
        assert [row.at for row in rows.order_by("at")] == expected
        assert all(row.told_at == row.at for row in rows)
    assert sorted(moment for moment in told if moment < LAST) == sorted(
        moment - AHEAD for zone in ZONES for moment in sundays(zone)
    )
    assert set(map(tuple, told_of().values())) == {(False,)}


def sundays(zone: str) -> list[datetime]:
    """Every Sunday of the year at 02:30 there: in the gap of March 03:30, once in the hour that comes twice."""
    here, day, found = ZoneInfo(zone), FIRST.date(), []
    while day < LAST.date():
        if day.weekday() == 6:
            found.append(datetime.combine(day, time(2, 30), here).astimezone(UTC))
        day += DAY
    return found


def test_every_quarter_of_an_hour_of_the_nights_when_clocks_change_is_told_once(clock, team):
    """96 times a day: in the night of the gap the four that are not there are one with those that are."""
    person = make_person("Anna", "seller", team)
    User.objects.filter(pk=person.pk).update(time_zone="Europe/Berlin")
    person.time_zone = "Europe/Berlin"
    quarters = ",".join(f"{hour:02}{minute:02}" for hour in range(4) for minute in (0, 15, 30, 45))
    for night, count in ((datetime(2027, 3, 27, 20, tzinfo=UTC), 12), (datetime(2027, 10, 30, 20, tzinfo=UTC), 16)):
        clock.now = night
        series = start(person, f"FREQ=DAILY;X-AT={quarters};COUNT=32", time(0), reminders=[{"before": 0}])
        before = EventRow.objects.filter(name="planner.reminder_due").count()
        for step in range(13 * 60):
            clock.now = night + step * MINUTE
            if step % 15 in (0, 1):
                remind(clock.now)
        told = EventRow.objects.filter(name="planner.reminder_due").count() - before
        moments = Task.objects.as_system("a look").filter(series=series, at__gt=night).values_list("at", flat=True)
        assert told == len(set(moments)) == count


def test_the_last_working_day_survives_five_days_of_outage_once_and_is_told_late_once(clock, team, seller):
    clock.now = datetime(2027, 4, 1, 3, tzinfo=UTC)
    series = start(seller, "FREQ=MONTHLY;X-WORKDAY=-1", time(10))
    clock.now = datetime(2027, 4, 28, 3, tzinfo=UTC)
    make_all(by=NIGHT, now=clock.now)

    clock.now += 5 * DAY  # the program is off over the 30th, a Friday
    for _twice in range(2):
        make_all(by=NIGHT, now=clock.now)
        remind(clock.now)
        with reader_sees_its_own_transaction():
            deliver_all()

    days = tasks_of(series)
    assert days[:2] == [datetime(2027, 4, 30).date(), datetime(2027, 5, 31).date()] and len(set(days)) == len(days)
    assert list(told_of().values()) == [[True]]
    notices = Notification.objects.visible_to(seller)
    assert [notice.title for notice in notices] == ["Late: Feed the cat"]


def test_what_could_not_be_made_in_time_is_marked_and_told_once(clock, team, seller, monkeypatch):
    """As after an outage longer than tasks stand there ahead."""
    clock.now = datetime(2027, 4, 1, 3, tzinfo=UTC)
    monkeypatch.setattr("kartu.planner.making.AHEAD", {"MONTHLY": DAY})
    series = start(seller, "FREQ=MONTHLY;X-WORKDAY=-1", time(10))
    assert tasks_of(series) == []
    clock.now = datetime(2027, 4, 28, 3, tzinfo=UTC)
    make_all(by=NIGHT, now=clock.now)

    clock.now += 5 * DAY
    for _twice in range(2):
        make_all(by=NIGHT, now=clock.now)
        remind(clock.now)
        with reader_sees_its_own_transaction():
            deliver_all()

    (task,) = Task.objects.as_system("a look").filter(series=series)
    assert task.came_late and task.due_at.astimezone(series.place) == datetime(2027, 4, 30, 10, tzinfo=series.place)
    assert told_of() == {}
    notices = Notification.objects.visible_to(seller)
    assert [notice.title for notice in notices] == ["1 recurring task came late: the program was off"]


def tasks_of(series: Series) -> list:
    rows = Task.objects.as_system("a look").filter(series=series, trashed_at=None).order_by("at")
    return [task.due_at.astimezone(series.place).date() for task in rows]
