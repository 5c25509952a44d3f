"""Clients are reminded of appointments: once, in their language, by day, at an address where that is wanted."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from kartu.clients import actions as clients
from kartu.clients.messages import sending
from kartu.clients.messages.hours import send_at
from kartu.clients.models import Channel, Client, ClientMessage, MessageHours, MessageTemplate
from kartu.core.models import Job
from kartu.core.testing import run_jobs
from kartu.firm.models import Branch
from kartu.notifications.invariants import letters_are_on_their_way, sms_to_people_outside_are_on_their_way
from kartu.notifications.models import Hop, MailSettings, Notification
from kartu.planner import actions
from kartu.planner.models import ClientReminder, ClientReminderDefault, Task
from kartu.planner.reminding_clients import FAILED, draft_of, remind_clients
from kartu.records.actions import undo_changes
from kartu.records.changes import change_set
from kartu.records.models import ChangeSet
from kartu.security.actions import Refused
from kartu.security.models import AuditRow, Restoration

pytestmark = pytest.mark.django_db
JAKARTA = ZoneInfo("Asia/Jakarta")
HOUR = 60
ONE_DAY = 24 * HOUR


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """By the clock of the firm, on a Tuesday far ahead or so many days from it."""
    return (datetime(2031, 12, 2, hour, minute, tzinfo=JAKARTA) + timedelta(days=days)).astimezone(UTC)


class Clock:
    """What the program takes for the time. Leases of jobs go by the clock of the database."""

    def __init__(self) -> None:
        self.now = at(9, days=-7)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    # On PostgreSQL the queue asks the database what time it is.
    monkeypatch.setattr("kartu.core.jobs.queue.database_now", clock)
    return clock


@pytest.fixture(autouse=True)
def ways_out(settings, firm, tmp_path) -> None:
    settings.SMS_FILE = str(tmp_path / "sms.jsonl")
    settings.ADDRESS = "https://crm.tirta.example"
    firm.time_zone, firm.language = "Asia/Jakarta", "en"
    firm.save()
    MailSettings.objects.create(host="127.0.0.1", port=587, security="none", from_address="crm@tirta.example")


@pytest.fixture
def sinar(seller) -> Client:
    return clients.add_client(name="PT Sinar", phone="0813-1120-7765", email="info@sinar.example", by=seller)


@pytest.fixture
def meeting(sinar, seller) -> Task:
    """On Tuesday at 10."""
    return actions.set_task(title="They owe us money", kind="meeting", client=sinar, start_at=at(10), by=seller)


def address(client: Client, kind: str = "email") -> Channel:
    return Channel.objects.as_system("a test").get(client=client, kind=kind)


def remind(task: Task, before: int = ONE_DAY, kind: str = "email") -> ClientReminder:
    return actions.remind_client(task=task, channel=address(task.client, kind), before=before, by=task.person)


def passes(clock: Clock, moment: datetime) -> None:
    """The worker comes round at `moment`, and sends what is to go."""
    clock.now = moment
    remind_clients(clock())
    Job.objects.waiting().update(run_at=None)
    run_jobs()


def letters() -> list:
    """What went out of the house; colleagues get letters, too."""
    return [letter for letter in mail.outbox if letter.to[0].endswith("@sinar.example")]


def sms_sent(settings) -> list[dict]:
    path = Path(settings.SMS_FILE)
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def hops() -> list[tuple[str, str]]:
    rows = Hop.objects.filter(notification=None).order_by("pk")
    return [(hop.what, hop.reason) for hop in rows]


def told(person) -> list[str]:
    rows = Notification.objects.visible_to(person).filter(kind=FAILED)
    return [f"{row.title}. {row.text}" for row in rows.order_by("pk")]


# --- what goes out, and once


def test_a_letter_goes_at_its_moment_and_once(meeting, clock):
    remind(meeting)

    passes(clock, at(9, 59, days=-1))
    assert letters() == []
    for minute in (0, 1, 2):
        passes(clock, at(10, minute, days=-1))

    [letter] = letters()
    assert letter.to == ["info@sinar.example"]
    assert letter.subject == "CV Tirta Makmur: Tuesday, 2 December, 10:00"
    assert "Hello PT Sinar" in letter.body
    assert "on Tuesday, 2 December at 10:00" in letter.body
    assert [what for what, _why in hops()] == ["planned", "sent"]
    assert list(letters_are_on_their_way()) == []


def test_what_colleagues_have_typed_stays_in_the_house(meeting, clock):
    remind(meeting)

    passes(clock, at(10, days=-1))

    assert "owe" not in letters()[0].subject + letters()[0].body


def test_an_sms_goes_to_the_mobile_number_and_ends_with_how_to_stop(meeting, clock, settings):
    MessageHours.objects.create(sms_stop="No more: 021-555")
    remind(meeting, 2 * HOUR, "phone")

    passes(clock, at(8))

    [sms] = sms_sent(settings)
    assert sms["phone"] == "+6281311207765"
    assert sms["text"] == (
        "CV Tirta Makmur: reminder of our appointment on Tuesday, 2 December at 10:00. No more: 021-555"
    )
    assert list(sms_to_people_outside_are_on_their_way()) == []


def test_a_long_sms_is_cut_before_its_end_and_not_in_it(meeting, clock, settings):
    MessageHours.objects.create(sms_stop="No more: 021-555")
    MessageTemplate.objects.create(kind="planner.client_reminder", way="sms", language="en", text="word " * 200)
    remind(meeting, 2 * HOUR, "phone")

    passes(clock, at(8))

    [sms] = sms_sent(settings)
    assert len(sms["text"]) <= 2 * 153
    assert sms["text"].endswith("... No more: 021-555")


@pytest.mark.parametrize(
    ("language", "said"), [("ru", "вторник, 2 декабря"), ("id", "Selasa, 2 Desember"), ("xx", "Tuesday, 2 December")]
)
def test_it_speaks_the_language_of_the_client_else_of_the_firm(meeting, clock, seller, sinar, language, said):
    clients.change_client(client=sinar, values={"language": language}, by=seller)
    remind(meeting)

    passes(clock, at(10, days=-1))

    assert said in letters()[0].body


def test_what_is_put_in_is_not_looked_through_again(clock, seller):
    client = clients.add_client(name="{person} {{7*7}} {% now %}", email="a@sinar.example", by=seller)
    task = actions.set_task(title="Meet", kind="meeting", client=client, start_at=at(10), by=seller)
    remind(task)

    passes(clock, at(10, days=-1))

    assert "Hello {person} {{7*7}} {% now %}," in letters()[0].body


def test_a_client_abroad_reads_which_clock_is_meant(meeting, clock, seller, sinar):
    clients.change_client(client=sinar, values={"country": "RU"}, by=seller)
    remind(meeting)

    passes(clock, at(10, days=-1))

    assert "at 10:00 (WIB)" in letters()[0].body


def test_the_branch_of_whoever_does_it_says_which_clock_counts(meeting, clock, seller):
    seller.team.branch = Branch.objects.create(name="Makassar", time_zone="Asia/Makassar")
    seller.team.save()
    remind(meeting)

    passes(clock, at(10, days=-1))

    assert "at 11:00 (WITA)" in letters()[0].body


# --- when


@pytest.mark.parametrize(
    ("planned", "event", "goes"),
    [
        (at(12), at(14), at(12)),
        (at(8), at(10), at(8)),
        (at(7), at(9), at(8)),  # when the night is over
        (at(6), at(8), at(19, 45, days=-1)),  # at the end of it the event begins: the evening before
        (at(3), at(7), at(19, 45, days=-1)),
        (at(21), at(22), at(19, 45)),
        (at(21), at(22, days=1), at(8, days=1)),
        (at(20), at(22), at(19, 45)),
        (at(10), at(10), None),
    ],
)
def test_it_goes_by_day_and_before_the_event(planned, event, goes):
    assert send_at(planned, event, JAKARTA, MessageHours()) == goes


def test_what_falls_into_the_night_goes_the_evening_before(clock, sinar, seller):
    task = actions.set_task(title="Early", kind="visit", client=sinar, start_at=at(7), by=seller)
    remind(task, 2 * HOUR)

    passes(clock, at(19, 44, days=-1))
    assert letters() == []
    passes(clock, at(19, 45, days=-1))

    assert len(letters()) == 1


def test_what_the_night_catches_on_its_way_waits_for_the_morning(meeting, clock, seller):
    remind(meeting)
    clock.now = at(19, 59, days=-1)
    remind_clients(clock())

    clock.now = at(20, 30, days=-1)
    run_jobs()
    assert letters() == []
    passes(clock, at(8))

    assert len(letters()) == 1


def test_after_an_outage_it_goes_late_but_never_after_the_event(meeting, clock, seller, sinar):
    later = actions.set_task(title="Later", kind="meeting", client=sinar, start_at=at(15), by=seller)
    remind(meeting)
    remind(later)

    passes(clock, at(11))

    assert [letter.subject for letter in letters()] == ["CV Tirta Makmur: Tuesday, 2 December, 15:00"]
    assert ("failed", "Too late: it would have come after its time") in hops()


def test_a_server_that_is_down_until_the_event_brings_nothing_afterwards(meeting, clock, owner):
    remind(meeting)
    Restoration.objects.create(file="a.kartu", made_at=clock())
    passes(clock, at(10, days=-1))
    assert [what for what, _why in hops()] == ["planned"]

    Restoration.objects.update(let_out_at=clock())
    passes(clock, at(10, 1))

    assert letters() == []
    assert hops()[-1] == ("failed", "Too late: it would have come after its time")


# --- with the task


def test_it_moves_with_the_task_and_who_heard_of_one_time_hears_of_the_next(meeting, clock, seller):
    remind(meeting)
    passes(clock, at(10, days=-1))

    actions.change_task(task=meeting, values={"start_at": at(16, days=2)}, by=seller)
    passes(clock, at(15, 59, days=1))
    assert len(letters()) == 1
    passes(clock, at(16, days=1))

    assert "Thursday, 4 December at 16:00" in letters()[1].body


def test_moved_away_and_back_it_says_nothing_twice(meeting, clock, seller):
    remind(meeting)
    passes(clock, at(10, days=-1))
    for moment in (at(16, days=2), at(10)):
        actions.change_task(task=Task.objects.visible_to(seller).get(), values={"start_at": moment}, by=seller)

    passes(clock, at(10, 5, days=-1))

    assert len(letters()) == 1


def test_a_task_that_was_moved_while_the_letter_waited_lets_no_wrong_time_out(meeting, clock, seller):
    remind(meeting)
    clock.now = at(10, days=-1)
    remind_clients(clock())

    actions.change_task(task=meeting, values={"start_at": at(16, days=2)}, by=seller)
    run_jobs()

    assert letters() == []
    assert hops()[-1] == ("failed", "The task has another time now")


def test_nothing_of_what_is_over_when_the_time_is_set(meeting, clock, seller):
    remind(meeting, 2 * HOUR)
    clock.now = at(15, days=-1)
    actions.change_task(task=meeting, values={"start_at": at(16, days=-1)}, by=seller)

    passes(clock, at(15, 1, days=-1))

    assert letters() == []
    assert hops()[-1] == ("failed", "Its moment was over when the time was set")


@pytest.mark.parametrize("end", ["drop", "finish", "trash", "private", "client"])
def test_a_task_that_is_settled_reminds_nobody(meeting, clock, seller, owner, sinar, end):
    remind(meeting)
    if end == "drop":
        actions.drop_task(task=meeting, why="", by=seller)
    elif end == "finish":
        actions.finish_task(task=meeting, result="Met", by=seller)
    elif end == "trash":
        actions.trash_task(task=meeting, by=owner)
    elif end == "private":
        actions.change_task(task=meeting, values={"is_private": True}, by=seller)
    else:
        clients.trash_client(client=sinar, by=owner)

    passes(clock, at(10, days=-1))

    assert letters() == []
    assert not ClientMessage.objects.as_system("a test").exists()


# --- who wants none


def test_an_address_that_opted_out_gets_nothing_and_the_ledger_says_why(meeting, clock, seller):
    remind(meeting)
    clients.opt_out(channel=address(meeting.client), note="By phone", by=seller)

    passes(clock, at(10, days=-1))

    assert letters() == []
    assert hops() == [("planned", ""), ("failed", "No reminders are wanted at this address")]
    assert told(seller) == ["Not reminded: PT Sinar. No reminders are wanted at this address"]


def test_an_opt_out_counts_while_the_letter_waits(meeting, clock, seller):
    remind(meeting)
    clock.now = at(10, days=-1)
    remind_clients(clock())
    clients.opt_out(channel=address(meeting.client), note="By phone", by=seller)

    run_jobs()

    assert letters() == []
    assert told(seller) == ["Not reminded: PT Sinar. No reminders are wanted at this address"]


def test_no_reminder_is_set_to_an_address_that_opted_out(meeting, seller):
    clients.opt_out(channel=address(meeting.client), note="Rina said so", by=seller)

    with pytest.raises(ValidationError) as refused:
        remind(meeting)

    assert "Rina said so" in refused.value.message_dict["channel"][0]


# --- where it goes


def test_a_number_that_was_put_right_is_the_one_that_is_used(meeting, clock, seller):
    remind(meeting)
    clients.change_channel(channel=address(meeting.client), values={"value": "new@sinar.example"}, by=seller)

    passes(clock, at(10, days=-1))

    assert letters()[0].to == ["new@sinar.example"]


def test_where_the_address_is_gone_the_next_one_is_taken_or_the_person_told(meeting, clock, seller):
    remind(meeting)
    clients.remove(part=address(meeting.client), by=seller)

    passes(clock, at(10, days=-1))

    assert letters() == []
    assert told(seller) == ["Not reminded: PT Sinar. There is no address any more to which it could go"]


# --- rights


def test_who_does_not_reach_the_task_reminds_nobody(meeting, stranger):
    with pytest.raises(Refused):
        actions.remind_client(task=meeting, channel=address(meeting.client), before=ONE_DAY, by=stranger)


def test_who_reads_addresses_behind_a_mask_sends_nothing_there(meeting, seller):
    seller.role.grants |= {"clients.emails": 0, "clients.reveal_emails": 40}
    seller.role.save()
    seller.refresh_from_db()

    with pytest.raises(Refused):
        actions.remind_client(task=meeting, channel=address(meeting.client), before=ONE_DAY, by=seller)


def test_the_address_of_another_client_is_no_address(meeting, seller):
    other = clients.add_client(name="Toko Lain", email="lain@toko.example", by=seller)

    with pytest.raises(ValidationError):
        actions.remind_client(task=meeting, channel=address(other), before=ONE_DAY, by=seller)


@pytest.mark.parametrize("change", [{"is_private": True}, {"start_at": None}, {"client_id": None}])
def test_a_private_task_one_without_a_time_or_a_client_reminds_nobody(meeting, seller, change):
    channel = address(meeting.client)
    task = actions.change_task(task=meeting, values=change, by=seller)

    with pytest.raises(ValidationError):
        actions.remind_client(task=task, channel=channel, before=ONE_DAY, by=seller)


def test_the_log_of_the_client_tells_that_something_went_out(meeting, clock):
    remind(meeting)

    passes(clock, at(10, days=-1))

    row = AuditRow.objects.get(object_type="clients.clientmessage", verb="create")
    assert (row.root_type, row.root_id) == ("clients.client", meeting.client_id)
    assert "info@sinar.example" not in json.dumps(row.payload.values)


# --- by themselves


def test_nothing_goes_out_unasked(meeting):
    assert not ClientReminder.objects.as_system("a test").exists()


def test_meetings_get_one_by_themselves_where_the_owner_wants_it(sinar, seller, clock):
    ClientReminderDefault.objects.create(kind="meeting", way="email", before=ONE_DAY)

    meeting = actions.set_task(title="Meet", kind="meeting", client=sinar, start_at=at(10), by=seller)
    actions.set_task(title="Call", kind="call", client=sinar, start_at=at(10), by=seller)

    assert [row.task_id for row in ClientReminder.objects.as_system("a test")] == [meeting.pk]
    passes(clock, at(10, days=-1))
    assert len(letters()) == 1


def test_one_that_was_taken_off_does_not_come_back(sinar, seller):
    ClientReminderDefault.objects.create(kind="meeting", way="email", before=ONE_DAY)
    meeting = actions.set_task(title="Meet", kind="meeting", client=sinar, start_at=at(10), by=seller)
    actions.forget_client_reminder(reminder=ClientReminder.objects.visible_to(seller).get(), by=seller)

    actions.change_task(task=meeting, values={"start_at": at(12)}, by=seller)

    assert not ClientReminder.objects.visible_to(seller).exists()


def test_an_undone_move_takes_the_reminder_back_along(meeting, seller):
    reminder = remind(meeting)
    with change_set(ChangeSet.Kind.EDIT, "Moved", by=seller) as changes:
        actions.change_task(task=meeting, values={"start_at": at(16, days=2)}, by=seller)

    undo_changes(changes=changes, by=seller)

    assert ClientReminder.objects.visible_to(seller).get(pk=reminder.pk).at == at(10, days=-1)


# --- controls


def test_control_without_the_key_of_the_moment_it_would_be_said_twice(meeting, clock, monkeypatch):
    """The protection of `test_moved_away_and_back_it_says_nothing_twice`."""
    reminder = remind(meeting)
    rows = ClientReminder.objects.as_system("a test").select_related("task__client", "task__person__team__branch")
    draft = draft_of(rows.get(pk=reminder.pk))
    clock.now = at(10, days=-1)

    assert sending.send(draft) is not None
    assert sending.send(draft) is None
