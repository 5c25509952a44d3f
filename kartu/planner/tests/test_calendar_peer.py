"""A calendar server and a calendar program that are not ours read what Kartu sends, and Kartu reads what they send."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from caldav import DAVClient
from django.urls import reverse

from kartu.planner import actions
from kartu.planner.ics.reading import read
from kartu.planner.models import Task
from kartu.planner.tests.conftest import in_hours

pytestmark = [pytest.mark.django_db, pytest.mark.processes]

JAKARTA = ZoneInfo("Asia/Jakarta")
PATIENCE = 60  # seconds until the server answers


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[DAVClient]:
    """Somebody signed in at a Radicale with nothing in it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["--server-hosts", f"127.0.0.1:{port}", "--auth-type", "none", "--storage-filesystem-folder", str(tmp_path)]
    with (
        (tmp_path / "radicale.log").open("w") as log,
        subprocess.Popen([sys.executable, "-m", "radicale", *words], stdout=log, stderr=log) as server,
    ):
        try:
            until = time.monotonic() + PATIENCE
            while not answers(port):
                assert server.poll() is None and time.monotonic() < until, (tmp_path / "radicale.log").read_text()
                time.sleep(0.1)
            yield DAVClient(f"http://127.0.0.1:{port}/", username="sari", password="of no account")  # noqa: S106
        finally:
            server.terminate()


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def feed_of(client, person) -> str:
    return client.get(reverse("planner:feed", args=[actions.open_feed(by=person)])).content.decode()


def of_others(kind: str, uid: str, summary: str, more: str = "") -> str:
    head = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Others//EN\nBEGIN:{kind}\nUID:{uid}\nDTSTAMP:20261201T000000Z\n"
    return f"{head}{more}SUMMARY:{summary}\nEND:{kind}\nEND:VCALENDAR\n"


def test_another_calendar_holds_what_the_feed_says(client, seller, peer):
    meeting = actions.set_task(title="Встреча, Cikarang; «Sinar»", kind="meeting", start_at=in_hours(2), by=seller)
    day = actions.set_task(title="A day", due_on=in_hours(30).date(), by=seller)
    actions.set_task(title="Some day", by=seller)

    person = peer.principal()
    put = peer.put(f"{peer.url}sari/kartu/", feed_of(client, seller), {"Content-Type": "text/calendar; charset=utf-8"})
    assert put.status == 201, put.raw
    calendar = person.calendar(cal_id="kartu")
    events = {str(event.icalendar_component["SUMMARY"]): event.icalendar_component for event in calendar.events()}

    assert events.keys() == {meeting.title, "A day"}
    assert events[meeting.title].decoded("DTSTART") == meeting.start_at.replace(microsecond=0)
    assert events["A day"].decoded("DTSTART") == day.due_on
    assert [str(todo.icalendar_component["SUMMARY"]) for todo in calendar.todos()] == ["Some day"]
    found = calendar.search(start=in_hours(1), end=in_hours(3), event=True)
    assert [str(event.icalendar_component["SUMMARY"]) for event in found] == [meeting.title]


def test_what_another_calendar_sends_becomes_tasks_once(seller, peer):
    calendar = peer.principal().make_calendar("Work", cal_id="work")
    calendar.save_event(
        of_others("VEVENT", "pumps", "Pumps\\, Bekasi", "DTSTART:20261203T072300Z\nDTEND:20261203T080300Z\n")
    )
    calendar.save_todo(of_others("VTODO", "offer", "Offer"))

    sent = peer.request(f"{peer.url}sari/work/").raw
    taken = actions.take_calendar(entries=read(sent.encode(), JAKARTA), by=seller)
    again = actions.take_calendar(entries=read(sent.encode(), JAKARTA), by=seller)

    assert {task.title for task in taken.new} == {"Pumps, Bekasi", "Offer"}
    pumps = Task.objects.visible_to(seller).get(title="Pumps, Bekasi")
    assert pumps.start_at == datetime(2026, 12, 3, 7, 23, tzinfo=UTC)
    assert pumps.end_at == datetime(2026, 12, 3, 8, 3, tzinfo=UTC)
    assert again.new == []
