"""The clock jumps by an hour or ten years and is put right: nothing stays shut or open, is lost or told twice."""

import time as machine_time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from kartu.clients import actions, probing, whole_numbers
from kartu.clients.models import Client
from kartu.core import moments
from kartu.core.jobs import clock
from kartu.core.jobs.care import overview
from kartu.core.models import ClockSpan, EventRow, FailedDelivery, Job, Schedule
from kartu.core.moments import ago, left
from kartu.core.outbox.delivery import is_behind, retry_due
from kartu.core.testing import run_jobs
from kartu.firm import presence, throttle
from kartu.firm.jobs import clear_the_door
from kartu.firm.models import Device, KeyLink
from kartu.notifications.letters import write
from kartu.notifications.models import Hop, MailSettings, Notification
from kartu.planner import actions as planner
from kartu.planner.actions.reminders import remind
from kartu.planner.models import Reminder
from kartu.records.lists.approval import settle
from kartu.records.models import ExportFile, ExportRequest
from kartu.security import audit, notices
from kartu.security.backup import keeping
from kartu.security.health import machine, work
from kartu.security.models import AuditRow, Backup, BackupSettings, NoticePeriod, Seal
from kartu.security.models.audit import Verb
from kartu.security.seals.sealing import seal_new
from kartu.security.seals.verifying import verify_log

pytestmark = pytest.mark.django_db

HOUR, DAY, TEN_YEARS = timedelta(hours=1), timedelta(days=1), timedelta(days=3652)


class Wall:
    """The clock on the wall, wrong by `by`."""

    by = timedelta()

    def now(self) -> datetime:
        return REAL_NOW() + self.by

    def seconds(self) -> float:
        return REAL_TIME() + self.by.total_seconds()

    def put_right(self) -> None:
        self.by = timedelta()


REAL_NOW, REAL_TIME = timezone.now, machine_time.time


@pytest.fixture
def wall(monkeypatch) -> Iterator[Wall]:
    wall = Wall()
    monkeypatch.setattr(timezone, "now", wall.now)
    monkeypatch.setattr(machine_time, "time", wall.seconds)
    monkeypatch.setattr(clock, "database_now", wall.now)
    return wall


@pytest.fixture
def believing(monkeypatch) -> None:
    """The control: whatever was written down is believed."""
    monkeypatch.setattr(moments, "BELIEVED", 10 * TEN_YEARS)
    monkeypatch.setattr(moments, "STEP", 10 * TEN_YEARS)


def test_what_lies_ahead_is_no_time_ago_and_no_wait():
    now = timezone.now()

    assert (ago(now - HOUR, now), ago(now + HOUR, now), ago(now + TEN_YEARS, now)) == (HOUR, -HOUR, timedelta.max)
    assert left(now + HOUR, DAY, now) == HOUR
    assert left(now + DAY + timedelta(seconds=5), DAY, now) == DAY  # held right by small steps
    assert left(now - HOUR, DAY, now) == left(now + TEN_YEARS, DAY, now) == timedelta()


# ---- the door


def guess(times: int) -> timedelta:
    """The wait that the last of so many wrong tries was told."""
    places = [throttle.Place("somewhere", 5)]
    return [throttle.take_turn(places) for _try in range(times)][-1]


def test_whoever_guessed_while_the_clock_was_wrong_is_not_locked_out_for_ten_years(wall):
    wall.by = TEN_YEARS
    assert guess(6) > timedelta()

    wall.put_right()

    assert guess(1) == timedelta()
    assert guess(1) > timedelta(), "and guessing goes on being slow"


def test_control_without_the_longest_wait_he_is(wall, monkeypatch):
    monkeypatch.setattr(throttle, "left", lambda until, longest: until - timezone.now())
    wall.by = TEN_YEARS
    guess(6)

    wall.put_right()

    assert guess(1) > TEN_YEARS - DAY


def entered(person) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def is_in(browser: Browser) -> bool:
    return browser.get("/me/").status_code == 200


def test_a_session_begun_in_days_to_come_is_over_when_the_clock_is_put_right(wall, seller):
    wall.by = TEN_YEARS
    browser = entered(seller)
    assert is_in(browser)

    wall.put_right()

    assert not is_in(browser)
    clear_the_door.func(by=None)
    assert not Device.objects.exists()


def test_control_a_session_that_is_believed_lasts_ten_years(wall, seller, believing):
    wall.by = TEN_YEARS
    browser = entered(seller)

    wall.put_right()

    assert is_in(browser)


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forward", "back"])
def test_an_hour_shows_nobody_out(wall, seller, jump):
    browser = entered(seller)
    wall.by = jump
    assert is_in(browser)
    later = entered(seller)

    wall.put_right()

    assert is_in(browser) and is_in(later)


def test_a_session_ends_whatever_the_clock_did_meanwhile(wall, seller):
    wall.by = -TEN_YEARS
    browser = entered(seller)

    wall.put_right()

    assert not is_in(browser)


def test_a_link_made_in_days_to_come_opens_nothing(wall, seller, owner):
    wall.by = TEN_YEARS
    _link, token = KeyLink.issue(person=seller, given_by=owner)
    assert KeyLink.find(token)

    wall.put_right()

    assert KeyLink.find(token) is None


def test_leave_given_for_an_hour_does_not_last_ten_years(wall, seller, owner):
    wall.by = TEN_YEARS
    period = NoticePeriod(person=seller, allowed_until=timezone.now() + NoticePeriod.ALLOWED_FOR)
    assert period.is_allowed

    wall.put_right()

    assert not period.is_allowed


# ---- limits by the hour


def test_what_was_asked_in_days_to_come_does_not_count_for_this_hour(wall, seller, monkeypatch):
    monkeypatch.setattr(probing, "MOST_PROBES", 1)
    wall.by = TEN_YEARS
    assert probing.Probes(seller).tells(phone="+6281200000001")
    assert not probing.Probes(seller).tells(phone="+6281200000002")

    wall.put_right()

    assert probing.Probes(seller).tells(phone="+6281200000002")
    assert not probing.Probes(seller).tells(phone="+6281200000003")


def test_nor_do_whole_numbers(wall, seller, monkeypatch):
    monkeypatch.setattr(whole_numbers, "MOST_ASKED", 1)
    wall.by = TEN_YEARS
    assert whole_numbers.is_told("+6281200000001", seller)

    wall.put_right()

    assert whole_numbers.is_told("+6281200000002", seller)
    assert not whole_numbers.is_told("+6281200000003", seller)


# ---- work in the background


def test_a_delivery_that_failed_in_days_to_come_is_tried_again_now(wall):
    wall.by = TEN_YEARS
    event = EventRow.objects.create(name="x")
    FailedDelivery.objects.create(event=event, handler="y", next_at=timezone.now() + HOUR)
    assert not is_behind()

    wall.put_right()

    assert is_behind()
    retry_due(lambda: None)
    assert FailedDelivery.objects.get().attempts == 1
    assert not is_behind()


def beat() -> None:
    now = timezone.now()
    ClockSpan.objects.create(worker="w", since=now - HOUR, until=now)


def test_a_worker_that_died_is_missed_though_its_clock_was_ahead(wall, client, owner, monkeypatch):
    wall.by = TEN_YEARS
    beat()
    assert client.get("/healthz").content == b"ok"

    wall.put_right()
    beat()
    wall.by = timedelta(minutes=20)  # in which nobody beats

    assert client.get("/healthz").content == b"worker"
    assert work.worker().tone == "bad"
    assert not overview().clock_runs
    owner.clock_until = ClockSpan.objects.filter(pk__gt=0).values_list(notices.clock_until(), flat=True)[0]
    assert owner.clock_until < timezone.now()


def test_a_clock_that_was_put_back_is_told_for_a_week_and_no_longer(wall, owner):
    wall.by = TEN_YEARS
    beat()
    wall.put_right()
    beat()

    assert machine.clock().tone == "warn"
    wall.by = timedelta(days=9)
    beat()
    assert machine.clock().tone == "ok"


def night(name: str) -> list[str]:
    """The slot of `name` is there: what is queued."""
    clock.tick()
    Schedule.objects.filter(name=name).update(next_at=timezone.now() - timedelta(seconds=1))
    Job.objects.all().delete()
    clock.tick()
    return list(Job.objects.filter(name__startswith="records.clear_trash").values_list("name", flat=True))


def test_what_is_old_by_a_clock_put_forward_is_not_deleted(wall):
    ClockSpan.objects.create(worker="w", since=timezone.now() - 20 * DAY, until=timezone.now())
    assert night("records.trash") == ["records.clear_trash"]

    wall.by = TEN_YEARS
    assert night("records.trash") == []

    wall.put_right()
    assert night("records.trash") == ["records.clear_trash"]


def test_after_a_week_it_is_believed_that_so_much_time_has_passed(wall):
    ClockSpan.objects.create(worker="w", since=timezone.now() - 20 * DAY, until=timezone.now())
    wall.by = TEN_YEARS
    begun = timezone.now()
    wall.by += 8 * DAY
    ClockSpan.objects.create(worker="w", since=begun, until=timezone.now())

    assert night("records.trash") == ["records.clear_trash"]


def test_all_that_deletes_by_age_waits_for_a_clock_to_be_believed():
    assert {periodic.key for periodic in clock.schedules if periodic.by_age} == {
        *("core.sweep", "records.trash", "records.import_files", "records.discard_orphans", "records.forget_answers")
    }


# ---- letters and reminders


@pytest.fixture
def mail(firm) -> MailSettings:
    mail = MailSettings(host="mail.example", from_address="crm@tirta.example")
    mail.save()
    return mail


def test_a_server_left_in_peace_in_days_to_come_is_asked_again_now(wall, mail, owner):
    wall.by = TEN_YEARS
    mail.note_failure("The mail server does not answer")
    assert mail.pause > timedelta()

    wall.put_right()

    assert not mail.pause
    mail.note_failure("The mail server does not answer")
    assert mail.failing_since <= timezone.now(), "or the owner would hear of it in ten years"


def test_a_letter_is_not_too_old_because_the_clock_jumped(wall, mail, mailoutbox):
    letter = write(address="rina@example.com", subject="Welcome", text="Hello")
    wall.by = TEN_YEARS

    run_jobs()

    assert [hop.what for hop in letter.hops.order_by("id")] == [Hop.What.PLANNED, Hop.What.SENT]
    assert len(mailoutbox) == 1


def rings(person) -> list[str]:
    return [notice.title for notice in Notification.objects.visible_to(person).newest_first()]


def test_a_reminder_given_ten_years_early_comes_again_at_its_time_and_once(wall, seller):
    client = actions.add_client(name="PT Sinar", by=seller)
    planner.set_task(title="Offer", kind="call", client=client, due_at=timezone.now() + 2 * HOUR, by=seller)
    wall.by = TEN_YEARS
    remind(timezone.now())
    run_jobs()
    assert rings(seller) == ["Late: call PT Sinar"]

    wall.put_right()
    assert remind(timezone.now()) == 0
    wall.by = 2 * HOUR + timedelta(minutes=1)
    assert [remind(timezone.now()) for _minute in range(3)] == [1, 0, 0]
    run_jobs()

    assert rings(seller) == ["Call PT Sinar", "Late: call PT Sinar"]


def test_a_reminder_given_at_its_time_does_not_come_again_because_the_clock_was_behind(wall, seller):
    client = actions.add_client(name="PT Sinar", by=seller)
    planner.set_task(title="Offer", kind="call", client=client, due_at=timezone.now(), by=seller)

    for wall.by in (timedelta(), -TEN_YEARS, timedelta()):
        remind(timezone.now())
        run_jobs()

    assert rings(seller) == ["Call PT Sinar"]


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forward", "back"])
def test_an_hour_brings_no_reminder_twice_and_forgets_none(wall, seller, jump):
    client = actions.add_client(name="PT Sinar", by=seller)
    for minutes in (30, 90):
        planner.set_task(
            title="Offer", kind="call", client=client, due_at=timezone.now() + timedelta(minutes=minutes), by=seller
        )

    for wall.by in (timedelta(), jump, timedelta(), HOUR, timedelta(), 2 * HOUR):
        remind(timezone.now())
        run_jobs()

    assert len(rings(seller)) == 2
    assert not Reminder.objects.as_system("a test").filter(told_at=None).exists()


# ---- backups and files


def backup(**values: object) -> Backup:
    told = {"file": f"kartu-{Backup.objects.count()}.kartu", "kind": "nightly", "made_at": timezone.now(), "size": 9}
    return Backup.objects.create(**{**told, **values})


def test_a_night_in_days_to_come_is_no_night_for_the_backup(wall, firm):
    wall.by = TEN_YEARS
    wanted = BackupSettings(begun_at=timezone.now())
    assert not keeping.is_due(wanted, timezone.now())

    wall.put_right()

    assert keeping.is_due(wanted, timezone.now())


def test_a_backup_of_days_to_come_hides_neither_the_newest_nor_that_it_is_too_old(wall, owner, rf):
    wall.by = TEN_YEARS
    backup()
    wall.put_right()
    backup(made_at=timezone.now() - 2 * DAY)
    request = rf.get("/")
    request.user = owner
    owner.backed_up_at = Backup.objects.values_list(notices.backed_up_at(), flat=True)[0]
    owner.backups_are_off = owner.firm_is_demo = False

    assert notices.backup_is_old(request)
    assert owner.backed_up_at < timezone.now()


def test_backups_of_days_to_come_take_no_place_from_real_ones(wall):
    wall.by = TEN_YEARS
    ahead = [backup(made_at=timezone.now() + number * DAY) for number in range(3)]
    wall.put_right()
    real = [backup(made_at=timezone.now() - number * DAY) for number in range(2)]

    over = keeping.overdue([*ahead, *real], BackupSettings(daily=2, weekly=0, monthly=0), timezone.now())

    assert over == ahead[::-1]


def test_an_export_of_days_to_come_is_not_kept_for_ten_years(wall, seller):
    wall.by = TEN_YEARS
    file = ExportFile(person=seller, created_at=timezone.now())
    assert not file.is_over

    wall.put_right()

    assert file.is_over


def test_a_request_for_an_export_of_days_to_come_comes_to_its_end(wall, seller):
    wall.by = TEN_YEARS
    values = {"list_key": "clients", "question": {}, "columns": [], "rows": 9, "purpose": "For the audit"}
    request = ExportRequest.objects.create(person=seller, asked_at=timezone.now(), kind="csv", **values)

    wall.put_right()
    settle(timezone.now())

    request.refresh_from_db()
    assert request.state == ExportRequest.State.OVER


def test_a_visit_in_days_to_come_is_not_the_last_one_for_ten_years(wall, seller):
    wall.by = TEN_YEARS
    presence.write_down(presence.Visit(seller.pk, None, "", "", ""))

    wall.put_right()
    presence.write_down(presence.Visit(seller.pk, None, "", "", ""))

    seller.refresh_from_db()
    assert seller.last_seen_at <= timezone.now()


# ---- order


def test_the_log_is_in_order_by_number_whatever_the_clock_said(wall, owner):
    jumps = [timedelta(), HOUR, -HOUR, TEN_YEARS, -TEN_YEARS, timedelta()]
    for wall.by in jumps:
        audit.record(Verb.CHANGE, owner, by=owner, values={"after": {"jump": str(wall.by)}})
        seal_new()

    rows = list(AuditRow.objects.filter(verb=Verb.CHANGE).order_by("pk").values_list("pk", "at"))
    seals = list(Seal.objects.order_by("number").values_list("number", flat=True))
    assert [round((at - REAL_NOW()) / HOUR) for _pk, at in rows] == [round(jump / HOUR) for jump in jumps]
    assert seals == list(range(1, len(jumps) + 1))
    assert verify_log().count == 0


def test_versions_and_events_do_not_go_by_the_clock(wall, seller):
    client = actions.add_client(name="PT Sinar", by=seller)
    for number, wall.by in enumerate([TEN_YEARS, -TEN_YEARS, -HOUR, timedelta()]):
        client = Client.objects.visible_to(seller).get(pk=client.pk)
        actions.change_client(client=client, values={"name": f"PT {number}"}, by=seller)
    run_jobs()

    assert Client.objects.visible_to(seller).get(pk=client.pk).name == "PT 3"
    assert not FailedDelivery.objects.exists()
