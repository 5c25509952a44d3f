"""The health page: each line turns amber or red with its trouble, a red one rings the bell, `/healthz` says a word."""

from collections import namedtuple
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kartu.core.jobs.queue import claim
from kartu.core.jobs.run import run as run_job
from kartu.core.models import ClockSpan, Job
from kartu.core.trouble import BROKEN, disk
from kartu.core.views import health as public
from kartu.notifications.models import MailSettings, Notification
from kartu.project import certificates
from kartu.security import audit, notices
from kartu.security.health import HealthLine, health_lines, look, machine
from kartu.security.invariants import Invariant, invariants
from kartu.security.jobs.health import check_data, look_at_health
from kartu.security.models import Backup, BackupSettings, DataCheck
from kartu.security.models.audit import Verb

Usage = namedtuple("Usage", "total used free")


def tones() -> dict[str, str]:
    return {shown.line.key: shown.reading.tone for shown in look()}


def ago(**time: float) -> datetime:
    return timezone.now() - timedelta(**time)


def backup(**values: object) -> Backup:
    told = {"file": f"kartu-{Backup.objects.count()}.kartu", "kind": "nightly", "made_at": timezone.now(), "size": 1000}
    return Backup.objects.create(**{**told, **values})


def beat(until: datetime | None = None, **values: object) -> ClockSpan:
    until = until or timezone.now()
    return ClockSpan.objects.create(**{"worker": "w", "since": until - timedelta(hours=1), "until": until, **values})


@pytest.fixture
def all_well(owner):
    """A firm of which nothing is to be said."""
    beat()
    backup(is_good=True, tried_at=timezone.now(), copied_at=timezone.now())
    BackupSettings.objects.create(second="folder", folder="/")
    DataCheck.objects.create(asked=40)


def old_backup():
    Backup.objects.update(made_at=ago(hours=30))


def failed_copy():
    backup(copy_error="The folder is not there", made_at=timezone.now())
    Backup.objects.exclude(copied_at=None).update(copied_at=ago(days=3))


def put_back():
    ClockSpan.objects.all().delete()
    beat(ago(minutes=10), since=ago(hours=2))
    beat(timezone.now(), since=ago(hours=1))


TROUBLES = {
    "an old backup": ("backup", "bad", old_backup),
    "a backup that failed": ("backup", "bad", lambda: BackupSettings.objects.update(last_error="No room")),
    "nights switched off": ("backup", "warn", lambda: BackupSettings.objects.update(is_on=False)),
    "a bad backup": ("proof", "bad", lambda: Backup.objects.update(is_good=False, finding="rows are missing")),
    "a proof long ago": ("proof", "warn", lambda: Backup.objects.update(tried_at=ago(days=9))),
    "no second place": ("second", "warn", lambda: BackupSettings.objects.update(second="none")),
    "a copy that fails": ("second", "bad", failed_copy),
    "no worker": ("worker", "bad", lambda: ClockSpan.objects.update(until=ago(minutes=4))),
    "work that waits": ("queue", "bad", lambda: Job.objects.create(name="x", why="y", created_at=ago(hours=2))),
    "work that failed": ("failed", "warn", lambda: Job.objects.create(name="x", why="y", state=Job.State.DEAD)),
    "a clock put back": ("clock", "warn", put_back),
    "a check that found something": ("data", "bad", lambda: DataCheck.objects.create(asked=40, broken={"I1": ["x"]})),
    "no check for long": ("data", "warn", lambda: DataCheck.objects.update(at=ago(days=16))),
}


def test_a_firm_of_which_all_is_well_is_green(all_well):
    assert set(tones().values()) == {"ok"}


@pytest.mark.parametrize(("key", "tone", "happens"), TROUBLES.values(), ids=TROUBLES)
def test_each_trouble_colours_its_own_line_and_says_what_to_do(all_well, key, tone, happens):
    happens()

    assert {line: tone for line, tone in tones().items() if tone != "ok"} == {key: tone}
    assert next(str(shown.reading.todo) for shown in look() if shown.line.key == key)


def test_a_clock_behind_the_log_is_red(all_well, owner, monkeypatch):
    audit.record(Verb.CHANGE, owner, by=owner)
    earlier = ago(days=365)
    monkeypatch.setattr(machine.timezone, "now", lambda: earlier)

    assert machine.clock().tone == "bad"


def test_a_full_disk_and_a_long_write_ahead_log(all_well, monkeypatch):
    def with_free(free: int) -> str:
        monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: Usage(100_000_000_000, 0, free))
        return machine.disk().tone

    assert [with_free(20_000_000_000), with_free(5_000_000_000), with_free(10_000_000)] == ["ok", "warn", "bad"]
    monkeypatch.setattr(machine, "LONG_WAL", -1)
    assert connection.vendor != "sqlite" or machine.write_ahead_log().tone == "warn"


def test_a_certificate_that_ends_soon(settings, tmp_path):
    assert machine.certificate() is None
    pair = certificates.ensure(tmp_path, "kasir", [], now=datetime.now(UTC))
    settings.LAN_CERTIFICATE = pair.certificate
    assert machine.certificate().tone == "ok"
    pair.certificate.unlink()
    certificates.ensure(tmp_path, "kasir", [], now=datetime.now(UTC) - timedelta(days=380))

    assert machine.certificate().tone == "warn"


def test_mail_that_is_not_taken_is_red_after_a_quarter_of_an_hour(all_well):
    mail = MailSettings.objects.create(
        host="smtp.example.com", from_address="k@example.com", failing_since=ago(minutes=5)
    )
    assert tones()["letters"] == "warn"
    MailSettings.objects.update(failing_since=ago(minutes=20), last_error=f"{mail.host} is away")

    assert tones()["letters"] == "bad"


def test_a_line_that_cannot_be_looked_at_is_red_and_hides_no_other(all_well, monkeypatch):
    def fails():
        raise RuntimeError("no such disk")

    broken = HealthLine("broken", "Broken", fails, 1)
    monkeypatch.setitem(health_lines._items, "broken", broken)
    shown = tones()

    assert shown["broken"] == "bad" and shown["data"] == "ok"


def test_a_red_line_rings_the_owners_bell_once_a_day(all_well, owner, seller):
    mine = Notification.objects.visible_to(owner).filter(kind="security.health")
    look_at_health.call(by=None)
    assert not mine.exists()

    ClockSpan.objects.update(until=ago(hours=1))
    for _time in range(3):
        assert look_at_health.call(by=None) == ["worker"]

    told = mine.get()
    assert "Work in the background" in told.title and told.url == "/settings/health/"
    assert not Notification.objects.visible_to(seller).filter(kind="security.health").exists()


def test_the_page_says_what_needs_a_hand(all_well, owner, client, seller):
    client.force_login(owner)
    assert "All is well" in client.get("/settings/health/").content.decode()
    Backup.objects.update(is_good=False, finding="rows are missing")
    page = client.get("/settings/health/").content.decode()

    assert "1 thing needs a hand now" in page and "rows are missing" in page and "http://testserver/healthz" in page


def test_the_page_takes_as_many_queries_however_much_there_is(all_well, owner, client):
    client.force_login(owner)
    client.get("/settings/health/")
    with CaptureQueriesContext(connection) as few:
        client.get("/settings/health/")
    for number in range(20):
        backup(copied_at=timezone.now(), is_good=True, tried_at=timezone.now())
        Job.objects.create(name=f"x{number}", why="y")
        beat(ago(minutes=number), worker=f"w{number}", since=ago(minutes=number + 1))
    with CaptureQueriesContext(connection) as many:
        client.get("/settings/health/")

    assert len(many) <= len(few)


def test_the_data_are_checked_by_a_job_that_keeps_what_it_found(owner, client, monkeypatch):
    few = {"a": Invariant("a", "A", lambda: [], 1), "b": Invariant("b", "B", lambda: ["row 7 is lost"] * 5, 2)}
    monkeypatch.setattr(invariants, "_items", few)
    client.force_login(owner)
    client.post("/settings/health/check/")
    client.post("/settings/health/check/")
    job = Job.objects.open().get(name=check_data.key)  # the second press added none
    run_job(claim("w", ("long",)))

    job.refresh_from_db()
    found = DataCheck.objects.get()
    assert job.state == Job.State.DONE and (found.asked, found.broken) == (2, {"b": ["row 7 is lost"] * 3})
    assert tones()["data"] == "bad"


def test_a_stranger_hears_one_word_and_no_more(db, client, monkeypatch):
    def said() -> tuple[int, str]:
        answer = client.get("/healthz")
        return answer.status_code, answer.content.decode()

    assert said() == (503, "worker")
    beat()
    assert said() == (200, "ok")
    monkeypatch.setattr(public.shutil, "disk_usage", lambda path: Usage(1, 1, 0))
    assert said() == (503, "disk")
    monkeypatch.undo()
    monkeypatch.setattr(disk, "fails", False)
    disk.note(BROKEN)
    assert said() == (503, "disk")


def test_every_page_tells_that_the_worker_stands_still(all_well, owner, client, seller, monkeypatch):
    monkeypatch.setattr(notices, "STARTED", -1e9)
    ClockSpan.objects.update(until=ago(minutes=30))
    client.force_login(owner)
    assert "The work in the background stands still" in client.get("/people/").content.decode()
    client.force_login(seller)
    page = client.get("/me/told/").content.decode()
    assert "The work in the background stands still" not in page
    assert "Reminders have not gone out since" in page and f"tell {owner.name}" in page
    ClockSpan.objects.update(until=timezone.now())
    assert "Reminders have not gone out since" not in client.get("/me/told/").content.decode()
    client.force_login(owner)
    assert "The work in the background stands still" not in client.get("/people/").content.decode()
